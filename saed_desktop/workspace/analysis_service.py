"""Index pattern after pattern for a window, with phases and networks kept loaded.

It adds nothing to an answer; `indexing.pipeline` gives it. Patterns are prepared and answered on
one thread; another may load meanwhile what the answer will need.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from saed_desktop.crystal.phase import Phase, phases_by_name
from saed_desktop.errors import BundleError, PhaseError, UsageError
from saed_desktop.indexing.deciding.posterior import knows_any
from saed_desktop.indexing.manual.given_orientation import (
    candidate_in_orientation,
    turned_about_the_beam,
)
from saed_desktop.indexing.manual.two_spots import PairSolution, candidate_of_pair, pair_solutions
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Solution
from saed_desktop.network.occlusion import SpotWeights, spot_weights
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import Edits, PreparedPattern, prepare
from saed_desktop.pattern.spot_edits import PointXY
from saed_desktop.simulation.orientation import orientation_of_zone
from saed_desktop.simulation.single_pattern import SimulationRequest, request_of_orientation
from saed_desktop.workspace.answer_view import (
    AnswerView,
    CandidateRow,
    FoundMarks,
    answer_view,
    candidate_row,
    found_marks,
)
from saed_desktop.workspace.choice import SetupChoice
from saed_desktop.workspace.document import PairIndexing, PatternState
from saed_desktop.workspace.judged_reasons import JudgedReasons, judged_reasons
from saed_desktop.workspace.setup_choice import (
    AvailablePhase,
    available_phases,
    chosen_bundle,
    chosen_phases,
    with_bundle,
)

MAX_SESSIONS = 2


@dataclass(frozen=True)
class PhaseEntry:
    """A phase as a list of phases shows it."""

    name: str
    formula: str
    space_group: str
    cell: str
    source: str
    file: Path | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Prepared:
    """A pattern with what was found in it."""

    state: PatternState
    pattern: PreparedPattern
    marks: FoundMarks


@dataclass(frozen=True, eq=False)
class Answered:
    """A pattern with its answer, and its marks: the answer may have chosen another beam."""

    state: PatternState
    choice: SetupChoice
    solution: Solution
    view: AnswerView
    marks: FoundMarks

    @property
    def is_by_network(self) -> bool:
        """Whether a network was asked that was shown one of the phases."""
        return knows_any(self.solution.prediction, self.solution.among_candidates)


class AnalysisService:
    """Prepares and answers patterns; what one pattern loaded, the next one finds loaded."""

    def __init__(self) -> None:
        self._library: dict[str, AvailablePhase] | None = None
        self._sessions: dict[str, NetworkSession] = {}
        # a second caller waits for what the first is loading instead of loading it again
        self._loading = threading.RLock()

    def prepare(self, pattern: Pattern, state: PatternState) -> Prepared:
        """Find what there is in a pattern, with the user's corrections."""
        prepared = prepare(state.apply_to(pattern), edits=edits_of(state))
        return Prepared(state, prepared, found_marks(prepared))

    def answer(self, prepared: Prepared, state: PatternState, choice: SetupChoice) -> Answered:
        """Answer a prepared pattern under a state that may differ in its calibration only."""
        pattern = replace(prepared.pattern, pattern=state.apply_to(prepared.pattern.pattern))
        setup = self.indexing_setup(choice)
        solution = answer(pattern, setup)
        view = answer_view(solution, phases_by_name(setup.phases))
        return Answered(state, choice, solution, view, found_marks(solution.prepared))

    def indexing_setup(self, choice: SetupChoice) -> IndexingSetup:
        """Load whom a choice names.

        Raises
        ------
        BundleError, PhaseError
            If a network or a phase cannot be used.
        """
        session = self.session(choice)
        bundle = session.bundle if session else None
        return IndexingSetup(chosen_phases(choice, self._phases(), bundle), session)

    def session(self, choice: SetupChoice) -> NetworkSession | None:
        """Return a network ready to run, loaded once; None for spot indexing alone.

        Raises
        ------
        BundleError
            If it is damaged, gone, or cannot be run.
        """
        bundle = chosen_bundle(choice)
        if bundle is None:
            return None
        with self._loading:
            session = self._sessions.pop(bundle.sha256, None) or NetworkSession(bundle)
            # the one asked and the one it is compared with; more would burden the memory
            kept = list(self._sessions.items())[-(MAX_SESSIONS - 1) :]
            self._sessions = {**dict(kept), bundle.sha256: session}
        return session

    def explain(self, answered: Answered, is_cancelled: Callable[[], bool]) -> SpotWeights | None:
        """Return which spots the network leaned on in an answer; None without a network."""
        session = self.session(answered.choice)
        if session is None:
            return None
        # the pattern as it was asked about: its scale may be another than the file's
        return spot_weights(answered.solution.prepared, session, is_cancelled=is_cancelled)

    def reasons(
        self,
        answered: Answered,
        *,
        first: str,
        second: str,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> JudgedReasons | None:
        """Return why the judge prefers one candidate of an answer to another.

        None where it was not asked: where a network speaks, or none of the two fits.
        """
        setup = self.indexing_setup(answered.choice)
        if setup.judge is None:
            return None
        return judged_reasons(
            answered.solution,
            setup.phases,
            setup.priors,
            setup.judge,
            first=first,
            second=second,
            is_cancelled=is_cancelled,
        )

    def pair_solutions(
        self,
        answered: Answered,
        state: PatternState,
        spots_xy: tuple[PointXY, PointXY],
        *,
        everything: bool,
    ) -> list[PairSolution]:
        """Return the pairs of reflections that fit two spots, best first.

        Parameters
        ----------
        answered, state
            The pattern with its beam, under a state that says what its scale is.
        spots_xy
            The spots in pixels of the pattern.
        everything
            Whether all known phases are looked through, or those considered.
        """
        prepared = answered.solution.prepared
        x, y = prepared.center.xy
        first, second = ((sx - x, sy - y) for sx, sy in spots_xy)
        stated = state.apply_to(prepared.pattern).calibration
        names = tuple(self._phases()) if everything else self.considered(answered.choice)
        found = [
            pair
            for name in names
            for pair in pair_solutions(self.phase(name, answered.choice), first, second, stated)
        ]
        return sorted(found, key=lambda pair: pair.misfit)

    def candidate_by_hand(self, answered: Answered, pair: PairIndexing) -> CandidateRow | None:
        """Return the pattern indexed by two spots as a row; None where that makes no sense.

        Raises
        ------
        PhaseError
            If the phase is gone.
        """
        phase = self.phase(pair.phase, answered.choice)
        solution = answered.solution
        candidate = candidate_of_pair(solution.prepared, phase, pair.hkl, pair.spots_xy)
        if candidate is None:
            return None
        return replace(candidate_row(candidate, solution, phase), is_named=False, is_by_hand=True)

    def fitted_simulation(
        self, answered: Answered, name: str, start: SimulationRequest
    ) -> tuple[SimulationRequest, str]:
        """Return the direction and turn, near those of a request, that explain the spots best.

        Parameters
        ----------
        answered
            The pattern.
        name
            The phase.
        start
            Where to begin; all turns about the beam are tried.

        Raises
        ------
        PhaseError
            If the phase is gone.
        UsageError
            If no scale is known to lay the one over the other.
        """
        phase, prepared = self.phase(name, answered.choice), answered.solution.prepared
        scale = answered.solution.calibration.scale_inv_angstrom_per_px
        if scale is None:
            raise UsageError("Without a scale nothing can be fitted. Calibrate the pattern first.")
        upright = orientation_of_zone(
            phase.lattice,
            start.direction_uvw,
            tilt_deg=start.tilt_deg,
            tilt_azimuth_deg=start.tilt_azimuth_deg,
        )
        turns = turned_about_the_beam(upright)
        candidate = candidate_in_orientation(
            prepared, phase, turns, scale, refines_tilt=True, keeps_axes=True
        )
        request = request_of_orientation(phase.lattice, candidate.orientation)
        return request, f"{candidate.matched} of {candidate.matched + candidate.unexplained}"

    def phase_names(self, choice: SetupChoice) -> tuple[str, ...]:
        """Return all phases that there are, those considered first."""
        known = with_bundle(self._phases(), chosen_bundle(choice))
        return tuple(dict.fromkeys([*self.considered(choice), *known]))

    def phase(self, name: str, choice: SetupChoice) -> Phase:
        """Return a phase of the library or of the network that is asked."""
        known = with_bundle(self._phases(), chosen_bundle(choice))
        if name not in known:
            raise PhaseError(f"The phase {name} is not there any more.")
        return known[name].phase

    def phase_entries(self, choice: SetupChoice) -> list[PhaseEntry]:
        """Return every phase that can be considered, bundled ones first."""
        try:
            bundle = chosen_bundle(choice)
        except BundleError:
            bundle = None
        everything = with_bundle(self._phases(), bundle)
        order = [*self._phases(), *everything]
        return [_entry(everything[name]) for name in dict.fromkeys(order)]

    def considered(self, choice: SetupChoice) -> tuple[str, ...]:
        """Return the names of the phases that a choice means."""
        try:
            bundle = chosen_bundle(choice)
        except BundleError:
            bundle = None
        return tuple(phase.name for phase in chosen_phases(choice, self._phases(), bundle))

    def forget_phases(self) -> None:
        """Read the phase files again at the next use."""
        self._library = None

    def _phases(self) -> dict[str, AvailablePhase]:
        with self._loading:
            if self._library is None:
                self._library = available_phases()
            return self._library


def edits_of(state: PatternState) -> Edits:
    """Return the user's corrections as the preparation takes them."""
    return Edits(
        center_xy=state.center_xy,
        drawn_yx=state.drawn.unpacked() if state.drawn else None,
        cleared_yx=state.cleared.unpacked() if state.cleared else None,
        is_inverted=state.is_inverted,
        spots=state.spots,
    )


def _entry(item: AvailablePhase) -> PhaseEntry:
    phase, lattice = item.phase, item.phase.lattice
    cell = (
        f"{lattice.a:.3f} {lattice.b:.3f} {lattice.c:.3f} Å, "
        f"{lattice.alpha_deg:.1f} {lattice.beta_deg:.1f} {lattice.gamma_deg:.1f}°"
    )
    return PhaseEntry(
        phase.name,
        phase.formula,
        phase.space_group.symbol,
        cell,
        item.source,
        item.file,
        phase.remarks,
    )
