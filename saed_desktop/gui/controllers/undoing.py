"""Undo and redo: they belong to what the page shows, and say what they did."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoGroup, QUndoStack

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet


class UndoingController(QObject):
    """One stack for the patterns, one for the folder's page; the page shown says which is meant.

    Parameters
    ----------
    actions
        Of which undo and redo are served.
    patterns, rows
        The edits of the open patterns, and the labels given in the folder's table.
    say
        Shows a sentence for a moment.
    """

    def __init__(
        self,
        actions: ActionSet,
        patterns: QUndoStack,
        rows: QUndoStack,
        say: Callable[[str], None],
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._patterns, self._rows, self._say = patterns, rows, say
        self._group = QUndoGroup(self)
        for stack in (patterns, rows):
            self._group.addStack(stack)
        for act, change, words, verb in (
            (Act.UNDO, self._group.canUndoChanged, self._group.undoTextChanged, self._undo),
            (Act.REDO, self._group.canRedoChanged, self._group.redoTextChanged, self._redo),
        ):
            action = actions[act]
            name = action.text()
            action.setEnabled(False)
            change.connect(action.setEnabled)
            action.triggered.connect(lambda _checked=False, do=verb: do())
            words.connect(lambda text, a=action, n=name: a.setText(f"{n} {text}".strip()))
        self.page_changed(is_folder=False)

    def page_changed(self, *, is_folder: bool) -> None:
        """Serve the stack of the page that is shown now."""
        self._group.setActiveStack(self._rows if is_folder else self._patterns)

    def stop(self) -> None:
        """Forget everything; the menu entries may be gone before the stacks are."""
        for stack in (self._patterns, self._rows):
            stack.clear()
        self._group.blockSignals(True)

    def _undo(self) -> None:
        words = self._group.undoText()
        self._group.undo()
        self._say(f"Undone: {words}")

    def _redo(self) -> None:
        words = self._group.redoText()
        self._group.redo()
        self._say(f"Done again: {words}")
