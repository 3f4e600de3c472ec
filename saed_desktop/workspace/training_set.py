"""Labelled patterns as a set that can be carried to the cluster and trained on."""

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.results.atomic import write_text
from saed_desktop.workspace.labels import COLUMNS, LabelledPattern

LIST_NAME = "labels.csv"


@dataclass(frozen=True)
class ExportedSet:
    """Summary of the files written.

    Parameters
    ----------
    list_file
        The list that `saed-trainer prepare` reads.
    counts
        Number of patterns by phase.
    missing
        Labelled files that are gone.
    """

    list_file: Path
    counts: dict[str, int]
    missing: tuple[Path, ...]


def export_set(
    items: Sequence[LabelledPattern],
    target: Path,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ExportedSet:
    """Copy labelled patterns into one folder per phase, with a list beside them.

    The list is written last: a set without one is not complete.

    Raises
    ------
    UsageError
        If there is nothing to export, or the target is not empty.
    SaedError
        If a file cannot be copied.
    """
    present = [item for item in items if item.path.is_file()]
    if not present:
        raise UsageError("There is no labelled pattern to export. Accept or correct some first.")
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"The folder {target.name} is not empty. Choose a new one.")
    taken: set[Path] = set()
    rows: list[tuple[str, str, str, str]] = []
    for item in present:
        if is_cancelled():
            raise SaedError("The export was stopped; the set is not complete.")
        inside = _place(item, taken)
        try:
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(item.path, target / inside)
            _copy_companion(item.path, target / inside)
        except OSError as error:
            raise SaedError(f"{item.path.name} cannot be copied: {error.strerror}.") from error
        scale = item.scale_inv_angstrom_per_px
        rows.append(
            (
                inside.as_posix(),
                item.phase,
                item.specimen,
                "" if scale is None else f"{scale:.8g}",
            )
        )
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    write_text(target / LIST_NAME, stream.getvalue())
    return ExportedSet(
        target / LIST_NAME,
        dict(sorted(Counter(item.phase for item in present).items())),
        tuple(item.path for item in items if not item.path.is_file()),
    )


def _place(item: LabelledPattern, taken: set[Path]) -> Path:
    """Return where a file goes: phase, specimen and name, none twice."""
    phase = _safe(item.phase)
    stem = f"{_safe(item.specimen)}-{item.path.stem}" if item.specimen else item.path.stem
    place = Path(phase) / f"{stem}{item.path.suffix}"
    number = 2
    while place in taken:
        place = Path(phase) / f"{stem}-{number}{item.path.suffix}"
        number += 1
    taken.add(place)
    return place


def _safe(text: str) -> str:
    return re.sub(r"[^\w.+-]+", "_", text).strip("._") or "unnamed"


def _copy_companion(source: Path, target: Path) -> None:
    """Copy the second file of a TIA pair: the .emi is nothing without its .ser."""
    if source.suffix.lower() == ".emi":
        for companion in source.parent.glob(f"{source.stem}_*.ser"):
            tail = companion.stem.removeprefix(source.stem)
            shutil.copy2(companion, target.with_name(f"{target.stem}{tail}.ser"))
