"""The frames of the file shown: the strip below the pattern, with small pictures as they come."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.analysis import GLANCE_LIMIT_S
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.worker import Task
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.workspace.open_file import OpenFile

PICTURES_AT_ONCE = 8
PICTURE_PX = 104


class FramesController(Controller):
    """Shows the strip where a file has several frames, and reads its small pictures."""

    frame_chosen = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._strip = context.window.frame_strip
        self._shown: object = None
        self._is_reading = False
        # belongs to the thread that glances
        self._files: dict[str, OpenFile] = {}
        self._strip.frame_chosen.connect(self.frame_chosen)
        # queued: all that one painting asks for is read together
        self._strip.frames.wanted.connect(self._read_pictures, Qt.ConnectionType.QueuedConnection)
        context.open_patterns.current_changed.connect(lambda _pattern: self._show())
        # queued: the image is painted first, then room is made for the strip
        context.open_patterns.image_ready.connect(
            self._image_shown, Qt.ConnectionType.QueuedConnection
        )

    def _image_shown(self, _pattern: object, _contrast: object, _levels: object) -> None:
        self._show()

    def _show(self) -> None:
        current = self._current
        if current is None or current.n_frames < 2:
            self._hide(current)
            return
        file = (current.state.path, current.state.dataset)
        if file != self._shown:
            self._shown = file
            self._strip.show_frames(current.n_frames, current.state.frame)
        else:
            self._strip.show_frame(current.state.frame)
        self._strip.show()

    def _hide(self, current: OpenPattern | None) -> None:
        """Hide the strip, unless the next frame of its file is only being read."""
        if current is None or current.loaded is not None or current.message:
            self._strip.hide()
            return
        if (current.state.path, current.state.dataset) != self._shown:
            self._strip.hide()

    def _read_pictures(self) -> None:
        current = self._current
        if self._is_reading or current is None:
            return
        frames = self._strip.frames.take_missing(PICTURES_AT_ONCE)
        if not frames:
            return
        self._is_reading = True
        path, dataset, files = current.state.path, current.state.dataset, self._files

        def work(_task: Task) -> "dict[int, ByteImage]":
            from saed_desktop.workspace.display import build_pyramid, thumbnail
            from saed_desktop.workspace.open_file import OpenFile

            file = files.setdefault("open", OpenFile()).get(path, dataset)
            return {
                frame: thumbnail(build_pyramid(file.read(frame).image_yx), PICTURE_PX)
                for frame in frames
                if frame < file.n_frames
            }

        def done(pictures: "dict[int, ByteImage]") -> None:
            self._is_reading = False
            if self._shown == (path, dataset):
                self._strip.frames.set_pictures(pictures)
            # what was asked for meanwhile, and what is in sight and was not read yet
            self._read_pictures()
            self._strip.strip.viewport().update()

        def failed(_sentence: str) -> None:
            self._is_reading = False

        self._workers["glance"].submit(work, done=done, failed=failed, limit_s=GLANCE_LIMIT_S)
