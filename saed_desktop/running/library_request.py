"""Libraries that a run searches instead of candidates, and the options for it."""

import argparse
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from saed_desktop.indexing.library.shortlist import JUDGED, LibrarySetup
from saed_desktop.library.collection import BUNDLED, is_library_name, open_collection
from saed_desktop.library.elements import (
    ElementFilter,
    add_element_options,
    filter_from_options,
)


@dataclass(frozen=True)
class LibraryRequest:
    """Libraries to search, in a form that can be sent to another process.

    Parameters
    ----------
    names
        Names or files of libraries.
    elements
        Conditions on the elements.
    count
        Structures whose fit is refined.
    """

    names: tuple[str, ...]
    elements: ElementFilter = field(default_factory=ElementFilter)
    count: int = JUDGED

    def settings(self) -> list[Any]:
        """Return what makes answers comparable, as plain values."""
        return [list(self.names), self.elements.sentence, self.count]

    def setup(self) -> LibrarySetup:
        """Open the libraries."""
        collections = tuple(open_collection(name) for name in self.names)
        return LibrarySetup(collections, self.elements, self.count)


@lru_cache(maxsize=4)
def opened(request: LibraryRequest) -> LibrarySetup:
    """Return the libraries of a request; they stay open for the next pattern."""
    return request.setup()


def add_library_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a search without candidates."""
    library = parser.add_argument_group("library of structures, searched instead of candidates")
    library.add_argument(
        "--library",
        nargs="*",
        metavar="NAME|FILE",
        help="search these libraries, .saedlib files or the bundled one, instead of --phase and "
        "--network",
    )
    add_element_options(library)
    library.add_argument(
        "--top",
        type=int,
        metavar="N",
        help=f"structures to fit and list, twice as many off a zone axis ({JUDGED})",
    )
    library.add_argument(
        "--specimen",
        action="store_true",
        help="all patterns are of one specimen and one camera: search for the phase that explains "
        "them all",
    )
    library.add_argument(
        "--no-look-alikes",
        action="store_true",
        help="do not name structures of the library that fit as well as the candidates",
    )


def patterns_among_libraries(options: argparse.Namespace) -> list[Path]:
    """Take what is no library out of `--library pattern.png`: it was meant as a pattern."""
    named = options.library or []
    if options.library is not None:
        options.library = [name for name in named if is_library_name(name)]
    return [Path(name) for name in named if not is_library_name(name)]


def library_request(options: argparse.Namespace) -> LibraryRequest | None:
    """Return what is to be searched, None where candidates are asked about.

    Raises
    ------
    UsageError
        If a library does not exist, or options contradict each other.
    """
    asked = options.elements or options.only or options.any_of or options.exclude
    if options.library is None:
        if asked or options.top is not None:
            raise UsageError("--elements, --any-of, --exclude and --top need --library.")
        return None
    if options.phase or options.prior or options.network not in (None, "none"):
        raise UsageError(
            "--library needs neither candidates nor network: leave out --phase, --prior, --network."
        )
    count = JUDGED if options.top is None else options.top
    if not 1 <= count <= 1000:
        raise UsageError("--top is a number from 1 to 1000.")
    elements = filter_from_options(
        options.elements, only=options.only, any_of=options.any_of, exclude=options.exclude
    )
    for name in options.library:
        open_collection(name)
    return LibraryRequest(tuple(options.library) or (BUNDLED,), elements, count)
