"""The frames of a file as small pictures, of which only those in sight are read."""

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from saed_desktop.arrays import ByteImage
from saed_desktop.gui.models.table_model import Index
from saed_desktop.translation import tr

MOST_PIXMAPS = 600


class FramesModel(QAbstractListModel):
    """One row for each frame; a picture that is not there yet is asked for when it is painted."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._n_frames = 0
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._missing: OrderedDict[int, None] = OrderedDict()

    def set_frames(self, n_frames: int) -> None:
        """Show another file with so many frames."""
        self.beginResetModel()
        self._n_frames = n_frames
        self._pixmaps.clear()
        self._missing.clear()
        self.endResetModel()

    def take_missing(self, most: int) -> list[int]:
        """Return the frames whose pictures were asked for last; they are asked for no more."""
        frames = [self._missing.popitem()[0] for _ in range(min(most, len(self._missing)))]
        # what went by while the list was scrolled is read when it is seen again
        self._missing.clear()
        return sorted(frames)

    def set_pictures(self, pictures: dict[int, ByteImage]) -> None:
        """Take small grey pictures (side, side) by frame."""
        for frame, picture in pictures.items():
            height, width = picture.shape
            image = QImage(
                picture.tobytes(), width, height, width, QImage.Format.Format_Grayscale8
            ).copy()
            self._pixmaps[frame] = QPixmap.fromImage(image)
            self.dataChanged.emit(self.index(frame), self.index(frame))
        while len(self._pixmaps) > MOST_PIXMAPS:
            self._pixmaps.popitem(last=False)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of frames."""
        return 0 if parent.isValid() else self._n_frames

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a frame's number or its picture."""
        frame = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return str(frame + 1)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("Frame {value}", value=frame + 1)
        if role != Qt.ItemDataRole.DecorationRole:
            return None
        pixmap = self._pixmaps.get(frame)
        if pixmap is None:
            is_first = not self._missing
            self._missing[frame] = None
            if is_first:
                self.wanted.emit()
        return pixmap
