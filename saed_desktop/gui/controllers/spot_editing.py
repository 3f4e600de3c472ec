"""Spots by hand, and the table of all spots; every change is undone and answered again."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.measurement import MeasurementController
from saed_desktop.gui.views.spot_tool import SpotTool
from saed_desktop.pattern.spot_edits import SpotEdits, local_maximum
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import CandidateRow

Point = tuple[float, float]

SNAP_SCREEN_PX = 8
"""Distance from a click within which its maximum is looked for."""
LEAST_SNAP_PX = 3.0


class SpotEditingController(Controller):
    """Turns what the spot tool and the table say into edits of the pattern shown."""

    def __init__(self, context: Context, measurement: MeasurementController) -> None:
        super().__init__(context)
        self._panel = panel = context.window.spot_list
        self.tool = SpotTool(self)
        measurement.register(Act.TOOL_SPOTS, self.tool, self._tool_taken)
        self.tool.added.connect(self._add_near)
        self.tool.moved.connect(self.move)
        self.tool.dragged.connect(self._view.selection.set_dragged)
        self.tool.boxed.connect(self._view.selection.set_box)
        self.tool.chosen.connect(self.choose)
        self.tool.nudged.connect(self._nudge)
        self.tool.remove_wanted.connect(self.remove_chosen)
        panel.chosen.connect(self._rows_chosen)
        panel.edit_wanted.connect(lambda: context.actions[Act.TOOL_SPOTS].setChecked(True))
        panel.remove_wanted.connect(self.remove_chosen)
        panel.restore_wanted.connect(self.restore)
        panel.save_wanted.connect(
            lambda: self._ask_where_to_save_table(tr("Save the spots"), "spots", self.save_table)
        )
        context.open_patterns.prepared.connect(self._prepared)
        context.open_patterns.candidate_changed.connect(self._fill)
        context.open_patterns.current_changed.connect(lambda _pattern: self.choose([]))

    # ---- edits ------------------------------------------------------------------------------

    def _add_near(self, at: Point, zoom: float) -> None:
        """Add a spot at the brightest place beside a click."""
        pattern = self._current
        if pattern is None or pattern.loaded is None or pattern.prepared is None:
            return
        reach = max(LEAST_SNAP_PX, SNAP_SCREEN_PX / max(zoom, 1e-6))
        image = pattern.loaded.pattern.image_yx
        dark = pattern.prepared.marks.is_inverted
        self.add(local_maximum(image, at, reach, is_inverted=dark))

    def add(self, xy: Point) -> None:
        """Add a spot; one that is there already is chosen instead."""
        pattern = self._current
        if pattern is None or pattern.prepared is None:
            return
        marks = pattern.prepared.marks
        if len(marks.spots_xy):
            distance = np.hypot(*(marks.spots_xy - np.array(xy)).T)
            nearest = int(np.argmin(distance))
            if distance[nearest] < max(1.5, 0.7 * float(marks.spot_width_px[nearest])):
                self.choose([_point(marks.spots_xy[nearest])])
                return
        self._change(tr("add a spot"), self._edits.with_added(xy), [xy])

    def move(self, spot: Point, to: Point) -> None:
        """Put a spot elsewhere."""
        if spot != to:
            self._change(tr("move a spot"), self._edits.with_moved(spot, to), [to])

    def _nudge(self, dx: float, dy: float) -> None:
        chosen = self._view.selection.chosen
        if len(chosen) == 1:
            ((x, y),) = chosen
            self.move((x, y), (round(x + dx, 2), round(y + dy, 2)))

    def remove_chosen(self) -> None:
        """Remove the spots that are chosen."""
        chosen = self._view.selection.chosen
        if chosen:
            words = (
                tr("remove a spot")
                if len(chosen) == 1
                else tr("remove {len} spots", len=len(chosen))
            )
            self._change(words, self._edits.without(tuple(chosen)), [])

    def restore(self) -> None:
        """Take back everything that was changed about the spots by hand."""
        self._change(tr("restore all spots"), SpotEdits(), [])

    @property
    def _edits(self) -> SpotEdits:
        return (self._current.state.spots if self._current is not None else None) or SpotEdits()

    def _change(self, words: str, edits: SpotEdits, chosen: list[Point]) -> None:
        if self._current is not None:
            self._open_patterns.edit(words, spots=edits if edits != SpotEdits() else None)
            self.choose(chosen)

    # ---- choosing ---------------------------------------------------------------------------

    def choose(self, spots: list[Point]) -> None:
        """Mark spots in the image and in the table."""
        self._view.selection.set_chosen(spots)
        self._panel.show_chosen(spots)

    def _rows_chosen(self, spots: list[Point]) -> None:
        self._view.selection.set_chosen(spots)

    # ---- what is shown ----------------------------------------------------------------------

    def _tool_taken(self) -> None:
        self._actions[Act.SHOW_SPOTS].setChecked(True)
        self._view.setFocus()

    def _prepared(self, pattern: OpenPattern) -> None:
        if pattern is self._current and pattern.prepared is not None:
            self.tool.set_spots(pattern.prepared.marks.spots_xy)
            self._fill(self._open_patterns.candidate)

    def _fill(self, row: "CandidateRow | None") -> None:
        pattern = self._current
        if pattern is None or pattern.prepared is None:
            self._panel.show_rows((), can_restore=False)
            return
        # Imports the indexing: not before a pattern is shown, which would wait for it.
        from saed_desktop.workspace.spot_list import spot_rows

        found = pattern.prepared.marks
        rows = spot_rows(
            found,
            row.marks if row is not None else None,
            row.center_xy if row is not None else found.center_xy,
            pattern.scale_inv_angstrom_per_px,
            pattern.state.spots,
        )
        self._panel.show_rows(rows, can_restore=pattern.state.spots is not None)
        here = {spot.xy for spot in rows}
        self.choose([xy for xy in self._view.selection.chosen if xy in here])

    def save_table(self, path: Path) -> None:
        """Write the table as it is sorted."""
        self._save_table(self._panel.table, path, mark("{n} spot"), mark("{n} spots"))


def _point(xy: "np.ndarray") -> Point:
    return float(xy[0]), float(xy[1])
