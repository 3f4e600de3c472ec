"""The actions of a window, made from the table of commands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from saed_desktop.gui.command import Command
from saed_desktop.gui.commands import Act
from saed_desktop.gui.theme import icon
from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.gui.assembly import Desktop


class ActionSet(QObject):
    """One `QAction` for each row of the table that is no submenu."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[Act, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for act in Act:
            if not act.value.is_submenu:
                self._actions[act] = self._make(act.name, act.value)

    def _make(self, name: str, command: Command) -> QAction:
        action = QAction(tr(command.text), self)
        action.setObjectName(name.lower())
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        keys = f" ({shown_key(command)})" if command.keys else ""
        action.setToolTip(tr(command.tip) + keys)
        action.setStatusTip(tr(command.tip))
        action.setCheckable(command.toggle is not None or bool(command.group))
        if command.icon:
            action.setIcon(icon(command.icon))
        if command.group:
            if command.group not in self._groups:
                self._groups[command.group] = QActionGroup(self)
            self._groups[command.group].addAction(action)
        return action

    def bind(self, desktop: "Desktop") -> None:
        """Let each action do what its row says."""
        for act, action in self._actions.items():
            run, toggle = act.value.run, act.value.toggle
            if run is not None:
                action.triggered.connect(lambda _checked=False, do=run: do(desktop))
            if toggle is not None:
                action.toggled.connect(lambda is_on, do=toggle: do(desktop, is_on))
        self.refresh(desktop)

    def refresh(self, desktop: "Desktop") -> None:
        """Enable what can be used now."""
        for act, action in self._actions.items():
            action.setEnabled(act.value.enabled_when(desktop))

    def checked(self, group: str) -> Act | None:
        """Return the member of an exclusive group that is chosen."""
        chosen = self._groups[group].checkedAction()
        return next((act for act, action in self._actions.items() if action is chosen), None)

    def __getitem__(self, act: Act) -> QAction:
        return self._actions[act]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())


def shown_key(command: Command) -> str:
    """Return a command's first key as the user's system writes it."""
    if not command.keys:
        return ""
    text: str = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return text
