"""Controller for labels: accepted or corrected by the user, kept beside the data."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoCommand

from saed_desktop.errors import SaedError
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.analysis import GLANCE_LIMIT_S
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.indexing_setup import IndexingSetupController
from saed_desktop.gui.views.correct_dialog import CorrectDialog
from saed_desktop.gui.worker import Task
from saed_desktop.results.wording import phase_label
from saed_desktop.translation import mark, tr
from saed_desktop.workspace.document import (
    UNKNOWN_LABEL,
    Label,
    PatternState,
    accepted_label,
)
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.labels import LabelledPattern, LabelList
from saed_desktop.workspace.open_pattern import OpenPattern

FRAMES_HAVE_NO_LABELS = mark(
    "Frames of a scan are not labelled: training data have one pattern in each file."
)
NOTHING_TO_ACCEPT = mark(
    "There is no phase to accept, and a pattern of this kind does not show that it is none of "
    "them. Say what it is, if you know."
)


class _RowLabelCommand(QUndoCommand):
    """The label of one file of the folder: the one before and the one after."""

    def __init__(
        self, row: FolderRow, phase: str, text: str, apply: Callable[[FolderRow, str], None]
    ) -> None:
        super().__init__(text)
        self._row, self._phase, self._apply = row, phase, apply

    def redo(self) -> None:
        self._apply(self._row, self._phase)

    def undo(self) -> None:
        self._apply(self._row, self._row.label)


class LabellingController(Controller):
    """Accept and correct, for the pattern shown and for the row selected."""

    labels_changed = Signal()

    def __init__(
        self, context: Context, folder: FolderController, indexing_setup: IndexingSetupController
    ) -> None:
        super().__init__(context)
        self._panel, self._page = context.window.answer_panel, context.window.folder_page
        self._indexing_setup, self._folder = indexing_setup, folder
        # labels given on the folder's page are undone there, not among the edits of patterns
        self._row_undo = context.undo.rows
        self._panel.accept_wanted.connect(self.accept)
        self._panel.correct_wanted.connect(self.ask)
        patterns = context.open_patterns
        patterns.state_changed.connect(self._state_changed)
        patterns.answered.connect(self._show_label)
        patterns.image_ready.connect(lambda pattern, *_: self._read_label(pattern))
        folder.rows_known.connect(self._read_row_labels)

    @property
    def _on_folder_page(self) -> bool:
        return self._page.isVisible()

    # ---- what the user does -----------------------------------------------------------------

    def accept(self) -> None:
        """Label the pattern, or the row, with its answer and go on to the next one."""
        if self._on_folder_page:
            row = self._page.current_row
            if self._refuses_rows() or row is None or row.verdict == "error":
                return
            label = accepted_label(row.phase, row.kind)
            if label is None:
                self._page.show_idle_status(tr(NOTHING_TO_ACCEPT))
                return
            self.label_row(row, label)
            self.next_review(stays_on_page=True)
            return
        current = self._current
        if current is not None and current.answered is not None:
            label = _acceptable(current)
            if label is None:
                self._banner.show_notice(
                    tr(NOTHING_TO_ACCEPT), (tr("Correct…"), self.ask), of_pattern=True
                )
            else:
                self.label(current, label)

    def ask(self) -> None:
        """Let the user say what it is."""
        if self._on_folder_page and self._refuses_rows():
            return
        row = self._page.current_row if self._on_folder_page else None
        current = self._current
        if row is None and (current is None or current.loaded is None or self._on_folder_page):
            return
        answer = row.phase if row is not None else self._answer_of(current)
        dialog = CorrectDialog(
            self._indexing_setup.phase_names, answer, self._window, label=self._label_shown()
        )
        if row is not None:
            dialog.label_chosen.connect(lambda name, r=row: self.label_row(r, name))
        else:
            dialog.label_chosen.connect(lambda name, p=current: self.label(p, name))
        dialog.open()

    def _refuses_rows(self) -> bool:
        """Say that frames are not labelled, where the rows are frames; return whether they are."""
        if self._folder.is_of_frames:
            self._page.show_idle_status(tr(FRAMES_HAVE_NO_LABELS))
        return self._folder.is_of_frames

    def remove_label(self) -> None:
        """Take the label of the pattern, or of the row, back out of the training data."""
        if not self._label_shown():
            return
        row, current = self._page.current_row, self._current
        if self._on_folder_page and row is not None:
            self.label_row(row, "")
        elif not self._on_folder_page and current is not None:
            self.label(current, "")

    def label(self, pattern: OpenPattern, phase: str) -> None:
        """Label an open pattern; "" removes its label."""
        self._open_patterns.change(
            pattern,
            tr("label it {phase_label}", phase_label=phase_label(phase))
            if phase
            else tr("remove the label"),
            label=_label_of(phase, self._answer_of(pattern)),
        )

    def label_row(self, row: FolderRow, phase: str) -> None:
        """Label a file of the folder; "" removes its label."""
        if phase != row.label:
            words = (
                tr("label {title} {phase_label}", title=row.title, phase_label=phase_label(phase))
                if phase
                else tr("unlabel {title}", title=row.title)
            )
            self._row_undo.push(_RowLabelCommand(row, phase, words, self._set_row_label))

    def _set_row_label(self, row: FolderRow, phase: str) -> None:
        opened = next(
            (
                p
                for p in self._open_patterns.patterns
                if p.state.path == row.path and not p.state.frame
            ),
            None,
        )
        if opened is not None:
            self._open_patterns.amend(opened, label=_label_of(phase, row.phase))
        else:
            self._write_label(row.path, phase, None)
        place = self._page.model.place_of(row.path, row.frame)
        if place is not None and self._on_folder_page:
            self._page.select(place)

    def _label_shown(self) -> str:
        """Return the label of what the page shows, "" where it has none."""
        if self._on_folder_page:
            row = self._page.current_row
            return row.label if row is not None else ""
        current = self._current
        label = current.state.label if current is not None else None
        return label.phase if label is not None else ""

    def next_review(self, *, stays_on_page: bool = False) -> None:
        """Go to the next row that needs a look; open it unless the table itself is shown."""
        page = self._page
        row = page.model.next_to_review(page.table.currentIndex().row())
        if row is None:
            if page.model.rows:
                page.show_idle_status(tr("Nothing is left to review."))
            return
        page.select(row)
        if not self._on_folder_page and not stays_on_page:
            found = page.model.row_at(row)
            if found is not None:
                page.row_opened.emit(found)

    # ---- the list beside the data -----------------------------------------------------------

    def _state_changed(self, pattern: OpenPattern, old: PatternState) -> None:
        if pattern.state.label != old.label:
            if pattern.state.frame:
                # the list says of a file what its first pattern is; this one stays in the project
                self._show_label(pattern)
                return
            label = pattern.state.label
            scale = (
                pattern.state.calibration.scale_inv_angstrom_per_px
                if pattern.state.calibration
                else None
            )
            self._write_label(pattern.state.path, label.phase if label else "", scale)
            self._show_label(pattern)

    def _write_label(self, path: Path, phase: str, scale: float | None) -> None:
        specimen = path.parent.name

        def work(_task: Task) -> None:
            labels = LabelList(path.parent)
            if phase:
                labels.set(LabelledPattern(path, phase, specimen, scale))
            else:
                labels.remove(path)

        def done(_nothing: None) -> None:
            self._page.model.set_labels({path: phase})
            self.labels_changed.emit()

        self._workers["files"].submit(work, done=done, failed=self._complain)

    def _read_label(self, pattern: OpenPattern) -> None:
        """Show a label that was given on another day."""
        if pattern.state.label is not None or pattern.state.frame:
            return
        path = pattern.state.path

        def work(_task: Task) -> str:
            item = LabelList(path.parent).read().get(path)
            return item.phase if item is not None else ""

        def done(phase: str) -> None:
            if phase and pattern.state.label is None and pattern.state.path == path:
                # it is there already: nothing that could be undone
                self._open_patterns.take_label(pattern, Label(phase))
                self._show_label(pattern)

        self._workers["glance"].submit(work, done=done, limit_s=GLANCE_LIMIT_S)

    def _read_row_labels(self, rows: Sequence[FolderRow]) -> None:
        if self._folder.is_of_frames:
            return  # what is said of a file is said of its first frame
        folders = {row.path.parent for row in rows}

        def work(_task: Task) -> dict[Path, str]:
            found: dict[Path, str] = {}
            for folder in folders:
                try:
                    found |= {p: item.phase for p, item in LabelList(folder).read().items()}
                except SaedError:
                    continue  # it is complained about where it is to be written
            return found

        self._workers["glance"].submit(
            work, done=self._page.model.set_labels, limit_s=GLANCE_LIMIT_S
        )

    # ---- what is shown ----------------------------------------------------------------------

    @staticmethod
    def _answer_of(pattern: OpenPattern | None) -> str | None:
        return pattern.view.phase if pattern is not None and pattern.view is not None else None

    def _show_label(self, pattern: OpenPattern) -> None:
        if pattern is not self._current:
            return
        label = pattern.state.label
        if label is None:
            self._panel.show_label("")
            return
        name = tr("none of these") if label.phase == UNKNOWN_LABEL else phase_label(label.phase)
        self._panel.show_label(
            tr("Labelled {name} (corrected).", name=name)
            if label.is_correction
            else tr("Labelled {name}.", name=name)
        )


def _label_of(phase: str, answer: str | None) -> Label | None:
    return Label(phase, phase != (answer or UNKNOWN_LABEL)) if phase else None


def _acceptable(pattern: OpenPattern) -> str | None:
    """Return the label that the answer of a pattern would give it."""
    view, prepared = pattern.view, pattern.prepared
    return accepted_label(
        view.phase if view is not None else None,
        prepared.marks.kind if prepared is not None else None,
    )
