"""Panel for the calibration: the scale, its source, and every way to set it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.electron import DEFAULT_ENERGY_KEV, wavelength_angstrom
from saed_desktop.gui.theme import colors_of, heading_font, icon, numeric_font
from saed_desktop.gui.views.number_field import NumberField
from saed_desktop.gui.views.readout import scale_text
from saed_desktop.gui.views.widgets import button, button_row, heading, line, muted
from saed_desktop.pattern.calibration import ROUGH_SIGMA, scale_from_camera
from saed_desktop.translation import mark, recognised, tr

# joined, so that no line ends within a unit
UNITS = (("1/nm", "1\u2060/\u2060nm"), ("1/A", "1\u2060/\u2060Å"))

SOURCE_WORDS = {
    "file": mark("from the file, not checked"),
    "user": mark("entered by you"),
    "profile": mark("from a profile"),
    "scale-bar": mark("from the scale bar"),
    "standard": mark("measured with a standard"),
    "fitted": mark("fitted with the phase named, not confirmed"),
    "none": mark("unknown"),
}
CONFIRMED = ("user", "profile", "scale-bar", "standard")


def _cost(relative_sigma: float | None) -> str:
    """Return what the answer loses by the scale's uncertainty, None for no scale at all."""
    if relative_sigma is None:
        return tr("Ratios and angles alone decide: more phases fit.")
    if relative_sigma > ROUGH_SIGMA:
        return tr("So rough a scale does not tell cells apart whose sizes differ by less.")
    return ""


