"""What the answer's side of the window says."""

from PySide6.QtCore import QObject

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.answering import AnsweringController
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.controllers.showing import ShowingController
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.verdict_card import VerdictCard
from saed_desktop.workspace.open_pattern import OpenPattern

NO_SCALE = (
    "The scale of this pattern is unknown. Only ratios and angles decide, so more phases fit "
    "and the answer is less sure than it could be."
)


class AnswersController(QObject):
    """Shows the verdict, the probabilities and the candidates of the pattern shown."""

    def __init__(
        self,
        documents: Documents,
        answering: AnsweringController,
        showing: ShowingController,
        actions: ActionSet,
        card: VerdictCard,
        panel: AnswerPanel,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._documents, self._card, self._panel = documents, card, panel
        answering.started.connect(self._show_started)
        answering.answered.connect(self._show_answer)
        answering.failed.connect(self._show_failure)
        documents.current_changed.connect(self._show_current)
        card.stop_wanted.connect(answering.stop_reading)
        actions[Act.STOP_READING].triggered.connect(answering.stop_reading)
        card.retry_wanted.connect(answering.read_again)
        panel.candidate_chosen.connect(showing.show_candidate)
        actions[Act.NEXT_CANDIDATE].triggered.connect(lambda: panel.step(1))
        actions[Act.PREVIOUS_CANDIDATE].triggered.connect(lambda: panel.step(-1))

    def _show_current(self, pattern: OpenPattern | None) -> None:
        if pattern is None:
            self._card.show_nothing()
            self._panel.show_nothing()

    def _show_started(self, pattern: OpenPattern, what: str) -> None:
        if pattern is self._documents.current:
            self._card.show_busy(what, can_stop=pattern.loaded is None)
            self._panel.show_nothing()

    def _show_failure(self, pattern: OpenPattern) -> None:
        if pattern is self._documents.current:
            self._card.show_error(pattern.message, can_retry=pattern.loaded is None)
            self._panel.show_nothing()

    def _show_answer(self, pattern: OpenPattern) -> None:
        if pattern is not self._documents.current or pattern.answered is None:
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
