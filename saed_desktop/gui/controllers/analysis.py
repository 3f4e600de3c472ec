"""From a file to its answer, step by step, in the background; each step is shown as it is done."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.settings import Settings
from saed_desktop.gui.worker import Task
from saed_desktop.translation import tr
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.open_pattern import OpenPattern

if TYPE_CHECKING:
    from saed_desktop.arrays import ByteImage
    from saed_desktop.workspace.analysis_service import Answered, Prepared
    from saed_desktop.workspace.display import ContrastSettings
    from saed_desktop.workspace.open_file import OpenFile
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


class AnalysisController(Controller):
    """Reads, prepares and answers the pattern that is shown."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._read, self._answer = context.workers["read"], context.workers["answer"]
        self._files: dict[str, OpenFile] = {}
        self._glance, self._load = context.workers["glance"], context.workers["load"]
        self._tried: set[int] = set()
        context.open_patterns.current_changed.connect(self._show)
        context.open_patterns.state_changed.connect(self._state_changed)
        context.settings.changed.connect(self._settings_changed)
        card = context.window.verdict_card
        card.stop_wanted.connect(self.stop_reading)
        card.retry_wanted.connect(self.read_again)

    def _settings_changed(self, new: Settings, old: Settings) -> None:
        if new.setup != old.setup:
            self.forget_answers()

    def forget_answers(self) -> None:
        """Analyse the patterns again after phases or network have changed."""
        self._open_patterns.forget_answers()
        if self._current is not None and self._current.loaded is not None:
            self._continue(self._current)

    def warm_up(self) -> None:
        """Load what the first answer needs, while the pattern is still being looked at."""
        service, choice = self._service, self._setup
        self._load.submit(lambda _task: service.get().indexing_setup(choice), key="warm-up")

    # ---- reading ----------------------------------------------------------------------------

    def _show(self, pattern: OpenPattern | None) -> None:
        self._answer.drop("answer")
        if pattern is None:
            self._read.drop("show")
            return
        self._submit_read(pattern)

    def _submit_read(self, pattern: OpenPattern) -> None:
        state, known, contrast = pattern.state, pattern.loaded, pattern.contrast
        files = self._files

        def work(_task: Task) -> _Read:
            from saed_desktop.workspace import display
            from saed_desktop.workspace.open_file import OpenFile
            from saed_desktop.workspace.reading import load_pattern

            loaded = known or load_pattern(
                state.path,
                state.frame,
                state.ellipse,
                state.dataset,
                files.setdefault("open", OpenFile()),
            )
            automatic = display.auto_contrast(loaded.pyramid)
            shown = contrast or automatic
            levels = display.render(loaded.pyramid, shown)
            return _Read(loaded, shown, automatic, levels)

        if known is None:
            self._open_patterns.start(pattern, tr("Reading…"))
        self._read.submit(
            work,
            done=lambda read: self._was_read(pattern, read),
            failed=lambda sentence: self._has_failed(pattern, sentence),
            key="show",
            limit_s=READ_LIMIT_S,
            late_words=(
                tr(
                    "{name} does not answer. Its drive or network may be gone; try again when it "
                    "is back.",
                    name=state.path.name,
                )
            ),
        )

    def stop_reading(self) -> None:
        """Give up reading the pattern that is shown."""
        current = self._current
        if current is not None and current.loaded is None and not current.message:
            self._read.drop("show")
            self._has_failed(
                current, tr("Reading {name} was stopped.", name=current.state.path.name)
            )

    def read_again(self) -> None:
        """Read the pattern that is shown once more, after it could not be read."""
        current = self._current
        if current is not None and current.loaded is None:
            current.message = ""
            self._submit_read(current)

    def _was_read(self, pattern: OpenPattern, read: _Read) -> None:
        self._open_patterns.take_image(pattern, read.loaded, read.contrast, read.levels)
        self._bound_memory(pattern)
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
                self._open_patterns.take_thumbnail(pattern, picture)
            self._read_next_thumbnail()

        self._glance.submit(
            work,
            done=done,
            failed=lambda _s: self._read_next_thumbnail(),
            key=f"thumbnail {pattern.number}",
            limit_s=GLANCE_LIMIT_S,
        )

    def _has_failed(self, pattern: OpenPattern, sentence: str) -> None:
        self._open_patterns.take_failure(pattern, sentence)
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
        if pattern is not self._current:
            return
        if pattern.state.answers_alike(old) and pattern.answered is not None:
            return  # a label or a measurement changes no answer, nor which candidate is chosen
        if pattern.loaded is None:
            self._submit_read(pattern)
        else:
            self._continue(pattern)

    def _continue(self, pattern: OpenPattern) -> None:
        """Do what is still to be done for a pattern whose image is there."""
        self._open_patterns.show_again(pattern)
        if pattern.prepared is None:
            self._submit_prepare(pattern)
        elif pattern.answered is None:
            self._submit_answer(pattern)

    def _submit_prepare(self, pattern: OpenPattern) -> None:
        loaded, state, service = pattern.loaded, pattern.state, self._service
        if loaded is None:
            return
        self._open_patterns.start(pattern, tr("Looking for spots…"))

        def work(_task: Task) -> "Prepared":
            return service.get().prepare(loaded.pattern, state)

        def done(prepared: "Prepared") -> None:
            self._open_patterns.take_prepared(pattern, prepared)
            self._submit_answer(pattern)

        self._answer.submit(
            work,
            done=done,
            failed=lambda sentence: self._has_failed(pattern, sentence),
            key="answer",
        )

    def _submit_answer(self, pattern: OpenPattern) -> None:
        prepared, state = pattern.prepared, pattern.state
        service, choice = self._service, self._setup
        if prepared is None:
            return
        self._open_patterns.start(pattern, tr("Comparing with the phases…"))

        def work(_task: Task) -> "Answered":
            return service.get().answer(prepared, state, choice)

        self._answer.submit(
            work,
            done=lambda answered: self._open_patterns.take_answer(pattern, answered),
            failed=lambda sentence: self._has_failed(pattern, sentence),
            key="answer",
        )
