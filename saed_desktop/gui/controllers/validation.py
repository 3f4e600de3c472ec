"""From labels to a better network: the training set, and how good the answers are now."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from saed_desktop.errors import UsageError
from saed_desktop.gui.context import Context
from saed_desktop.gui.controllers.controller import Controller
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.indexing_setup import IndexingSetupController
from saed_desktop.gui.views.validation_window import ValidationWindow
from saed_desktop.gui.worker import Task
from saed_desktop.translation import tr
from saed_desktop.workspace.labels import LabelledPattern, labels_below, labels_of_folders

if TYPE_CHECKING:
    from saed_desktop.workspace.training_set import ExportedSet
    from saed_desktop.workspace.validation import Validation


class ValidationController(Controller):
    """Exports what was labelled, and counts how often the answers agree with it."""

    row_opened = Signal(object)

    def __init__(
        self, context: Context, folder: FolderController, indexing_setup: IndexingSetupController
    ) -> None:
        super().__init__(context)
        self._thread = context.workers["folder"]
        self._folder, self._indexing_setup = folder, indexing_setup

    # ---- the training set -------------------------------------------------------------------

    def ask_where_to_export(self) -> None:
        """Ask for the folder that the labelled set goes to."""
        target = self._ask_for_folder(
            tr("Choose an empty folder for the labelled set"), self._source().parent
        )
        if target is not None:
            self.export_set(self._source(), target)

    def _source(self) -> Path:
        """Return the folder whose labels are meant: that of the run, or of the pattern shown."""
        if self._folder.run is not None:
            return self._folder.run.folder
        current = self._current
        return current.state.path.parent if current is not None else Path.home()

    def export_set(self, source: Path, target: Path) -> None:
        """Copy what is labelled below a folder into a set for `saed-trainer prepare`."""

        def work(task: Task) -> "ExportedSet":
            from saed_desktop.workspace.training_set import export_set

            return export_set(labels_below(source), target, is_cancelled=task.is_cancelled)

        def done(result: "ExportedSet") -> None:
            total = sum(result.counts.values())
            words = ", ".join(f"{count} {phase}" for phase, count in result.counts.items())
            missing = (
                tr(" {len} labelled files are gone.", len=len(result.missing))
                if result.missing
                else ""
            )
            self._banner.show_notice(
                tr(
                    "{total} labelled patterns saved to {target}: {words}.{missing} Go on with: "
                    "saed-trainer prepare --data {list_file} --output prepared",
                    total=total,
                    target=target,
                    words=words,
                    missing=missing,
                    list_file=result.list_file,
                ),
                kind="warning" if missing else "info",
            )

        self._workers["files"].submit(work, done=done, failed=self._complain, key="export-set")

    # ---- validation -------------------------------------------------------------------------

    def ask_what_to_validate(self) -> None:
        """Ask for the labelled folder on which to validate."""
        folder = self._ask_for_folder(tr("Validate on a labelled folder"), self._source())
        if folder is not None:
            self.validate(folder)

    def validate(self, folder: Path) -> None:
        """Answer the labelled patterns of a folder and compare."""
        self._folder.stop()
        choice, jobs = self._setup, self._settings.value.jobs
        names = self._indexing_setup.phase_names

        def work(task: Task) -> "Validation":
            from saed_desktop.workspace.folder_run import FolderRun, job_of
            from saed_desktop.workspace.validation import validate

            labels = _labels_of(folder, names)
            run = FolderRun(folder, job_of(choice), files=[item.path for item in labels])
            rows = {row.path: row for row in run.open()}
            for progress in run.go(jobs=jobs, is_cancelled=task.is_cancelled):
                rows |= {row.path: row for row in progress.rows}
                task.report((progress.done, progress.total))
            return validate(rows.values(), labels)

        self._banner.show_notice(
            tr("Answering the labelled patterns of {name}…", name=folder.name),
            (tr("Stop"), lambda: self._thread.drop("validate")),
        )
        self._thread.submit(
            work,
            done=lambda validation: self._show(folder, validation),
            failed=self._complain,
            progress=lambda step: self._banner.show_progress(
                tr(
                    "Answering the labelled patterns of {name}: {value} of {value_2}",
                    name=folder.name,
                    value=step[0],
                    value_2=step[1],
                )
            ),
            key="validate",
        )

    def _show(self, folder: Path, validation: "Validation") -> None:
        self._banner.hide()
        window = ValidationWindow(folder.name, validation, self._window)
        window.row_opened.connect(self.row_opened)
        window.show()


def _labels_of(folder: Path, phases: tuple[str, ...]) -> list[LabelledPattern]:
    """Return the labels of a folder: its lists, or else the names of its sub-folders."""
    labels = labels_below(folder) or labels_of_folders(folder, phases)
    if not labels:
        raise UsageError(
            tr(
                "{name} has no labels. Label some patterns (Y, Z), or sort them into one "
                "sub-folder per phase, named like the phase.",
                name=folder.name,
            )
        )
    return labels
