"""Controller of the pattern view: image, contrast, marks, and the numbers under the cursor."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.color_maps import color_table
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.readout import cursor_text
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
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


PATIENCE_MS = 150
"""How long the former image stays while the next one is read."""


class PatternDisplayController(QObject):
    """Keeps the view in step with the pattern and with the user's choices."""

    contrast_shown = Signal(object, object)
    candidate_shown = Signal(object)

    def __init__(
        self,
        view: PatternView,
        actions: ActionSet,
        settings: SettingsStore,
        workers: Workers,
        analysis: AnalysisController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._view, self._actions, self._settings = view, actions, settings
        self._read = workers["read"]
        self._pattern: OpenPattern | None = None
        self._candidate: CandidateRow | None = None
        self.contrast: ContrastSettings | None = None
        self.levels: tuple[ByteImage, ...] = ()
        self._view.set_color_table(color_table(settings.value.color_map))
        analysis.image_ready.connect(self._show_image)
        analysis.prepared.connect(self._show_marks)
        analysis.answered.connect(self.show_scale)
        analysis.failed.connect(self._show_failure)
        analysis.started.connect(self._show_started)
        self._awaited: OpenPattern | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._show_reading)
        for act, name in OVERLAYS.items():
            actions[act].setChecked(name in settings.value.shown)
            actions[act].toggled.connect(self._overlays_toggled)
        self._show_overlays()

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
            self._view.clear(f"Reading {self._awaited.state.path.name}…")

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
        self.show_scale(pattern)
        self._view.paint_now()
        self.contrast_shown.emit(pattern, contrast)

    def _show_failure(self, pattern: OpenPattern) -> None:
        if pattern.loaded is None:
            self._awaited = self._pattern = None
            self._patience.stop()
            self._clear_marks()
            self._view.clear()

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
                    self.contrast_shown.emit(pattern, self.contrast)

        self._read.submit(work, done=done, key="tone")

    def set_color_map(self, name: str) -> None:
        """Choose the colours."""
        self._settings.change(color_map=name)
        self._view.set_color_table(color_table(name))

    # ---- marks ------------------------------------------------------------------------------

    def _clear_marks(self) -> None:
        nothing = np.zeros((0, 2))
        self._view.spots.set_spots(nothing, np.zeros(0))
        self._view.weights.set_weights(nothing, np.zeros(0))
        self._view.rings.set_found(np.zeros(0))
        self._view.mask.set_mask(None)
        self._view.center.set_center(None)
        self.show_candidate(None)

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
        self.show_scale(pattern)
        if pattern.answered is None:
            self.show_candidate(None)

    def show_candidate(self, row: "CandidateRow | None") -> None:
        """Draw the reflections of a candidate."""
        self._candidate = row
        prepared = self._pattern.prepared if self._pattern is not None else None
        if row is None or prepared is None:
            self._view.reflections.set_candidate(None, (0.0, 0.0), np.zeros((0, 2)))
        else:
            self._view.reflections.set_candidate(row.marks, row.center_xy, prepared.marks.spots_xy)
        self._view.reflections.point_at(None)
        self.candidate_shown.emit(row)

    @property
    def candidate(self) -> "CandidateRow | None":
        """The candidate whose reflections are drawn."""
        return self._candidate

    def _overlays_toggled(self) -> None:
        shown = tuple(name for act, name in OVERLAYS.items() if self._actions[act].isChecked())
        self._settings.change(shown=shown)
        self._show_overlays()

    def _show_overlays(self) -> None:
        is_on = {name: self._actions[act].isChecked() for act, name in OVERLAYS.items()}
        self._view.spots.setVisible(is_on["spots"])
        self._view.center.setVisible(is_on["center"])
        self._view.mask.setVisible(is_on["mask"])
        self._view.rings.show_rings(is_on["rings"])
        self._view.reflections.set_parts(
            marks=is_on["reflections"], labels=is_on["labels"], residuals=is_on["residuals"]
        )
        self._view.show_scale_bar(is_on["scale-bar"])

    # ---- numbers ----------------------------------------------------------------------------

    def show_scale(self, pattern: OpenPattern) -> None:
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
