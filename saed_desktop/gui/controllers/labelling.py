"""What the user says that patterns show: accepted, corrected, kept beside the data."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from saed_desktop.gui.action_table import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.answering import AnsweringController
from saed_desktop.gui.controllers.documents import Documents
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.witnesses import WitnessController
from saed_desktop.gui.views.answer_panel import AnswerPanel
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.correct_dialog import CorrectDialog
from saed_desktop.gui.views.folder_page import FolderPage
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.workspace.document import UNKNOWN_LABEL, Label, PatternState
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.names import phase_label
from saed_desktop.workspace.open_pattern import OpenPattern


class LabellingController(QObject):
    """Accept and correct, for the pattern shown and for the row selected."""

    labels_changed = Signal()

    def __init__(
        self,
        window: QWidget,
        panel: AnswerPanel,
        page: FolderPage,
        banner: Banner,
        actions: ActionSet,
        workers: Workers,
        documents: Documents,
        answering: AnsweringController,
        folder: FolderController,
        witnesses: WitnessController,
    ) -> None:
        super().__init__(window)
        self._window, self._panel, self._page, self._banner = window, panel, page, banner
        self._files, self._documents, self._witnesses = workers["files"], documents, witnesses
        actions[Act.ACCEPT].triggered.connect(self.accept)
        actions[Act.CORRECT].triggered.connect(self.ask)
        actions[Act.NEXT_REVIEW].triggered.connect(self.next_review)
        panel.accept_wanted.connect(self.accept)
        panel.correct_wanted.connect(self.ask)
        documents.state_changed.connect(self._state_changed)
        answering.answered.connect(self._show_label)
        answering.image_ready.connect(lambda pattern, *_: self._read_label(pattern))
        folder.rows_known.connect(self._read_row_labels)

    @property
    def _on_folder_page(self) -> bool:
        return self._page.isVisible()

    # ---- what the user does -----------------------------------------------------------------

    def accept(self) -> None:
        """Label the pattern, or the row, with its answer and go on to the next one."""
        if self._on_folder_page:
            row = self._page.current_row
            if row is not None and row.verdict != "error":
                self.label_row(row, row.phase or UNKNOWN_LABEL)
                self.next_review(stays_on_page=True)
            return
        current = self._documents.current
        if current is not None and current.answered is not None:
            self.label(current, current.answered.view.phase or UNKNOWN_LABEL)

    def ask(self) -> None:
        """Let the user say what it is."""
        row = self._page.current_row if self._on_folder_page else None
        current = self._documents.current
        if row is None and (current is None or current.loaded is None or self._on_folder_page):
            return
        answer = row.phase if row is not None else self._answer_of(current)
        dialog = CorrectDialog(self._witnesses.phase_names, answer, self._window)
        if row is not None:
            dialog.label_chosen.connect(lambda name, r=row: self.label_row(r, name))
        else:
            dialog.label_chosen.connect(lambda name, p=current: self.label(p, name))
        dialog.open()

    def label(self, pattern: OpenPattern, phase: str) -> None:
        """Label an open pattern."""
        is_correction = phase != (self._answer_of(pattern) or UNKNOWN_LABEL)
        self._documents.change(
            pattern, f"label it {phase_label(phase)}", label=Label(phase, is_correction)
        )

    def label_row(self, row: FolderRow, phase: str) -> None:
        """Label a file of the folder."""
        opened = next(
            (p for p in self._documents.patterns if p.state.path == row.path and not p.state.frame),
            None,
        )
        if opened is not None:
            self.label(opened, phase)
        else:
            self._write(row.path, phase, None)

    def next_review(self, *, stays_on_page: bool = False) -> None:
        """Go to the next row that needs a look; open it unless the table itself is shown."""
        page = self._page
        row = page.model.next_to_review(page.table.currentIndex().row())
        if row is None:
            if page.model.rows:
                page.show_idle_status("Nothing is left to review.")
            return
        page.select(row)
        if not self._on_folder_page and not stays_on_page:
            found = page.model.row_at(row)
            if found is not None:
                page.row_opened.emit(found)

    # ---- the list beside the data -----------------------------------------------------------

    def _state_changed(self, pattern: OpenPattern, old: PatternState) -> None:
        if pattern.state.label != old.label:
            label = pattern.state.label
            scale = (
                pattern.state.calibration.scale_inv_angstrom_per_px
                if pattern.state.calibration
                else None
            )
            self._write(pattern.state.path, label.phase if label else "", scale)
            self._show_label(pattern)

    def _write(self, path: Path, phase: str, scale: float | None) -> None:
        specimen = path.parent.name

        def work(_task: Task) -> None:
            from saed_desktop.workspace.labels import LabelledPattern, LabelList

            labels = LabelList(path.parent)
            if phase:
                labels.set(LabelledPattern(path, phase, specimen, scale))
            else:
                labels.remove(path)

        def done(_nothing: None) -> None:
            self._page.model.set_labels({path: phase})
            self.labels_changed.emit()

        self._files.submit(
            work,
            done=done,
            failed=lambda sentence: self._banner.show_notice(sentence, kind="warning"),
        )

    def _read_label(self, pattern: OpenPattern) -> None:
        """Show a label that was given on another day."""
        if pattern.state.label is not None or pattern.state.frame:
            return
        path = pattern.state.path

        def work(_task: Task) -> str:
            from saed_desktop.workspace.labels import LabelList

            item = LabelList(path.parent).read().get(path)
            return item.phase if item is not None else ""

        def done(phase: str) -> None:
            if phase and pattern.state.label is None and pattern.state.path == path:
                # it is there already: nothing that could be undone
                pattern.set_state(pattern.state.with_changes(label=Label(phase)))
                self._show_label(pattern)
                self._documents.updated(pattern)

        self._files.submit(work, done=done)

    def _read_row_labels(self, rows: Sequence[FolderRow]) -> None:
        folders = {row.path.parent for row in rows}

        def work(_task: Task) -> dict[Path, str]:
            from saed_desktop.errors import SaedError
            from saed_desktop.workspace.labels import LabelList

            found: dict[Path, str] = {}
            for folder in folders:
                try:
                    found |= {p: item.phase for p, item in LabelList(folder).read().items()}
                except SaedError:
                    continue  # it is complained about where it is to be written
            return found

        self._files.submit(work, done=self._page.model.set_labels)

    # ---- what is shown ----------------------------------------------------------------------

    @staticmethod
    def _answer_of(pattern: OpenPattern | None) -> str | None:
        return pattern.view.phase if pattern is not None and pattern.view is not None else None

    def _show_label(self, pattern: OpenPattern) -> None:
        if pattern is not self._documents.current:
            return
        label = pattern.state.label
        if label is None:
            self._panel.show_label("")
            return
        name = "none of these" if label.phase == UNKNOWN_LABEL else phase_label(label.phase)
        self._panel.show_label(f"Labelled {name}{' (corrected)' if label.is_correction else ''}.")
