"""The available networks: the bundled ones and those the user installed."""

import shutil
from dataclasses import replace
from pathlib import Path

from saed_desktop import paths
from saed_desktop.errors import BundleError
from saed_desktop.network.bundle import SUFFIX, Bundle, open_bundle
from saed_desktop.network.network_name import checked_name
from saed_desktop.results.atomic import replacing

DEFAULT_NETWORK = "saed-nine-phases"


def bundled_networks() -> list[Path]:
    """Return the files of the networks that come with the program, the default one first."""
    files = (paths.resources_dir() / "networks").glob(f"*{SUFFIX}")
    return sorted(files, key=lambda path: (path.stem != DEFAULT_NETWORK, path.name))


def installed_networks() -> list[Path]:
    """Return the files of the networks that the user installed."""
    folder = paths.user_networks_dir()
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def available_networks() -> dict[str, Path]:
    """Return every network by name; none that the user installed hides one of the program's."""
    return {path.stem: path for path in [*installed_networks(), *bundled_networks()]}


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
        found = available[name_or_path]
        bundle = open_bundle(found)
        return bundle if found in bundled_networks() else _tried(bundle)
    path = Path(name_or_path)
    if path.suffix == SUFFIX or path.exists():
        return _tried(open_bundle(path))
    raise BundleError(
        f"There is no network '{name_or_path}'; there are {', '.join(sorted(available)) or 'none'}."
    )


def install_network(path: Path) -> Bundle:
    """Copy a bundle to the user's networks after it passed its checks.

    Raises
    ------
    BundleError
        If the bundle is damaged, cannot be run, or bears the name of another network.
    """
    bundle = open_bundle(path)
    present = _of_the_same_name(bundle)
    if present is not None:
        return present
    _tried(bundle)
    target = _place(bundle.card.name)
    try:
        with replacing(target) as part:
            shutil.copyfile(path, part)
            installed = open_bundle(part)
            if installed.sha256 != bundle.sha256:
                raise BundleError(f"{path.name} changed while it was installed.")
    except OSError as error:
        raise BundleError(f"{path.name} cannot be installed: {error.strerror}.") from error
    return replace(installed, path=target)


def _tried(bundle: Bundle) -> Bundle:
    """Return a bundle of the user's after its network ran once, apart from this process."""
    # only networks of the user's need it, and it imports what starts processes
    from saed_desktop.network.trial import check_network

    check_network(bundle)
    return bundle


def _place(name: str) -> Path:
    """Return where a network of this name is installed: in the user's folder, nowhere else."""
    return paths.user_networks_dir() / f"{checked_name(name)}{SUFFIX}"


def _of_the_same_name(bundle: Bundle) -> Bundle | None:
    """Return the very same network where there is one of its name, None where there is none.

    Raises
    ------
    BundleError
        If another network has the name: an answer must not depend on which was installed last.
    """
    name = bundle.card.name
    # file systems that ignore case would replace one by the other
    for path in [*bundled_networks(), *installed_networks()]:
        if path.stem.casefold() != name.casefold():
            continue
        try:
            present = open_bundle(path)
        except BundleError:
            continue  # damaged: it may be replaced
        if present.sha256 == bundle.sha256:
            return present
        raise BundleError(
            f"There is another network '{path.stem}' already; remove that one, or export this one "
            "again with another --name."
            if path.parent == paths.user_networks_dir()
            else f"'{path.stem}' is the name of the program's own network; export this one again "
            "with another --name."
        )
    return None


def remove_network(name: str) -> None:
    """Delete an installed network.

    Raises
    ------
    BundleError
        If it is none that the user installed.
    """
    target = _place(name)
    if not target.is_file():
        raise BundleError(f"'{name}' is no installed network; bundled ones cannot be removed.")
    target.unlink()
