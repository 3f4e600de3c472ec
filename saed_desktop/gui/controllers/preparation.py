"""The user's corrections of what was found: direct beam, mask, contrast of the spots, ellipse."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.controllers.pattern_display import PatternDisplayController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.prepare_panel import PreparePanel
from saed_desktop.gui.views.tools import BrushTool, CenterTool, PolygonTool
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.document import PackedMask
    from saed_desktop.workspace.mask_edit import MaskStroke

Point = tuple[float, float]

TOOLS = {
    "center": Act.TOOL_CENTER,
    "brush": Act.TOOL_BRUSH,
    "erase": Act.TOOL_ERASE,
    "polygon": Act.TOOL_POLYGON,
}


class PreparationController(QObject):
    """Turns what the user draws into edits that can be undone."""

    def __init__(
        self,
        view: PatternView,
        panel: PreparePanel,
        actions: ActionSet,
        workers: Workers,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        pattern_display: PatternDisplayController,
        measuring: MeasurementController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._view, self._panel, self._actions = view, panel, actions
        self._read, self._open_patterns, self._pattern_display = (
            workers["read"],
            open_patterns,
            pattern_display,
        )
        self._strokes: list[MaskStroke] = []
        self._is_painting = False
        self._create_tools(measuring)
        self._connect_panel()
        analysis.prepared.connect(self._show_found)
        analysis.failed.connect(self._show_current)
        open_patterns.current_changed.connect(self._show_current)
        pattern_display.candidate_shown.connect(self._show_ellipse)
        actions[Act.FIND_AGAIN].triggered.connect(self.find_again)

    def _create_tools(self, measuring: MeasurementController) -> None:
        view = self._view
        self._center = CenterTool(self._center_xy, self)
        self._center.moved.connect(lambda xy: view.center.set_center(xy, 0.0))
        self._center.placed.connect(self.set_center)
        measuring.register(Act.TOOL_CENTER, self._center)
        for act, erases in ((Act.TOOL_BRUSH, False), (Act.TOOL_ERASE, True)):
            brush = BrushTool(erases=erases, parent=self)
            brush.stroke_changed.connect(
                lambda points, e=erases: view.stroke.set_stroke(points, self._brush_px, erases=e)
            )
            brush.painted.connect(lambda points, e=erases: self.paint(points, erases=e))
            measuring.register(act, brush)
        polygon = PolygonTool(self)
        polygon.outline_changed.connect(view.stroke.set_stroke)
        polygon.closed.connect(self.fill)
        measuring.register(Act.TOOL_POLYGON, polygon)
        for act in (Act.TOOL_BRUSH, Act.TOOL_ERASE, Act.TOOL_POLYGON):
            self._actions[act].toggled.connect(self._show_mask_while_drawing)
        self._actions[Act.TOOL_CENTER].toggled.connect(
            lambda on: self._actions[Act.SHOW_CENTER].setChecked(True) if on else None
        )

    def _connect_panel(self) -> None:
        panel = self._panel
        panel.center_edited.connect(self.set_center)
        panel.inversion_chosen.connect(self._set_inversion)
        panel.tool_wanted.connect(lambda name: self._actions[TOOLS[name]].setChecked(True))
        panel.reset_wanted.connect(self.find_again)
        panel.ellipse_wanted.connect(self._use_ellipse)
        panel.ellipse_edited.connect(self._set_ellipse)
        panel.show_nothing()

    # ---- edits ------------------------------------------------------------------------------

    def set_center(self, xy: Point) -> None:
        """Put the direct beam somewhere."""
        current = self._open_patterns.current
        if current is not None:
            self._open_patterns.change(current, "move the direct beam", center_xy=xy)

    def find_again(self) -> None:
        """Drop the corrections of what was found."""
        current = self._open_patterns.current
        if current is not None:
            self._open_patterns.change(
                current,
                "find everything again",
                center_xy=None,
                drawn=None,
                cleared=None,
                is_inverted=None,
                spots=None,
            )

    def paint(self, points: tuple[Point, ...], *, erases: bool) -> None:
        """Leave a stroke out, or use it after all."""
        from saed_desktop.workspace.mask_edit import MaskStroke

        self._add_stroke(MaskStroke(points, self._brush_px, erases))

    def fill(self, corners: tuple[Point, ...]) -> None:
        """Leave the inside of a polygon out."""
        from saed_desktop.workspace.mask_edit import MaskStroke

        self._add_stroke(MaskStroke(corners, 0.0))

    def _add_stroke(self, stroke: "MaskStroke") -> None:
        self._strokes.append(stroke)
        if not self._is_painting:
            self._apply_strokes()

    def _apply_strokes(self) -> None:
        """Turn strokes into a mask in the background; those that come meanwhile wait."""
        pattern = self._open_patterns.current
        if pattern is None or pattern.loaded is None:
            self._strokes = []
            return
        strokes, self._strokes = self._strokes, []
        state, shape = pattern.state, pattern.loaded.pattern.shape_yx
        self._is_painting = True

        def work(_task: Task) -> "dict[str, PackedMask | None]":
            from saed_desktop.workspace.mask_edit import with_strokes

            return with_strokes(state, shape, strokes)

        def done(masks: "dict[str, PackedMask | None]") -> None:
            self._is_painting = False
            text = "use part of the image" if strokes[-1].erases else "leave part of the image out"
            self._open_patterns.change(pattern, text, **masks)
            if self._strokes:
                self._apply_strokes()

        def failed(_sentence: str) -> None:
            self._is_painting = False

        self._read.submit(work, done=done, failed=failed)

    def _set_inversion(self, is_inverted: bool | None) -> None:
        current = self._open_patterns.current
        if current is not None:
            self._open_patterns.change(current, "choose the contrast", is_inverted=is_inverted)

    # ---- the ellipse ------------------------------------------------------------------------

    def _set_ellipse(self, value: tuple[float, float] | None) -> None:
        from saed_desktop.pattern.distortion import Ellipse

        current = self._open_patterns.current
        if current is not None:
            ellipse = Ellipse(1 + value[0] / 100, value[1] % 180) if value else None
            self._open_patterns.change(current, "undo the ellipse", ellipse=ellipse)

    def _use_ellipse(self) -> None:
        """Undo the distortion that the candidate's spots show, besides one that is undone."""
        from saed_desktop.pattern.distortion import combined

        current, row = self._open_patterns.current, self._pattern_display.candidate
        if current is None or row is None or row.ellipse is None:
            return
        ellipse = combined(current.state.ellipse, row.ellipse)
        self._open_patterns.change(current, "undo the ellipse", ellipse=ellipse)

    def _show_ellipse(self, row: "CandidateRow | None") -> None:
        current = self._open_patterns.current
        if current is None:
            return
        undone = current.state.ellipse
        found = row.ellipse if row is not None else None
        words = "Undone before anything is measured." if undone else "None is undone."
        if found is not None:
            words += (
                f" {row.label if row else ''} fits best with {100 * (found.ratio - 1):.1f} % "
                f"along {found.azimuth_deg:.0f}°{' more' if undone else ''}."
            )
        self._panel.show_ellipse(
            100 * (undone.ratio - 1) if undone else None,
            undone.azimuth_deg if undone else None,
            words,
        )
        self._panel.use_ellipse.setEnabled(found is not None)

    # ---- what is shown ----------------------------------------------------------------------

    @property
    def _brush_px(self) -> float:
        """The brush in pixels of the image: what is large on the screen is large in effect."""
        return float(self._panel.brush_width.value() / max(self._view.screen_px_per_px, 1e-6))

    def _center_xy(self) -> Point | None:
        current = self._open_patterns.current
        if current is None or current.prepared is None:
            return None
        return current.prepared.marks.center_xy

    def _show_found(self, pattern: OpenPattern) -> None:
        if pattern is not self._open_patterns.current or pattern.prepared is None:
            return
        self._panel.show_found(
            pattern.prepared.marks,
            is_by_user=pattern.state.center_xy is not None,
            inverted=pattern.state.is_inverted,
        )

    def _show_current(self, _pattern: OpenPattern | None) -> None:
        current = self._open_patterns.current
        if current is None or current.message or current.prepared is None:
            self._panel.show_nothing()

    def _show_mask_while_drawing(self, is_drawing: bool) -> None:
        if is_drawing:
            self._actions[Act.SHOW_MASK].setChecked(True)
