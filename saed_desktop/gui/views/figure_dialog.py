"""Asks how a figure is to look, and shows it meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.views.number_field import number_spin
from saed_desktop.gui.views.widgets import button, button_row, heading, muted
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.figure_options import FigureOptions

PREVIEW_PX = 460
COLUMNS = (
    (mark("One column, 85 mm"), 85.0),
    (mark("One and a half, 120 mm"), 120.0),
    (mark("Page, 180 mm"), 180.0),
)

Preview = Callable[[FigureOptions, int, Callable[[QImage], None]], None]
"""Draws the figure of such options at a width in pixels, and hands it to the last when it can."""


class FigureDialog(QDialog):
    """Width, resolution, parts; the preview shows what will be saved.

    Parameters
    ----------
    options
        What was chosen last.
    preview
        Draws the figure in the background.
    """

    save_wanted = Signal(object)
    copy_wanted = Signal(object)

    def __init__(
        self, options: FigureOptions, preview: Preview, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Figure"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preview = preview
        self.picture = QLabel()
        self.picture.setAccessibleName(tr("Preview of the figure"))
        self.picture.setFixedSize(PREVIEW_PX, PREVIEW_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.size_note = muted()
        self.column = QComboBox()
        self.column.setAccessibleName(tr("Usual widths"))
        self.width_mm = number_spin(
            tr("Width in mm"), 10, 1000, options.width_mm, " mm", decimals=1
        )
        self.text_pt = number_spin(
            tr("Size of the text in points"), 3, 40, options.text_pt, tr(" pt"), decimals=1
        )
        self.dpi = QSpinBox()
        self.dpi.setRange(72, 2400)
        self.dpi.setSuffix(tr(" dpi"))
        self.dpi.setValue(options.dpi)
        self.dpi.setAccessibleName(tr("Pixels per inch"))
        self.crops = _check(tr("As zoomed on the screen"), options.crops)
        self.marks = _check(tr("Marks"), options.marks)
        self.labels = _check(tr("Indices"), options.labels)
        self.scale_bar = _check(tr("Scale bar"), options.scale_bar)
        self.save_button = button(tr("Save…"), kind="primary")
        self.copy_button = button(tr("Copy"))
        self.close_button = button(tr("Close"))
        self._layout_widgets()
        self._connect_widgets()
        self._show()

    def _layout_widgets(self) -> None:
        for text, width in COLUMNS:
            self.column.addItem(tr(text), width)
        self.column.addItem(tr("Another width"), 0.0)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.addRow(tr("For"), self.column)
        form.addRow(tr("Width"), self.width_mm)
        form.addRow(tr("Resolution"), self.dpi)
        form.addRow(tr("Text"), self.text_pt)
        side = QVBoxLayout()
        side.setSpacing(9)
        side.addWidget(heading(tr("Size on paper")))
        side.addLayout(form)
        side.addWidget(self.size_note)
        side.addSpacing(6)
        side.addWidget(heading(tr("What it shows")))
        for box in (self.crops, self.marks, self.labels, self.scale_bar):
            side.addWidget(box)
        side.addStretch(1)
        side.addLayout(
            button_row(self.close_button, self.copy_button, self.save_button, stretch_first=True)
        )
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 14)
        whole.setSpacing(18)
        whole.addWidget(self.picture)
        whole.addLayout(side, 1)
        self.save_button.setDefault(True)

    def _connect_widgets(self) -> None:
        self.column.activated.connect(self._column_chosen)
        for spin in (self.width_mm, self.text_pt, self.dpi):
            spin.valueChanged.connect(self._show)
        for box in (self.crops, self.marks, self.labels, self.scale_bar):
            box.toggled.connect(self._show)
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self.options))
        self.copy_button.clicked.connect(lambda: self.copy_wanted.emit(self.options))
        self.close_button.clicked.connect(self.close)

    @property
    def options(self) -> FigureOptions:
        """The options chosen."""
        return FigureOptions(
            width_mm=self.width_mm.value(),
            dpi=self.dpi.value(),
            text_pt=self.text_pt.value(),
            crops=self.crops.isChecked(),
            marks=self.marks.isChecked(),
            labels=self.labels.isChecked(),
            scale_bar=self.scale_bar.isChecked(),
        )

    def _column_chosen(self) -> None:
        if self.column.currentData():
            self.width_mm.setValue(self.column.currentData())

    def _show(self) -> None:
        options = self.options
        at = self.column.findData(options.width_mm)
        self.column.setCurrentIndex(at if at >= 0 else self.column.count() - 1)
        self._preview(options, round(PREVIEW_PX * self.devicePixelRatioF()), self._show_picture)

    def _show_picture(self, image: QImage) -> None:
        """Show what was drawn, and how large it will be."""
        options, ratio = self.options, self.devicePixelRatioF()
        if image.height() > image.width():
            image = image.scaledToHeight(
                round(PREVIEW_PX * ratio), Qt.TransformationMode.SmoothTransformation
            )
        height_mm = options.width_mm * image.height() / image.width()
        image.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(image))
        height_px = round(options.width_px * image.height() / image.width())
        self.size_note.setText(
            tr(
                "{width_mm:.0f} × {height_mm:.0f} mm, {width_px} × {height_px} pixels",
                width_mm=options.width_mm,
                height_mm=height_mm,
                width_px=options.width_px,
                height_px=height_px,
            )
        )


def _check(text: str, is_checked: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setChecked(is_checked)
    return box
