"""Why: which spots the network leaned on, and what another network says."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.answering import AnsweringController, EngineRoom
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.controllers.showing import ShowingController
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.spots_panel import SpotsPanel
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.results.wording import phase_label
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.indexing.occlusion import SpotWeights
    from saed_desktop.workspace.engine import Answered

NO_NETWORK = "No network was asked, so none can have leaned on a spot."


class ExplainingController(QObject):
    """Hides spots one after another, and asks a second network."""

    def __init__(
        self,
        view: PatternView,
        spots: SpotsPanel,
        answers: AnswerPanel,
        actions: ActionSet,
        workers: Workers,
        room: EngineRoom,
        documents: Documents,
        answering: AnsweringController,
        showing: ShowingController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._view, self._spots, self._answers = view, spots, answers
        self._lane, self._room = workers["answer"], room
        self._documents, self._answering = documents, answering
        self._other = ""
        showing.candidate_shown.connect(spots.show_candidate)
        spots.reflection_chosen.connect(view.reflections.point_at)
        spots.explain_wanted.connect(self.explain)
        actions[Act.EXPLAIN].triggered.connect(self.explain)
        answers.comparison_chosen.connect(self.compare)
        answering.started.connect(lambda *_: self._forget())
        answering.answered.connect(self._answered)
        documents.current_changed.connect(lambda _p: self._forget())

    # ---- spots ------------------------------------------------------------------------------

    def explain(self) -> None:
        """Hide each spot in turn and see what the network makes of it."""
        pattern = self._documents.current
        if pattern is None or pattern.answered is None:
            return
        if pattern.answered.solution.prediction is None:
            self._spots.show_explaining(NO_NETWORK, is_possible=False)
            return
        answered, room = pattern.answered, self._room
        self._spots.show_explaining("Hiding spots one after another…", is_possible=False)

        def work(task: Task) -> "SpotWeights | None":
            return room.engine().explain(answered, task.is_cancelled)

        def done(weights: "SpotWeights | None") -> None:
            if pattern is self._documents.current and weights is not None:
                self._show_weights(weights)

        self._lane.submit(
            work,
            done=done,
            failed=lambda sentence: self._spots.show_explaining(sentence, is_possible=True),
            key="explain",
        )

    def _show_weights(self, weights: "SpotWeights") -> None:
        self._view.weights.set_weights(weights.spots_xy, weights.weight)
        by_spot = {int(i): float(w) for i, w in zip(weights.spot, weights.weight, strict=True)}
        first, second = phase_label(weights.first), phase_label(weights.second)
        asked = ""
        if weights.is_without_scale:
            asked = "The network was asked without the scale, which is too rough for this. "
        self._spots.show_explaining("", is_possible=True)
        self._spots.show_weights(
            by_spot,
            f"{asked}Amber spots speak for {first} and against {second}, blue ones the other way. "
            f"The weight is what {first}'s lead of {weights.lead:.1f} loses without the spot "
            "and its opposite (natural logarithm of the odds).",
        )

    # ---- a second network -------------------------------------------------------------------

    def compare(self, network: str) -> None:
        """Ask another network about the same pattern; "" for none."""
        self._other = network
        pattern = self._documents.current
        if not network or pattern is None or pattern.prepared is None:
            self._answers.show_comparison({}, "")
            return
        prepared, state, room = pattern.prepared, pattern.state, self._room
        _, phases = self._answering.witnesses

        def work(_task: Task) -> "Answered":
            from saed_desktop.workspace.library import WitnessChoice

            return room.engine().answer(prepared, state, WitnessChoice(network, phases))

        def done(answered: "Answered") -> None:
            if pattern is self._documents.current:
                view = answered.view
                self._answers.show_comparison(
                    {bar.phase: bar.probability for bar in view.bars},
                    f"{network} (thin bars): {view.headline}. {view.subline}",
                )

        self._lane.submit(
            work,
            done=done,
            failed=lambda sentence: self._answers.show_comparison({}, sentence),
            key="compare",
        )

    # ---- what no longer holds ---------------------------------------------------------------

    def _forget(self) -> None:
        self._lane.drop("explain")
        self._view.weights.set_weights(np.zeros((0, 2)), np.zeros(0))
        self._spots.show_weights({}, "")
        self._spots.show_explaining("", is_possible=True)

    def _answered(self, pattern: OpenPattern) -> None:
        if pattern is self._documents.current and self._other:
            self.compare(self._other)
