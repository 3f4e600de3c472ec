"""The tools of the left mouse button, and the list of what is measured with them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal

from saed_desktop.gui.commands import Act
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.views.measure_layer import Measure, Point
from saed_desktop.gui.views.tools import DistanceTool, PairTool, Snapper, Tool
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.document import Measurement
from saed_desktop.workspace.measurements import measurement_row
from saed_desktop.workspace.open_pattern import OpenPattern


class MeasurementController(Controller):
    """Puts tools into the user's hand, and keeps what is measured."""

    finished = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._panel = context.window.measurements_panel
        self._tools: dict[Act, tuple[Tool, Callable[[], object]]] = {}
        self.snapper = Snapper()
        self._create_tools()
        self._connect_list()
        context.open_patterns.prepared.connect(self._take_targets)
        context.open_patterns.current_changed.connect(self._pattern_changed)

    # ---- tools ------------------------------------------------------------------------------

    def _create_tools(self) -> None:
        distance, pair = DistanceTool(self.snapper, self), PairTool(self.snapper, self)
        for tool in (distance, pair):
            tool.measured.connect(self._view.measure.set_measure)
        distance.finished.connect(self.finished)
        pair.picked.connect(self._pair_picked)
        self.register(Act.TOOL_MOVE, Tool(self))
        self.register(Act.TOOL_DISTANCE, distance)
        self.register(Act.TOOL_PAIR, pair)
        self._actions[Act.TOOL_MOVE].setChecked(True)
        self.take_tool()

    def register(self, act: Act, tool: Tool, taken: Callable[[], object] | None = None) -> None:
        """Let a command put a tool into the hand.

        Parameters
        ----------
        act
            A row of the group "tool".
        tool
            The tool.
        taken
            What else is done then, as showing the layer that it works on.
        """
        self._tools[act] = (tool, taken or (lambda: None))

    def take_tool(self) -> None:
        """Put the tool that is chosen into the hand."""
        chosen = self._actions.checked("tool")
        if chosen is not None and chosen in self._tools:
            tool, taken = self._tools[chosen]
            if self._view.tool is not tool:
                self._view.set_tool(tool)
                taken()

    def _take_targets(self, pattern: OpenPattern) -> None:
        if pattern is self._current and pattern.prepared is not None:
            marks = pattern.prepared.marks
            self.snapper.set_targets(marks.spots_xy, marks.center_xy)

    def _pattern_changed(self, pattern: OpenPattern | None) -> None:
        self.snapper.set_targets(np.zeros((0, 2)), None)
        self._view.tool.cancel()
        self._view.measure.set_measure(None)
        self._show(pattern)

    def _pair_picked(self, first: Point, second: Point) -> None:
        if self.snapper.center is not None:
            self.finished.emit(Measure("pair", (self.snapper.center, first, second)))

    # ---- the list ---------------------------------------------------------------------------

    def _connect_list(self) -> None:
        panel, patterns = self._panel, self._open_patterns
        self.finished.connect(self.add)
        panel.model.note_edited.connect(self.set_note)
        panel.remove_wanted.connect(self.remove)
        panel.chosen.connect(self._draw)
        panel.save_wanted.connect(self._ask_where_to_save_list)
        for signal in (patterns.pattern_updated, patterns.prepared, patterns.answered):
            signal.connect(self._show)

    @property
    def _list(self) -> tuple[Measurement, ...]:
        return self._current.state.measurements if self._current is not None else ()

    def add(self, measure: Measure) -> None:
        """Put a measurement into the list."""
        words = (
            tr("measure a distance") if measure.kind == "distance" else tr("measure a spot pair")
        )
        items = (*self._list, Measurement(measure.kind, measure.points))
        self._open_patterns.edit(words, measurements=items)

    def set_note(self, row: int, note: str) -> None:
        """Write a note beside a measurement."""
        items = list(self._list)
        if 0 <= row < len(items):
            items[row] = Measurement(items[row].kind, items[row].points_xy, note)
            self._open_patterns.edit(tr("note a measurement"), measurements=tuple(items))

    def remove(self, rows: list[int]) -> None:
        """Remove measurements."""
        kept = tuple(item for i, item in enumerate(self._list) if i not in rows)
        self._open_patterns.edit(tr("remove measurements"), measurements=kept)

    def _draw(self, row: int | None) -> None:
        """Draw the one that is chosen."""
        items = self._list
        if row is not None and row < len(items):
            self._view.measure.set_measure(Measure(items[row].kind, items[row].points_xy))

    def _show(self, pattern: OpenPattern | None) -> None:
        if pattern is not self._current:
            return
        if pattern is None:
            self._panel.model.set_rows(())
            return
        center = pattern.prepared.marks.center_xy if pattern.prepared is not None else None
        scale = pattern.scale_inv_angstrom_per_px
        rows = tuple(measurement_row(item, center, scale) for item in pattern.state.measurements)
        if rows != self._panel.model.rows:
            self._panel.model.set_rows(rows)

    def _ask_where_to_save_list(self) -> None:
        self._ask_where_to_save_table(tr("Save the measurements"), "measurements", self.save_table)

    def save_table(self, path: Path) -> None:
        """Write the list as CSV."""
        self._save_table(self._panel.table, path, mark("{n} measurement"), mark("{n} measurements"))
