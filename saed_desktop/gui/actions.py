"""The actions of a window, made from the table."""

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from saed_desktop.gui.act import Act, ActionSpec
from saed_desktop.gui.action_table import ACTIONS
from saed_desktop.gui.theme import icon


class ActionSet(QObject):
    """One `QAction` for each row of the table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[Act, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for spec in ACTIONS:
            self._actions[spec.act] = self._make(spec)

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.act.value)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        keys = f" ({shown_key(spec)})" if spec.keys else ""
        action.setToolTip(spec.tip + keys)
        action.setStatusTip(spec.tip)
        action.setCheckable(spec.is_checkable or bool(spec.group))
        if spec.icon:
            action.setIcon(icon(spec.icon))
        if spec.group:
            if spec.group not in self._groups:
                self._groups[spec.group] = QActionGroup(self)
            self._groups[spec.group].addAction(action)
        return action

    def __getitem__(self, act: Act) -> QAction:
        return self._actions[act]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())


def shown_key(spec: ActionSpec) -> str:
    """Return an action's first key as the user's system writes it."""
    if not spec.keys:
        return ""
    text: str = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return text
