"""Two patterns side by side or blinking, zoomed alike, each with its own reflections."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.views.linked_fields import LinkedFields
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.widgets import muted
from saed_desktop.translation import mark, tr

BLINK_MS = 700
LEFT, RIGHT = 0, 1
NAMES = (mark("Left pattern"), mark("Right pattern"))


class CompareWindow(QDialog):
    """Two views whose zoom is linked; one after the other in one place where they blink."""

    chosen = Signal(int, object)
    marks_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Compare two patterns"))
        self.setModal(False)
        self.views = (PatternView(), PatternView())
        self.choices = (QComboBox(), QComboBox())
        self.words = (muted(), muted())
        self.linked = QCheckBox(tr("Zoom alike"))
        self.linked.setToolTip(tr("The same distances from the beam at the same place in both"))
        self.marks = QCheckBox(tr("Reflections"))
        self.labels = QCheckBox(tr("Indices"))
        self.blink = QCheckBox(tr("Blink"))
        self.blink.setToolTip(
            tr("Show one after the other in the same place; Space goes to the other")
        )
        for box in (self.linked, self.marks, self.labels):
            box.setChecked(True)
        self._panes = tuple(self._pane(side) for side in (LEFT, RIGHT))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self.fields = LinkedFields(*self.views)
        self._blinking = QTimer(self)
        self._blinking.setInterval(BLINK_MS)
        self._layout_widgets()
        self._connect_widgets()
        self.resize(1080, 640)

    def _pane(self, side: int) -> QWidget:
        view, choice = self.views[side], self.choices[side]
        choice.setAccessibleName(tr(NAMES[side]))
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(14)
        view.setAccessibleName(tr(NAMES[side]))
        pane = QWidget()
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(choice)
        column.addWidget(view, 1)
        column.addWidget(self.words[side])
        return pane

    def _layout_widgets(self) -> None:
        for pane in self._panes:
            self._splitter.addWidget(pane)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([500, 500])
        row = QHBoxLayout()
        row.setSpacing(18)
        for box in (self.linked, self.marks, self.labels, self.blink):
            row.addWidget(box)
        row.addStretch(1)
        keys = QLabel(tr("+ and − zoom, F shows all, Space changes sides"))
        keys.setProperty("role", "muted")
        row.addWidget(keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(9)
        column.addLayout(row)
        column.addWidget(self._splitter, 1)

    def _connect_widgets(self) -> None:
        for side in (LEFT, RIGHT):
            self.choices[side].activated.connect(
                lambda _i, s=side: self.chosen.emit(s, self.choices[s].currentData())
            )
        self.linked.toggled.connect(lambda on: self.fields.set_linked(is_linked=on))
        self.marks.toggled.connect(lambda _on: self.marks_changed.emit())
        self.labels.toggled.connect(lambda _on: self.marks_changed.emit())
        self.blink.toggled.connect(self._blink_toggled)
        self._blinking.timeout.connect(self.change_sides)

    # ---- what it shows ----------------------------------------------------------------------

    def show_choices(self, names: Sequence[tuple[str, object]], chosen: tuple[object, ...]) -> None:
        """Offer patterns: their names, and what stands for them."""
        for side, choice in enumerate(self.choices):
            choice.clear()
            for name, data in names:
                choice.addItem(name, data)
            at = [i for i, (_name, data) in enumerate(names) if data is chosen[side]]
            choice.setCurrentIndex(at[0] if at else -1)

    def show_words(self, side: int, words: str) -> None:
        """Say below a pattern what it is."""
        self.words[side].setText(words)

    # ---- blinking ---------------------------------------------------------------------------

    @property
    def shown_sides(self) -> tuple[int, ...]:
        """The sides that are seen."""
        return tuple(side for side in (LEFT, RIGHT) if not self._panes[side].isHidden())

    def change_sides(self) -> None:
        """Show the other one, where they blink."""
        if self.blink.isChecked():
            other = RIGHT if self._panes[RIGHT].isHidden() else LEFT
            # the one that comes first: the place is never empty
            self._panes[other].show()
            self._panes[1 - other].hide()

    def _blink_toggled(self, is_on: bool) -> None:
        if is_on:
            self._panes[RIGHT].hide()
            self._blinking.start()
        else:
            self._blinking.stop()
            for pane in self._panes:
                pane.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom both, or show the other one."""
        key = Qt.Key(event.key())
        view = self.views[self.shown_sides[0]]
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            view.zoom(1.3)
        elif key == Qt.Key.Key_Minus:
            view.zoom(1 / 1.3)
        elif key in (Qt.Key.Key_F, Qt.Key.Key_Home):
            view.fit()
        elif key == Qt.Key.Key_Space and self.blink.isChecked():
            self._blinking.start()
            self.change_sides()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Stop blinking with the window."""
        self.blink.setChecked(False)
        super().done(result)
