"""Labelled patterns: which file shows which phase, from a folder or a CSV list."""

import csv
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.errors import SaedError
from saed_desktop.network.labels import OTHER, PAPER_LABELS, Labels
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.readers import find_patterns
from saed_desktop.results.atomic import write_csv

REQUIRED_COLUMNS = ("path", "phase")
OPTIONAL_COLUMNS = ("specimen", "scale_inv_angstrom_per_px", "relative_sigma")

LIST_HELP = """\
A CSV list of labelled patterns has the columns path (from the list's folder) and phase, and
may have specimen (whole specimens stay on one side of a split), scale_inv_angstrom_per_px
(scale in 1/Å per pixel, instead of the file's own) and relative_sigma (its relative standard
uncertainty). A labelled folder has one sub-folder per phase."""


class ManifestError(SaedError):
    """A list of labelled patterns that cannot be used."""


@dataclass(frozen=True)
class LabelledFile:
    """One file with what is known of it.

    Parameters
    ----------
    path
        The file.
    phase
        Name of its phase.
    specimen
        The specimen it was taken from, empty where unknown.
    scale_inv_angstrom_per_px
        The scale, where the list states it; else the file's own counts.
    relative_sigma
        Relative standard uncertainty of that scale, where the list states it.
    """

    path: Path
    phase: str
    specimen: str = ""
    scale_inv_angstrom_per_px: float | None = None
    relative_sigma: float | None = None

    def stated(self, default_sigma: float | None = None) -> Calibration | None:
        """Return the scale that the list states, or None.

        Parameters
        ----------
        default_sigma
            Its relative uncertainty where the list names none; else that of what users state.
        """
        if self.scale_inv_angstrom_per_px is None:
            return None
        sigma = default_sigma if self.relative_sigma is None else self.relative_sigma
        return Calibration.known(self.scale_inv_angstrom_per_px, ScaleSource.USER, sigma)


@dataclass(frozen=True)
class Manifest:
    """A list of labelled patterns.

    Parameters
    ----------
    source
        The folder or CSV file it was read from.
    files
        The labelled files, in a stable order.
    """

    source: Path
    files: tuple[LabelledFile, ...]

    def __len__(self) -> int:
        return len(self.files)

    @property
    def counts(self) -> dict[str, int]:
        """Number of patterns by phase, sorted by name."""
        return dict(sorted(Counter(file.phase for file in self.files).items()))

    def classes(self, labels: Labels) -> list[int]:
        """Return the class index of every file.

        Raises
        ------
        ManifestError
            If a phase is none of the labels.
        """
        index = {name: i for i, name in enumerate(labels.names)}
        unknown = sorted(set(self.counts) - set(index))
        if unknown:
            raise ManifestError(
                f"{self.source} holds {', '.join(unknown)}, which the network does not know."
            )
        return [index[file.phase] for file in self.files]

    def subset(self, chosen: Iterable[int]) -> "Manifest":
        """Return the manifest with only the chosen files, in their order."""
        return Manifest(self.source, tuple(self.files[i] for i in chosen))


def read_manifest(path: Path) -> Manifest:
    """Read labelled patterns from a folder with one sub-folder per phase, or from a CSV.

    Raises
    ------
    ManifestError
        If there is nothing there, or a row cannot be understood.
    """
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise ManifestError(f"There is no folder or CSV file {path}.")
    return _from_csv(path)


def write_manifest(path: Path, files: Sequence[LabelledFile]) -> None:
    """Write a CSV list that `read_manifest` reads, with absolute paths."""
    rows: list[list[object]] = []
    for file in files:
        known = (file.scale_inv_angstrom_per_px, file.relative_sigma)
        numbers = ["" if value is None else value for value in known]
        rows.append([file.path.resolve(), file.phase, file.specimen, *numbers])
    write_csv(path, [*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS], rows)


def labels_of(manifests: Iterable[Manifest]) -> Labels:
    """Return the classes of labelled patterns: the paper's in its order, else sorted by name.

    Raises
    ------
    ManifestError
        If there are fewer than two phases.
    """
    found = {phase for manifest in manifests for phase in manifest.counts}
    if len(found) < 2:
        raise ManifestError(
            f"Training needs at least two phases; there is {', '.join(sorted(found)) or 'none'}."
        )
    if found <= {*PAPER_LABELS, OTHER}:
        names = [name for name in PAPER_LABELS if name in found]
    else:
        names = sorted(found - {OTHER})
    return Labels(tuple(names + [OTHER] * (OTHER in found)))


def _from_folder(folder: Path) -> Manifest:
    files: list[LabelledFile] = []
    for child in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
        files += [LabelledFile(path, child.name) for path in find_patterns([child], recursive=True)]
    if not files:
        raise ManifestError(
            f"{folder} holds no labelled patterns: one sub-folder per phase is expected."
        )
    return Manifest(folder, tuple(files))


def _from_csv(path: Path) -> Manifest:
    try:
        # utf-8-sig: spreadsheets put a mark in front that is no part of the first column's name
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path.name} is no CSV text in UTF-8.") from error
    reader = csv.DictReader(text.splitlines(), strict=True)
    columns = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise ManifestError(
            f"{path.name} lacks the column {missing[0]}; its first line must name "
            f"{','.join(REQUIRED_COLUMNS)} and may name {','.join(OPTIONAL_COLUMNS)}."
        )
    unknown = [name for name in columns if name not in REQUIRED_COLUMNS + OPTIONAL_COLUMNS]
    if unknown:
        raise ManifestError(f"{path.name} has an unknown column '{unknown[0]}'.")
    files: list[LabelledFile] = []
    try:
        files.extend(_file_of_row(path, reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise ManifestError(f"{path.name}, line {reader.line_num}: {error}.") from error
    if not files:
        raise ManifestError(f"{path.name} lists no patterns.")
    return Manifest(path, tuple(files))


def _file_of_row(source: Path, line: int, row: dict[str, str | None]) -> LabelledFile:
    cells = {name: (text or "").strip() for name, text in row.items() if name is not None}
    if None in row or not cells["path"] or not cells["phase"]:
        raise ManifestError(f"{source.name}, line {line}: a path and a phase are expected.")
    file = Path(cells["path"])
    return LabelledFile(
        path=file if file.is_absolute() else source.parent / file,
        phase=cells["phase"],
        specimen=cells.get("specimen", ""),
        scale_inv_angstrom_per_px=_number(
            source, line, cells.get(OPTIONAL_COLUMNS[1], ""), "scale in 1/Å per pixel above 0"
        ),
        relative_sigma=_number(
            source,
            line,
            cells.get(OPTIONAL_COLUMNS[2], ""),
            "relative uncertainty between 0 and 0.5",
            below=0.5,
        ),
    )


def _number(
    source: Path, line: int, text: str, what: str, *, below: float = math.inf
) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < below:
        raise ManifestError(f"{source.name}, line {line}: '{text}' is no {what}.")
    return value
