"""Controller of the pattern view: image, contrast, marks, and the status bar's numbers."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QActionGroup

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.settings import Settings
from saed_desktop.gui.views.color_maps import color_map_names, color_map_title, color_table
from saed_desktop.gui.views.readout import cursor_text, scale_text
from saed_desktop.gui.worker import Task
from saed_desktop.results.wording import SOURCE_WORDS
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from saed_desktop.arrays import ByteImage
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.display import ContrastSettings

OVERLAYS = {
    Act.SHOW_SPOTS: "spots",
    Act.SHOW_REFLECTIONS: "reflections",
    Act.SHOW_LABELS: "labels",
    Act.SHOW_RESIDUALS: "residuals",
    Act.SHOW_CENTER: "center",
    Act.SHOW_MASK: "mask",
    Act.SHOW_RINGS: "rings",
    Act.SHOW_SCALE_BAR: "scale-bar",
}
BACKGROUND_WORDS = {
    "read": mark("reading"),
    "glance": mark("reading"),
    "answer": mark("answering"),
    "folder": mark("folder at work"),
    "files": mark("saving"),
    "scan": mark("reading the scan"),
}
INVERTED = "inverted grey"
PATIENCE_MS = 150
"""Time that the former image stays while the next one is read."""


class PatternDisplayController(Controller):
    """Keeps the view in step with the pattern and with the user's choices."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._read = context.workers["read"]
        self._pattern: OpenPattern | None = None
        self._awaited: OpenPattern | None = None
        self.contrast: ContrastSettings | None = None
        self.levels: tuple[ByteImage, ...] = ()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._show_reading)
        self._connect_state()
        self._connect_contrast()
        self._connect_status_bar()
        shown = self._settings.value.shown
        for act, name in OVERLAYS.items():
            self._actions[act].setChecked(name in shown)
        self._show_overlays()

    def _connect_state(self) -> None:
        patterns = self._open_patterns
        patterns.image_ready.connect(self._show_image)
        patterns.prepared.connect(self._show_marks)
        patterns.answered.connect(self._show_scale)
        patterns.failed.connect(self._show_failure)
        patterns.started.connect(self._show_started)
        patterns.candidate_changed.connect(self._draw_candidate)
        self._settings.changed.connect(self._settings_changed)

    def _settings_changed(self, new: Settings, old: Settings) -> None:
        if new.color_map != old.color_map:
            self._show_colors()
        if new.unit != old.unit and self._current is not None:
            self._show_scale(self._current)
            self._open_patterns.updated(self._current)

    # ---- the image --------------------------------------------------------------------------

    def _show_started(self, pattern: OpenPattern, _what: str) -> None:
        if pattern.loaded is None:
            self._awaited = pattern
            self._patience.start()

    def _show_reading(self) -> None:
        """Take the former image away: it must not stand under the name of another."""
        if self._awaited is not None and self._awaited.loaded is None:
            self._pattern = None
            self._clear_marks()
            self._view.clear(tr("Reading {name}…", name=self._awaited.state.path.name))

    def _show_image(
        self, pattern: OpenPattern, contrast: "ContrastSettings", levels: tuple["ByteImage", ...]
    ) -> None:
        self._awaited = None
        self._patience.stop()
        is_same = pattern is self._pattern
        self._pattern, self.contrast, self.levels = pattern, contrast, levels
        self._view.set_image(levels, keeps_zoom=is_same)
        if pattern.prepared is None:
            self._clear_marks()
        self._show_scale(pattern)
        self._view.paint_now()
        self._fill_contrast()

    def _show_failure(self, pattern: OpenPattern) -> None:
        if pattern.loaded is None:
            self._awaited = self._pattern = None
            self._patience.stop()
            self._clear_marks()
            self._view.clear()

    # ---- contrast and colours ---------------------------------------------------------------

    def _connect_contrast(self) -> None:
        panel, menu = self._window.contrast_panel, self._window.menus[Act.COLOR_MAPS]
        panel.contrast_changed.connect(self.set_contrast)
        panel.auto_wanted.connect(lambda: self.set_contrast(None))
        panel.color_map_chosen.connect(self.set_color_map)
        group = QActionGroup(menu)
        for name in color_map_names():
            action = menu.addAction(color_map_title(name))
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(lambda _checked=False, n=name: self.set_color_map(n))
            group.addAction(action)
        menu.aboutToShow.connect(lambda: self._tick_color_menu(menu))
        self._show_colors()

    def set_contrast(self, contrast: "ContrastSettings | None") -> None:
        """Choose the contrast of the pattern shown; None for the automatic one."""
        pattern = self._pattern
        if pattern is None or pattern.loaded is None:
            return
        pyramid = pattern.loaded.pyramid

        def work(_task: Task) -> tuple["ContrastSettings", tuple["ByteImage", ...]]:
            from saed_desktop.workspace import display

            chosen = contrast or display.auto_contrast(pyramid)
            return chosen, display.render(pyramid, chosen)

        def done(result: tuple["ContrastSettings", tuple["ByteImage", ...]]) -> None:
            if pattern is self._pattern:
                pattern.contrast = contrast
                self.contrast, self.levels = result
                self._view.set_image(self.levels, keeps_zoom=True)
                if contrast is None:
                    self._fill_contrast()

        self._read.submit(work, done=done, key="tone")

    def show_contrast(self) -> None:
        """Drop the contrast panel down from its button."""
        if self._current is None or self._current.loaded is None or self.contrast is None:
            return
        panel, beside = self._window.contrast_panel, self._window.button_of(Act.CONTRAST)
        self._fill_contrast()
        panel.adjustSize()
        panel.move(beside.mapToGlobal(QPoint(0, beside.height() + 4)))
        panel.show()

    def _fill_contrast(self) -> None:
        pattern, contrast = self._pattern, self.contrast
        if pattern is not None and pattern.loaded is not None and contrast is not None:
            self._window.contrast_panel.show_contrast(
                pattern.loaded.pyramid, contrast, self._settings.value.color_map
            )

    def set_color_map(self, name: str) -> None:
        """Choose the colours."""
        self._settings.change(color_map=name)

    def invert_colors(self, *, is_inverted: bool) -> None:
        """Show dark spots on a bright ground, or bright ones on a dark ground."""
        self.set_color_map(INVERTED if is_inverted else "grey")

    def _show_colors(self) -> None:
        name = self._settings.value.color_map
        self._view.set_color_table(color_table(name))
        switch = self._actions[Act.INVERT_COLORS]
        switch.blockSignals(True)
        switch.setChecked(name == INVERTED)
        switch.blockSignals(False)

    def _tick_color_menu(self, menu: "QMenu") -> None:
        for action in menu.actions():
            action.setChecked(action.data() == self._settings.value.color_map)

    # ---- marks ------------------------------------------------------------------------------

    def _clear_marks(self) -> None:
        nothing = np.zeros((0, 2))
        self._view.spots.set_spots(nothing, np.zeros(0))
        self._view.weights.set_weights(nothing, np.zeros(0))
        self._view.rings.set_found(np.zeros(0))
        self._view.mask.set_mask(None)
        self._view.center.set_center(None)
        self._open_patterns.choose_candidate(None)

    def _show_marks(self, pattern: OpenPattern) -> None:
        if pattern is not self._pattern or pattern.prepared is None:
            return
        marks = pattern.prepared.marks
        self._view.spots.set_spots(marks.spots_xy, marks.spot_width_px)
        others = tuple(xy for xy, _ in marks.center_places[1:])
        self._view.center.set_center(marks.center_xy, marks.center_sigma_px, others)
        self._view.rings.set_found(marks.rings_px)
        if marks.mask_layers:
            self._view.mask.set_mask(np.logical_or.reduce(list(marks.mask_layers.values())))
        else:
            self._view.mask.set_mask(None)
        self._show_scale(pattern)
        if pattern.answered is None:
            self._open_patterns.choose_candidate(None)

    def _draw_candidate(self, row: "CandidateRow | None") -> None:
        prepared = self._pattern.prepared if self._pattern is not None else None
        if row is None or prepared is None:
            self._view.reflections.set_candidate(None, (0.0, 0.0), np.zeros((0, 2)))
        else:
            self._view.reflections.set_candidate(row.marks, row.center_xy, prepared.marks.spots_xy)
        self._view.reflections.point_at(None)

    def choose_overlays(self) -> None:
        """Draw the layers that are switched on, and remember them."""
        shown = tuple(name for act, name in OVERLAYS.items() if self._actions[act].isChecked())
        self._settings.change(shown=shown)
        self._show_overlays()

    def _show_overlays(self) -> None:
        is_on = {name: self._actions[act].isChecked() for act, name in OVERLAYS.items()}
        self._view.spots.setVisible(is_on["spots"])
        self._view.center.setVisible(is_on["center"])
        self._view.mask.setVisible(is_on["mask"])
        self._view.rings.show_rings(is_on["rings"])
        self._view.indexed_rings.setVisible(is_on["reflections"])
        self._view.indexed_rings.show_labels(is_on["labels"])
        self._view.reflections.set_parts(
            marks=is_on["reflections"], labels=is_on["labels"], residuals=is_on["residuals"]
        )
        self._view.show_scale_bar(is_on["scale-bar"])

    def _show_scale(self, pattern: OpenPattern) -> None:
        """Draw scale bar, rings and measures at the pattern's scale."""
        if pattern is not self._pattern:
            return
        scale = pattern.scale_inv_angstrom_per_px
        center = pattern.prepared.marks.center_xy if pattern.prepared is not None else None
        self._view.set_scale(scale, self._settings.value.unit)
        self._view.measure.set_geometry(center, scale)
        width, height = self._view.image.size_px
        middle = ((width - 1) / 2, (height - 1) / 2)
        self._view.rings.set_geometry(center or middle, scale, 0.75 * max(width, height))

    # ---- the status bar ---------------------------------------------------------------------

    def _connect_status_bar(self) -> None:
        patterns, readout = self._open_patterns, self._window.readout
        self._view.cursor_moved.connect(lambda xy: readout.setText(self.readout(xy)))
        for signal in (
            patterns.current_changed,
            patterns.pattern_updated,
            patterns.state_changed,
            patterns.image_ready,
            patterns.answered,
        ):
            signal.connect(lambda *_: self._say_scale())
        for name in BACKGROUND_WORDS:
            self._workers[name].busy_changed.connect(lambda _busy: self._say_what_goes_on())

    def readout(self, xy: tuple[float, float] | None) -> str:
        """Return the numbers under the cursor."""
        pattern = self._pattern
        if xy is None or pattern is None or pattern.loaded is None:
            return ""
        image = pattern.loaded.pattern.image_yx
        column, row = round(xy[0]), round(xy[1])
        if not (0 <= row < image.shape[0] and 0 <= column < image.shape[1]):
            return ""
        center = pattern.prepared.marks.center_xy if pattern.prepared is not None else None
        return cursor_text(xy, float(image[row, column]), center, pattern.scale_inv_angstrom_per_px)

    def _say_scale(self) -> None:
        words = self._scale_words(self._current) if self._current is not None else ""
        self._window.scale_label.setText(words)

    def _scale_words(self, pattern: OpenPattern) -> str:
        scale = pattern.scale_inv_angstrom_per_px
        if scale is None:
            return tr("scale unknown")
        if pattern.answered is not None:
            source = pattern.answered.solution.calibration.source.value
        elif pattern.state.calibration is not None:
            source = pattern.state.calibration.source.value
        else:
            source = "file"
        words = tr(SOURCE_WORDS.get(source, source))
        return f"{scale_text(scale, self._settings.value.unit)}, {words}"

    def _say_what_goes_on(self) -> None:
        busy = [
            tr(words) for name, words in BACKGROUND_WORDS.items() if self._workers[name].is_busy
        ]
        words = f"{', '.join(dict.fromkeys(busy))}…" if busy else ""
        self._window.busy_label.setText(words)
