"""The library that comes with the program."""

from functools import cache

from saed_desktop.errors import PhaseError
from saed_desktop.library.table import Prototype, TableEntry, read_entries, read_prototypes
from saed_desktop.paths import resources_dir

PROTOTYPES_FILE = "prototypes.txt"


@cache
def bundled_prototypes() -> dict[str, Prototype]:
    """Return the bundled prototypes by name."""
    path = resources_dir() / "library" / PROTOTYPES_FILE
    return read_prototypes(path.read_text(encoding="utf-8"))


@cache
def bundled_entries() -> tuple[TableEntry, ...]:
    """Return the bundled phases, table by table.

    Raises
    ------
    PhaseError
        If a table is damaged or two phases have the same name.
    """
    folder = resources_dir() / "library"
    entries: list[TableEntry] = []
    for path in sorted(folder.glob("*.txt")):
        if path.name != PROTOTYPES_FILE:
            text = path.read_text(encoding="utf-8")
            entries += read_entries(text, bundled_prototypes(), subject=path.stem)
    names = [entry.name for entry in entries]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise PhaseError(f"The bundled library names {', '.join(sorted(twice))} twice.")
    return tuple(entries)
