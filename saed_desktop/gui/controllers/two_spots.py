"""Index by two spots: two clicks, a list of what fits, and a candidate by hand that is kept."""

from typing import TYPE_CHECKING

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.views.measure_layer import pair_words
from saed_desktop.gui.views.pairs_panel import HOW_TO, OF_LIBRARY
from saed_desktop.gui.views.tools import PairTool
from saed_desktop.gui.worker import Task
from saed_desktop.translation import counted, mark, tr
from saed_desktop.workspace.document import PairIndexing, PatternState
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.indexing.manual.two_spots import PairSolution
    from saed_desktop.workspace.answer_view import CandidateRow

Point = tuple[float, float]

WAIT = mark("The spots can be indexed once the pattern is answered.")


class TwoSpotsController(Controller):
    """Serves the tool, the list of pairs and the candidate by hand."""

    def __init__(self, context: Context, measurement: MeasurementController) -> None:
        super().__init__(context)
        window, patterns = context.window, context.open_patterns
        self._panel, self._tab, self._answers = (
            window.pairs_panel,
            window.spots_tab,
            window.answer_panel,
        )
        self._thread = context.workers["answer"]
        self._spots: tuple[Point, Point] | None = None
        self.tool = PairTool(measurement.snapper, self)
        self.tool.measured.connect(self._view.measure.set_measure)
        self.tool.picked.connect(self.solve)
        measurement.register(Act.TOOL_INDEX, self.tool, self._tab.show_pairs)
        panel = self._panel
        panel.tool_wanted.connect(lambda: context.actions[Act.TOOL_INDEX].setChecked(True))
        panel.phases_chosen.connect(self._solve_again)
        panel.pair_chosen.connect(self._draw)
        panel.use_wanted.connect(self.use)
        panel.remove_wanted.connect(self.remove)
        patterns.current_changed.connect(self._pattern_changed)
        patterns.state_changed.connect(self._state_changed)
        patterns.answered.connect(self._answered)

    # ---- what fits --------------------------------------------------------------------------

    def solve(self, first: Point, second: Point) -> None:
        """List the pairs of reflections that fit two spots."""
        pattern = self._current
        if pattern is None or pattern.answered is None:
            self._panel.show_nothing(tr(WAIT))
            return
        self._spots = (first, second)
        answered, service, state = pattern.answered, self._service, pattern.state
        everything = self._panel.phases.currentData() == OF_LIBRARY
        center = answered.solution.prepared.center.xy
        words = "  ".join(pair_words(center, first, second, pattern.scale_inv_angstrom_per_px))

        def work(_task: Task) -> "list[PairSolution]":
            return service.get().pair_solutions(
                answered, state, (first, second), everything=everything
            )

        def done(pairs: "list[PairSolution]") -> None:
            if pattern is self._current:
                found = counted(len(pairs), "{n} pair fits.", "{n} pairs fit.")
                self._panel.show_pairs(pairs, f"{words}. {found[:1].upper()}{found[1:]}")

        self._tab.show_pairs()
        self._thread.submit(work, done=done, failed=self._panel.show_nothing, key="pairs")

    def _solve_again(self) -> None:
        if self._spots is not None:
            self.solve(*self._spots)

    # ---- one of them ------------------------------------------------------------------------

    def _draw(self, solution: "PairSolution") -> None:
        """Draw a pair before it is used."""
        if self._spots is not None:
            self._submit(PairIndexing(solution.phase, solution.hkl, self._spots), is_kept=False)

    def use(self, solution: "PairSolution") -> None:
        """Keep a pair as a candidate by hand."""
        if self._spots is not None:
            pair = PairIndexing(solution.phase, solution.hkl, self._spots)
            self._open_patterns.edit(tr("index by two spots"), pair=pair)

    def remove(self) -> None:
        """Remove the candidate by hand."""
        self._open_patterns.edit(tr("remove the candidate by hand"), pair=None)

    def _submit(self, pair: PairIndexing, *, is_kept: bool) -> None:
        pattern = self._current
        if pattern is None or pattern.answered is None:
            return
        answered, service = pattern.answered, self._service

        def work(_task: Task) -> "CandidateRow | None":
            return service.get().candidate_by_hand(answered, pair)

        def done(row: "CandidateRow | None") -> None:
            if pattern is not self._current or pattern.answered is not answered:
                return
            if is_kept:
                self._answers.show_by_hand(row)
            elif row is not None:
                self._open_patterns.choose_candidate(row)

        self._thread.submit(work, done=done, failed=self._panel.show_nothing, key="by-hand")

    # ---- what is shown ----------------------------------------------------------------------

    def _pattern_changed(self, _pattern: OpenPattern | None) -> None:
        self._spots = None
        self._panel.show_nothing(tr(HOW_TO))

    def _state_changed(self, pattern: OpenPattern, old: PatternState) -> None:
        if pattern.state.pair != old.pair and pattern.answered is not None:
            self._answered(pattern)

    def _answered(self, pattern: OpenPattern) -> None:
        if pattern is not self._current:
            return
        pair = pattern.state.pair
        self._panel.show_kept(has_kept=pair is not None)
        if pair is None:
            self._answers.show_by_hand(None)
        else:
            self._submit(pair, is_kept=True)
