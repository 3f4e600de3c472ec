"""Places outside itself from which an HDF5 file wants to be read.

HDF5 lets a file name others: external links, virtual datasets and external storage. Detectors use
it for data files beside a master file. Anywhere else on the disk or the network, or in a pipe, a
file that somebody sent has nothing to look for.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

_SELF = "."


def foreign_place(path: Path) -> str | None:
    """Return the first place outside a file's own folder that it would be read from, or None.

    Places are compared as text: to ask the system about one may already open a connection. Files
    that are missing count as none; files beside it are looked through as well.
    """
    first = Path(os.path.normpath(path.absolute()))
    seen: set[Path] = set()
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        with h5py.File(name, "r") as file:
            places = list(_places(file))
        for place in places:
            target = Path(os.path.normpath(name.parent / place))
            if not target.is_relative_to(first.parent):
                return place
            if target.is_file():
                if h5py.is_hdf5(target):
                    waiting.append(target)
            elif target.exists():
                return place
    return None


def own_items(file: h5py.File) -> Iterator[tuple[str, Any]]:
    """Yield the last part of the name and the item of everything in a file, each once.

    External links are given as links. h5py's own walk goes from the top for every item, which
    takes minutes for groups in groups in groups.
    """
    open_groups: list[tuple[h5py.Group, Iterator[str]]] = [(file, iter(file))]
    seen = {file.id}
    while open_groups:
        group, names = open_groups[-1]
        name = next(names, None)
        if name is None:
            open_groups.pop()
            continue
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            yield name, link
        if not isinstance(link, h5py.HardLink):
            continue
        item = group[name]
        if item.id in seen:
            continue
        seen.add(item.id)
        yield name, item
        if isinstance(item, h5py.Group):
            open_groups.append((item, iter(item)))


def _places(file: h5py.File) -> Iterator[str]:
    for _, item in own_items(file):
        if isinstance(item, h5py.ExternalLink):
            yield os.fsdecode(item.filename)
        if not isinstance(item, h5py.Dataset):
            continue
        for place, *_ in item.external or ():
            # numbers without a format of their own: it might be any file at all
            yield f"{os.sep}{os.fsdecode(place)}"
        if item.is_virtual:
            sources = {os.fsdecode(source.file_name) for source in item.virtual_sources()}
            yield from sorted(sources - {_SELF})
