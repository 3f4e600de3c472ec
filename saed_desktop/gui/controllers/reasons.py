"""Controller of what decided: which parts of the evidence, and which spots, an answer leans on."""

from typing import TYPE_CHECKING

import numpy as np

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.library import LibraryController
from saed_desktop.gui.worker import Task
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.network.occlusion import SpotWeights
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.judged_reasons import JudgedReasons

NO_RIVAL = mark("There is no second candidate to compare with.")
NOT_COMPARED = mark(
    "Nothing to tell: only the 25 best fits on the stated scale are compared, and {first} or "
    "{second} is none of them."
)


class ReasonsController(Controller):
    """Shows what the answer leans on, as soon as the user asks.

    A network that knows the phases tells which spots it leaned on. Where the judge compared fits,
    it tells which parts of the evidence speak for the likeliest candidate and against the one
    chosen, and which spots do.

    Parameters
    ----------
    context
        The window, the state and the workers.
    library
        Knows what a search of libraries found.
    """

    def __init__(self, context: Context, library: LibraryController) -> None:
        super().__init__(context)
        self._library = library
        self._panel, self._spots = context.window.answer_panel, context.window.spots_panel
        self._thread = context.workers["answer"]
        self._is_comparing = False
        patterns = context.open_patterns
        patterns.started.connect(self._forget)
        patterns.current_changed.connect(self._forget)
        patterns.candidate_changed.connect(self._compare_again)
        self._spots.explain_wanted.connect(self.explain)

    def explain(self) -> None:
        """Hide parts of the evidence in turn and see what becomes of the answer."""
        self._window.show_spots_tab()
        pattern = self._current
        if pattern is None or pattern.answered is None:
            return
        if self._is_library or not pattern.answered.is_by_network:
            self._compare(pattern)
        else:
            self._explain_network(pattern)

    # ---- a network that knows the phases ----------------------------------------------------

    def _explain_network(self, pattern: OpenPattern) -> None:
        answered, service = pattern.answered, self._service
        if answered is None:
            return
        self._forget()
        self._spots.show_explaining(tr("Hiding spots one after another…"), is_possible=False)

        def work(task: Task) -> "SpotWeights | None":
            return service.get().explain(answered, task.is_cancelled)

        def done(weights: "SpotWeights | None") -> None:
            if pattern is self._current and weights is not None:
                self._show_network(weights)

        self._thread.submit(work, done=done, failed=self._fail, key="explain")

    def _show_network(self, weights: "SpotWeights") -> None:
        first, second = phase_label(weights.first), phase_label(weights.second)
        asked = ""
        if weights.is_without_scale:
            asked = tr("The network was asked without the scale, which is too rough for this. ")
        self._show_weights(
            weights,
            tr(
                "{asked}Amber spots speak for {first} and against {second}, blue ones the "
                "other way. The weight is what {first}'s lead of {lead:.1f} loses without the "
                "spot and its opposite (natural logarithm of the odds).",
                asked=asked,
                first=first,
                second=second,
                lead=weights.lead,
            ),
        )

    # ---- the judge of fits ------------------------------------------------------------------

    @property
    def _is_library(self) -> bool:
        """Whether the candidates listed are structures of a library."""
        rows = self._panel.candidates.rows
        return bool(rows) and bool(rows[0].library)

    def _pair(self) -> "tuple[CandidateRow, CandidateRow] | None":
        """Return the likeliest candidate, and the one chosen or else the next."""
        rows = [r for r in self._panel.candidates.rows if r.crystal == 1 and not r.is_by_hand]
        if len(rows) < 2:
            return None
        chosen = self._panel.chosen
        return rows[0], chosen if chosen in rows[1:] and chosen is not None else rows[1]

    def _compare(self, pattern: OpenPattern) -> None:
        """Ask the judge why it prefers the likeliest candidate to the one chosen."""
        answered, service, pair = pattern.answered, self._service, self._pair()
        found = self._library.found_for(pattern) if self._is_library else None
        self._forget()
        if answered is None or pair is None:
            self._spots.show_explaining(tr(NO_RIVAL), is_possible=True)
            return
        self._is_comparing = True
        first, second = (row.phase for row in pair)

        def work(task: Task) -> "JudgedReasons | None":
            if found is None:
                return service.get().reasons(
                    answered, first=first, second=second, is_cancelled=task.is_cancelled
                )
            from saed_desktop.workspace.library_search import library_reasons

            return library_reasons(
                found, first=first, second=second, is_cancelled=task.is_cancelled
            )

        def done(reasons: "JudgedReasons | None") -> None:
            if pattern is not self._current:
                return
            if reasons is None:
                names = {"first": pair[0].label, "second": pair[1].label}
                self._spots.show_explaining(tr(NOT_COMPARED, **names), is_possible=True)
                return
            self._spots.show_reasons(reasons)
            if reasons.weights is not None:
                self._show_weights(reasons.weights, reasons.note)

        self._thread.submit(work, done=done, failed=self._fail, key="explain")

    def _compare_again(self, _row: "CandidateRow | None") -> None:
        """Compare with the candidate that is chosen now, where a comparison is shown."""
        if self._is_comparing and self._current is not None:
            self._compare(self._current)

    # ---- what is shown ----------------------------------------------------------------------

    def _show_weights(self, weights: "SpotWeights", note: str) -> None:
        self._view.weights.set_weights(weights.spots_xy, weights.weight)
        by_spot = {int(i): float(w) for i, w in zip(weights.spot, weights.weight, strict=True)}
        self._spots.show_explaining("", is_possible=True)
        self._spots.show_weights(by_spot, note)

    def _fail(self, sentence: str) -> None:
        self._spots.show_explaining(sentence, is_possible=True)

    def _forget(self, *_what: object) -> None:
        self._is_comparing = False
        self._thread.drop("explain")
        self._view.weights.set_weights(np.zeros((0, 2)), np.zeros(0))
        self._spots.show_reasons(None)
        self._spots.show_weights({}, "")
        self._spots.show_explaining("", is_possible=True)
