"""From a file to its answer, step by step, in the background; each step is shown as it is done."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.workspace.analysis_service import (
        AnalysisService,
        Answered,
        Prepared,
    )
    from saed_desktop.workspace.display import ContrastSettings
    from saed_desktop.workspace.reading import Loaded

READ_LIMIT_S = 45.0
"""A file that has not been read after this long is given up."""
GLANCE_LIMIT_S = 10.0
"""The same for work in the background: thumbnails and labels."""
MAX_IMAGE_BYTES = 800_000_000
"""Images of open patterns beyond this are read again when they are shown again."""


@dataclass(frozen=True, eq=False)
class _Read:
    loaded: "Loaded"
    contrast: "ContrastSettings"
    automatic: "ContrastSettings"
    levels: tuple["ByteImage", ...]


class LazyAnalysisService:
    """The analysis service, made on the thread that first needs it; never on the window's."""

    def __init__(self) -> None:
        self._made: dict[str, AnalysisService] = {}

    def get(self) -> "AnalysisService":
        """Return the service; not to be called on the window's thread."""
        from saed_desktop.workspace.analysis_service import AnalysisService

        made = self._made.get("service")
        # setdefault is one step, so that two threads that come first get the same
        return made if made is not None else self._made.setdefault("service", AnalysisService())


