"""The libraries that the window offers: the bundled one, the user's files, and new ones of CIFs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.library.build import BuildReport, build, structure_files
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.store import SUFFIX, LibraryFile
from saed_desktop.paths import data_dir
from saed_desktop.translation import grouped, tr
from saed_desktop.workspace.library_choice import BUNDLED_LIBRARY


@dataclass(frozen=True)
class LibraryEntry:
    """A library as the list shows it.

    Parameters
    ----------
    name
        `bundled`, or the path of a file.
    words
        What the list says of it.
    problem
        Why it cannot be searched, empty where it can.
    """

    name: str
    words: str
    problem: str = ""


def libraries_dir() -> Path:
    """Return the folder of the libraries that the window made."""
    return data_dir() / "libraries"


def library_entries(known: Iterable[str]) -> list[LibraryEntry]:
    """Return the bundled library and the user's, once each.

    Parameters
    ----------
    known
        Files that the user added or the window made.
    """
    names = [name for name in dict.fromkeys(known) if name != BUNDLED_LIBRARY]
    count = len(bundled_collection().masks)
    bundled = LibraryEntry(
        BUNDLED_LIBRARY, tr("Bundled: {count} common structures", count=grouped(count))
    )
    return [bundled, *(_entry(name) for name in names)]


def _entry(name: str) -> LibraryEntry:
    path = Path(name)
    try:
        with LibraryFile(path) as library:
            count = len(library)
    except SaedError as error:
        return LibraryEntry(name, f"{path.stem}: {error.sentence}", error.sentence)
    return LibraryEntry(name, f"{path.stem}: {tr('{count} structures', count=grouped(count))}")


def holds_structures_alone(folder: Path, pattern_suffixes: Iterable[str]) -> bool:
    """Tell whether a folder holds CIF files and no pattern, looking at its own files only."""
    suffixes = frozenset(pattern_suffixes)
    kinds = {path.suffix.lower() for path in folder.iterdir() if path.is_file()}
    return ".cif" in kinds and not kinds & suffixes


def library_of_folder(
    sources: list[Path], report: Callable[[str, int], None] = lambda line, done: None
) -> tuple[Path, BuildReport]:
    """Make a library of CIF files, or go on with one that was begun.

    Parameters
    ----------
    sources
        Folders, ZIP archives and CIF files; the first gives the library its name.
    report
        As of `build`.

    Raises
    ------
    UsageError
        If there is no CIF file in them.
    LibraryError
        If the library cannot be written.
    """
    if next(iter(structure_files(sources)), None) is None:
        raise UsageError(f"There is no CIF file in {sources[0].name}.")
    output = libraries_dir() / f"{sources[0].stem or 'structures'}{SUFFIX}"
    return output, build(sources, output, report=report)
