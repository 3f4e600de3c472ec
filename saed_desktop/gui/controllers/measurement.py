"""The tools of the left mouse button, and what is measured with them."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.views.measure_layer import Measure, Point
from saed_desktop.gui.views.pattern_view import PatternView
from saed_desktop.gui.views.tools import DistanceTool, PairTool, Snapper, Tool
from saed_desktop.workspace.open_pattern import OpenPattern


class MeasurementController(QObject):
    """Puts tools into the user's hand; Escape takes them away again."""

    finished = Signal(object)

    def __init__(
        self,
        view: PatternView,
        actions: ActionSet,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._view, self._actions, self._open_patterns = view, actions, open_patterns
        self.snapper = Snapper()
        self._distance = DistanceTool(self.snapper, self)
        self._pair = PairTool(self.snapper, self)
        self._move = Tool(self)
        self._distance.measured.connect(view.measure.set_measure)
        self._pair.measured.connect(view.measure.set_measure)
        self._distance.finished.connect(self.finished)
        self._pair.picked.connect(self._pair_picked)
        self.register(Act.TOOL_MOVE, self._move)
        self.register(Act.TOOL_DISTANCE, self._distance)
        self.register(Act.TOOL_PAIR, self._pair)
        actions[Act.TOOL_MOVE].setChecked(True)
        actions[Act.TOOL_MOVE].triggered.connect(lambda: view.measure.set_measure(None))
        analysis.prepared.connect(self._take_targets)
        open_patterns.current_changed.connect(self._pattern_changed)

    def _pair_picked(self, first: Point, second: Point) -> None:
        if self.snapper.center is not None:
            self.finished.emit(Measure("pair", (self.snapper.center, first, second)))

    def register(self, act: Act, tool: Tool) -> None:
        """Let an action put a tool into the hand."""
        self._actions[act].toggled.connect(lambda on: self._view.set_tool(tool) if on else None)

    def _take_targets(self, pattern: OpenPattern) -> None:
        if pattern is self._open_patterns.current and pattern.prepared is not None:
            marks = pattern.prepared.marks
            self.snapper.set_targets(marks.spots_xy, marks.center_xy)

    def _pattern_changed(self, _pattern: OpenPattern | None) -> None:
        self.snapper.set_targets(np.zeros((0, 2)), None)
        self._view.tool.cancel()
        self._view.measure.set_measure(None)
