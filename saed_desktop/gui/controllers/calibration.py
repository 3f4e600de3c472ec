"""The scale of a pattern: entered, confirmed, read from a bar, fitted to a standard, kept."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.translation import recognised, tr
from saed_desktop.workspace.open_pattern import OpenPattern
from saed_desktop.workspace.profiles import Profile, ProfileStore

if TYPE_CHECKING:
    from saed_desktop.pattern.distortion import Ellipse


class CalibrationController(Controller):
    """Everything that the Calibrate panel does but the wizard."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._panel = context.window.calibrate_panel
        self.profiles = ProfileStore()
        self._connect_panel()
        patterns = context.open_patterns
        patterns.image_ready.connect(lambda pattern, *_: self._show(pattern))
        patterns.prepared.connect(self._show)
        patterns.answered.connect(self._show)
        patterns.pattern_updated.connect(self._show)
        patterns.current_changed.connect(self._pattern_changed)

    def _connect_panel(self) -> None:
        panel = self._panel
        panel.scale_edited.connect(self.set_scale)
        panel.energy_edited.connect(self._set_energy)
        panel.confirm_wanted.connect(self.confirm)
        panel.file_value_wanted.connect(self._use_file_value)
        panel.bar_length_given.connect(self.use_scale_bar)
        panel.profile_applied.connect(self.apply_profile)
        panel.profile_save_wanted.connect(self._ask_for_profile_name)
        panel.profile_removed.connect(self._remove_profile)
        panel.all_wanted.connect(self.apply_to_all)

    # ---- edits ------------------------------------------------------------------------------

    def ask_for_bar_length(self) -> None:
        """Let the user enter what stands beside the scale bar in the image."""
        self._window.show_calibrate_tab()
        self._panel.bar_length.setFocus()

    def set_scale(self, scale_inv_angstrom_per_px: float, relative_sigma: float | None) -> None:
        """Take a scale that the user entered."""
        self._set(
            tr("enter the scale"), scale_inv_angstrom_per_px, ScaleSource.USER, relative_sigma
        )

    def confirm(self) -> None:
        """Take the scale that is shown as one that the user has checked."""
        current = self._current
        scale = current.scale_inv_angstrom_per_px if current is not None else None
        if current is None or scale is None:
            return
        sigma = None
        if current.answered is not None:
            sigma = min(current.answered.solution.calibration.relative_sigma, 0.02)
        self._set(tr("confirm the scale"), scale, ScaleSource.USER, sigma)

    def use_scale_bar(self, length_inv_angstrom: float) -> None:
        """Take the scale from the length that the bar in the image stands for."""
        current = self._current
        bar = current.prepared.marks.scale_bar if current and current.prepared else None
        if bar is None:
            return
        self._set(
            tr("use the scale bar"),
            length_inv_angstrom / max(bar[2], 1),
            ScaleSource.SCALE_BAR,
            None,
        )

    def _set(self, text: str, scale: float, source: ScaleSource, sigma: float | None) -> None:
        self._open_patterns.edit(text, calibration=Calibration.known(scale, source, sigma))

    def _use_file_value(self) -> None:
        self._open_patterns.edit(tr("use the file's scale"), calibration=None)

    def _set_energy(self, energy_kev: float | None) -> None:
        self._open_patterns.edit(tr("enter the energy"), energy_kev=energy_kev)

    def apply_to_all(self) -> None:
        """Give every open pattern the scale and the ellipse of the one shown."""
        current = self._current
        if current is None or current.scale_inv_angstrom_per_px is None:
            return
        calibration = current.state.calibration or (
            current.answered.solution.calibration if current.answered else None
        )
        if calibration is None and current.loaded is not None:
            calibration = current.loaded.pattern.calibration
        self.give_to_all(calibration, current.state.ellipse)

    def give_to_all(self, calibration: Calibration | None, ellipse: "Ellipse | None") -> None:
        """Give every open pattern a calibration, as one step that can be undone."""
        self._open_patterns.change_all(
            self._open_patterns.patterns,
            tr("calibrate all open patterns"),
            calibration=calibration,
            ellipse=ellipse,
        )

    # ---- profiles ---------------------------------------------------------------------------

    def apply_profile(self, name: str) -> None:
        """Take scale and ellipse from a profile."""
        current, profile = self._current, self.profiles.read().get(name)
        if current is None or current.loaded is None or profile is None:
            return
        width = current.loaded.pattern.shape_yx[1]
        self._open_patterns.edit(
            tr("apply the profile {name}", name=name),
            calibration=profile.calibration_for(width),
            ellipse=profile.ellipse,
        )

    def _ask_for_profile_name(self) -> None:
        current = self._current
        if current is None or current.scale_inv_angstrom_per_px is None:
            self._banner.show_notice(
                tr("There is no scale to save."), kind="warning", of_pattern=True
            )
            return
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(tr("Save a profile"))
        dialog.setLabelText(tr("Microscope, voltage and camera length, as you call them:"))
        dialog.setTextValue(self._suggested_name(current))
        dialog.textValueSelected.connect(self.save_profile)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_profile(self, name: str) -> None:
        """Save the scale that is shown as a profile."""
        current = self._current
        scale = current.scale_inv_angstrom_per_px if current is not None else None
        if current is None or current.loaded is None or scale is None or not name.strip():
            return
        pattern = current.state.apply_to(current.loaded.pattern)
        sigma = pattern.calibration.relative_sigma if pattern.calibration.is_known else 0.02
        ellipse = current.state.ellipse
        self.keep(
            Profile(
                name=name.strip(),
                scale_inv_angstrom_per_px=scale,
                relative_sigma=sigma,
                width_px=pattern.shape_yx[1],
                microscope=pattern.details.get("microscope", ""),
                energy_kev=pattern.energy_kev,
                camera_length_mm=pattern.camera_length_mm,
                ellipse_ratio=ellipse.ratio if ellipse else 1.0,
                ellipse_azimuth_deg=ellipse.azimuth_deg if ellipse else 0.0,
            )
        )

    def keep(self, profile: Profile) -> None:
        """Save a profile and say so."""
        try:
            self.profiles.save(profile)
        except OSError as error:
            self._complain(tr("The profile cannot be saved: {strerror}.", strerror=error.strerror))
            return
        self._banner.show_notice(tr("The profile “{name}” is saved.", name=profile.name))
        self._show_profiles()

    def _remove_profile(self, name: str) -> None:
        self.profiles.remove(name)
        self._show_profiles()

    def _suggested_name(self, pattern: OpenPattern) -> str:
        if pattern.loaded is None:
            return ""
        known = state_applied = pattern.state.apply_to(pattern.loaded.pattern)
        parts = [known.details.get("microscope", "")]
        if state_applied.energy_kev:
            parts.append(f"{state_applied.energy_kev:g} kV")
        if state_applied.camera_length_mm:
            parts.append(f"{state_applied.camera_length_mm:g} mm")
        return ", ".join(part for part in parts if part)

    # ---- what is shown ----------------------------------------------------------------------

    def _pattern_changed(self, pattern: OpenPattern | None) -> None:
        # a number typed for one pattern must not calibrate the next
        self._panel.forget_entries()
        if pattern is None:
            self._panel.show_nothing()
        else:
            self._show_profiles()

    def _show_profiles(self) -> None:
        profiles = self.profiles.read()
        current = self._current
        suiting = ""
        if current is not None and current.loaded is not None:
            pattern = current.loaded.pattern
            suiting = next(
                (
                    name
                    for name, profile in profiles.items()
                    if profile.suits(pattern.energy_kev, pattern.camera_length_mm)
                ),
                "",
            )
        self._panel.show_profiles(sorted(profiles), suiting)
        if remark := self.profiles.take_remark():
            self._complain(recognised(remark))

    def _show(self, pattern: OpenPattern) -> None:
        if pattern is not self._current or pattern.loaded is None:
            return
        shown = pattern.state.apply_to(pattern.loaded.pattern)
        calibration = shown.calibration
        if pattern.answered is not None:
            calibration = pattern.answered.solution.calibration
        unit = self._settings.value.unit
        self._panel.show_calibration(
            calibration.scale_inv_angstrom_per_px,
            calibration.source.value,
            calibration.relative_sigma if calibration.is_known else None,
            calibration.remark,
            unit,
            file_has_scale=pattern.loaded.pattern.calibration.is_known,
        )
        self._panel.show_microscope(shown.energy_kev, shown.camera_length_mm)
        bar = pattern.prepared.marks.scale_bar if pattern.prepared is not None else None
        self._panel.show_bar(bar[2] if bar else None, unit)
