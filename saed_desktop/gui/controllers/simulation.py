"""Simulate beside the pattern: computed in the background, drawn beside it and over it."""

from typing import TYPE_CHECKING

import numpy as np

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import tr
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.gui.views.simulation_window import SimulationWindow
    from saed_desktop.simulation.single_pattern import SimulatedPattern, SimulationRequest

LEAST_Q_MAX, MOST_Q_MAX = 1.0, 2.5
"""In 1/Å; between them the outermost spot decides how far a pattern is computed."""
ANGSTROM_PER_NM = 10.0


class SimulationController(Controller):
    """Opens the window, computes what it asks for, draws it over the pattern."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._thread = context.workers["load"]
        self.window: SimulationWindow | None = None
        self._pattern: SimulatedPattern | None = None
        context.open_patterns.current_changed.connect(lambda _pattern: self._draw())
        context.open_patterns.answered.connect(lambda _pattern: self._draw())

    # ---- the window -------------------------------------------------------------------------

    def open(self) -> None:
        """Open the window, or bring it to the front."""
        if self.window is not None:
            self.window.raise_()
            self.window.activateWindow()
            return
        from saed_desktop.gui.views.simulation_window import SimulationWindow

        made = SimulationWindow(self._window)
        self.window = made
        made.changed.connect(self._compute)
        made.overlay_changed.connect(self._show)
        made.lit_changed.connect(lambda is_lit: self._view.simulation.set_lit(is_lit=is_lit))
        made.candidate_wanted.connect(self.take_candidate)
        made.fit_wanted.connect(self.fit)
        made.finished.connect(self._closed)
        current = self._current
        if current is not None and current.state.energy_kev:
            made.energy.setValue(current.state.energy_kev)
        service, choice = self._service, self._setup

        def work(_task: Task) -> tuple[str, ...]:
            return service.get().phase_names(choice)

        def done(names: tuple[str, ...]) -> None:
            if self.window is made:
                row = self._open_patterns.candidate
                chosen = row.phase if row is not None else ""
                made.show_phases([(name, phase_label(name)) for name in names], chosen)
                self.take_candidate()

        self._thread.submit(work, done=done, key="simulate-phases")
        made.show()

    def _closed(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
        self.window = self._pattern = None
        self._view.simulation.set_pattern(None)

    # ---- computing --------------------------------------------------------------------------

    def _compute(self) -> None:
        made = self.window
        if made is None or not made.phase.currentData():
            return
        name, text = made.phase.currentData(), made.direction.text()
        turn, tilt, azimuth = made.in_plane.value(), made.tilt.value(), made.azimuth.value()
        thickness, energy = made.thickness.value() * ANGSTROM_PER_NM, made.energy.value()
        is_dynamical = made.is_dynamical
        service, choice, q_max = self._service, self._setup, self._q_max

        def work(_task: Task) -> "SimulatedPattern":
            from saed_desktop.simulation.single_pattern import (
                SimulationRequest,
                parse_direction,
                simulated_pattern,
            )

            request = SimulationRequest(
                parse_direction(text), turn, tilt, azimuth, thickness, energy, is_dynamical, q_max
            )
            return simulated_pattern(service.get().phase(name, choice), request)

        def done(pattern: "SimulatedPattern") -> None:
            self._pattern = pattern
            self._show()

        def failed(sentence: str) -> None:
            self._pattern = None
            if self.window is made:
                made.show_pattern(None, q_max, sentence)
            self._draw()

        self._thread.submit(work, done=done, failed=failed, key="simulate")

    def take_candidate(self) -> None:
        """Take phase and orientation of the candidate over; the pattern then lies on the spots."""
        made, row = self.window, self._open_patterns.candidate
        if made is None:
            return
        if row is None or row.orientation is None:
            self._compute()
            return
        orientation, name = row.orientation, row.phase
        service, choice = self._service, self._setup

        def work(_task: Task) -> "SimulationRequest":
            from saed_desktop.simulation.single_pattern import request_of_orientation

            lattice = service.get().phase(name, choice).lattice
            return request_of_orientation(lattice, orientation)

        def done(request: "SimulationRequest") -> None:
            if self.window is made:
                made.show_direction(request.direction_uvw, request.in_plane_deg, name)

        self._thread.submit(work, done=done, key="simulate-candidate")

    def fit(self) -> None:
        """Turn and tilt the crystal so that it explains the spots."""
        made, current = self.window, self._current
        if made is None or current is None or current.answered is None:
            return
        answered, name, text = current.answered, made.phase.currentData(), made.direction.text()
        tilt, azimuth = made.tilt.value(), made.azimuth.value()
        service = self._service
        made.words.setText(tr("Turning and tilting…"))

        def work(_task: Task) -> tuple["SimulationRequest", str]:
            from saed_desktop.simulation.single_pattern import SimulationRequest, parse_direction

            start = SimulationRequest(parse_direction(text), 0.0, tilt, azimuth)
            return service.get().fitted_simulation(answered, name, start)

        def done(result: tuple["SimulationRequest", str]) -> None:
            if self.window is made:
                request, _ = result
                made.show_direction(request.direction_uvw, request.in_plane_deg, name)

        def failed(sentence: str) -> None:
            if self.window is made:
                made.words.setText(sentence)

        self._thread.submit(work, done=done, failed=failed, key="simulate-fit")

    # ---- drawing ----------------------------------------------------------------------------

    def _show(self) -> None:
        made, pattern = self.window, self._pattern
        if made is None or pattern is None:
            return
        beam = " ".join(f"{round(value, 3) + 0.0:.3f}" for value in pattern.beam_uvw)
        made.show_pattern(
            pattern,
            self._q_max,
            tr(
                "{len} reflections, beam along [{beam}]. Drag turns, Shift-drag tilts.",
                len=len(pattern.hkl),
                beam=beam,
            ),
        )
        self._show_difference()
        self._draw()

    def _show_difference(self) -> None:
        """Show measured less computed where it is asked for."""
        made, pattern, current = self.window, self._pattern, self._current
        if made is None or pattern is None or not made.shows_difference:
            if made is not None:
                made.show_difference(None)
            return
        scale = current.scale_inv_angstrom_per_px if current is not None else None
        center = self._center(current)
        if current is None or current.loaded is None or current.prepared is None:
            made.show_difference(None, tr("There is no measured pattern to compare with."))
            return
        if scale is None or center is None:
            made.show_difference(None, tr("Without a scale nothing can be compared."))
            return
        marks, image, q_max = current.prepared.marks, current.loaded.pattern.image_yx, self._q_max

        def work(_task: Task) -> "ByteImage":
            from saed_desktop.workspace.difference import MeasuredPattern, difference_picture

            width = float(np.median(marks.spot_width_px)) if len(marks.spot_width_px) else 2.0
            masked = np.zeros(image.shape, bool)
            for layer in marks.mask_layers.values():
                masked |= layer
            upright = image.max() - image if marks.is_inverted else image
            measured = MeasuredPattern(upright, center, scale, width, masked)
            return difference_picture(measured, pattern.q_xy, pattern.intensity, q_max)

        def done(picture: "ByteImage") -> None:
            if self.window is made and made.shows_difference:
                made.show_difference(picture)

        def failed(sentence: str) -> None:
            if self.window is made:
                made.show_difference(None, sentence)

        self._thread.submit(work, done=done, failed=failed, key="simulate-difference")

    def _draw(self) -> None:
        """Draw the pattern over the measured one, where both are there."""
        made, current = self.window, self._current
        scale = current.scale_inv_angstrom_per_px if current is not None else None
        center = self._center(current)
        wanted = made is not None and made.overlay.isChecked()
        if made is None or not wanted or scale is None or center is None:
            self._view.simulation.set_pattern(None)
            return
        # the candidate's own indices stand beside the same spots
        labels = made.labels.isChecked() and self._open_patterns.candidate is None
        self._view.simulation.set_pattern(self._pattern, center, scale, labels=labels)

    @property
    def _q_max(self) -> float:
        """Distance from the beam to which spots are computed: as far as any are seen."""
        current = self._current
        scale = current.scale_inv_angstrom_per_px if current is not None else None
        if current is None or current.prepared is None or scale is None:
            return 1.3
        marks = current.prepared.marks
        if not len(marks.spots_xy):
            return 1.3
        reach = float(np.hypot(*(marks.spots_xy - np.array(marks.center_xy)).T).max()) * scale
        return min(max(1.1 * reach, LEAST_Q_MAX), MOST_Q_MAX)

    def _center(self, pattern: OpenPattern | None) -> tuple[float, float] | None:
        row = self._open_patterns.candidate
        if row is not None:
            return row.center_xy
        if pattern is None or pattern.prepared is None:
            return None
        return pattern.prepared.marks.center_xy
