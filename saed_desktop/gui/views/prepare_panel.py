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

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import FoundMarks

LAYER_WORDS = {
    "invalid": "no data in the file",
    "hot": "hot and dead pixels",
    "frame": "frame of the picture",
    "text": "text and bars",
    "beam stop": "beam stop",
    "drawn": "painted by you",
}
INVERSION = ((None, "As found"), (False, "Bright spots"), (True, "Dark spots"))


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
        self.center_x = NumberField("Direct beam, x in pixels", low=-1e5, high=1e5)
        self.center_y = NumberField("Direct beam, y in pixels", low=-1e5, high=1e5)
        self.center_note = muted()
        self.inversion = QComboBox()
        self.inversion.setAccessibleName("Contrast of the spots")
        for _value, text in INVERSION:
            self.inversion.addItem(text)
        self.mask_note = muted()
        self.layers = QGridLayout()
        self.brush_width = QSlider(Qt.Orientation.Horizontal)
        self.brush_width.setRange(2, 120)
        self.brush_width.setValue(24)
        self.brush_width.setAccessibleName("Width of the brush")
        self.places = QVBoxLayout()
        self.ellipse_note = muted()
        self.ellipse_percent = NumberField("Elliptical distortion in percent", low=-1e-9, high=30)
        self.ellipse_azimuth = NumberField("Direction of the long axis", low=-361, high=361)
        self.use_ellipse = button(
            "Use the ellipse found", tip="Undo the distortion that the candidate or rings show"
        )
        self.reset_button = button("Find everything again", tip="Drop all corrections above")
        self._layout_widgets()
        self._connect_widgets()

    def _layout_widgets(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(self.kind)
        layout.addWidget(line())
        layout.addWidget(heading("Direct beam"))
        row = QHBoxLayout()
        for text, field in (("x", self.center_x), ("y", self.center_y)):
            row.addWidget(QLabel(text))
            row.addWidget(field, 1)
        move = button("Set in the image", tip="Click or drag the direct beam (C)")
        move.clicked.connect(lambda: self.tool_wanted.emit("center"))
        row.addWidget(move)
        layout.addLayout(row)
        layout.addWidget(self.center_note)
        layout.addLayout(self.places)
        form = QFormLayout()
        form.addRow("Spots are", self.inversion)
        layout.addLayout(form)
        layout.addWidget(line())
        self._layout_mask(layout)
        layout.addWidget(line())
        layout.addWidget(heading("Ellipse"))
        layout.addWidget(self.ellipse_note)
        ellipse = QHBoxLayout()
        ellipse.addWidget(self.ellipse_percent)
        ellipse.addWidget(QLabel("% along"))
        ellipse.addWidget(self.ellipse_azimuth)
        ellipse.addWidget(QLabel("°"))
        layout.addLayout(ellipse)
        layout.addLayout(button_row(self.use_ellipse))
        layout.addStretch(1)
        layout.addLayout(button_row(self.reset_button))

    def _layout_mask(self, layout: QVBoxLayout) -> None:
        layout.addWidget(heading("Left out of the analysis"))
        layout.addWidget(self.mask_note)
        self.layers.setHorizontalSpacing(14)
        layout.addLayout(self.layers)
        tools = []
        for text, tool, tip in (
            ("Brush", "brush", "Paint what is to be left out (N)"),
            ("Erase", "erase", "Paint what is to be used after all (E)"),
            ("Polygon", "polygon", "Click corners; a double click leaves the inside out (Q)"),
        ):
            made = button(text, tip=tip)
            made.clicked.connect(lambda _checked=False, t=tool: self.tool_wanted.emit(t))
            tools.append(made)
        layout.addLayout(button_row(*tools))
        form = QFormLayout()
        form.addRow("Brush width", self.brush_width)
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
        self.kind.setText("Open a pattern first.")

    def show_found(self, marks: "FoundMarks", *, is_by_user: bool, inverted: bool | None) -> None:
        """Show what was found."""
        self.setEnabled(True)
        self.kind.setText(f"{marks.kind_sentence} {len(marks.spots_xy)} spots besides the beam.")
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
            words = f"Or at ({xy[0]:.0f}, {xy[1]:.0f}), {number(100 * probability, 0)} %"
            made = button(words, tip="Take the direct beam to be there")
            made.clicked.connect(lambda _checked=False, at=xy: self.center_edited.emit(at))
            self.places.addWidget(made)

    def _show_layers(self, marks: "FoundMarks") -> None:
        _empty(self.layers)
        self.mask_note.setText(
            f"{number(100 * marks.masked_share, 1)} % of the image, tinted when the mask is shown "
            "(M)."
            if marks.mask_layers
            else "Nothing: no beam stop, text or bad pixels were found."
        )
        for row, (name, layer) in enumerate(marks.mask_layers.items()):
            sign = QLabel("■")
            sign.setStyleSheet(f"color: {IMAGE_MARKS['mask']}")
            share = QLabel(f"{number(100 * float(layer.mean()), 2)} %")
            self.layers.addWidget(sign, row, 0)
            self.layers.addWidget(QLabel(LAYER_WORDS.get(name, name)), row, 1)
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
        return "Set by you. Undo, or find everything again, to drop it."
    return f"Found from {marks.center_method}, ± {number(marks.center_sigma_px, 1)} px."
