"""Undo and redo: they belong to the page that is shown, and say what they did."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoGroup, QUndoStack

from saed_desktop.translation import tr


class Undo(QObject):
    """One stack for the open patterns, one for the labels of the folder's page."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.patterns, self.rows = QUndoStack(self), QUndoStack(self)
        self._group = QUndoGroup(self)
        for stack in (self.patterns, self.rows):
            self._group.addStack(stack)
        for signal in (
            self._group.canUndoChanged,
            self._group.canRedoChanged,
            self._group.undoTextChanged,
            self._group.redoTextChanged,
        ):
            signal.connect(lambda _value: self.changed.emit())
        self.show_page(is_folder=False)

    def show_page(self, *, is_folder: bool) -> None:
        """Serve the stack of the page that is shown now."""
        self._group.setActiveStack(self.rows if is_folder else self.patterns)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo on the page shown."""
        return self._group.canUndo()

    @property
    def can_redo(self) -> bool:
        """Whether there is something to do again on the page shown."""
        return self._group.canRedo()

    @property
    def undo_text(self) -> str:
        """Name of the change that would be undone."""
        return self._group.undoText()

    @property
    def redo_text(self) -> str:
        """Name of the change that would be done again."""
        return self._group.redoText()

    def undo(self) -> None:
        """Undo the last step of the page shown."""
        words = self.undo_text
        self._group.undo()
        self.said.emit(tr("Undone: {words}", words=words))

    def redo(self) -> None:
        """Do the last undone step of the page shown again."""
        words = self.redo_text
        self._group.redo()
        self.said.emit(tr("Done again: {words}", words=words))

    def stop(self) -> None:
        """Forget everything; the menu entries may be gone before the stacks are."""
        self._group.blockSignals(True)
        for stack in (self.patterns, self.rows):
            stack.clear()