class AnalysisController(QObject):
    """Reads, prepares and answers the pattern that is shown."""

    image_ready = Signal(object, object, object)
    prepared = Signal(object)
    answered = Signal(object)
    failed = Signal(object)
    started = Signal(object, str)

    def __init__(
        self,
        open_patterns: OpenPatterns,
        workers: Workers,
        service: LazyAnalysisService,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._open_patterns = open_patterns
        self._read, self._answer = workers["read"], workers["answer"]
        self._glance, self._load = workers["glance"], workers["load"]
        self._service = service
        self._network: str | None = None
        self._phases: tuple[str, ...] | None = None
        self._tried: set[int] = set()
        open_patterns.current_changed.connect(self._show)
        open_patterns.state_changed.connect(self._state_changed)

    def use_indexing_setup(self, network: str | None, phases: tuple[str, ...] | None) -> None:
        """Choose network and phases; the pattern shown is analysed again."""
        if (network, phases) == (self._network, self._phases):
            return
        self._network, self._phases = network, phases
        self.forget_answers()

    def forget_answers(self) -> None:
        """Analyse the patterns again after phases or network have changed."""
        for pattern in self._open_patterns.patterns:
            pattern.forget_answer()
        current = self._open_patterns.current
        if current is not None and current.loaded is not None:
            self._continue(current)

    @property
    def indexing_setup(self) -> tuple[str | None, tuple[str, ...] | None]:
        """Network and phases that are asked."""
        return self._network, self._phases

    def warm_up(self) -> None:
        """Load what the first answer needs, while the pattern is still being looked at."""
        service, network, phases = self._service, self._network, self._phases

        def work(_task: Task) -> None:
            from saed_desktop.workspace.setup_choice import SetupChoice

            service.get().indexing_setup(SetupChoice(network, phases))

        self._load.submit(work, key="warm-up")

    # ---- reading ----------------------------------------------------------------------------

    def _show(self, pattern: OpenPattern | None) -> None:
        self._answer.drop("answer")
        if pattern is None:
            self._read.drop("show")
            return
        self._submit_read(pattern)

    def _submit_read(self, pattern: OpenPattern) -> None:
        state, known, contrast = pattern.state, pattern.loaded, pattern.contrast

        def work(_task: Task) -> _Read:
            from saed_desktop.workspace import display
            from saed_desktop.workspace.reading import load_pattern

            loaded = known or load_pattern(state.path, state.frame, state.ellipse, state.dataset)
            automatic = display.auto_contrast(loaded.pyramid)
            shown = contrast or automatic
            levels = display.render(loaded.pyramid, shown)
            return _Read(loaded, shown, automatic, levels)

        if known is None:
            self.started.emit(pattern, "Reading…")
        self._read.submit(
            work,
            done=lambda read: self._was_read(pattern, read),
            failed=lambda sentence: self._has_failed(pattern, sentence),
            key="show",
            limit_s=READ_LIMIT_S,
            late_words=(
                f"{state.path.name} does not answer. Its drive or network may be gone; try again "
                "when it is back."
            ),
        )

    def stop_reading(self) -> None:
        """Give up reading the pattern that is shown."""
        current = self._open_patterns.current
        if current is not None and current.loaded is None and not current.message:
            self._read.drop("show")
            self._has_failed(current, f"Reading {current.state.path.name} was stopped.")

    def read_again(self) -> None:
        """Read the pattern that is shown once more, after it could not be read."""
        current = self._open_patterns.current
        if current is not None and current.loaded is None:
            current.message = ""
            self._submit_read(current)

    def _was_read(self, pattern: OpenPattern, read: _Read) -> None:
        pattern.loaded, pattern.message = read.loaded, ""
        self._bound_memory(pattern)
        self.image_ready.emit(pattern, read.contrast, read.levels)
        self._open_patterns.updated(pattern)
        self._continue(pattern)
        self._submit_thumbnail(pattern, read)

    def _read_next_thumbnail(self) -> None:
        """Read the thumbnails of patterns that were not shown yet, one after another."""
        waiting = (
            p
            for p in self._open_patterns.patterns
            if p.thumbnail is None and p.number not in self._tried and not p.message
        )
        pattern = next(waiting, None)
        if pattern is None:
            return
        self._submit_thumbnail(pattern, None)

    def _submit_thumbnail(self, pattern: OpenPattern, read: _Read | None) -> None:
        """Draw the thumbnail of a pattern that was read, or read it for this alone."""
        self._tried.add(pattern.number)
        state = pattern.state

        def work(_task: Task) -> "ByteImage":
            from saed_desktop.workspace import display
            from saed_desktop.workspace.reading import load_pattern

            if read is not None:
                return display.thumbnail(read.loaded.pyramid, contrast=read.automatic)
            found = load_pattern(state.path, state.frame, dataset=state.dataset)
            return display.thumbnail(found.pyramid)

        def done(picture: "ByteImage") -> None:
            if pattern.thumbnail is None or read is not None:
                pattern.thumbnail = picture
                self._open_patterns.updated(pattern)
            self._read_next_thumbnail()

        self._glance.submit(
            work,
            done=done,
            failed=lambda _s: self._read_next_thumbnail(),
            key=f"thumbnail {pattern.number}",
            limit_s=GLANCE_LIMIT_S,
        )

    def _has_failed(self, pattern: OpenPattern, sentence: str) -> None:
        pattern.message = sentence
        self.failed.emit(pattern)
        self._open_patterns.updated(pattern)
        self._read_next_thumbnail()

    def _bound_memory(self, newest: OpenPattern) -> None:
        """Forget the images of the patterns that were opened longest ago."""
        total = 0
        for pattern in [newest, *reversed(self._open_patterns.patterns)]:
            if pattern.loaded is None or (pattern is newest and total):
                continue
            total += 2 * pattern.loaded.pattern.image_yx.nbytes
            if total > MAX_IMAGE_BYTES and pattern is not newest:
                pattern.forget_image()

    # ---- answering --------------------------------------------------------------------------

    def _state_changed(self, pattern: OpenPattern, old: PatternState) -> None:
        if pattern is not self._open_patterns.current:
            return
        if pattern.state.answers_alike(old) and pattern.answered is not None:
            return  # a label or a measurement changes no answer, nor which candidate is chosen
        if pattern.loaded is None:
            self._submit_read(pattern)
        else:
            self._continue(pattern)

    def _continue(self, pattern: OpenPattern) -> None:
        """Do what is still to be done for a pattern whose image is there."""
        if pattern.prepared is not None:
            self.prepared.emit(pattern)
        if pattern.answered is not None and pattern.prepared is not None:
            self.answered.emit(pattern)
            return
        if pattern.prepared is None:
            self._submit_prepare(pattern)
        else:
            self._submit_answer(pattern)

    def _submit_prepare(self, pattern: OpenPattern) -> None:
        loaded, state, service = pattern.loaded, pattern.state, self._service
        if loaded is None:
            return
        self.started.emit(pattern, "Looking for spots…")

        def work(_task: Task) -> "Prepared":
            return service.get().prepare(loaded.pattern, state)

        def done(prepared: "Prepared") -> None:
            pattern.prepared = prepared
            self.prepared.emit(pattern)
            self._submit_answer(pattern)

        self._answer.submit(
            work,
            done=done,
            failed=lambda sentence: self._has_failed(pattern, sentence),
            key="answer",
        )

    def _submit_answer(self, pattern: OpenPattern) -> None:
        prepared, state, service = pattern.prepared, pattern.state, self._service
        network, phases = self._network, self._phases
        if prepared is None:
            return
        self.started.emit(pattern, "Comparing with the phases…")

        def work(_task: Task) -> "Answered":
            from saed_desktop.workspace.setup_choice import SetupChoice

            return service.get().answer(prepared, state, SetupChoice(network, phases))

        def done(answered: "Answered") -> None:
            has_moved = answered.marks.center_xy != prepared.marks.center_xy
            has_doubt = answered.marks.center_places != prepared.marks.center_places
            if has_moved or has_doubt:
                pattern.prepared = replace(prepared, marks=answered.marks)
                self.prepared.emit(pattern)
            pattern.set_answer(answered)
            self.answered.emit(pattern)
            self._open_patterns.updated(pattern)

        self._answer.submit(
            work,
            done=done,
            failed=lambda sentence: self._has_failed(pattern, sentence),
            key="answer",
        )
