"""Structure files as the user names them: files, folders of them, or the bundled ones."""

from collections.abc import Sequence
from pathlib import Path

from saed_desktop import paths
from saed_desktop.crystal.cif import read_phase, read_phases
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import UsageError


def read_structures(files: Sequence[Path] | None) -> list[Phase]:
    """Return the phases of structure files and folders; the bundled nine for None.

    Raises
    ------
    PhaseError
        If a file cannot be used.
    UsageError
        If two files have the same name.
    """
    if not files:
        return list(read_phases(paths.resources_dir() / "phases"))
    phases: list[Phase] = []
    for path in files:
        phases += read_phases(path) if path.is_dir() else [read_phase(path)]
    names = [phase.name for phase in phases]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise UsageError(f"Two structure files are called {sorted(twice)[0]}; rename one.")
    return phases
