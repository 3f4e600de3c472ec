"""Controller of the answer panel and the verdict card."""

from PySide6.QtCore import QObject

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.verdict_card import VerdictCard
from saed_desktop.workspace.open_pattern import OpenPattern

NO_SCALE = (
    "The scale of this pattern is unknown. Only ratios and angles decide, so more phases fit "
    "and the answer is less sure than it could be."
)


class AnswerPanelController(QObject):
    """Shows the verdict, the probabilities and the candidates of the pattern shown."""

    def __init__(
        self,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        pattern_display: PatternDisplayController,
        actions: ActionSet,
        card: VerdictCard,
        panel: AnswerPanel,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._open_patterns, self._card, self._panel = open_patterns, card, panel
        analysis.started.connect(self._show_started)
        analysis.answered.connect(self._show_answer)
        analysis.failed.connect(self._show_failure)
        open_patterns.current_changed.connect(self._show_current)
        card.stop_wanted.connect(analysis.stop_reading)
        actions[Act.STOP_READING].triggered.connect(analysis.stop_reading)
        card.retry_wanted.connect(analysis.read_again)
        panel.candidate_chosen.connect(pattern_display.show_candidate)
        actions[Act.NEXT_CANDIDATE].triggered.connect(lambda: panel.step(1))
        actions[Act.PREVIOUS_CANDIDATE].triggered.connect(lambda: panel.step(-1))

    def _show_current(self, pattern: OpenPattern | None) -> None:
        if pattern is None:
            self._card.show_nothing()
            self._panel.show_nothing()

    def _show_started(self, pattern: OpenPattern, what: str) -> None:
        if pattern is self._open_patterns.current:
            self._card.show_busy(what, can_stop=pattern.loaded is None)
            self._panel.show_nothing()

    def _show_failure(self, pattern: OpenPattern) -> None:
        if pattern is self._open_patterns.current:
            self._card.show_error(pattern.message, can_retry=pattern.loaded is None)
            self._panel.show_nothing()

    def _show_answer(self, pattern: OpenPattern) -> None:
        if pattern is not self._open_patterns.current or pattern.answered is None:
            return
        view, solution = pattern.answered.view, pattern.answered.solution
        stated = solution.prepared.pattern.calibration.is_known
        no_scale = "" if stated or not view.candidates else NO_SCALE
        self._card.show_answer(
            view.verdict,
            view.headline,
            view.subline,
            view.sentences,
            " ".join(filter(None, (no_scale, view.caution))),
            is_cautious=bool(view.caution),
        )
        self._panel.show_answer(view)
