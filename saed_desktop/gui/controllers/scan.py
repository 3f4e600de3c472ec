"""The map of a scan: its virtual image, all frames answered, a click for each pattern."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer, Signal

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.views.readout import number
from saed_desktop.gui.views.scan_choices import (
    BY_INTENSITY,
    BY_PROBABILITY,
    DARK_FIELD,
    PHASES,
    VIRTUAL,
)
from saed_desktop.gui.worker import Task
from saed_desktop.results.wording import percent
from saed_desktop.translation import tr
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage, Float32Array
    from saed_desktop.gui.views.scan_window import ScanWindow

REPORT_EVERY_S = 0.12
DRAW_AGAIN_MS = 250
"""Answers come many times a second; the map need not be drawn as often."""
UNKNOWN_LEVEL = 26
"""Grey of a place whose frame was not read yet."""


@dataclass(eq=False)
class _Scan:
    """One file as it is mapped."""

    path: Path
    dataset: str | None
    n_frames: int
    n_columns: int
    is_stated: bool
    values: "Float32Array | None" = None
    levels: "ByteImage | None" = None
    rows: dict[int, FolderRow] = field(default_factory=dict)


class ScanController(Controller):
    """Opens the window of the file shown and fills its map."""

    frame_chosen = Signal(int)

    def __init__(self, context: Context, folder: FolderController) -> None:
        super().__init__(context)
        self._folder = folder
        self.window: ScanWindow | None = None
        self._scan: _Scan | None = None
        self._task: Task | None = None
        self._draw_timer = QTimer(self)
        self._draw_timer.setSingleShot(True)
        self._draw_timer.setInterval(DRAW_AGAIN_MS)
        self._draw_timer.timeout.connect(self._draw)
        folder.rows_known.connect(self._take_rows)
        folder.run_ended.connect(self._run_ended)
        context.open_patterns.image_ready.connect(lambda *_: self._pattern_shown())
        context.open_patterns.current_changed.connect(lambda _pattern: self._pattern_shown())
        context.open_patterns.prepared.connect(lambda _pattern: self._show_detector())

    # ---- the window -------------------------------------------------------------------------

    def open(self) -> None:
        """Open the window, or bring it to the front."""
        if self.window is not None:
            self.window.raise_()
            self.window.activateWindow()
            return
        current = self._current
        if current is None or current.loaded is None or current.n_frames < 2:
            self._banner.show_notice(tr("This file holds one pattern: there is no scan to map."))
            return
        # here and below: the start does not wait for windows that are opened later
        from saed_desktop.gui.views.scan_window import ScanWindow

        made = ScanWindow(self._window)
        self.window = made
        made.detector_changed.connect(self._compute)
        made.appearance_changed.connect(self._draw)
        made.columns_changed.connect(self._columns_changed)
        made.compute_stopped.connect(self._stop_computing)
        made.index_wanted.connect(self.index)
        made.index_stopped.connect(self._folder.stop)
        made.picture_wanted.connect(self._ask_for_picture)
        made.table_wanted.connect(self._ask_for_table)
        made.view.frame_chosen.connect(self.frame_chosen)
        made.view.pointed.connect(self._pointed)
        made.finished.connect(self._closed)
        made.show_computing(0.0)
        made.show()
        made.view.setFocus()
        # filled once it is on the screen: both at once would stop the window for a moment
        QTimer.singleShot(0, made, self._pattern_shown)

    def _closed(self) -> None:
        self._stop_computing()
        self._draw_timer.stop()
        self._view.detector.set_detector(None)
        if self.window is not None:
            self.window.deleteLater()
        self.window = self._scan = None

    def _take_file(self, pattern: OpenPattern) -> None:
        """Map the file of a pattern from its beginning."""
        from saed_desktop.workspace.virtual_image import beam_radius_px

        made = self.window
        if made is None or pattern.loaded is None:
            return
        shown = pattern.loaded.pattern
        shape = shown.scan_shape_yx
        n_columns = shape[1] if shape is not None else _likely_columns(shown.n_frames)
        self._scan = _Scan(
            pattern.state.path.absolute(), pattern.state.dataset, shown.n_frames, n_columns,
            shape is not None,
        )  # fmt: skip
        made.show_file(
            pattern.state.path.name, shown.n_frames, n_columns, is_stated=shape is not None
        )
        made.show_detector(0.0, beam_radius_px(shown.image_yx, self._center(pattern)))
        made.detector.setCurrentIndex(0)
        made.view.show_frame(pattern.state.frame)
        made.choose(VIRTUAL)
        made.show_legend((), tr("No frame is indexed yet."))
        self._show_detector()
        self._draw()
        self._compute()

    def _pattern_shown(self) -> None:
        """Mark the frame that is shown now; another file is mapped in its turn."""
        made, scan, current = self.window, self._scan, self._current
        if made is None or current is None:
            return
        file = (current.state.path.absolute(), current.state.dataset)
        if scan is not None and file == (scan.path, scan.dataset):
            made.view.show_frame(current.state.frame)
            self._show_detector()
        elif current.n_frames > 1:
            self._stop_computing()
            self._take_file(current)

    def _center(self, pattern: OpenPattern) -> tuple[float, float]:
        if pattern.prepared is not None:
            return pattern.prepared.marks.center_xy
        width, height = self._view.image.size_px
        return ((width - 1) / 2, (height - 1) / 2)

    def _show_detector(self) -> None:
        made, current = self.window, self._current
        if made is None or current is None:
            return
        self._view.detector.set_detector(self._center(current), *made.radii_px)

    # ---- the virtual image ------------------------------------------------------------------

    def _compute(self) -> None:
        made, scan, current = self.window, self._scan, self._current
        if made is None or scan is None or current is None:
            return
        self._show_detector()
        center, (inner, outer) = self._center(current), made.radii_px

        def work(task: Task) -> "tuple[Float32Array, ByteImage] | None":
            from saed_desktop.pattern.readers import PatternFile
            from saed_desktop.workspace.phase_map import grey_levels
            from saed_desktop.workspace.virtual_image import VirtualDetector, virtual_image

            file = PatternFile(scan.path, dataset=scan.dataset)
            latest, last_s = None, time.monotonic()
            for latest in virtual_image(
                file, VirtualDetector(center, inner, outer), task.is_cancelled
            ):
                if time.monotonic() - last_s >= REPORT_EVERY_S:
                    values = latest.values.copy()
                    task.report((latest.done / latest.total, values, grey_levels(values)))
                    last_s = time.monotonic()
            return (latest.values, grey_levels(latest.values)) if latest is not None else None

        def done(result: "tuple[Float32Array, ByteImage] | None") -> None:
            if self.window is made and result is not None:
                self._take_values(1.0, *result)
                made.show_computing(None)

        def failed(sentence: str) -> None:
            if self.window is made:
                made.show_computing(None, sentence)

        made.show_computing(0.0)
        self._task = self._workers["scan"].submit(
            work,
            done=done,
            failed=failed,
            progress=lambda news: self._take_values(*news),
            key="virtual",
        )

    def _take_values(self, share: float, values: "Float32Array", levels: "ByteImage") -> None:
        made, scan = self.window, self._scan
        if made is None or scan is None or len(values) != scan.n_frames:
            return
        scan.values, scan.levels = values, levels
        made.show_computing(share)
        self._draw()

    def _stop_computing(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.window is not None:
            self.window.show_computing(None)

    # ---- answers ----------------------------------------------------------------------------

    def index(self) -> None:
        """Answer all frames, from where an earlier run was stopped."""
        made, scan = self.window, self._scan
        if made is None or scan is None:
            return
        scan.rows.clear()
        self._folder.start_frames(scan.path, scan.dataset)
        made.show_indexing(is_running=True)
        made.choose(PHASES)
        self._draw()

    def _take_rows(self, rows: list[FolderRow]) -> None:
        scan = self._scan
        if scan is None:
            return
        mine = [row for row in rows if row.path == scan.path and row.frame < scan.n_frames]
        scan.rows.update({row.frame: row for row in mine})
        if mine and not self._draw_timer.isActive():
            self._draw_timer.start()

    def _run_ended(self) -> None:
        if self.window is not None:
            self.window.show_indexing(is_running=False)
            self._draw()

    # ---- drawing ----------------------------------------------------------------------------

    def _columns_changed(self) -> None:
        made, scan = self.window, self._scan
        if made is not None and scan is not None:
            scan.n_columns = made.columns.value()
            self._draw()

    def _draw(self) -> None:
        from saed_desktop.workspace.phase_map import phase_map

        made, scan = self.window, self._scan
        if made is None or scan is None:
            return
        grey = np.full(scan.n_frames, UNKNOWN_LEVEL, np.uint8)
        if scan.levels is not None and scan.values is not None:
            grey = np.where(np.isfinite(scan.values), scan.levels, grey)
        rgb = np.repeat(grey[:, None], 3, axis=1)
        found = phase_map(scan.rows.values(), scan.n_frames, self._considered)
        if made.content.currentData() == PHASES:
            shade = made.shade.currentData()
            rgba = found.colors_rgba(is_shaded=shade == BY_PROBABILITY)
            colors = rgba[:, :3].astype(np.float64)
            if shade == BY_INTENSITY:
                colors *= 0.3 + 0.7 * grey[:, None] / 255
            is_answered = rgba[:, 3] > 0
            rgb = np.where(is_answered[:, None], colors, 0.45 * rgb).astype(np.uint8)
        made.view.show_map(rgb, scan.n_columns)
        n = found.n_answered
        words = (
            tr("{n} of {n_frames} frames indexed.", n=n, n_frames=scan.n_frames)
            if n
            else tr("No frame is indexed yet.")
        )
        made.show_legend(found.legend(), words)

    @property
    def _considered(self) -> tuple[str, ...]:
        return self._setup.phases or ()

    def _pointed(self, frame: int | None) -> None:
        made, scan = self.window, self._scan
        if made is None or scan is None:
            return
        made.pointer.setText("" if frame is None else _place_words(scan, frame))

    # ---- files ------------------------------------------------------------------------------

    def _ask_for_picture(self) -> None:
        scan = self._scan
        if scan is not None:
            suggested = scan.path.with_name(f"{scan.path.stem}-map.png")
            path = self._ask_where_to_save(tr("Save the map"), suggested, "PNG (*.png)")
            if path is not None:
                self.save_picture(path)

    def save_picture(self, path: Path) -> None:
        """Write the map with its legend as PNG."""
        from saed_desktop.gui.views.figure import png_of
        from saed_desktop.gui.views.map_legend import map_picture

        made, scan = self.window, self._scan
        if made is None or scan is None:
            return
        shows_phases = made.content.currentData() == PHASES
        kind = (
            tr("phases")
            if shows_phases
            else tr("dark field")
            if self._is_ring
            else tr("bright field")
        )
        image = map_picture(
            made.view.image,
            made.legend.entries if shows_phases else (),
            made.font(),
            f"{scan.path.name}, {kind}",
        )
        self._write(path, lambda: png_of(image, 300), tr("The map is saved to {path}.", path=path))

    @property
    def _is_ring(self) -> bool:
        return self.window is not None and self.window.detector.currentData() == DARK_FIELD

    def _ask_for_table(self) -> None:
        scan = self._scan
        if scan is not None:
            suggested = scan.path.with_name(f"{scan.path.stem}-map.csv")
            path = self._ask_where_to_save(tr("Save the table"), suggested, tr("Table (*.csv)"))
            if path is not None:
                self.save_table(path)

    def save_table(self, path: Path) -> None:
        """Write a line for each place as CSV."""
        scan = self._scan
        if scan is None:
            return
        rows, values = dict(scan.rows), scan.values
        n_columns, n_frames = scan.n_columns, scan.n_frames

        def make() -> bytes:
            from saed_desktop.results.text import csv_bytes
            from saed_desktop.workspace.phase_map import map_table

            return csv_bytes(map_table(rows, values, n_columns, n_frames))

        self._write(path, make, tr("The table is saved to {path}.", path=path))


def _likely_columns(n_frames: int) -> int:
    """Return how many frames stand in a row where the file does not say it: a square, or few."""
    side = math.isqrt(n_frames)
    return side if side * side == n_frames else min(n_frames, 20)


def _place_words(scan: _Scan, frame: int) -> str:
    """Return what is known of a place in a line."""
    row, column = divmod(frame, scan.n_columns)
    parts = [
        tr(
            "Row {value}, column {value_2}, frame {value_3}",
            value=row + 1,
            value_2=column + 1,
            value_3=frame + 1,
        )
    ]
    if scan.values is not None and np.isfinite(scan.values[frame]):
        parts.append(tr("intensity {number}", number=number(float(scan.values[frame]), 1)))
    answer = scan.rows.get(frame)
    if answer is not None:
        zone = f" {answer.zone}" if answer.zone else ""
        sure = f", {percent(answer.probability)}" if answer.probability is not None else ""
        parts.append(f"{answer.answer or 'not readable'}{zone}{sure}")
    return " · ".join(parts)
