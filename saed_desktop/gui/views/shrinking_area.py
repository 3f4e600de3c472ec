"""An area as high as its content, that scrolls only where the window is too low for it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class ShrinkingArea(QScrollArea):
    """Takes the height of its content and gives it up again before others are cut off.

    Parameters
    ----------
    content
        What is shown.
    least_px
        The height below which it does not shrink.
    """

    def __init__(self, content: QWidget, least_px: int) -> None:
        super().__init__()
        self._content, self._least_px = content, least_px
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setWidget(content)
        content.installEventFilter(self)

    def _content_height(self) -> int:
        content = self._content
        if content.hasHeightForWidth():
            return content.heightForWidth(self.viewport().width())
        return content.sizeHint().height()

    def sizeHint(self) -> QSize:
        """Return the height of the content at the width that there is."""
        return QSize(self._content.sizeHint().width(), self._content_height())

    def minimumSizeHint(self) -> QSize:
        """Return the least height, or that of the content where it is lower."""
        height = min(self._least_px, self._content_height())
        return QSize(self._content.minimumSizeHint().width(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the width makes the content higher or lower."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height where the content has changed."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
