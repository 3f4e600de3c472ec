"""A library, bundled or the user's, asked by name, text and elements."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from saed_desktop.arrays import BoolArray
from saed_desktop.errors import UsageError
from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.commonness import is_extreme, is_of_one_element
from saed_desktop.library.elements import ElementFilter, MaskArray, element_mask
from saed_desktop.library.store import SUFFIX, LibraryFile
from saed_desktop.library.structure import LibraryStructure, structure_of_entry

BUNDLED = "bundled"


class Collection(Protocol):
    """Structures in an order that does not change, with their elements' masks."""

    @property
    def name(self) -> str:
        """The library's name."""

    @property
    def masks(self) -> MaskArray:
        """The elements of each structure (n, 2)."""

    @property
    def is_usual_element(self) -> BoolArray:
        """Whether each structure (n,) is of a single element, at about room temperature."""

    def structures(self, places: Sequence[int]) -> list[LibraryStructure]:
        """Return structures by their places in the order."""

    def all(self) -> Iterator[LibraryStructure]:
        """Yield every structure."""


class BundledCollection:
    """The library that comes with the program."""

    name = BUNDLED

    def __init__(self) -> None:
        self._entries = bundled_entries()
        self.masks: MaskArray = np.array(
            [
                element_mask({e for who in entry.occupants.values() for e, _ in who})
                for entry in self._entries
            ],
            dtype=np.uint64,
        )
        extreme = np.array([is_extreme(entry.aliases) for entry in self._entries], dtype=bool)
        self.is_usual_element: BoolArray = is_of_one_element(self.masks) & ~extreme

    def structures(self, places: Sequence[int]) -> list[LibraryStructure]:
        """Return structures by their places in the order."""
        return [structure_of_entry(self._entries[int(i)], BUNDLED) for i in places]

    def all(self) -> Iterator[LibraryStructure]:
        """Yield every structure."""
        return (structure_of_entry(entry, BUNDLED) for entry in self._entries)


class FileCollection:
    """A user's library.

    Parameters
    ----------
    path
        A `.saedlib` file.
    """

    def __init__(self, path: Path) -> None:
        self.file = LibraryFile(path)
        self.name = path.stem
        self.ids, self.masks = self.file.ids_and_masks()
        self.is_usual_element: BoolArray = is_of_one_element(self.masks)

    def structures(self, places: Sequence[int]) -> list[LibraryStructure]:
        """Return structures by their places in the order."""
        return self.file.structures([int(self.ids[i]) for i in places])

    def all(self) -> Iterator[LibraryStructure]:
        """Yield every structure."""
        return self.file.all()


@cache
def bundled_collection() -> BundledCollection:
    """Return the library that comes with the program."""
    return BundledCollection()


def open_collection(name: str) -> Collection:
    """Return the library of a name: `bundled`, or the path of a `.saedlib` file.

    Raises
    ------
    UsageError
        If there is no such library.
    LibraryError
        If the file is no library.
    """
    if name == BUNDLED:
        return bundled_collection()
    path = Path(name)
    if not path.is_file() and path.with_suffix(SUFFIX).is_file():
        path = path.with_suffix(SUFFIX)
    if not path.is_file():
        raise UsageError(f"There is no library {name}; name a {SUFFIX} file or '{BUNDLED}'.")
    return FileCollection(path)


def is_library_name(name: str) -> bool:
    """Tell whether a word of a command line means a library and not, say, a pattern."""
    path = Path(name)
    return name == BUNDLED or path.suffix.lower() == SUFFIX or not (path.suffix or path.exists())


def find(
    collection: Collection, *, elements: ElementFilter, text: str = ""
) -> Iterator[LibraryStructure]:
    """Yield the structures that fulfil conditions on elements and words.

    Parameters
    ----------
    collection
        The library.
    elements
        Conditions on the elements.
    text
        Words that must all stand in name, other names, formula or prototype.
    """
    places = np.flatnonzero(elements.admits(collection.masks))
    words = text.split()
    for i in places:
        (structure,) = collection.structures([int(i)])
        if all(structure.matches(word) for word in words):
            yield structure


def named(collection: Collection, name: str) -> LibraryStructure:
    """Return the structure of a name or other name; upper and lower case are told apart last.

    Raises
    ------
    UsageError
        If there is none; similar names are offered.
    """
    similar: list[str] = []
    loose: LibraryStructure | None = None
    for structure in collection.all():
        names = (structure.name, *structure.aliases)
        if structure.name == name:
            return structure
        if any(n.casefold() == name.casefold() for n in names):
            loose = loose or structure
        elif any(name.casefold() in n.casefold() for n in names):
            similar.append(structure.name)
    if loose is not None:
        return loose
    hint = f" Did you mean {', '.join(similar[:5])}?" if similar else ""
    raise UsageError(f"The library {collection.name} has no structure named {name}.{hint}")
