"""Two open patterns beside each other: read, answered where they were not, and drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.analysis import READ_LIMIT_S
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.views.color_maps import color_table
from saed_desktop.gui.views.linked_fields import FieldGeometry
from saed_desktop.gui.worker import Task
from saed_desktop.translation import tr
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.gui.views.compare_window import CompareWindow
    from saed_desktop.workspace.analysis_service import Answered, Prepared
    from saed_desktop.workspace.answer_view import CandidateRow
    from saed_desktop.workspace.reading import Loaded


@dataclass(frozen=True, eq=False)
class _Read:
    loaded: "Loaded"
    levels: "tuple[ByteImage, ...]"


class ComparisonController(Controller):
    """Opens the window and fills its two sides."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.window: CompareWindow | None = None
        self._sides: list[OpenPattern | None] = [None, None]
        for signal in (context.open_patterns.answered, context.open_patterns.candidate_changed):
            signal.connect(lambda _value: self._show_marks())
        context.open_patterns.list_changed.connect(self._list_changed)

    def open(self) -> None:
        """Compare the pattern shown with the next open one."""
        if self.window is not None:
            self.window.raise_()
            self.window.activateWindow()
            return
        patterns, current = self._open_patterns.patterns, self._current
        if current is None:
            return
        if len(patterns) < 2:
            self._banner.show_notice(tr("Open a second pattern to compare this one with."))
            return
        # the start does not wait for windows that are opened later
        from saed_desktop.gui.views.compare_window import CompareWindow

        made = CompareWindow(self._window)
        self.window = made
        for view in made.views:
            view.set_color_table(color_table(self._settings.value.color_map))
        made.chosen.connect(self._choose)
        made.marks_changed.connect(self._show_marks)
        made.finished.connect(self._closed)
        other = patterns[(patterns.index(current) + 1) % len(patterns)]
        self._sides = [current, other]
        self._offer()
        made.show()
        for side in range(len(self._sides)):
            self._show(side)

    def _closed(self) -> None:
        if self.window is not None:
            self.window.deleteLater()
        self.window = None
        self._sides = [None, None]

    def _offer(self) -> None:
        if self.window is not None:
            names = [(pattern.name, pattern) for pattern in self._open_patterns.patterns]
            self.window.show_choices(names, tuple(self._sides))

    def _list_changed(self) -> None:
        """Leave out a pattern that was closed."""
        if self.window is None:
            return
        patterns = self._open_patterns.patterns
        if any(pattern not in patterns for pattern in self._sides):
            self.window.close()
        else:
            self._offer()

    def _choose(self, side: int, pattern: OpenPattern) -> None:
        self._sides[side] = pattern
        self._show(side)

    # ---- reading ----------------------------------------------------------------------------

    def _show(self, side: int) -> None:
        made, pattern = self.window, self._sides[side]
        if made is None or pattern is None:
            return
        state, known, contrast = pattern.state, pattern.loaded, pattern.contrast
        made.views[side].clear(tr("Reading…"))
        made.show_words(side, "")

        def work(_task: Task) -> _Read:
            from saed_desktop.workspace import display
            from saed_desktop.workspace.reading import load_pattern

            loaded = known or load_pattern(state.path, state.frame, state.ellipse, state.dataset)
            shown = contrast or display.auto_contrast(loaded.pyramid)
            return _Read(loaded, display.render(loaded.pyramid, shown))

        def done(read: _Read) -> None:
            if self.window is not made or self._sides[side] is not pattern:
                return
            made.fields.show_image(side, read.levels, self._geometry(pattern, read))
            self._show_scale(side, pattern, read)
            self._show_marks()
            if pattern.view is None or pattern.prepared is None:
                self._answer(side, pattern, read)

        def failed(sentence: str) -> None:
            if self.window is made and self._sides[side] is pattern:
                made.views[side].clear(sentence)

        self._workers["read"].submit(
            work, done=done, failed=failed, key=f"compare {side}", limit_s=READ_LIMIT_S,
            late_words=tr("{name} does not answer.", name=state.path.name),
        )  # fmt: skip

    def _answer(self, side: int, pattern: OpenPattern, read: _Read) -> None:
        """Index a pattern that was opened and never shown."""
        made, service, choice, state = self.window, self._service, self._setup, pattern.state
        if made is None:
            return
        made.show_words(side, tr("Indexing…"))

        def work(_task: Task) -> "tuple[Prepared, Answered]":
            prepared = service.get().prepare(read.loaded.pattern, state)
            return prepared, service.get().answer(prepared, state, choice)

        def done(result: "tuple[Prepared, Answered]") -> None:
            prepared, answered = result
            if pattern.state is state and pattern.answered is None:
                pattern.loaded = pattern.loaded or read.loaded
                pattern.prepared = prepared
                pattern.set_answer(answered)
                self._open_patterns.updated(pattern)
            if self._sides[side] is pattern:
                made.fields.set_geometry(side, self._geometry(pattern, read))
                self._show_scale(side, pattern, read)
                self._show_marks()

        def failed(sentence: str) -> None:
            if self.window is made and self._sides[side] is pattern:
                made.show_words(side, sentence)

        self._workers["answer"].submit(work, done=done, failed=failed, key=f"compare {side}")

    # ---- drawing ----------------------------------------------------------------------------

    def _geometry(self, pattern: OpenPattern, read: _Read) -> FieldGeometry:
        """Return where the beam is, and the scale."""
        height, width = read.loaded.pattern.shape_yx
        center = ((width - 1) / 2, (height - 1) / 2)
        if pattern.prepared is not None:
            center = pattern.prepared.marks.center_xy
        scale = pattern.scale_inv_angstrom_per_px
        if scale is None:
            scale = read.loaded.pattern.calibration.scale_inv_angstrom_per_px
        return FieldGeometry(center, scale)

    def _show_scale(self, side: int, pattern: OpenPattern, read: _Read) -> None:
        if self.window is not None:
            scale = self._geometry(pattern, read).scale
            self.window.views[side].set_scale(scale, self._settings.value.unit)

    def _candidate(self, pattern: OpenPattern) -> "CandidateRow | None":
        if pattern is self._current and self._open_patterns.candidate is not None:
            return self._open_patterns.candidate
        rows = pattern.view.candidates if pattern.view is not None else ()
        return next((row for row in rows if row.is_named), rows[0] if rows else None)

    def _show_marks(self) -> None:
        made = self.window
        if made is None:
            return
        for side, pattern in enumerate(self._sides):
            if pattern is None:
                continue
            layer = made.views[side].reflections
            layer.set_parts(marks=made.marks.isChecked(), labels=made.labels.isChecked())
            row = self._candidate(pattern)
            if row is None or pattern.prepared is None:
                layer.set_candidate(None, (0.0, 0.0), np.zeros((0, 2)))
                continue
            layer.set_candidate(row.marks, row.center_xy, pattern.prepared.marks.spots_xy)
            headline = pattern.view.headline if pattern.view is not None else ""
            zone = tr(
                "{label} along {zone}, {matched} spots",
                label=row.label,
                zone=row.zone,
                matched=row.matched,
            )
            made.show_words(
                side,
                zone
                if row.is_named
                else tr("{headline}. Drawn: {zone}", headline=headline, zone=zone),
            )
