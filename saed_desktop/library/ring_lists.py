"""The strong powder lines of every structure of a library, kept in a file mapped into memory.

Those of the bundled library come with the program. Those of other libraries are computed when they
are first asked for, a few milliseconds each, and kept in the cache folder.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.phase import Phase
from saed_desktop.file_names import safe_stem
from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.collection import BUNDLED, Collection, FileCollection, bundled_collection
from saed_desktop.library.library_index import bundled_identity
from saed_desktop.paths import cache_dir, resources_dir
from saed_desktop.results.atomic import atomic_bytes, replacing
from saed_desktop.simulation.powder import REACHES, PowderLines, powder_lines

LINES = 48
_FORMAT = 1
ROW = np.dtype(
    [("q", "<f4", (LINES,)), ("intensity", "<f2", (LINES,)), ("hkl", "i1", (LINES, 3)),
     ("is_known", "u1")]
)  # fmt: skip
"""The strongest lines of one structure by rising length; intensities of 0 fill up."""

RowArray = npt.NDArray[Any]


def row_of(phase: Phase) -> RowArray:
    """Return the row () of a crystal."""
    lines = powder_lines(phase)
    usable = np.flatnonzero(np.abs(lines.hkl).max(axis=1, initial=0) <= np.iinfo(np.int8).max)
    strongest = usable[np.argsort(-lines.intensity[usable], kind="stable")[:LINES]]
    chosen = np.sort(strongest)
    row = np.zeros((), dtype=ROW)
    row["q"] = lines.q[-1] if len(lines) else 1.0
    row["q"][: len(chosen)] = lines.q[chosen]
    row["intensity"][: len(chosen)] = lines.intensity[chosen]
    row["hkl"][: len(chosen)] = lines.hkl[chosen]
    row["is_known"] = 1
    return row


def lines_of_row(row: Any, phase: Phase) -> PowderLines:
    """Return the lines that a row keeps of a crystal."""
    count = int(np.count_nonzero(row["intensity"]))
    return PowderLines(
        phase,
        row["hkl"][:count].astype(np.int64),
        row["q"][:count].astype(np.float64),
        row["intensity"][:count].astype(np.float64),
        next(q for volume, q in REACHES if phase.lattice.volume < volume),
    )


def bundled_ring_file() -> Path:
    """Return where the lines of the bundled library lie."""
    return resources_dir() / "library" / "bundled.rings.npz"


def save_bundled_rings(path: Path) -> None:
    """Compute the lines of the bundled library and save them."""
    rows = np.array([row_of(entry.phase) for entry in bundled_entries()], dtype=ROW)
    with atomic_bytes(path) as stream:
        np.savez_compressed(stream, identity=np.array(_identity(BUNDLED)), rows=rows)


class RingLists:
    """The rows of one library.

    Parameters
    ----------
    collection
        The library.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._rows = _opened(collection)

    def unknown(self, places: npt.NDArray[np.int64]) -> int:
        """Return how many of these structures' lines are still to be computed."""
        return int((self._rows["is_known"][places] == 0).sum())

    def rows(self, places: npt.NDArray[np.int64]) -> RowArray:
        """Return the rows (n,) of structures by their places; those not known are computed."""
        new = places[self._rows["is_known"][places] == 0]
        for start in range(0, len(new), 64):
            chunk = new[start : start + 64]
            structures = self._collection.structures([int(i) for i in chunk])
            made = np.array([row_of(structure.phase) for structure in structures], dtype=ROW)
            self._keep(chunk, made)
        return np.asarray(self._rows[places])

    def _keep(self, places: npt.NDArray[np.int64], made: RowArray) -> None:
        """Keep rows; one that is read while it is written does not count as known."""
        known = made["is_known"].copy()
        made["is_known"] = 0
        self._rows[places] = made
        self._rows["is_known"][places] = known


def _identity(library: str) -> str:
    """Return what tells this state of a library, and of the rows, from any other."""
    return f"{bundled_identity() if library == BUNDLED else library}-{_FORMAT}"


def _opened(collection: Collection) -> RowArray:
    """Return the rows of a library, those of the user's libraries as the cache folder has them."""
    count = len(collection.masks)
    if isinstance(collection, FileCollection):
        identity = _identity(collection.file.identity)
    else:
        identity = _identity(BUNDLED)
        shipped = _shipped(identity, count)
        if shipped is not None:
            return shipped
    path = cache_dir() / "library" / f"rings-{safe_stem(identity)}.npy"
    try:
        if path.is_file():
            rows = np.lib.format.open_memmap(path, mode="r+")
            if rows.dtype == ROW and rows.shape == (count,):
                return rows
            del rows
        with replacing(path) as part:
            np.lib.format.open_memmap(part, mode="w+", dtype=ROW, shape=(count,)).flush()
        return np.lib.format.open_memmap(path, mode="r+")
    except (OSError, ValueError):
        # a folder that is not ours, or a full disk: they serve this once
        return np.zeros(count, dtype=ROW)


def _shipped(identity: str, count: int) -> RowArray | None:
    try:
        with np.load(bundled_ring_file(), allow_pickle=False) as stored:
            rows = np.asarray(stored["rows"])
            is_current = str(stored["identity"]) == identity
    except (OSError, ValueError, KeyError):
        return None
    return rows if is_current and rows.dtype == ROW and rows.shape == (count,) else None


def ring_lists(collection: Collection) -> RingLists:
    """Return the rows of a library; the last few stay open."""
    if isinstance(collection, FileCollection):
        return _open_lists(collection.file.path, collection.file.identity)
    return _bundled_lists()


@lru_cache(maxsize=8)
def _open_lists(library: Path, _identity: str) -> RingLists:
    return RingLists(FileCollection(library))


@lru_cache(maxsize=1)
def _bundled_lists() -> RingLists:
    return RingLists(bundled_collection())
