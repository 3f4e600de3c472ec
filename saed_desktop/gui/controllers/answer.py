"""Controller of the answer: verdict card, probabilities, candidates, and what others say."""

from typing import TYPE_CHECKING

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.choice import SetupChoice
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import Answered
    from saed_desktop.workspace.answer_view import CandidateRow

NO_SCALE = mark(
    "The scale of this pattern is unknown. Only ratios and angles decide, so more phases fit "
    "and the answer is less sure than it could be."
)


class AnswerController(Controller):
    """Shows the answer of the pattern shown, and what its lattice or another network says."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        window, patterns = context.window, context.open_patterns
        self._card, self._panel, self._spots = (
            window.verdict_card,
            window.answer_panel,
            window.spots_panel,
        )
        self._thread = context.workers["answer"]
        self._other = ""
        patterns.started.connect(self._show_started)
        patterns.answered.connect(self._show_answer)
        patterns.failed.connect(self._show_failure)
        patterns.current_changed.connect(self._show_current)
        patterns.candidate_changed.connect(self._spots.show_candidate)
        self._panel.candidate_chosen.connect(self._choose)
        self._panel.comparison_chosen.connect(self.compare)
        self._spots.reflection_chosen.connect(self._view.reflections.point_at)
        self._panel.rings.ring_pointed_at.connect(self._view.rings.set_hovered)

    # ---- the answer -------------------------------------------------------------------------

    def _show_current(self, pattern: OpenPattern | None) -> None:
        self._view.indexed_rings.set_marks(None)
        if pattern is None:
            self._card.show_nothing()
            self._panel.show_nothing()

    def _show_started(self, pattern: OpenPattern, what: str) -> None:
        if pattern is self._current:
            self._view.indexed_rings.set_marks(None)
            self._card.show_busy(what, can_stop=pattern.loaded is None)
            self._panel.show_nothing()

    def _show_failure(self, pattern: OpenPattern) -> None:
        if pattern is self._current:
            self._card.show_error(pattern.message, can_retry=pattern.loaded is None)
            self._panel.show_nothing()

    def _show_answer(self, pattern: OpenPattern) -> None:
        if pattern is not self._current or pattern.answered is None:
            return
        view, solution = pattern.answered.view, pattern.answered.solution
        stated = solution.prepared.pattern.calibration.is_known
        no_scale = "" if stated or not view.candidates else tr(NO_SCALE)
        self._card.show_answer(
            view.verdict,
            view.headline,
            view.subline,
            view.sentences,
            " ".join(filter(None, (no_scale, view.caution))),
            is_cautious=bool(view.caution),
        )
        self._panel.show_answer(view)
        self._view.indexed_rings.set_marks(view.rings)
        if self._other:
            self.compare(self._other)

    def _choose(self, row: "CandidateRow | None") -> None:
        """Draw a candidate, by its rings where it has some, and otherwise those of the answer."""
        marks = row.rings if row is not None else None
        if marks is None and self._current is not None and self._current.answered is not None:
            marks = self._current.answered.view.rings
        self._view.indexed_rings.set_marks(marks)
        self._panel.rings.show_rings(marks)
        # it has no reflections that spots could lie on
        self._open_patterns.choose_candidate(None if row is not None and row.rings else row)

    # ---- the lattice alone ------------------------------------------------------------------

    def tell_lattice(self) -> None:
        """Say what the spot lattice alone tells of the crystal, beside any answer."""
        pattern = self._current
        if pattern is None or pattern.answered is None:
            return
        prepared = pattern.answered.solution.prepared
        others = [
            one.answered.solution.prepared
            for one in self._open_patterns.patterns
            if one is not pattern and one.answered is not None
        ]

        def work(_task: Task) -> str:
            from saed_desktop.workspace.lattice_words import lattice_sentence

            return lattice_sentence(prepared, others)

        def done(words: str) -> None:
            if pattern is self._current:
                self._banner.show_notice(words, of_pattern=True)

        self._thread.submit(work, done=done, failed=self._complain, key="lattice")

    # ---- a second network -------------------------------------------------------------------

    def compare(self, network: str) -> None:
        """Ask another network about the same pattern; "" for none."""
        self._other = network
        pattern = self._current
        if not network or pattern is None or pattern.prepared is None:
            self._panel.show_comparison({}, "")
            return
        prepared, state, service = pattern.prepared, pattern.state, self._service
        choice = SetupChoice(network, self._setup.phases)

        def work(_task: Task) -> "Answered":
            return service.get().answer(prepared, state, choice)

        def done(answered: "Answered") -> None:
            if pattern is self._current:
                view = answered.view
                self._panel.show_comparison(
                    {bar.phase: bar.probability for bar in view.bars},
                    tr(
                        "{network} (thin bars): {headline}. {subline}",
                        network=network,
                        headline=view.headline,
                        subline=view.subline,
                    ),
                )

        self._thread.submit(
            work,
            done=done,
            failed=lambda sentence: self._panel.show_comparison({}, sentence),
            key="compare",
        )
