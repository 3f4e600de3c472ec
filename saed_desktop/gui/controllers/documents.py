"""The patterns that are open, which one is shown, and how every edit is undone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.open_pattern import OpenPattern


class _StateCommand(QUndoCommand):
    """One edit: the state before and the state after."""

    def __init__(
        self,
        pattern: OpenPattern,
        new: PatternState,
        text: str,
        apply: Callable[[OpenPattern, PatternState], None],
    ) -> None:
        super().__init__(text)
        self._pattern, self._old, self._new = pattern, pattern.state, new
        self._apply = apply

    def redo(self) -> None:
        self._apply(self._pattern, self._new)

    def undo(self) -> None:
        self._apply(self._pattern, self._old)


class Documents(QObject):
    """The open patterns in the order in which they came."""

    current_changed = Signal(object)
    list_changed = Signal()
    state_changed = Signal(object, object)
    pattern_updated = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._patterns: list[OpenPattern] = []
        self._current: OpenPattern | None = None

    @property
    def patterns(self) -> tuple[OpenPattern, ...]:
        """All open patterns."""
        return tuple(self._patterns)

    @property
    def current(self) -> OpenPattern | None:
        """The pattern that is shown."""
        return self._current

    def open(self, states: list[PatternState]) -> None:
        """Open patterns and show the first of them; one that is open already is shown again."""
        known = {(p.state.path, p.state.frame): p for p in self._patterns}
        opened = []
        for state in states:
            pattern = known.get((state.path, state.frame))
            if pattern is None:
                pattern = OpenPattern(state)
                known[state.path, state.frame] = pattern
                self._patterns.append(pattern)
            opened.append(pattern)
        self.list_changed.emit()
        if opened:
            self.show(opened[0])

    def open_files(self, files: list[Path]) -> None:
        """Open the first frame of files."""
        self.open([PatternState(file.absolute()) for file in files])

    def show(self, pattern: OpenPattern | None) -> None:
        """Show another pattern."""
        if pattern is not self._current:
            self._current = pattern
            self.current_changed.emit(pattern)

    def close(self, pattern: OpenPattern) -> None:
        """Close a pattern and show its neighbour."""
        at = self._patterns.index(pattern)
        self._patterns.remove(pattern)
        # edits of a closed pattern cannot be undone; those of the others should stay undoable
        if not self._patterns:
            self.undo_stack.clear()
        self.list_changed.emit()
        if pattern is self._current:
            left = self._patterns[min(at, len(self._patterns) - 1)] if self._patterns else None
            self.show(left)

    def close_all(self) -> None:
        """Close every pattern."""
        self._patterns = []
        self.undo_stack.clear()
        self.list_changed.emit()
        self.show(None)

    def replace(self, pattern: OpenPattern, state: PatternState) -> None:
        """Let an open pattern show another file or frame in the same place."""
        pattern.set_state(state)
        pattern.tone = None
        self.list_changed.emit()
        self._current = None
        self.show(pattern)

    def change(self, pattern: OpenPattern, text: str, **changes: object) -> None:
        """Edit a pattern so that it can be undone.

        Parameters
        ----------
        pattern
            An open pattern.
        text
            What is done, for the undo menu: "move the direct beam".
        changes
            Fields of its state.
        """
        new = pattern.state.with_changes(**changes)
        if new != pattern.state:
            self.undo_stack.push(_StateCommand(pattern, new, text, self._apply))

    def _apply(self, pattern: OpenPattern, state: PatternState) -> None:
        if pattern not in self._patterns:
            return
        old = pattern.state
        pattern.set_state(state)
        self.show(pattern)
        self.state_changed.emit(pattern, old)
        self.pattern_updated.emit(pattern)

    def updated(self, pattern: OpenPattern) -> None:
        """Say that something about a pattern became known."""
        self.pattern_updated.emit(pattern)
