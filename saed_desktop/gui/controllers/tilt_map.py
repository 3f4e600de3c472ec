"""The tilt map of the crystal shown: computed in the background, kept in step with the pattern."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.gui.views.tilt_map_paths import DrawnMap
    from saed_desktop.gui.views.tilt_map_window import TiltMapWindow
    from saed_desktop.gui.views.tilt_projection import TiltProjection
    from saed_desktop.simulation.goniometer import AxisFit, Holder, ReachedAxis, Tilts
    from saed_desktop.workspace.answer_view import CandidateRow

_HOLDER = {
    "alpha_azimuth_deg": 0.0,
    "alpha_limit_deg": 35.0,
    "beta_limit_deg": 30.0,
    "alpha_sign": 1,
    "beta_sign": 1,
}
DEFAULT_ENERGY_KEV = 200.0


@dataclass(frozen=True, eq=False)
class _Made:
    """A computed map with its projection, of one state of the window."""

    drawn: "DrawnMap"
    projection: "TiltProjection"
    ways: "list[ReachedAxis]"
    words: str
    is_ambiguous: bool


@dataclass(frozen=True, eq=False)
class _Seen:
    """A pattern whose tilts were given."""

    candidate: "CandidateRow"
    tilts: "Tilts"
    is_turned: bool


class TiltMapController(Controller):
    """Opens the window and answers where a zone axis is from here."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._thread = context.workers["load"]
        self.window: TiltMapWindow | None = None
        self._seen: dict[Any, _Seen] = {}
        self._shown: Any = None
        context.open_patterns.candidate_changed.connect(lambda _row: self._candidate_changed())

    def open(self) -> None:
        """Open the window, or bring it to the front."""
        if self.window is not None:
            self.window.raise_()
            self.window.activateWindow()
            return
        # here and below: the start does not wait for windows that are opened later
        from saed_desktop.gui.views.tilt_map_window import TiltMapWindow

        made = TiltMapWindow(self._window)
        self.window = made
        state = self._holder_state()
        made.show_holder(
            float(state["alpha_azimuth_deg"]),
            (float(state["alpha_limit_deg"]), float(state["beta_limit_deg"])),
            (state["alpha_sign"] < 0, state["beta_sign"] < 0),
        )
        made.changed.connect(self._compute)
        made.holder_changed.connect(self._keep_holder)
        made.way_changed.connect(self._show_way)
        made.fit_wanted.connect(self._fit_axis)
        made.finished.connect(self._closed)
        self._shown = None
        self._candidate_changed()
        made.show()
        made.view.setFocus()

    def _closed(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
        self.window = None

    # ---- the goniometer ---------------------------------------------------------------------

    def _holder_state(self) -> dict[str, Any]:
        """Return the goniometer of the last time; what makes no sense is left out."""
        kept = self._settings.value.goniometer
        state = dict(_HOLDER)
        for name, default in _HOLDER.items():
            value = kept.get(name, default)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            is_sign = name.endswith("_sign")
            if is_number and (value in (-1, 1) if is_sign else abs(value) <= 360):
                state[name] = value
        for name in ("alpha_limit_deg", "beta_limit_deg"):
            if not 1 <= state[name] <= 89:
                state[name] = _HOLDER[name]
        return state

    def _keep_holder(self) -> None:
        made = self.window
        if made is None:
            return
        self._settings.change(
            goniometer={
                "alpha_azimuth_deg": made.azimuth.value(),
                "alpha_limit_deg": made.alpha_limit.value(),
                "beta_limit_deg": made.beta_limit.value(),
                "alpha_sign": -1 if made.alpha_reversed.isChecked() else 1,
                "beta_sign": -1 if made.beta_reversed.isChecked() else 1,
            }
        )

    def _holder(self) -> "Holder":
        from saed_desktop.simulation.goniometer import Holder

        return Holder(**self._holder_state())

    def _tilts(self) -> "Tilts":
        from saed_desktop.simulation.goniometer import Tilts

        made = self.window
        return Tilts(made.alpha.value(), made.beta.value()) if made is not None else Tilts(0, 0)

    def _stated_tilts(self) -> tuple[float, float]:
        """Return what the file says of the goniometer, else where it stood last."""
        current = self._current
        stated = current.loaded.pattern.stage_tilt_deg if current and current.loaded else None
        return stated or self._tilts()

    # ---- computing --------------------------------------------------------------------------

    def _candidate_changed(self) -> None:
        """Show the tilts that were given for this pattern, and compute its map."""
        made, current = self.window, self._current
        if made is None:
            return
        source = current.state.source if current is not None else None
        if source != self._shown:
            self._shown = source
            seen = self._seen.get(source)
            if seen is not None:
                made.show_tilts(*seen.tilts, is_turned=seen.is_turned)
            else:
                # another pattern has tilts of its own, and a half turn of its own to settle
                made.show_tilts(*self._stated_tilts(), is_turned=False)
        self._compute()

    def _compute(self) -> None:
        from saed_desktop.gui.views.tilt_projection import TiltProjection

        made, row = self.window, self._open_patterns.candidate
        if made is None:
            return
        if row is None or row.orientation is None:
            _show_nothing(made)
            return
        made.crystal.setText(
            tr(
                "{label} along {zone}, as the candidate that is shown",
                label=row.label,
                zone=row.zone,
            )
        )
        current = self._current
        is_turned, tilts = made.is_turned.isChecked(), self._tilts()
        if current is not None:
            self._seen[current.state.source] = _Seen(row, tilts, is_turned)
        energy_kev = (current.state.energy_kev if current else None) or DEFAULT_ENERGY_KEV
        orientation, name, text = row.orientation, row.phase, made.target.text()
        holder, service, choice = self._holder(), self._service, self._setup
        projection = TiltProjection(holder, tilts, bool(made.projection.currentData()))

        def work(_task: Task) -> _Made:
            from saed_desktop.crystal.zone_axis import parse_zone_axis
            from saed_desktop.gui.views.tilt_map_paths import drawn_map
            from saed_desktop.simulation.goniometer import (
                ALIKE_DEG,
                at_zero_tilts,
                find_axis,
                half_turn_changes_deg,
                half_turned,
            )
            from saed_desktop.simulation.tilt_map import tilt_map

            phase = service.get().phase(name, choice)
            turned = half_turned(orientation) if is_turned else orientation
            found = tilt_map(phase, at_zero_tilts(turned, holder, tilts), energy_kev=energy_kev)
            ways, words = [], ""
            try:
                ways = find_axis(phase, turned, holder, tilts, parse_zone_axis(text))
            except ValueError:
                words = tr("“{text}” is no zone axis. Type one such as 1 1 2.", text=text)
            drawn = drawn_map(found, projection)
            is_ambiguous = half_turn_changes_deg(phase, orientation) > ALIKE_DEG
            return _Made(drawn, projection, ways, words, is_ambiguous)

        def done(result: _Made) -> None:
            if self.window is not made:
                return
            made.show_ambiguity(is_ambiguous=result.is_ambiguous)
            made.show_ways(result.ways, result.words or _sentence(result.ways))
            made.view.show_map(result.drawn, result.projection, made.way)

        def failed(sentence: str) -> None:
            if self.window is made:
                made.show_ways((), sentence)

        self._thread.submit(work, done=done, failed=failed, key="tilt-map")

    def _show_way(self) -> None:
        if self.window is not None:
            self.window.view.show_target(self.window.way)

    # ---- the α axis from two patterns -------------------------------------------------------

    def _fit_axis(self) -> None:
        made, current = self.window, self._current
        if made is None or current is None:
            return
        here = self._seen.get(current.state.source)
        others = [
            seen
            for source, seen in self._seen.items()
            if here is not None
            and source != current.state.source
            and seen.candidate.phase == here.candidate.phase
            and seen.tilts != here.tilts
        ]
        if here is None or not others:
            made.words.setText(
                tr(
                    "Give α and β of this pattern and of another one of the same crystal, taken at "
                    "other tilts; both have to be open and indexed."
                )
            )
            made.words.setVisible(True)
            return
        first, second = others[-1].candidate, here.candidate
        tilts, name = (others[-1].tilts, here.tilts), here.candidate.phase
        holder, service, choice = self._holder(), self._service, self._setup
        made.words.setText(tr("Trying all directions of the α axis…"))

        def work(_task: Task) -> "AxisFit":
            from saed_desktop.simulation.goniometer import fit_alpha_axis

            assert first.orientation is not None and second.orientation is not None
            phase = service.get().phase(name, choice)
            return fit_alpha_axis(
                phase, (second.orientation, tilts[1]), (first.orientation, tilts[0]), holder
            )[0]

        def done(fit: "AxisFit") -> None:
            if self.window is not made:
                return
            made.show_holder(
                fit.holder.alpha_azimuth_deg,
                (fit.holder.alpha_limit_deg, fit.holder.beta_limit_deg),
                (fit.holder.alpha_sign < 0, fit.holder.beta_sign < 0),
            )
            made.show_tilts(*self._tilts(), is_turned=fit.first_is_turned)
            self._keep_holder()
            self._compute()
            made.pointer.setText(
                tr(
                    "α axis at {alpha_azimuth_deg:.1f}°; the two patterns then agree within "
                    "{misfit_deg:.1f}°.",
                    alpha_azimuth_deg=fit.holder.alpha_azimuth_deg,
                    misfit_deg=fit.misfit_deg,
                )
            )

        self._thread.submit(work, done=done, failed=made.words.setText, key="tilt-axis")


def _sentence(ways: "list[ReachedAxis]") -> str:
    """Return the answer to “where is it from here?”."""
    if not ways:
        return ""
    best = ways[0]
    if not best.is_reachable:
        return tr(
            "The holder reaches none of them; the nearest is {angle_deg:.1f}° away.",
            angle_deg=best.angle_deg,
        )
    alpha, beta = best.tilts
    return tr(
        "{label}: α {alpha:+.1f}°, β {beta:+.1f}°, {angle_deg:.1f}° from here.",
        label=best.label,
        alpha=alpha,
        beta=beta,
        angle_deg=best.angle_deg,
    )


def _show_nothing(made: "TiltMapWindow") -> None:
    """Say that there is no crystal to show a map of."""
    made.crystal.setText(tr("No candidate is shown: index the pattern first."))
    made.show_ambiguity(is_ambiguous=False)
    made.show_ways((), "")
    made.view.show_map(None, None)
