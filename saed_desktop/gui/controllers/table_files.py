"""Tables of the window as CSV files."""

import csv
import io
from pathlib import Path

from PySide6.QtCore import QObject

from saed_desktop.errors import SaedError
from saed_desktop.gui.views.banner import Banner
from saed_desktop.gui.views.copy_table import CopyTable
from saed_desktop.gui.views.readout import counted
from saed_desktop.gui.worker import Task, Workers
from saed_desktop.results.atomic import write_text


class TableFiles(QObject):
    """Writes tables in the background and says so."""

    def __init__(self, banner: Banner, workers: Workers, parent: QObject | None) -> None:
        super().__init__(parent)
        self._banner, self._thread = banner, workers["files"]

    def save(self, table: CopyTable, path: Path, noun: str) -> None:
        """Write a table as it is shown and sorted; `noun` is what a row is called."""
        count = table.model().rowCount()
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(
            line.split("\t") for line in table.text_of(list(range(count))).splitlines()
        )

        def work(_task: Task) -> None:
            try:
                write_text(path, stream.getvalue())
            except OSError as error:
                raise SaedError(f"{path} cannot be written: {error.strerror}.") from error

        self._thread.submit(
            work,
            done=lambda _n: self._banner.show_notice(
                f"{counted(count, noun)} saved to {path}.", of_pattern=True
            ),
            failed=lambda sentence: self._banner.show_notice(sentence, kind="warning"),
        )
