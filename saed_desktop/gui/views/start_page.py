"""Page shown while no pattern is open: how to begin."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from saed_desktop.gui.theme import heading_font, paint_icon
from saed_desktop.gui.views.widgets import button, button_row, muted
from saed_desktop.translation import tr


class _Emblem(QWidget):
    """The program's sign."""

    def sizeHint(self) -> QSize:
        """Return its size."""
        return QSize(96, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        side = min(self.width(), self.height(), 96)
        left = (self.width() - side) / 2
        paint_icon(painter, QRectF(left, 0, side, side), "saed-desktop", "#ffffff")
        painter.end()


class StartPage(QWidget):
    """An invitation to drop a pattern."""

    def __init__(self) -> None:
        super().__init__()
        self.open_button = button(tr("Open patterns…"), kind="primary")
        self.folder_button = button(tr("Index folder…"))
        self.example_button = button(tr("Show an example"), kind="quiet")
        title = QLabel(tr("Drop a diffraction pattern here"))
        title.setFont(heading_font(self.font(), 1.7))
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = muted(
            tr(
                "DM3, DM4, EMD, SER, MRC, TVIPS, BLO, MIB, HSPY, TIFF, PNG, JPEG or BMP. "
                "The program finds the spots, names the phase and the zone axis, and shows why. "
                "Drop a folder to answer all of its patterns."
            )
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # of a fixed width, or a layout would not know how many lines it takes
        words.setFixedWidth(self.fontMetrics().averageCharWidth() * 82)
        emblem = _Emblem()
        emblem.setFixedHeight(96)
        buttons = button_row(self.open_button, self.folder_button, self.example_button)
        buttons.insertStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addStretch(2)
        layout.addWidget(emblem)
        layout.addWidget(title)
        # beside stretches rather than centred: a centred widget gets one line too few
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(words)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        layout.addStretch(3)
