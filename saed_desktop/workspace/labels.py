"""Labels of patterns, kept beside the data in a list that the trainer reads.

The list is `saed-labels.csv` in the folder of the patterns, with the columns path, phase,
specimen and scale_inv_angstrom_per_px; paths are relative, so that the folder can be moved.
"""

import csv
import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from saed_desktop import paths
from saed_desktop.errors import SaedError
from saed_desktop.results.atomic import write_text

FILE_NAME = "saed-labels.csv"
COLUMNS = ("path", "phase", "specimen", "scale_inv_angstrom_per_px")


@dataclass(frozen=True)
class LabelledPattern:
    """One file with what is known of it; see the trainer's list of the same columns."""

    path: Path
    phase: str
    specimen: str = ""
    scale_inv_angstrom_per_px: float | None = None


class LabelList:
    """The labels of one folder.

    Parameters
    ----------
    folder
        The folder of the patterns.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.path = _list_of(self.folder)

    def read(self) -> dict[Path, LabelledPattern]:
        """Return the labels by file; a list that cannot be understood raises a sentence.

        Raises
        ------
        SaedError
            If the list is damaged: it is not to be overwritten unseen.
        """
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise SaedError(f"The labels in {self.path} cannot be read.") from error
        found: dict[Path, LabelledPattern] = {}
        reader = csv.DictReader(io.StringIO(text))
        if text.strip() and not {"path", "phase"} <= set(reader.fieldnames or ()):
            raise SaedError(f"{self.path} is no list of labels: it lacks path and phase.")
        for row in reader:
            item = self._item(row)
            if item is not None:
                found[item.path] = item
        return found

    def set(self, item: LabelledPattern) -> None:
        """Note a label; an older one of the same file is replaced.

        Raises
        ------
        SaedError
            If the list cannot be read or written.
        """
        self._write({**self.read(), item.path.absolute(): item}.values())

    def remove(self, path: Path) -> None:
        """Forget the label of a file.

        Raises
        ------
        SaedError
            If the list cannot be read or written.
        """
        known = self.read()
        if known.pop(path.absolute(), None) is not None:
            self._write(known.values())

    def _item(self, row: dict[str, str | None]) -> LabelledPattern | None:
        name, phase = (row.get("path") or "").strip(), (row.get("phase") or "").strip()
        if not name or not phase:
            return None
        path = Path(name)
        return LabelledPattern(
            path if path.is_absolute() else self.folder / path,
            phase,
            (row.get("specimen") or "").strip(),
            _scale(row.get("scale_inv_angstrom_per_px")),
        )

    def _write(self, items: Iterable[LabelledPattern]) -> None:
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for item in sorted(items, key=lambda item: str(item.path)):
            path = item.path.absolute()
            inside = path.is_relative_to(self.folder)
            name = path.relative_to(self.folder).as_posix() if inside else str(path)
            writer.writerow([name, item.phase, item.specimen, _scale_text(item)])
        try:
            write_text(self.path, stream.getvalue())
        except OSError as error:
            raise SaedError(f"The labels cannot be saved: {error.strerror}.") from error


def labels_below(folder: Path) -> list[LabelledPattern]:
    """Return the labels of a folder and of all folders in it, sorted by file.

    Raises
    ------
    SaedError
        If a list is damaged.
    """
    lists = {path.parent for path in folder.rglob(FILE_NAME)} | {folder}
    found: dict[Path, LabelledPattern] = {}
    for inside in sorted(lists):
        found |= LabelList(inside).read()
    return [found[path] for path in sorted(found)]


def labels_of_folders(folder: Path, phases: Iterable[str]) -> list[LabelledPattern]:
    """Return patterns that are labelled by the name of the sub-folder in which they lie."""
    from saed_desktop.pattern.readers import find_patterns

    known = set(phases)
    return [
        LabelledPattern(path, child.name)
        for child in sorted(p for p in folder.iterdir() if p.is_dir() and p.name in known)
        for path in find_patterns([child], recursive=True)
    ]


def _list_of(folder: Path) -> Path:
    """Return the list beside the data, or one in the user's own place where that is locked."""
    beside = folder / FILE_NAME
    if beside.exists() or os.access(folder, os.W_OK):
        return beside
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:20]
    return paths.data_dir() / "labels" / name / FILE_NAME


def _scale(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _scale_text(item: LabelledPattern) -> str:
    scale = item.scale_inv_angstrom_per_px
    return "" if scale is None else f"{scale:.8g}"
