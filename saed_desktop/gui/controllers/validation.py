"""From labels to a better network: the training set, and how good the answers are now."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from saed_desktop.errors import UsageError
from saed_desktop.gui.act import Act
from saed_desktop.gui.actions import ActionSet
from saed_desktop.gui.controllers.analysis import AnalysisController
from saed_desktop.gui.controllers.folder import FolderController
from saed_desktop.gui.controllers.indexing_setup import IndexingSetupController
from saed_desktop.gui.open_patterns import OpenPatterns
from saed_desktop.gui.settings import SettingsStore
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.validation_window import ValidationWindow
from saed_desktop.gui.worker import Task, Workers

if TYPE_CHECKING:
    from saed_desktop.workspace.labels import LabelledPattern
    from saed_desktop.workspace.training_set import ExportedSet
    from saed_desktop.workspace.validation import Validation


class ValidationController(QObject):
    """Exports what was labelled, and counts how often the answers agree with it."""

    row_opened = Signal(object)

    def __init__(
        self,
        window: QWidget,
        banner: Banner,
        actions: ActionSet,
        settings: SettingsStore,
        workers: Workers,
        open_patterns: OpenPatterns,
        analysis: AnalysisController,
        folder: FolderController,
        indexing_setup: IndexingSetupController,
    ) -> None:
        super().__init__(window)
        self._window, self._banner, self._settings = window, banner, settings
        self._files, self._thread = workers["files"], workers["folder"]
        self._open_patterns, self._analysis = open_patterns, analysis
        self._folder, self._indexing_setup = folder, indexing_setup
        actions[Act.EXPORT_SET].triggered.connect(self._ask_where_to_export)
        actions[Act.VALIDATE].triggered.connect(self._ask_what_to_validate)

    # ---- the training set -------------------------------------------------------------------

    def _ask_where_to_export(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self._window, "Choose an empty folder for the labelled set", str(self._source().parent)
        )
        if name:
            self.export_set(self._source(), Path(name))

    def _source(self) -> Path:
        """Return the folder whose labels are meant: that of the run, or of the pattern shown."""
        if self._folder.run is not None:
            return self._folder.run.folder
        current = self._open_patterns.current
        return current.state.path.parent if current is not None else Path.home()

    def export_set(self, source: Path, target: Path) -> None:
        """Copy what is labelled below a folder into a set for `saed-trainer prepare`."""

        def work(task: Task) -> "ExportedSet":
            from saed_desktop.workspace.labels import labels_below
            from saed_desktop.workspace.training_set import export_set

            return export_set(labels_below(source), target, is_cancelled=task.is_cancelled)

        def done(result: "ExportedSet") -> None:
            total = sum(result.counts.values())
            words = ", ".join(f"{count} {phase}" for phase, count in result.counts.items())
            missing = f" {len(result.missing)} labelled files are gone." if result.missing else ""
            self._banner.show_notice(
                f"{total} labelled patterns saved to {target}: {words}.{missing} "
                f"Go on with: saed-trainer prepare --data {result.list_file} --output prepared",
                kind="warning" if missing else "info",
            )

        self._files.submit(work, done=done, failed=self._complain, key="export-set")

    # ---- validation -------------------------------------------------------------------------

    def _ask_what_to_validate(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self._window, "Validate on a labelled folder", str(self._source())
        )
        if name:
            self.validate(Path(name))

    def validate(self, folder: Path) -> None:
        """Answer the labelled patterns of a folder and compare."""
        self._folder.stop()
        network, phases = self._analysis.indexing_setup
        names, jobs = self._indexing_setup.phase_names, self._settings.value.jobs

        def work(task: Task) -> "Validation":
            from saed_desktop.workspace.folder_run import FolderRun, job_of
            from saed_desktop.workspace.setup_choice import SetupChoice
            from saed_desktop.workspace.validation import validate

            labels = _labels_of(folder, names)
            run = FolderRun(folder, job_of(SetupChoice(network, phases)))
            rows = {row.path: row for row in run.open()}
            files = [item.path for item in labels]
            for progress in run.go(jobs=jobs, files=files, is_cancelled=task.is_cancelled):
                rows |= {row.path: row for row in progress.rows}
                task.report((progress.done, progress.total))
            return validate(rows.values(), labels)

        self._banner.show_notice(
            f"Answering the labelled patterns of {folder.name}…",
            ("Stop", lambda: self._thread.drop("validate")),
        )
        self._thread.submit(
            work,
            done=lambda validation: self._show(folder, validation),
            failed=self._complain,
            progress=lambda step: self._banner.show_progress(
                f"Answering the labelled patterns of {folder.name}: {step[0]} of {step[1]}"
            ),
            key="validate",
        )

    def _show(self, folder: Path, validation: "Validation") -> None:
        self._banner.hide()
        window = ValidationWindow(folder.name, validation, self._window)
        window.row_opened.connect(self.row_opened)
        window.show()

    def _complain(self, sentence: str) -> None:
        self._banner.show_notice(sentence, kind="warning")


def _labels_of(folder: Path, phases: tuple[str, ...]) -> "list[LabelledPattern]":
    """Return the labels of a folder: its lists, or else the names of its sub-folders."""
    from saed_desktop.workspace.labels import labels_below, labels_of_folders

    labels = labels_below(folder) or labels_of_folders(folder, phases)
    if not labels:
        raise UsageError(
            f"{folder.name} has no labels. Label some patterns (Y, Z), or sort them into one "
            "sub-folder per phase, named like the phase."
        )
    return labels
