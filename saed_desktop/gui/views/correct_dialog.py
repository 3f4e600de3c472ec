"""Says what a pattern shows: type a few letters, press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.views.widgets import button, muted
from saed_desktop.results.wording import is_formula, phase_label
from saed_desktop.translation import tr
from saed_desktop.workspace.document import UNKNOWN_LABEL


class CorrectDialog(QDialog):
    """A list of phases to choose from, or a new name."""

    label_chosen = Signal(str)

    def __init__(
        self,
        phases: Sequence[str],
        current: str | None,
        parent: QWidget | None = None,
        *,
        label: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("What is it?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._phases = list(dict.fromkeys(phases))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Type a phase"))
        self.search.setAccessibleName(tr("Phase"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Phases"))
        accept = button(tr("Label it"), kind="primary")
        cancel = button(tr("Cancel"))
        self.remove_button = button(
            tr("Remove the label"), kind="quiet", tip=tr("Take it back out of the training data")
        )
        self.remove_button.setVisible(bool(label))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(
            muted(tr("Your label is kept beside the data and can train a network of your own."))
        )
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(accept)
        layout.addLayout(foot)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        accept.clicked.connect(self._choose)
        accept.setDefault(True)
        cancel.clicked.connect(self.close)
        self.remove_button.clicked.connect(self._remove)
        self._fill()
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == current:
                self.list.setCurrentRow(row)
        self.resize(380, 440)
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrow keys move in the list while the search keeps the focus."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
            self.list.setCurrentRow(row)
            return
        super().keyPressEvent(event)

    def _fill(self) -> None:
        text = self.search.text().strip()
        self.list.clear()
        for name, label in ranked_choices(text, self._phases):
            self._add(name, label)
        self.list.setCurrentRow(0)

    def _add(self, name: str, label: str) -> None:
        item = QListWidgetItem(label)
        item.setData(Qt.ItemDataRole.UserRole, name)
        self.list.addItem(item)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.label_chosen.emit(item.data(Qt.ItemDataRole.UserRole))
            self.close()

    def _remove(self) -> None:
        self.label_chosen.emit("")
        self.close()


def ranked_choices(text: str, phases: Sequence[str]) -> list[tuple[str, str]]:
    """Return what a typed text may mean, names with what to call them, the likeliest first.

    What is typed in full comes first, be it a phase of the list or a new one: "Al" is aluminium
    and not the beginning of alpha-Zr.
    """
    choices = [(UNKNOWN_LABEL, tr("None of these phases"))]
    choices += [(name, phase_label(name)) for name in phases]
    if not text:
        return choices
    typed = text.lower()
    exact = [c for c in choices if typed in (c[0].lower(), c[1].lower())]
    parts = [c for c in choices if typed in f"{c[0]} {c[1]}".lower() and c not in exact]
    # names that begin so before those that only contain it; sorting keeps the order otherwise
    parts.sort(key=lambda c: not (c[0].lower().startswith(typed) or c[1].lower().startswith(typed)))
    new = [] if exact else [(text, tr("“{text}”, a phase that is not in the list", text=text))]
    return [*exact, *new, *parts] if is_formula(text) else [*exact, *parts, *new]
