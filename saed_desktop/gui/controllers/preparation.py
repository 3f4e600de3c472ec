"""The user's corrections of what was found: direct beam, mask, contrast of the spots, ellipse."""

from typing import TYPE_CHECKING

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.views.tools import BrushTool, CenterTool, PolygonTool
from saed_desktop.gui.worker import Task
from saed_desktop.pattern.distortion import Ellipse, combined
from saed_desktop.translation import tr
from saed_desktop.workspace.document import MaskStroke, PackedMask
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import CandidateRow

Point = tuple[float, float]

LEAST_ELLIPSE = 0.0005
"""Smallest ellipticity that is called one and given a direction."""

TOOLS = {
    "center": Act.TOOL_CENTER,
    "brush": Act.TOOL_BRUSH,
    "erase": Act.TOOL_ERASE,
    "polygon": Act.TOOL_POLYGON,
}


class PreparationController(Controller):
    """Turns what the user draws into edits that can be undone."""

    def __init__(self, context: Context, measurement: MeasurementController) -> None:
        super().__init__(context)
        self._panel = context.window.prepare_panel
        self._strokes: list[MaskStroke] = []
        self._is_painting = False
        self._create_tools(measurement)
        self._connect_panel()
        patterns = context.open_patterns
        patterns.prepared.connect(self._show_found)
        patterns.failed.connect(self._show_current)
        patterns.current_changed.connect(self._show_current)
        patterns.candidate_changed.connect(self._show_ellipse)

    def _create_tools(self, measurement: MeasurementController) -> None:
        view = self._view
        center = CenterTool(self._center_xy, self)
        center.moved.connect(lambda xy: view.center.set_center(xy, 0.0))
        center.placed.connect(self.set_center)
        measurement.register(Act.TOOL_CENTER, center, lambda: self._show_layer(Act.SHOW_CENTER))
        for act, erases in ((Act.TOOL_BRUSH, False), (Act.TOOL_ERASE, True)):
            brush = BrushTool(erases=erases, parent=self)
            brush.stroke_changed.connect(
                lambda points, e=erases: view.stroke.set_stroke(points, self._brush_px, erases=e)
            )
            brush.painted.connect(lambda points, e=erases: self.paint(points, erases=e))
            measurement.register(act, brush, lambda: self._show_layer(Act.SHOW_MASK))
        polygon = PolygonTool(self)
        polygon.outline_changed.connect(view.stroke.set_stroke)
        polygon.closed.connect(self.fill)
        measurement.register(Act.TOOL_POLYGON, polygon, lambda: self._show_layer(Act.SHOW_MASK))

    def _show_layer(self, act: Act) -> None:
        self._actions[act].setChecked(True)

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
        self._open_patterns.edit(tr("move the direct beam"), center_xy=xy)

    def find_again(self) -> None:
        """Drop the corrections of what was found."""
        self._open_patterns.edit(
            tr("find everything again"),
            center_xy=None,
            drawn=None,
            cleared=None,
            is_inverted=None,
            spots=None,
        )

    def paint(self, points: tuple[Point, ...], *, erases: bool) -> None:
        """Leave a stroke out, or use it after all."""
        self._add_stroke(MaskStroke(points, self._brush_px, erases))

    def fill(self, corners: tuple[Point, ...]) -> None:
        """Leave the inside of a polygon out."""
        self._add_stroke(MaskStroke(corners, 0.0))

    def _add_stroke(self, stroke: MaskStroke) -> None:
        self._strokes.append(stroke)
        if not self._is_painting:
            self._apply_strokes()

    def _apply_strokes(self) -> None:
        """Turn strokes into a mask in the background; those that come meanwhile wait."""
        pattern = self._current
        if pattern is None or pattern.loaded is None:
            self._strokes = []
            return
        strokes, self._strokes = self._strokes, []
        state, shape = pattern.state, pattern.loaded.pattern.shape_yx
        self._is_painting = True

        def work(_task: Task) -> dict[str, PackedMask | None]:
            from saed_desktop.workspace.mask_edit import with_strokes

            return with_strokes(state, shape, strokes)

        def done(masks: dict[str, PackedMask | None]) -> None:
            self._is_painting = False
            text = (
                tr("use part of the image")
                if strokes[-1].erases
                else tr("leave part of the image out")
            )
            self._open_patterns.change(pattern, text, **masks)
            if self._strokes:
                self._apply_strokes()

        def failed(_sentence: str) -> None:
            self._is_painting = False

        self._workers["read"].submit(work, done=done, failed=failed)

    def _set_inversion(self, is_inverted: bool | None) -> None:
        self._open_patterns.edit(tr("choose the contrast"), is_inverted=is_inverted)

    # ---- the ellipse ------------------------------------------------------------------------

    def _set_ellipse(self, value: tuple[float, float] | None) -> None:
        ellipse = Ellipse(1 + value[0] / 100, value[1] % 180) if value else None
        self._open_patterns.edit(tr("undo the ellipse"), ellipse=ellipse)

    def _use_ellipse(self) -> None:
        """Undo the distortion that the candidate's spots show, besides one that is undone."""
        current, row = self._current, self._open_patterns.candidate
        if current is not None and row is not None and row.ellipse is not None:
            ellipse = combined(current.state.ellipse, row.ellipse)
            self._open_patterns.edit(tr("undo the ellipse"), ellipse=ellipse)

    def _show_ellipse(self, row: "CandidateRow | None") -> None:
        current = self._current
        if current is None:
            return
        undone = current.state.ellipse
        found = row.ellipse if row is not None else None
        words = tr("Undone before anything is measured.") if undone else tr("None is undone.")
        label = row.label if row is not None else ""
        if found is not None and found.ratio - 1 < LEAST_ELLIPSE:
            words += " " + tr("{label} fits best as it is.", label=label)
        elif found is not None:
            percent, azimuth = f"{100 * (found.ratio - 1):.1f}", f"{found.azimuth_deg:.0f}"
            words += " " + (
                tr(
                    "{label} fits best with {percent} % more along {azimuth}°.",
                    label=label,
                    percent=percent,
                    azimuth=azimuth,
                )
                if undone
                else tr(
                    "{label} fits best with {percent} % along {azimuth}°.",
                    label=label,
                    percent=percent,
                    azimuth=azimuth,
                )
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
        current = self._current
        if current is None or current.prepared is None:
            return None
        return current.prepared.marks.center_xy

    def _show_found(self, pattern: OpenPattern) -> None:
        if pattern is not self._current or pattern.prepared is None:
            return
        self._panel.show_found(
            pattern.prepared.marks,
            is_by_user=pattern.state.center_xy is not None,
            inverted=pattern.state.is_inverted,
        )

    def _show_current(self, _pattern: OpenPattern | None) -> None:
        current = self._current
        if current is None or current.message or current.prepared is None:
            self._panel.show_nothing()
