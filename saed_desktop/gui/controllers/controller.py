"""Base class of the window's controllers."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from saed_desktop.errors import SaedError
from saed_desktop.gui.context import Context
from saed_desktop.gui.views.copy_table import CopyTable
from saed_desktop.gui.worker import Task
from saed_desktop.results.atomic import write_bytes
from saed_desktop.translation import counted, tr
from saed_desktop.workspace.choice import SetupChoice
from saed_desktop.workspace.open_pattern import OpenPattern


class Controller(QObject):
    """Lets one part of the window do what the user wants of it.

    Parameters
    ----------
    context
        The window, the state and the workers.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context.window)
        self._context, self._window = context, context.window
        self._view, self._banner = context.window.pattern_view, context.window.banner
        self._actions, self._settings = context.actions, context.settings
        self._open_patterns, self._workers = context.open_patterns, context.workers
        self._service = context.service

    @property
    def _current(self) -> OpenPattern | None:
        """The pattern that is shown."""
        return self._open_patterns.current

    @property
    def _setup(self) -> SetupChoice:
        """The network and the phases that are asked."""
        return self._settings.value.setup

    # ---- words ------------------------------------------------------------------------------

    def _complain(self, sentence: str) -> None:
        """Show why something could not be done."""
        self._banner.show_notice(sentence, kind="warning")

    # ---- files ------------------------------------------------------------------------------

    def _ask_for_folder(self, title: str, start: Path) -> Path | None:
        name = QFileDialog.getExistingDirectory(self._window, title, str(start))
        return Path(name) if name else None

    def _ask_for_file(self, title: str, start: Path, kinds: str) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self._window, title, str(start), kinds)
        return Path(name) if name else None

    def _ask_for_files(self, title: str, start: Path, kinds: str) -> list[Path]:
        names, _ = QFileDialog.getOpenFileNames(self._window, title, str(start), kinds)
        return [Path(name) for name in names]

    def _ask_where_to_save(self, title: str, suggested: Path, kinds: str) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(suggested), kinds)
        return Path(name) if name else None

    def _write(self, path: Path, make: Callable[[], bytes], words: str) -> None:
        """Make a file about the pattern shown in the background, write it, and say so."""

        def work(_task: Task) -> None:
            data = make()
            try:
                write_bytes(path, data)
            except OSError as error:
                raise SaedError(
                    tr("{path} cannot be written: {strerror}.", path=path, strerror=error.strerror)
                ) from error

        self._workers["files"].submit(
            work,
            done=lambda _nothing: self._banner.show_notice(words, of_pattern=True),
            failed=self._complain,
        )

    def _ask_where_to_save_table(
        self, title: str, name: str, save: Callable[[Path], object]
    ) -> None:
        """Ask for the CSV file of a table of the pattern shown, beside the pattern's own file."""
        if self._current is not None:
            beside = self._current.state.path
            suggested = beside.with_name(f"{beside.stem}-{name}.csv")
            path = self._ask_where_to_save(title, suggested, tr("Table (*.csv)"))
            if path is not None:
                save(path)

    def _save_table(self, table: CopyTable, path: Path, one: str, several: str) -> None:
        """Write a table as it is shown and sorted; say how many rows that were, in marked words."""
        count = table.model().rowCount()
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(
            line.split("\t") for line in table.text_of(list(range(count))).splitlines()
        )
        data = stream.getvalue().encode()
        self._write(
            path,
            lambda: data,
            tr("{counted} saved to {path}.", counted=counted(count, one, several), path=path),
        )
