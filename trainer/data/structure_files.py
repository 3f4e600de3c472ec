"""Structure files as the user names them: files, folders of them, or the bundled ones."""

from collections.abc import Sequence
from pathlib import Path

from saed_desktop import paths
from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import PhaseError, UsageError
from saed_desktop.library.cif_text import cif_text

_CIF = ".cif"


def read_structures(files: Sequence[Path] | None) -> list[Phase]:
    """Return the phases of structure files and folders; the bundled nine for None.

    Raises
    ------
    PhaseError
        If a file cannot be used.
    UsageError
        If two files have the same name.
    """
    return [read_phase(path) for path in structure_paths(files)]


def structure_paths(given: Sequence[Path] | None) -> list[Path]:
    """Return the structure files that are named, those of folders one by one.

    Parameters
    ----------
    given
        Files of any format that is read, and folders of CIF files; None for the bundled nine.

    Raises
    ------
    PhaseError
        If a folder holds no CIF file.
    UsageError
        If two files have the same name: it is that of a class.
    """
    files: list[Path] = []
    for path in given or [paths.resources_dir() / "phases"]:
        files += _of_folder(path) if path.is_dir() else [path]
    names = [path.stem for path in files]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise UsageError(f"Two structure files are called {sorted(twice)[0]}; rename one.")
    return files


def read_cif_files(names: Sequence[str], given: Sequence[Path] | None) -> dict[str, bytes]:
    """Return the structure file of every phase as a bundle holds it, by file name.

    A CIF file is taken as it is; one of another format is written as CIF.

    Parameters
    ----------
    names
        Of the phases; other files are left aside.
    given
        As for `structure_paths`.

    Raises
    ------
    UsageError
        If one is missing.
    """
    by_name = {path.stem: path for path in structure_paths(given)}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise UsageError(
            f"There is no structure file of {missing[0]}; name those of {', '.join(names)} with "
            "--phases. A file's stem is its phase."
        )
    return {f"{name}{_CIF}": _as_cif(by_name[name]) for name in names}


def _of_folder(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() == _CIF)
    if not files:
        raise PhaseError(f"The folder {folder} holds no CIF file.")
    return files


def _as_cif(path: Path) -> bytes:
    phase = read_phase(path)
    return path.read_bytes() if path.suffix.lower() == _CIF else cif_text(phase).encode()
