"""Small pieces that several panels share."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from saed_desktop.gui.theme import numeric_font
from saed_desktop.gui.views.copy_table import CopyTable
from saed_desktop.gui.views.index_label import IndexLabel
from saed_desktop.translation import tr


def heading(text: str) -> IndexLabel:
    """Return the heading of a group."""
    label = IndexLabel(text)
    label.setProperty("role", "heading")
    return label


def muted(text: str = "") -> IndexLabel:
    """Return explaining text, wrapped."""
    label = IndexLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label


def line() -> QFrame:
    """Return a thin line between groups."""
    frame = QFrame()
    frame.setProperty("kind", "line")
    return frame


def button(text: str, *, kind: str = "", tip: str = "") -> QPushButton:
    """Return a button; `kind` is "primary", "quiet" or "" for a usual one."""
    made = QPushButton(text)
    if kind:
        made.setProperty("kind", kind)
    if tip:
        made.setToolTip(tip)
    made.setAccessibleName(text.replace("&", "").rstrip("…"))
    if tip:
        made.setAccessibleDescription(tip)
    return made


def button_row(*widgets: QWidget, stretch_first: bool = False) -> QHBoxLayout:
    """Return widgets side by side, pushed to the left or apart."""
    row = QHBoxLayout()
    row.setSpacing(8)
    if stretch_first:
        row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    if not stretch_first:
        row.addStretch(1)
    return row


def choice(name: str, entries: Iterable[tuple[str, object]]) -> QComboBox:
    """Return a list to choose from: what each entry is called, and what stands for it."""
    box = QComboBox()
    box.setAccessibleName(name)
    for text, data in entries:
        box.addItem(text, data)
    return box


def search_field(name: str, hint: str) -> QLineEdit:
    """Return a field that filters a list as one types."""
    field = QLineEdit()
    field.setPlaceholderText(hint)
    field.setAccessibleName(name)
    field.setClearButtonEnabled(True)
    for inside in field.findChildren(QToolButton):
        inside.setAccessibleName(tr("Clear"))
    return field


def table(name: str) -> CopyTable:
    """Return a calm table: rows, no grid, numbers of one width."""
    view = CopyTable()
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setFont(numeric_font(view.font()))
    view.setTabKeyNavigation(False)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 12)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    return view


def scrolled(content: QWidget) -> QScrollArea:
    """Return content that scrolls when there is too little room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def scrolled_side(side: QVBoxLayout, width_px: int) -> QScrollArea:
    """Return a column of fixed width that scrolls, so that what is beside it keeps its height."""
    box = QWidget()
    box.setLayout(side)
    # room for the scroll bar, so that it covers nothing
    side.setContentsMargins(0, 0, 10, 0)
    area = scrolled(box)
    area.setFixedWidth(width_px)
    return area


class PageTabs(QTabWidget):
    """Pages that scroll; they leave others their room, however high a page would be in full."""

    def hasHeightForWidth(self) -> bool:
        """Deny it: a layout would take the height of the longest page for the least."""
        return False


def lay_beside(window: QWidget, main: QWidget | QLayout, side: QWidget | QLayout) -> None:
    """Lay out a window: the main part on the left takes the room that the side leaves."""
    whole = QHBoxLayout(window)
    whole.setContentsMargins(14, 14, 14, 14)
    whole.setSpacing(16)
    for part, stretch in ((main, 1), (side, 0)):
        if isinstance(part, QWidget):
            whole.addWidget(part, stretch)
        else:
            whole.addLayout(part, stretch)


def rest_timer(
    parent: QObject, wait_ms: int, then: "Callable[[], object] | SignalInstance"
) -> QTimer:
    """Return a timer to start at every edit: it fires once, when the edits have rested."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(then)
    return timer


def column(*parts: QWidget | QHBoxLayout | None, margin: int = 14, spacing: int = 9) -> QWidget:
    """Return widgets one below the other; None stretches."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return box
