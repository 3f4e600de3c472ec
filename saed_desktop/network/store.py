"""Which networks there are: the bundled ones and those the user installed."""

import shutil
from pathlib import Path

from saed_desktop import paths
from saed_desktop.errors import BundleError
from saed_desktop.network.bundle import SUFFIX, Bundle, open_bundle

DEFAULT_NETWORK = "saed-nine-phases"


def bundled_networks() -> list[Path]:
    """Return the files of the networks that come with the program."""
    return sorted((paths.resources_dir() / "networks").glob(f"*{SUFFIX}"))


def installed_networks() -> list[Path]:
    """Return the files of the networks that the user installed."""
    folder = paths.user_networks_dir()
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def available_networks() -> dict[str, Path]:
    """Return every network by name; an installed one hides a bundled one of the same name."""
    return {path.stem: path for path in [*bundled_networks(), *installed_networks()]}


def find_network(name_or_path: str | None = None) -> Bundle:
    """Open a network by name or by file; the default one for None.

    Raises
    ------
    BundleError
        If there is none of that name, or it is damaged.
    """
    available = available_networks()
    if name_or_path is None:
        if DEFAULT_NETWORK in available:
            return open_bundle(available[DEFAULT_NETWORK])
        if available:
            return open_bundle(next(iter(available.values())))
        raise BundleError("No network is installed; drop a .saednet file on the window.")
    if name_or_path in available:
        return open_bundle(available[name_or_path])
    path = Path(name_or_path)
    if path.suffix == SUFFIX or path.exists():
        return open_bundle(path)
    raise BundleError(
        f"There is no network '{name_or_path}'; there are {', '.join(sorted(available)) or 'none'}."
    )


def install_network(path: Path) -> Bundle:
    """Copy a bundle to the user's networks after it passed its checks.

    Raises
    ------
    BundleError
        If the bundle is damaged or cannot be run.
    """
    from saed_desktop.network.session import NetworkSession

    bundle = open_bundle(path)
    NetworkSession(bundle)
    folder = paths.user_networks_dir()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{bundle.card.name}{SUFFIX}"
    temporary = target.with_suffix(".part")
    shutil.copyfile(path, temporary)
    temporary.replace(target)
    return open_bundle(target)


def remove_network(name: str) -> None:
    """Delete an installed network.

    Raises
    ------
    BundleError
        If it is none that the user installed.
    """
    target = paths.user_networks_dir() / f"{name}{SUFFIX}"
    if not target.is_file():
        raise BundleError(f"'{name}' is no installed network; bundled ones cannot be removed.")
    target.unlink()
