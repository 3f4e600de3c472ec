"""Index by two spots: two clicks, a list of what fits, and a candidate by hand that is kept."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController, LazyAnalysisService
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.measure_layer import pair_words
from saed_desktop.gui.views.pairs_panel import HOW_TO, OF_LIBRARY, PairsPanel
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.spots_tab import SpotsTab
from saed_desktop.gui.views.tools import PairTool
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.document import PairIndexing, PatternState
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.indexing.manual.two_spots import PairSolution
    from saed_desktop.workspace.answer_view import CandidateRow

Point = tuple[float, float]

WAIT = "The spots can be indexed once the pattern is answered."


class TwoSpotsController(QObject):
    """Serves the tool, the list of pairs and the candidate by hand."""

    def __init__(
        self,
        view: PatternView,
        panel: PairsPanel,
        tab: SpotsTab,
        answers: AnswerPanel,
        actions: ActionSet,
        workers: Workers,
        service: LazyAnalysisService,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        pattern_display: PatternDisplayController,
        measuring: MeasurementController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._panel, self._tab, self._answers = panel, tab, answers
        self._thread, self._service = workers["answer"], service
        self._open_patterns, self._pattern_display = open_patterns, pattern_display
        self._spots: tuple[Point, Point] | None = None
        self.tool = PairTool(measuring.snapper, self)
        self.tool.measured.connect(view.measure.set_measure)
        self.tool.picked.connect(self.solve)
        measuring.register(Act.TOOL_INDEX, self.tool)
        actions[Act.TOOL_INDEX].toggled.connect(self._tool_toggled)
        panel.tool_wanted.connect(lambda: actions[Act.TOOL_INDEX].setChecked(True))
        panel.phases_chosen.connect(self._solve_again)
        panel.pair_chosen.connect(self._draw)
        panel.use_wanted.connect(self.use)
        panel.remove_wanted.connect(self.remove)
        open_patterns.current_changed.connect(self._pattern_changed)
        open_patterns.state_changed.connect(self._state_changed)
        analysis.answered.connect(self._answered)

    # ---- what fits --------------------------------------------------------------------------

    def solve(self, first: Point, second: Point) -> None:
        """List the pairs of reflections that fit two spots."""
        pattern = self._open_patterns.current
        if pattern is None or pattern.answered is None:
            self._panel.show_nothing(WAIT)
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
            if pattern is self._open_patterns.current:
                count = len(pairs) or "No"
                found = f"{count} {'pair fits' if len(pairs) == 1 else 'pairs fit'}."
                self._panel.show_pairs(pairs, f"{words}. {found}")

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
        pattern = self._open_patterns.current
        if pattern is not None and self._spots is not None:
            pair = PairIndexing(solution.phase, solution.hkl, self._spots)
            self._open_patterns.change(pattern, "index by two spots", pair=pair)

    def remove(self) -> None:
        """Remove the candidate by hand."""
        pattern = self._open_patterns.current
        if pattern is not None:
            self._open_patterns.change(pattern, "remove the candidate by hand", pair=None)

    def _submit(self, pair: PairIndexing, *, is_kept: bool) -> None:
        pattern = self._open_patterns.current
        if pattern is None or pattern.answered is None:
            return
        answered, service = pattern.answered, self._service

        def work(_task: Task) -> "CandidateRow | None":
            return service.get().candidate_by_hand(answered, pair)

        def done(row: "CandidateRow | None") -> None:
            if pattern is not self._open_patterns.current or pattern.answered is not answered:
                return
            if is_kept:
                self._answers.show_by_hand(row)
            elif row is not None:
                self._pattern_display.show_candidate(row)

        self._thread.submit(work, done=done, failed=self._panel.show_nothing, key="by-hand")

    # ---- what is shown ----------------------------------------------------------------------

    def _tool_toggled(self, is_on: bool) -> None:
        if is_on:
            self._tab.show_pairs()

    def _pattern_changed(self, _pattern: OpenPattern | None) -> None:
        self._spots = None
        self._panel.show_nothing(HOW_TO)

    def _state_changed(self, pattern: OpenPattern, old: PatternState) -> None:
        if pattern.state.pair != old.pair and pattern.answered is not None:
            self._answered(pattern)

    def _answered(self, pattern: OpenPattern) -> None:
        if pattern is not self._open_patterns.current:
            return
        pair = pattern.state.pair
        self._panel.show_kept(has_kept=pair is not None)
        if pair is None:
            self._answers.show_by_hand(None)
        else:
            self._submit(pair, is_kept=True)
