"""The patterns that are open, which one is shown, and how every edit is undone."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.open_pattern import OpenPattern

Edit = tuple[OpenPattern, Mapping[str, object]]
"""A pattern and the fields of its state that change."""


class _EditCommand(QUndoCommand):
    """One edit of one or several patterns.

    It keeps the fields that it changes and no others, so that undoing a calibration does not
    bring back an older label.
    """

    def __init__(
        self, edits: Sequence[Edit], text: str, apply: Callable[[Sequence[Edit]], None]
    ) -> None:
        super().__init__(text)
        self._after = tuple(edits)
        self._before = tuple(
            (pattern, {name: getattr(pattern.state, name) for name in changes})
            for pattern, changes in edits
        )
        self._apply = apply

    def redo(self) -> None:
        self._apply(self._after)

    def undo(self) -> None:
        self._apply(self._before)


class OpenPatterns(QObject):
    """The open patterns in the order in which they came."""

    current_changed = Signal(object)
    list_changed = Signal()
    state_changed = Signal(object, object)
    pattern_updated = Signal(object)
    closed = Signal(list)

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
        known = {p.state.source: p for p in self._patterns}
        opened = []
        for state in states:
            pattern = known.get(state.source)
            if pattern is None:
                pattern = OpenPattern(state)
                known[state.source] = pattern
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
        self.closed.emit([pattern.state])

    def close_others(self, kept: OpenPattern) -> None:
        """Close every pattern but one."""
        states = [pattern.state for pattern in self._patterns if pattern is not kept]
        self._patterns = [kept]
        self.list_changed.emit()
        self.show(kept)
        self.closed.emit(states)

    def close_all(self, *, by_user: bool = True) -> None:
        """Close every pattern.

        Parameters
        ----------
        by_user
            Whether the user asked for it, and may want them back.
        """
        states = [pattern.state for pattern in self._patterns]
        self._patterns = []
        self.undo_stack.clear()
        self.list_changed.emit()
        self.show(None)
        if states and by_user:
            self.closed.emit(states)

    def replace(self, pattern: OpenPattern, state: PatternState) -> None:
        """Let an open pattern show another file or frame in the same place."""
        pattern.set_state(state)
        pattern.contrast = None
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
        self.change_all([pattern], text, **changes)

    def change_all(self, patterns: Sequence[OpenPattern], text: str, **changes: object) -> None:
        """Edit several patterns alike, as one step that can be undone."""
        edits = [
            (pattern, changes)
            for pattern in patterns
            if pattern.state.with_changes(**changes) != pattern.state
        ]
        if edits:
            self.undo_stack.push(_EditCommand(edits, text, self._apply))

    def amend(self, pattern: OpenPattern, **changes: object) -> None:
        """Edit a pattern without an undo step of its own; the caller undoes it in another way."""
        self._set(pattern, changes)

    def _apply(self, edits: Sequence[Edit]) -> None:
        edits = [(pattern, changes) for pattern, changes in edits if pattern in self._patterns]
        # what is undone is to be seen, unless it happens to many patterns at once
        if len(edits) == 1:
            self.show(edits[0][0])
        for pattern, changes in edits:
            self._set(pattern, changes)

    def _set(self, pattern: OpenPattern, changes: Mapping[str, object]) -> None:
        old = pattern.state
        pattern.set_state(old.with_changes(**changes))
        self.state_changed.emit(pattern, old)
        self.pattern_updated.emit(pattern)

    def updated(self, pattern: OpenPattern) -> None:
        """Say that something about a pattern became known."""
        self.pattern_updated.emit(pattern)
