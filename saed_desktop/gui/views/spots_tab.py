"""The tab of spots: the reflections of the candidate, all spots, or the pairs that fit two."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from saed_desktop.translation import tr


class SpotsTab(QWidget):
    """Four tables, of which one is shown.

    Parameters
    ----------
    reflections, spots, pairs, measurements
        The panels of the tables.
    """

    shown = Signal()

    def __init__(
        self, reflections: QWidget, spots: QWidget, pairs: QWidget, measurements: QWidget
    ) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Which table"))
        self.choice.addItem(tr("Reflections of the candidate"))
        self.choice.addItem(tr("All spots"))
        self.choice.addItem(tr("Index by two spots"))
        self.choice.addItem(tr("Measurements"))
        self._stack = QStackedWidget()
        self._stack.addWidget(reflections)
        self._stack.addWidget(spots)
        self._stack.addWidget(pairs)
        self._stack.addWidget(measurements)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 14, 4, 12)
        layout.setSpacing(8)
        layout.addWidget(self.choice)
        layout.addWidget(self._stack, 1)
        self.choice.currentIndexChanged.connect(self._stack.setCurrentIndex)

    def show_reflections(self) -> None:
        """Show the reflections of the candidate."""
        self.choice.setCurrentIndex(0)

    def show_spots(self) -> None:
        """Show all spots."""
        self.choice.setCurrentIndex(1)

    def show_pairs(self) -> None:
        """Show the pairs that fit two spots, and bring the tab to the front."""
        self.choice.setCurrentIndex(2)
        self.shown.emit()

    def show_measurements(self) -> None:
        """Show what was measured."""
        self.choice.setCurrentIndex(3)
