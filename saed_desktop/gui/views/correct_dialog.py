"""Says what a pattern shows: type a few letters, press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from saed_desktop.gui.views.widgets import button, button_row, muted
from saed_desktop.workspace.document import UNKNOWN_LABEL
from saed_desktop.workspace.names import phase_label


class CorrectDialog(QDialog):
    """A list of phases to choose from, or a new name."""

    label_chosen = Signal(str)

    def __init__(
        self, phases: Sequence[str], current: str | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("What is it?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._phases = list(dict.fromkeys(phases))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type a phase")
        self.search.setAccessibleName("Phase")
        self.list = QListWidget()
        self.list.setAccessibleName("Phases")
        accept = button("Label it", kind="primary")
        cancel = button("Cancel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(
            muted("Your label is kept beside the data and can train a network of your own.")
        )
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addLayout(button_row(cancel, accept, stretch_first=True))
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        accept.clicked.connect(self._choose)
        accept.setDefault(True)
        cancel.clicked.connect(self.close)
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
        choices = [(UNKNOWN_LABEL, "None of these phases")]
        choices += [(name, phase_label(name)) for name in self._phases]
        for name, label in choices:
            if text.lower() in f"{name} {label}".lower():
                self._add(name, label)
        if text and not any(text.lower() == name.lower() for name in self._phases):
            self._add(text, f"“{text}”, a phase that is not in the list")
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
