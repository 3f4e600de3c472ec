"""Controller of the explanation: spots that decided the network's answer, and a second network."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController, LazyAnalysisService
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.spots_panel import SpotsPanel
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.results.wording import phase_label
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.network.occlusion import SpotWeights
    from saed_desktop.workspace.analysis_service import Answered

NO_NETWORK = "No network was asked, so none can have leaned on a spot."


class ExplanationController(QObject):
    """Hides spots one after another, and asks a second network."""

    def __init__(
        self,
        view: PatternView,
        spots: SpotsPanel,
        answers: AnswerPanel,
        actions: ActionSet,
        workers: Workers,
        service: LazyAnalysisService,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        pattern_display: PatternDisplayController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._view, self._spots, self._answers = view, spots, answers
        self._thread, self._service = workers["answer"], service
        self._open_patterns, self._analysis = open_patterns, analysis
        self._other = ""
        pattern_display.candidate_shown.connect(spots.show_candidate)
        spots.reflection_chosen.connect(view.reflections.point_at)
        spots.explain_wanted.connect(self.explain)
        actions[Act.EXPLAIN].triggered.connect(self.explain)
        answers.comparison_chosen.connect(self.compare)
        analysis.started.connect(lambda *_: self._forget())
        analysis.answered.connect(self._answered)
        open_patterns.current_changed.connect(lambda _p: self._forget())

    # ---- spots ------------------------------------------------------------------------------

    def explain(self) -> None:
        """Hide each spot in turn and see what the network makes of it."""
        pattern = self._open_patterns.current
        if pattern is None or pattern.answered is None:
            return
        if pattern.answered.solution.prediction is None:
            self._spots.show_explaining(NO_NETWORK, is_possible=False)
            return
        answered, service = pattern.answered, self._service
        self._spots.show_explaining("Hiding spots one after another…", is_possible=False)

        def work(task: Task) -> "SpotWeights | None":
            return service.get().explain(answered, task.is_cancelled)

        def done(weights: "SpotWeights | None") -> None:
            if pattern is self._open_patterns.current and weights is not None:
                self._show_weights(weights)

        self._thread.submit(
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
        pattern = self._open_patterns.current
        if not network or pattern is None or pattern.prepared is None:
            self._answers.show_comparison({}, "")
            return
        prepared, state, service = pattern.prepared, pattern.state, self._service
        _, phases = self._analysis.indexing_setup

        def work(_task: Task) -> "Answered":
            from saed_desktop.workspace.setup_choice import SetupChoice

            return service.get().answer(prepared, state, SetupChoice(network, phases))

        def done(answered: "Answered") -> None:
            if pattern is self._open_patterns.current:
                view = answered.view
                self._answers.show_comparison(
                    {bar.phase: bar.probability for bar in view.bars},
                    f"{network} (thin bars): {view.headline}. {view.subline}",
                )

        self._thread.submit(
            work,
            done=done,
            failed=lambda sentence: self._answers.show_comparison({}, sentence),
            key="compare",
        )

    # ---- what no longer holds ---------------------------------------------------------------

    def _forget(self) -> None:
        self._thread.drop("explain")
        self._view.weights.set_weights(np.zeros((0, 2)), np.zeros(0))
        self._spots.show_weights({}, "")
        self._spots.show_explaining("", is_possible=True)

    def _answered(self, pattern: OpenPattern) -> None:
        if pattern is self._open_patterns.current and self._other:
            self.compare(self._other)
