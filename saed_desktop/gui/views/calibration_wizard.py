"""Calibrate with a standard: choose the crystal, see its lines on the pattern, take the scale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.models.simple_table import SimpleTable
from saed_desktop.gui.theme import heading_font, numeric_font
from saed_desktop.gui.views.indices import IndicesDelegate
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.readout import number, scale_text
from saed_desktop.gui.views.widgets import button, button_row, heading, line, muted, table
from saed_desktop.translation import mark, recognised, tr

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage, ByteTable
    from saed_desktop.calibration.standard_fit import StandardFit
    from saed_desktop.workspace.standard_rivals import StandardCheck

_TOLD_DISTORTION = 0.003
"""Less is not told from the errors of the rings."""


class CalibrationWizard(QDialog):
    """Three steps on one page: what it is, how it fits, what to do with it."""

    fit_wanted = Signal(str, bool)
    accepted_fit = Signal(bool, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Calibrate with a standard"))
        self.setModal(False)
        self.view = PatternView()
        self.rings_choice = QRadioButton(tr("Rings: many small crystals"))
        self.spots_choice = QRadioButton(tr("Spots: one crystal, near a zone axis"))
        self._kind = QButtonGroup(self)
        self.standard = QComboBox()
        self.standard.setAccessibleName(tr("Standard"))
        self.value = QLabel()
        self.words = muted()
        self.check_words = muted()
        self.model = SimpleTable((mark("Line"), "d, Å", "r, px", mark("off, %")), (1, 2, 3))
        self.table = table(tr("Lines of the standard"))
        self.use_ellipse = QCheckBox(tr("Undo the ellipse as well"))
        self.profile_name = QLineEdit()
        self.to_all = QCheckBox(tr("Apply to all open patterns"))
        self.use_button = button(tr("Use this scale"), kind="primary")
        self.use_button.setEnabled(False)
        self.cancel_button = button(tr("Cancel"))
        self._layout_widgets()
        self._connect_widgets()
        self.resize(1120, 740)

    def _layout_widgets(self) -> None:
        self._kind.addButton(self.rings_choice)
        self._kind.addButton(self.spots_choice)
        self.value.setFont(heading_font(numeric_font(self.font()), 1.35))
        self.value.setWordWrap(True)
        self.profile_name.setPlaceholderText(tr("Such as: Titan 300 kV, 580 mm"))
        self.profile_name.setAccessibleName(tr("Name of the profile to save; empty saves none"))
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(0, IndicesDelegate(self.table))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        side = QWidget()
        side.setProperty("kind", "panel")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(400)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(8)
        layout.addWidget(heading(tr("1  What is it?")))
        layout.addWidget(self.standard)
        layout.addWidget(self.rings_choice)
        layout.addWidget(self.spots_choice)
        layout.addWidget(line())
        layout.addWidget(heading(tr("2  Do its lines lie on the pattern?")))
        layout.addWidget(self.value)
        layout.addWidget(self.words)
        layout.addWidget(self.check_words)
        layout.addWidget(self.table, 1)
        layout.addWidget(line())
        layout.addWidget(heading(tr("3  Take it")))
        layout.addWidget(self.use_ellipse)
        layout.addWidget(self.to_all)
        layout.addWidget(muted(tr("Save as a profile, for other patterns of this camera length:")))
        layout.addWidget(self.profile_name)
        layout.addLayout(button_row(self.cancel_button, self.use_button, stretch_first=True))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.view, 1)
        whole.addWidget(side)

    def _connect_widgets(self) -> None:
        self.standard.activated.connect(self._ask)
        self.rings_choice.toggled.connect(self._ask)
        self.use_button.clicked.connect(self._accept)
        self.cancel_button.clicked.connect(self.close)

    def show_pattern(
        self,
        levels: "Sequence[ByteImage]",
        colors: "ByteTable",
        standards: Sequence[str],
        *,
        has_rings: bool,
    ) -> None:
        """Show the pattern and what it may be of."""
        self.view.set_color_table(colors)
        self.view.set_image(levels)
        self.view.reflections.set_parts(marks=True, labels=True)
        self.standard.clear()
        for name in standards:
            self.standard.addItem(tr(name), name)
        self._kind.blockSignals(True)
        (self.rings_choice if has_rings else self.spots_choice).setChecked(True)
        self._kind.blockSignals(False)
        self.show_nothing(tr("Measuring…"))
        self._ask()

    def show_nothing(self, words: str) -> None:
        """Show that there is no fit, and why."""
        self.value.setText("")
        self.words.setText(words)
        self._say_check("", is_doubtful=False)
        self.model.set_rows(())
        self.view.rings.set_fitted(np.zeros(0))
        self.view.center.set_center(None)
        self.use_button.setEnabled(False)

    def show_fit(self, fit: "StandardFit", unit: str) -> None:
        """Show a fit."""
        self.value.setText(
            f"{scale_text(fit.scale_inv_angstrom_per_px, unit)} "
            f"± {number(100 * fit.relative_sigma, 2)} %"
        )
        ratio = 100 * (fit.ellipse.ratio - 1)
        # an ellipse too round to be seen has no direction
        ellipse = (
            tr("No ellipse.")
            if ratio < 0.05
            else tr(
                "Ellipse {number} % along {number_2}°.",
                number=number(ratio, 1),
                number_2=number(fit.ellipse.azimuth_deg, 0),
            )
        )
        sentences = [recognised(fit.words), ellipse]
        if abs(fit.radial_distortion) >= _TOLD_DISTORTION:
            percent = number(100 * fit.radial_distortion, 1)
            sentences.append(
                tr("Radial distortion {percent} % at the outermost ring.", percent=percent)
            )
        self.words.setText(" ".join(sentences))
        self.use_ellipse.setChecked(ratio >= 0.3)
        self.model.set_rows(
            [
                (
                    item.label,
                    number(item.d_angstrom, 3),
                    number(item.radius_px, 1),
                    number(100 * item.deviation, 2),
                )
                for item in fit.lines
            ]
        )
        radii = np.array([item.radius_px for item in fit.lines])
        width, height = self.view.image.size_px
        self.view.rings.set_geometry(
            fit.center_xy, fit.scale_inv_angstrom_per_px, max(width, height)
        )
        is_rings = self.rings_choice.isChecked()
        self.view.rings.set_fitted(radii if is_rings else np.unique(np.round(radii, 0)))
        self.view.center.set_center(fit.center_xy, 0.5)
        self.use_button.setEnabled(True)

    def show_check(self, check: "StandardCheck") -> None:
        """Say what speaks against the standard that was chosen."""
        self._say_check(check.words, is_doubtful=check.is_doubtful)

    def _say_check(self, words: str, *, is_doubtful: bool) -> None:
        self.check_words.setProperty("role", "warn" if is_doubtful else "muted")
        self.check_words.style().unpolish(self.check_words)
        self.check_words.style().polish(self.check_words)
        self.check_words.setText(words)
        self.check_words.setVisible(bool(words))

    def _ask(self) -> None:
        if self.standard.currentText():
            self.show_nothing(tr("Measuring…"))
            self.fit_wanted.emit(self.standard.currentData(), self.rings_choice.isChecked())

    def _accept(self) -> None:
        self.accepted_fit.emit(
            self.use_ellipse.isChecked(), self.profile_name.text().strip(), self.to_all.isChecked()
        )
        self.close()
