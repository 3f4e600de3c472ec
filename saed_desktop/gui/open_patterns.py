"""The state of the window: open patterns, what is shown, what is known; every change signals.

Whatever changes about an open pattern changes here: edits by `change`, what was read or answered
by the methods named `take_…`. Each of them tells those that listen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from saed_desktop.workspace.document import Label, PatternState
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.workspace.analysis_service import Answered, Prepared
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.display import ContrastSettings
    from saed_desktop.workspace.reading import Loaded

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
    """The open patterns in the order in which they came.

    Parameters
    ----------
    undo_stack
        Takes the edits.
    """

    current_changed = Signal(object)
    """Another pattern is shown, or none."""
    list_changed = Signal()
    """Patterns were opened, closed or replaced."""
    closed = Signal(list)
    """The user closed patterns; their states."""
    state_changed = Signal(object, object)
    """A pattern was edited; the pattern and its former state."""
    pattern_updated = Signal(object)
    """Something about a pattern is known now, or no longer."""
    started = Signal(object, str)
    """Something is done to a pattern in the background; what, in words."""
    image_ready = Signal(object, object, object)
    """The image was read; the pattern, its contrast and the pyramid of grey images."""
    prepared = Signal(object)
    """Direct beam, mask and spots are there."""
    answered = Signal(object)
    """The answer is there."""
    failed = Signal(object)
    """The pattern cannot be read or answered; its message says why."""
    candidate_changed = Signal(object)
    """Another candidate is drawn, or none."""

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = undo_stack
        self._patterns: list[OpenPattern] = []
        self._current: OpenPattern | None = None
        self._candidate: CandidateRow | None = None

    @property
    def patterns(self) -> tuple[OpenPattern, ...]:
        """All open patterns."""
        return tuple(self._patterns)

    @property
    def current(self) -> OpenPattern | None:
        """The pattern that is shown."""
        return self._current

    @property
    def candidate(self) -> "CandidateRow | None":
        """The candidate whose reflections are drawn."""
        return self._candidate

    # ---- opening and closing ----------------------------------------------------------------

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

    # ---- edits ------------------------------------------------------------------------------

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

    def edit(self, text: str, **changes: object) -> None:
        """Edit the pattern that is shown, if there is one, so that it can be undone."""
        if self._current is not None:
            self.change(self._current, text, **changes)

    def take_label(self, pattern: OpenPattern, label: Label) -> None:
        """Take a label that was there already: nothing that could be undone."""
        pattern.set_state(pattern.state.with_changes(label=label))
        self.pattern_updated.emit(pattern)

    # ---- what becomes known -----------------------------------------------------------------

    def start(self, pattern: OpenPattern, what: str) -> None:
        """Say what is done to a pattern now."""
        self.started.emit(pattern, what)

    def take_image(
        self,
        pattern: OpenPattern,
        loaded: "Loaded",
        contrast: "ContrastSettings",
        levels: tuple["ByteImage", ...],
    ) -> None:
        """Take what was read of a pattern."""
        pattern.loaded, pattern.message = loaded, ""
        self.image_ready.emit(pattern, contrast, levels)
        self.pattern_updated.emit(pattern)

    def take_thumbnail(self, pattern: OpenPattern, picture: "ByteImage") -> None:
        """Take the small picture of a pattern."""
        pattern.thumbnail = picture
        self.pattern_updated.emit(pattern)

    def take_prepared(self, pattern: OpenPattern, prepared: "Prepared") -> None:
        """Take what was found in a pattern."""
        pattern.prepared = prepared
        self.prepared.emit(pattern)

    def take_answer(self, pattern: OpenPattern, answered: "Answered") -> None:
        """Take the answer; the direct beam goes where the answer has it."""
        prepared, marks = pattern.prepared, answered.marks
        if prepared is not None:
            has_moved = marks.center_xy != prepared.marks.center_xy
            has_doubt = marks.center_places != prepared.marks.center_places
            if has_moved or has_doubt:
                self.take_prepared(pattern, replace(prepared, marks=marks))
        pattern.set_answer(answered)
        self.answered.emit(pattern)
        self.pattern_updated.emit(pattern)

    def take_failure(self, pattern: OpenPattern, sentence: str) -> None:
        """Take why a pattern cannot be read or answered."""
        pattern.message = sentence
        self.failed.emit(pattern)
        self.pattern_updated.emit(pattern)

    def forget_answers(self) -> None:
        """Forget all answers: phases or network have changed since."""
        for pattern in self._patterns:
            pattern.forget_answer()

    def show_again(self, pattern: OpenPattern) -> None:
        """Tell again what is known of a pattern whose image is shown again."""
        if pattern.prepared is not None:
            self.prepared.emit(pattern)
            if pattern.answered is not None:
                self.answered.emit(pattern)

    def choose_candidate(self, row: "CandidateRow | None") -> None:
        """Draw a candidate's reflections, or none."""
        self._candidate = row
        self.candidate_changed.emit(row)

    def updated(self, pattern: OpenPattern) -> None:
        """Say that a pattern is to be shown anew, as after another unit was chosen."""
        self.pattern_updated.emit(pattern)
