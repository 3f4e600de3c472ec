"""The search index of each library: built once, kept beside it, rebuilt when it is out of date."""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.collection import BundledCollection, Collection, FileCollection
from saed_desktop.library.store import LibraryError, LibraryFile
from saed_desktop.library.zone_index import ZoneIndex, build_index, load_index
from saed_desktop.library.zones import (
    FEWEST_ZONES,
    LONGEST,
    MAX_ZONES,
    USUAL_LENGTH,
    ZONE,
    zones_of,
)
from saed_desktop.paths import cache_dir, resources_dir

SUFFIX = ".zones"


def bundled_identity() -> str:
    """Return what tells this state of the bundled tables from any other."""
    kept = (MAX_ZONES, FEWEST_ZONES, USUAL_LENGTH, LONGEST)
    digest = hashlib.sha256(f"{ZONE} {kept}".encode())
    for path in sorted((resources_dir() / "library").glob("*.txt")):
        # line ends differ between checkouts
        digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()[:32]


def bundled_index_file() -> Path:
    """Return where the index of the bundled library lies."""
    return resources_dir() / "library" / f"bundled{SUFFIX}"


def make_bundled_index(path: Path) -> ZoneIndex:
    """Make the index of the bundled library and save it."""
    masks = BundledCollection().masks
    index = build_index(
        (zones_of(entry.phase) for entry in bundled_entries()), masks, bundled_identity()
    )
    index.save(path)
    return index


def index_of(collection: Collection) -> ZoneIndex:
    """Return the search index of a library.

    Raises
    ------
    LibraryError
        If it cannot be made.
    """
    if isinstance(collection, FileCollection):
        return _open_index(collection.file.path, collection.file.identity)
    return _bundled_index()


@lru_cache(maxsize=8)
def _open_index(library: Path, identity: str) -> ZoneIndex:
    return index_of_file(library)


@lru_cache(maxsize=1)
def _bundled_index() -> ZoneIndex:
    identity = bundled_identity()
    for path in (bundled_index_file(), cache_dir() / f"bundled{SUFFIX}"):
        found = _current(path, identity)
        if found is not None:
            return found
    return make_bundled_index(cache_dir() / f"bundled{SUFFIX}")


def index_of_file(library: Path, *, rebuild: bool = False) -> ZoneIndex:
    """Return the search index of a `.saedlib` file, which lies beside it.

    Raises
    ------
    LibraryError
        If it cannot be made.
    """
    beside = library.with_name(library.name + SUFFIX)
    with LibraryFile(library) as file:
        identity = file.identity
        found = None if rebuild else _current(beside, identity)
        if found is not None and found.n_structures == len(file):
            return found
        _, masks = file.ids_and_masks()
        try:
            zones = (np.frombuffer(rows, dtype=ZONE) for _, rows in file.zones())
            index = build_index(zones, masks, identity)
        except ValueError as error:
            raise LibraryError(f"{library}: the zones of a structure are damaged.") from error
    try:
        index.save(beside)
    except OSError:
        # the library's folder is not ours: the index serves this once
        return index
    return load_index(beside)


def _current(path: Path, identity: str) -> ZoneIndex | None:
    if not path.is_file():
        return None
    try:
        index = load_index(path)
    except LibraryError:
        return None
    return index if index.identity == identity else None
