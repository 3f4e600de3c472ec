"""The available phases and networks, and the user's choice among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from saed_desktop import paths
from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import conventional
from saed_desktop.errors import PhaseError, SaedError
from saed_desktop.network.bundle import Bundle
from saed_desktop.network.store import available_networks, find_network
from saed_desktop.results.atomic import write_bytes
from saed_desktop.workspace.choice import NO_NETWORK, SetupChoice

BUNDLED = "bundled"
YOURS = "yours"


@dataclass(frozen=True)
class AvailablePhase:
    """A phase that can be considered.

    Parameters
    ----------
    source
        `BUNDLED`, `YOURS`, or the name of the network that brought it.
    file
        Its structure file; None for one inside a network's bundle.
    """

    phase: Phase
    source: str
    file: Path | None


def available_phases() -> dict[str, AvailablePhase]:
    """Return the bundled phases and the user's own by name; the user's win over bundled ones."""
    found = [
        *_phases_in(paths.resources_dir() / "phases", BUNDLED),
        *_phases_in(paths.user_phases_dir(), YOURS),
    ]
    return {item.phase.name: item for item in found}


def with_bundle(
    library: Mapping[str, AvailablePhase], bundle: Bundle | None
) -> dict[str, AvailablePhase]:
    """Return a library with the phases of a network that are in it by no other way."""
    if bundle is None:
        return dict(library)
    source = bundle.card.name
    brought = {phase.name: AvailablePhase(phase, source, None) for phase in bundle.phases}
    return {**brought, **library}


def chosen_bundle(choice: SetupChoice) -> Bundle | None:
    """Return the network of a choice, verified; None for spot indexing alone.

    Raises
    ------
    BundleError
        If it is damaged or gone.
    """
    if choice.network == NO_NETWORK or (choice.network is None and not available_networks()):
        return None
    return find_network(choice.network)


def chosen_phases(
    choice: SetupChoice, library: Mapping[str, AvailablePhase], bundle: Bundle | None
) -> tuple[Phase, ...]:
    """Return the phases of a choice, in its order; names that are gone are left out."""
    everything = with_bundle(library, bundle)
    names = choice.phases
    if names is None and bundle is not None:
        names = bundle.card.labels.phases
    if names is None:
        names = tuple(name for name, item in library.items() if item.source == BUNDLED)
    return tuple(everything[name].phase for name in names if name in everything)


def _phases_in(folder: Path, source: str) -> Sequence[AvailablePhase]:
    if not folder.is_dir():
        return []
    found = []
    for file in sorted(p for p in folder.iterdir() if p.suffix.lower() == ".cif"):
        try:
            found.append(AvailablePhase(conventional(read_phase(file)), source, file))
        except SaedError:  # a file that went bad must not take the others with it
            continue
    return found


def install_phase(path: Path) -> Phase:
    """Copy a structure file to the user's phases after it was read without complaint.

    A file that is called like another structure of the user's gets a number after its name: both
    stay. The phase's name is that of the copy.

    Raises
    ------
    PhaseError
        If it cannot be used.
    """
    content = path.read_bytes() if path.is_file() else b""
    phase = conventional(read_phase(path))
    folder = paths.user_phases_dir()
    folder.mkdir(parents=True, exist_ok=True)
    target = _own_name(folder / path.with_suffix(".cif").name, content)
    if path.resolve() != target.resolve():
        write_bytes(target, content)
    return phase if target.stem == phase.name else conventional(read_phase(target))


def _own_name(wanted: Path, content: bytes) -> Path:
    """Return the wanted name, or one with a number where that is another structure's."""
    target, number = wanted, 1
    while target.exists() and target.read_bytes() != content:
        number += 1
        target = wanted.with_name(f"{wanted.stem}_{number}{wanted.suffix}")
    return target


def remove_phase(name: str) -> None:
    """Delete one of the user's phases.

    Raises
    ------
    PhaseError
        If it is none of the user's.
    """
    item = available_phases().get(name)
    if item is None or item.source != YOURS or item.file is None:
        raise PhaseError(f"'{name}' is no phase that you added; bundled ones cannot be removed.")
    item.file.unlink()
