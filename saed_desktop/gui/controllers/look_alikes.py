"""Controller of the look-alikes: what fits as well as the answer and is no candidate."""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QTimer

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.workspace.analysis_service import Answered

CALM_MS = 1000
"""Time without any other work after which the look-alikes of the pattern shown are searched."""

_KEY = "look-alikes"
_FIRST = ("look", "read", "glance", "answer")
"""The threads that somebody waits for; a folder's run goes on for hours."""


class LookAlikesController(Controller):
    """Names structures of the library in the card, a moment after the answer.

    They take a second of a core. Somebody who opens the next pattern at once shall not wait for
    those of the last: they start once all is calm, and stop where another pattern is opened.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._card = context.window.verdict_card
        self._thread = context.workers["library"]
        # by pattern: the answer that they stand beside, and the words; gone with the pattern
        self._known: WeakKeyDictionary[OpenPattern, tuple[Answered, str]] = WeakKeyDictionary()
        self._calm = QTimer(self, interval=CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._look)
        patterns = context.open_patterns
        patterns.answered.connect(self._show_answered)
        patterns.started.connect(lambda *_: self._stop())
        patterns.current_changed.connect(lambda *_: self._stop())

    def _stop(self) -> None:
        self._calm.stop()
        self._thread.drop(_KEY)

    def _show_answered(self, pattern: OpenPattern) -> None:
        """Show what is known beside an answer, or look for it after a moment of calm."""
        answered = pattern.answered
        if pattern is not self._current or answered is None:
            return
        # of rings it is worth knowing what fits where no candidate does
        is_asked = answered.view.phase is not None or answered.view.record.kind == "rings"
        if not is_asked or not self._settings.value.look_alikes:
            return
        for_answer, words = self._known.get(pattern, (None, ""))
        if for_answer is answered:
            self._card.show_look_alikes(words)
        else:
            self._calm.start()

    def _look(self) -> None:
        pattern, service = self._current, self._service
        answered = pattern.answered if pattern is not None else None
        if pattern is None or answered is None:
            return
        if any(self._workers[name].is_busy for name in _FIRST):
            self._calm.start()
            return

        def work(task: Task) -> str:
            from saed_desktop.workspace.library_search import look_alike_words

            setup = service.get().indexing_setup(answered.choice)
            return look_alike_words(answered.solution, setup.phases, is_cancelled=task.is_cancelled)

        def done(words: str) -> None:
            if pattern.answered is answered:
                self._known[pattern] = (answered, words)
                if pattern is self._current:
                    self._card.show_look_alikes(words)

        self._thread.submit(work, done=done, key=_KEY)
