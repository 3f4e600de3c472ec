"""The wizard that fits a standard: rings of many grains or spots of one known crystal."""

from dataclasses import replace
from typing import TYPE_CHECKING

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.calibration import CalibrationController
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.views.calibration_wizard import CalibrationWizard
from saed_desktop.gui.views.color_maps import color_table
from saed_desktop.gui.worker import Task
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.distortion import combined
from saed_desktop.translation import tr
from saed_desktop.workspace.open_pattern import OpenPattern
from saed_desktop.workspace.profiles import Profile

if TYPE_CHECKING:
    from saed_desktop.calibration.standard_fit import StandardFit
    from saed_desktop.crystal.phase import Phase
    from saed_desktop.workspace.standard_rivals import StandardCheck


class CalibrationWizardController(Controller):
    """Opens the wizard, fits in the background, takes what comes out."""

    def __init__(
        self,
        context: Context,
        pattern_display: PatternDisplayController,
        calibration: CalibrationController,
    ) -> None:
        super().__init__(context)
        self._thread = context.workers["answer"]
        self._pattern_display, self._calibration = pattern_display, calibration
        self._wizard: CalibrationWizard | None = None
        self._pattern: OpenPattern | None = None
        self._fit: StandardFit | None = None
        context.window.calibrate_panel.wizard_wanted.connect(self.open)

    @property
    def wizard(self) -> CalibrationWizard | None:
        """The wizard, where it is open."""
        return self._wizard

    def open(self) -> None:
        """Open the wizard for the pattern shown."""
        self._window.show_calibrate_tab()
        pattern = self._current
        if pattern is None or pattern.prepared is None:
            self._banner.show_notice(
                tr("Open a ring pattern or a known crystal first."), of_pattern=True
            )
            return
        if self._wizard is not None:
            self._wizard.close()
        self._pattern, self._fit = pattern, None
        wizard = CalibrationWizard(self._window)
        self._wizard = wizard
        wizard.fit_wanted.connect(self._submit)
        wizard.accepted_fit.connect(self._take)
        wizard.finished.connect(self._closed)
        has_rings = len(pattern.prepared.marks.rings_px) >= 2
        levels, colors = self._pattern_display.levels, color_table(self._settings.value.color_map)

        def work(_task: Task) -> tuple[str, ...]:
            from saed_desktop.calibration.standards import STANDARDS
            from saed_desktop.workspace.setup_choice import available_phases

            return (*(standard.name for standard in STANDARDS), *available_phases())

        def done(names: tuple[str, ...]) -> None:
            if self._wizard is wizard:
                wizard.show_pattern(levels, colors, names, has_rings=has_rings)

        self._thread.submit(work, done=done, key="standards")
        wizard.show()

    def _submit(self, name: str, has_rings: bool) -> None:
        pattern, wizard = self._pattern, self._wizard
        if pattern is None or pattern.prepared is None or wizard is None:
            return
        prepared = pattern.prepared.pattern

        def work(_task: Task) -> "StandardFit":
            from saed_desktop.calibration.ring_standard import fit_rings
            from saed_desktop.calibration.standard_fit import fit_crystal

            phase = _phase_of(name)
            return fit_rings(prepared, phase) if has_rings else fit_crystal(prepared, phase)

        def done(fit: "StandardFit") -> None:
            if self._wizard is wizard:
                self._fit = fit
                wizard.show_fit(fit, self._settings.value.unit)
                self._check(name, fit, has_rings=has_rings)

        def failed(sentence: str) -> None:
            if self._wizard is wizard:
                self._fit = None
                wizard.show_nothing(sentence)

        self._thread.submit(work, done=done, failed=failed, key="standard")

    def _check(self, name: str, fit: "StandardFit", *, has_rings: bool) -> None:
        """Say which other standards would fit as well: an fcc metal looks like any other."""
        pattern, wizard = self._pattern, self._wizard
        if pattern is None or pattern.prepared is None or wizard is None:
            return
        found = pattern.prepared.pattern
        prepared = replace(found, pattern=pattern.state.apply_to(found.pattern))

        def work(_task: Task) -> "StandardCheck":
            from saed_desktop.calibration.standards import standard_phases
            from saed_desktop.workspace.setup_choice import available_phases
            from saed_desktop.workspace.standard_rivals import check_standard

            # what the user looks for may be what this is
            phases = (*standard_phases(), *(s.phase for s in available_phases().values()))
            return check_standard(prepared, _phase_of(name), fit, phases, has_rings=has_rings)

        def done(check: "StandardCheck") -> None:
            if self._wizard is wizard and self._fit is fit:
                wizard.show_check(check)

        self._thread.submit(work, done=done, key="standard-check")

    def _take(self, undoes_ellipse: bool, profile_name: str, to_all: bool) -> None:
        fit, pattern, wizard = self._fit, self._pattern, self._wizard
        if fit is None or pattern is None or wizard is None:
            return
        calibration = Calibration.known(
            fit.scale_inv_angstrom_per_px, ScaleSource.STANDARD, fit.relative_sigma, fit.words
        )
        ellipse = pattern.state.ellipse
        if undoes_ellipse and fit.ellipse.ratio > 1.0005:
            ellipse = combined(ellipse, fit.ellipse)
        if profile_name and pattern.loaded is not None:
            measured = pattern.loaded.pattern
            self._calibration.keep(
                Profile(
                    name=profile_name,
                    scale_inv_angstrom_per_px=fit.scale_inv_angstrom_per_px,
                    relative_sigma=fit.relative_sigma,
                    width_px=measured.shape_yx[1],
                    microscope=measured.details.get("microscope", ""),
                    energy_kev=pattern.state.energy_kev or measured.energy_kev,
                    camera_length_mm=measured.camera_length_mm,
                    ellipse_ratio=ellipse.ratio if ellipse else 1.0,
                    ellipse_azimuth_deg=ellipse.azimuth_deg if ellipse else 0.0,
                    standard=wizard.standard.currentData(),
                )
            )
        self._open_patterns.change(
            pattern, tr("calibrate with a standard"), calibration=calibration, ellipse=ellipse
        )
        if to_all:
            self._calibration.give_to_all(calibration, ellipse)

    def _closed(self) -> None:
        if self._wizard is not None:
            self._wizard.deleteLater()
        self._wizard = self._pattern = self._fit = None


def _phase_of(name: str) -> "Phase":
    """Return a standard or a phase of the library; not to be called on the window's thread."""
    from saed_desktop.calibration.standards import STANDARDS
    from saed_desktop.workspace.setup_choice import available_phases

    known = {standard.name: standard for standard in STANDARDS}
    return known[name].phase() if name in known else available_phases()[name].phase
