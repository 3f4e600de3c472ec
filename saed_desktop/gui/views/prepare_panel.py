"""Panel for what was found before indexing (beam, mask, ellipse), and its correction."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.theme import IMAGE_MARKS
from saed_desktop.gui.views.number_field import NumberField
from saed_desktop.gui.views.readout import number
from saed_desktop.gui.views.widgets import button, button_row, heading, line, muted
from saed_desktop.translation import mark, tr

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import FoundMarks

LAYER_WORDS = {
    "invalid": mark("no data in the file"),
    "hot": mark("hot and dead pixels"),
    "frame": mark("frame of the picture"),
    "text": mark("text and bars"),
    "beam stop": mark("beam stop"),
    "drawn": mark("painted by you"),
}
METHOD_WORDS = {
    "background": mark("background"),
    "brightest spot": mark("brightest spot"),
    "direct beam": mark("direct beam"),
    "Friedel pairs": mark("Friedel pairs"),
    "lattice": mark("lattice"),
    "rings": mark("rings"),
}
INVERSION = ((None, mark("As found")), (False, mark("Bright spots")), (True, mark("Dark spots")))


class PreparePanel(QWidget):
    """Direct beam, mask, contrast of the spots."""

    center_edited = Signal(object)
    inversion_chosen = Signal(object)
    tool_wanted = Signal(str)
    reset_wanted = Signal()
    ellipse_wanted = Signal()
    ellipse_edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.kind = muted()
        self.center_x = NumberField(tr("Direct beam, x in pixels"), low=-1e5, high=1e5)
        self.center_y = NumberField(tr("Direct beam, y in pixels"), low=-1e5, high=1e5)
        self.center_note = muted()
        self.inversion = QComboBox()
        self.inversion.setAccessibleName(tr("Contrast of the spots"))
        for _value, text in INVERSION:
            self.inversion.addItem(tr(text))
        self.mask_note = muted()
        self.layers = QGridLayout()
        self.brush_width = QSlider(Qt.Orientation.Horizontal)
        self.brush_width.setRange(2, 120)
        self.brush_width.setValue(24)
        self.brush_width.setAccessibleName(tr("Width of the brush"))
        self.places = QVBoxLayout()
        self.ellipse_note = muted()
        self.ellipse_percent = NumberField(
            tr("Elliptical distortion in percent"), low=-1e-9, high=30
        )
        self.ellipse_azimuth = NumberField(tr("Direction of the long axis"), low=-361, high=361)
        self.use_ellipse = button(
            tr("Use the ellipse found"),
            tip=tr("Undo the distortion that the candidate or rings show"),
        )
        self.reset_button = button(
            tr("Find everything again"), tip=tr("Drop all corrections above")
        )
        self._layout_widgets()
        self._connect_widgets()

    def _layout_widgets(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(self.kind)
        layout.addWidget(line())
        layout.addWidget(heading(tr("Direct beam")))
        row = QHBoxLayout()
        for text, field in (("x", self.center_x), ("y", self.center_y)):
            row.addWidget(QLabel(text))
            row.addWidget(field, 1)
        move = button(tr("Set in the image"), tip=tr("Click or drag the direct beam (C)"))
        move.clicked.connect(lambda: self.tool_wanted.emit("center"))
        row.addWidget(move)
        layout.addLayout(row)
        layout.addWidget(self.center_note)
        layout.addLayout(self.places)
        form = QFormLayout()
        form.addRow(tr("Spots are"), self.inversion)
        layout.addLayout(form)
        layout.addWidget(line())
        self._layout_mask(layout)
        layout.addWidget(line())
        layout.addWidget(heading(tr("Ellipse")))
        layout.addWidget(self.ellipse_note)
        ellipse = QHBoxLayout()
        ellipse.addWidget(self.ellipse_percent)
        ellipse.addWidget(QLabel(tr("% along")))
        ellipse.addWidget(self.ellipse_azimuth)
        ellipse.addWidget(QLabel("°"))
        layout.addLayout(ellipse)
        layout.addLayout(button_row(self.use_ellipse))
        layout.addStretch(1)
        layout.addLayout(button_row(self.reset_button))

    def _layout_mask(self, layout: QVBoxLayout) -> None:
        layout.addWidget(heading(tr("Left out of the analysis")))
        layout.addWidget(self.mask_note)
        self.layers.setHorizontalSpacing(14)
        layout.addLayout(self.layers)
        tools = []
        for text, tool, tip in (
            (tr("Brush"), "brush", tr("Paint what is to be left out (N)")),
            (tr("Erase"), "erase", tr("Paint what is to be used after all (E)")),
            (
                tr("Polygon"),
                "polygon",
                tr("Click corners; a double click leaves the inside out (Q)"),
            ),
        ):
            made = button(text, tip=tip)
            made.clicked.connect(lambda _checked=False, t=tool: self.tool_wanted.emit(t))
            tools.append(made)
        layout.addLayout(button_row(*tools))
        form = QFormLayout()
        form.addRow(tr("Brush width"), self.brush_width)
        layout.addLayout(form)

    def _connect_widgets(self) -> None:
        self.center_x.value_edited.connect(self._center_edited)
        self.center_y.value_edited.connect(self._center_edited)
        self.inversion.activated.connect(lambda i: self.inversion_chosen.emit(INVERSION[i][0]))
        self.reset_button.clicked.connect(self.reset_wanted)
        self.use_ellipse.clicked.connect(self.ellipse_wanted)
        for field in (self.ellipse_percent, self.ellipse_azimuth):
            field.value_edited.connect(self._ellipse_edited)

    def show_nothing(self) -> None:
        """Empty the panel."""
        self.setEnabled(False)
        self.kind.setText(tr("Open a pattern first."))

    def show_found(self, marks: "FoundMarks", *, is_by_user: bool, inverted: bool | None) -> None:
        """Show what was found."""
        self.setEnabled(True)
        self.kind.setText(
            tr(
                "{kind_sentence} {len} spots besides the beam.",
                kind_sentence=tr(marks.kind_sentence),
                len=len(marks.spots_xy),
            )
        )
        x, y = marks.center_xy
        self.center_x.set_value(x, 6)
        self.center_y.set_value(y, 6)
        self.center_note.setText(_center_words(marks, is_by_user=is_by_user))
        self._show_places(() if is_by_user else marks.center_places[1:])
        self.inversion.setCurrentIndex([value for value, _ in INVERSION].index(inverted))
        self._show_layers(marks)

    def show_ellipse(self, percent: float | None, azimuth_deg: float | None, note: str) -> None:
        """Show the distortion that is undone, and what is known of it."""
        self.ellipse_percent.set_value(percent, 3)
        self.ellipse_azimuth.set_value(azimuth_deg, 3)
        self.ellipse_note.setText(note)

    def _show_places(self, places: Sequence[tuple[tuple[float, float], float]]) -> None:
        """Offer the other places where the beam may be: one click takes one."""
        _empty(self.places)
        for xy, probability in places:
            words = tr(
                "Or at ({value:.0f}, {value_2:.0f}), {number} %",
                value=xy[0],
                value_2=xy[1],
                number=number(100 * probability, 0),
            )
            made = button(words, tip=tr("Take the direct beam to be there"))
            made.clicked.connect(lambda _checked=False, at=xy: self.center_edited.emit(at))
            self.places.addWidget(made)

    def _show_layers(self, marks: "FoundMarks") -> None:
        _empty(self.layers)
        self.mask_note.setText(
            tr(
                "{number} % of the image, tinted when the mask is shown (M).",
                number=number(100 * marks.masked_share, 1),
            )
            if marks.mask_layers
            else tr("Nothing: no beam stop, text or bad pixels were found.")
        )
        for row, (name, layer) in enumerate(marks.mask_layers.items()):
            sign = QLabel("■")
            sign.setStyleSheet(f"color: {IMAGE_MARKS['mask']}")
            share = QLabel(f"{number(100 * float(layer.mean()), 2)} %")
            self.layers.addWidget(sign, row, 0)
            self.layers.addWidget(QLabel(tr(LAYER_WORDS.get(name, name))), row, 1)
            self.layers.addWidget(share, row, 2, Qt.AlignmentFlag.AlignRight)
        self.layers.setColumnStretch(1, 1)

    def _center_edited(self) -> None:
        x, y = self.center_x.value, self.center_y.value
        if x is not None and y is not None:
            self.center_edited.emit((x, y))

    def _ellipse_edited(self) -> None:
        percent = self.ellipse_percent.value
        azimuth = self.ellipse_azimuth.value
        self.ellipse_edited.emit((percent, azimuth or 0.0) if percent else None)


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.deleteLater()


def _center_words(marks: "FoundMarks", *, is_by_user: bool) -> str:
    if is_by_user:
        return tr("Set by you. Undo, or find everything again, to drop it.")
    return tr(
        "Found from {center_method}, ± {number} px.",
        center_method=" + ".join(
            tr(METHOD_WORDS.get(name, name)) for name in marks.center_method.split(" + ")
        ),
        number=number(marks.center_sigma_px, 1),
    )