class CalibratePanel(QWidget):
    """Scale, energy, scale bar, standards and profiles."""

    scale_edited = Signal(float, object)
    energy_edited = Signal(object)
    confirm_wanted = Signal()
    file_value_wanted = Signal()
    bar_length_given = Signal(float)
    wizard_wanted = Signal()
    profile_applied = Signal(str)
    profile_save_wanted = Signal()
    profile_removed = Signal(str)
    all_wanted = Signal()
    unit_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.sign = QLabel()
        self.value = QLabel()
        self.source = muted()
        self.scale = NumberField(tr("Scale, reciprocal length per pixel"))
        self.sigma = NumberField(tr("Standard uncertainty of the scale in percent"), high=100)
        self.unit = QComboBox()
        self.unit.setAccessibleName(tr("Unit"))
        for value, text in UNITS:
            self.unit.addItem(text, value)
        self.energy = NumberField(tr("Electron energy in keV"), low=1, high=5000)
        self.camera_length = NumberField(tr("Camera length in mm"), high=1e6)
        self.pixel_size = NumberField(tr("Detector pixel in µm"), high=1e4)
        self.confirm_button = button(tr("Confirm"), tip=tr("Mark this scale as checked by you"))
        self.file_button = button(tr("Use the file's value"))
        self.camera_button = button(tr("Compute"), tip=tr("From camera length, pixel and energy"))
        self.bar_note = muted()
        self.bar_length = NumberField(tr("What the scale bar stands for"))
        self.bar_button = button(tr("Use the bar"))
        self.wizard_button = button(tr("Calibrate with a standard…"), kind="primary")
        self.profiles = QComboBox()
        self.profiles.setAccessibleName(tr("Calibration profiles"))
        self.profile_note = muted()
        self.apply_button = button(tr("Apply"))
        self.save_button = button(tr("Save as profile…"))
        self.remove_button = button(tr("Delete"))
        self.all_button = button(
            tr("Apply to all open patterns"),
            tip=tr("Give every open pattern this scale and ellipse"),
        )
        self._layout_widgets()
        self._connect_widgets()
        self.show_nothing()

    def _layout_widgets(self) -> None:
        self.value.setFont(heading_font(numeric_font(self.font()), 1.25))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.value)
        words.addWidget(self.source)
        top.addLayout(words, 1)
        layout.addLayout(top)
        layout.addLayout(button_row(self.confirm_button, self.file_button))
        layout.addWidget(line())
        layout.addWidget(heading(tr("Enter it")))
        self._layout_form(layout)
        layout.addWidget(line())
        layout.addWidget(heading(tr("Scale bar in the image")))
        layout.addWidget(self.bar_note)
        bar = QHBoxLayout()
        bar.addWidget(QLabel(tr("It stands for")))
        bar.addWidget(self.bar_length, 1)
        bar.addWidget(self.bar_button)
        layout.addLayout(bar)
        layout.addWidget(line())
        layout.addWidget(heading(tr("Measure it")))
        layout.addWidget(
            muted(tr("A ring pattern or a known crystal gives scale and ellipse to 0.1 to 1 %."))
        )
        layout.addLayout(button_row(self.wizard_button))
        layout.addWidget(line())
        layout.addWidget(heading(tr("Profiles")))
        layout.addWidget(self.profile_note)
        layout.addWidget(self.profiles)
        layout.addLayout(button_row(self.apply_button, self.save_button, self.remove_button))
        layout.addLayout(button_row(self.all_button))
        layout.addStretch(1)

    def _layout_form(self, layout: QVBoxLayout) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(7)
        scale = QHBoxLayout()
        scale.addWidget(self.scale, 2)
        scale.addWidget(self.unit, 1)
        form.addRow(tr("Scale per pixel"), scale)
        form.addRow(tr("Uncertain by, %"), self.sigma)
        form.addRow(tr("Energy, keV"), self.energy)
        form.addRow(tr("Camera length, mm"), self.camera_length)
        camera = QHBoxLayout()
        camera.addWidget(self.pixel_size, 1)
        camera.addWidget(self.camera_button)
        form.addRow(tr("Detector pixel, µm"), camera)
        layout.addLayout(form)

    def _connect_widgets(self) -> None:
        self.scale.value_edited.connect(self._scale_edited)
        self.sigma.value_edited.connect(self._scale_edited)
        self.energy.value_edited.connect(self.energy_edited)
        self.confirm_button.clicked.connect(self.confirm_wanted)
        self.file_button.clicked.connect(self.file_value_wanted)
        self.camera_button.clicked.connect(self._compute)
        self.bar_button.clicked.connect(self._use_bar)
        self.bar_length.returnPressed.connect(self._use_bar)
        self.wizard_button.clicked.connect(self.wizard_wanted)
        self.apply_button.clicked.connect(self._apply_profile)
        self.save_button.clicked.connect(self.profile_save_wanted)
        self.remove_button.clicked.connect(self._remove_profile)
        self.all_button.clicked.connect(self.all_wanted)
        self.unit.activated.connect(lambda _i: self.unit_chosen.emit(self.unit.currentData()))

    # ---- what it shows ----------------------------------------------------------------------

    def show_nothing(self) -> None:
        """Empty the panel."""
        self.setEnabled(False)
        self.value.setText(tr("No pattern"))
        self.source.setText(tr("Open a pattern first."))

    def show_calibration(
        self,
        scale_inv_angstrom_per_px: float | None,
        source: str,
        relative_sigma: float | None,
        remark: str,
        unit: str,
        *,
        file_has_scale: bool,
    ) -> None:
        """Show the scale with its source."""
        self.setEnabled(True)
        colors = colors_of(self.palette())
        is_known = scale_inv_angstrom_per_px is not None
        if not is_known:
            name, color = "verdict-none", colors.none
        elif source in CONFIRMED and not (relative_sigma or 0) > ROUGH_SIGMA:
            name, color = "verdict-accepted", colors.good
        else:
            name, color = "warning", colors.warn
        self.sign.setPixmap(icon(name, color).pixmap(QSize(30, 30)))
        self.unit.setCurrentIndex(self.unit.findData(unit))
        self.value.setText(
            scale_text(scale_inv_angstrom_per_px, unit)
            if scale_inv_angstrom_per_px is not None
            else tr("Scale unknown")
        )
        words = tr(SOURCE_WORDS.get(source, source))
        sigma = f", ± {100 * relative_sigma:.1f} %" if relative_sigma and is_known else ""
        cost = _cost(relative_sigma if is_known else None)
        about = (f"{words[:1].upper()}{words[1:]}{sigma}.", recognised(remark), cost)
        self.source.setText(" ".join(part for part in about if part))
        factor = 10.0 if unit == "1/nm" else 1.0
        self.scale.set_value(
            None if scale_inv_angstrom_per_px is None else factor * scale_inv_angstrom_per_px
        )
        self.sigma.set_value(
            100 * relative_sigma if relative_sigma and relative_sigma < 1 else None, 2
        )
        self.confirm_button.setVisible(is_known and source not in CONFIRMED)
        self.file_button.setVisible(file_has_scale and source != "file")

    def show_microscope(self, energy_kev: float | None, camera_length_mm: float | None) -> None:
        """Show what is known of the microscope."""
        self.energy.set_value(energy_kev, 4)
        self.camera_length.set_value(camera_length_mm, 5)

    def show_bar(self, width_px: int | None, unit: str) -> None:
        """Show the scale bar that was found."""
        has_bar = width_px is not None
        name = dict(UNITS)[unit]
        self.bar_note.setText(
            tr(
                "A bar of {width_px} pixels was found. Type the number beside it ({name}).",
                width_px=width_px,
                name=name,
            )
            if has_bar
            else tr("None was found.")
        )
        self.bar_length.setEnabled(has_bar)
        self.bar_button.setEnabled(has_bar)

    def forget_entries(self) -> None:
        """Empty the fields that were filled for another pattern."""
        self.bar_length.set_value(None)
        self.pixel_size.set_value(None)

    def show_profiles(self, names: Sequence[str], suiting: str) -> None:
        """Show the saved profiles; one may suit what the file says of the microscope."""
        chosen = self.profiles.currentText()
        self.profiles.clear()
        self.profiles.addItems(list(names))
        wanted = suiting or chosen
        if wanted in names:
            self.profiles.setCurrentText(wanted)
        for widget in (self.profiles, self.apply_button, self.remove_button):
            widget.setEnabled(bool(names))
        if suiting:
            self.profile_note.setText(
                tr("“{suiting}” is of this voltage and camera length.", suiting=suiting)
            )
        else:
            self.profile_note.setText(
                tr("Save the scale once for each microscope, voltage and camera length.")
                if not names
                else ""
            )
        self.profile_note.setVisible(bool(self.profile_note.text()))

    # ---- what the user does -----------------------------------------------------------------

    @property
    def _factor(self) -> float:
        return 0.1 if self.unit.currentData() == "1/nm" else 1.0

    def _scale_edited(self) -> None:
        value, sigma = self.scale.value, self.sigma.value
        if value is not None:
            self.scale_edited.emit(value * self._factor, sigma / 100 if sigma else None)

    def _use_bar(self) -> None:
        value = self.bar_length.value
        if value is not None:
            self.bar_length_given.emit(value * self._factor)

    def _compute(self) -> None:
        length, pixel = self.camera_length.value, self.pixel_size.value
        if length is None or pixel is None:
            return
        energy = self.energy.value or DEFAULT_ENERGY_KEV
        scale = scale_from_camera(length, pixel, wavelength_angstrom(energy))
        # a nominal camera length is reproduced to a few percent, no better
        self.scale_edited.emit(scale, 0.03)

    def _apply_profile(self) -> None:
        if self.profiles.currentText():
            self.profile_applied.emit(self.profiles.currentText())

    def _remove_profile(self) -> None:
        if self.profiles.currentText():
            self.profile_removed.emit(self.profiles.currentText())
