"""Filters on a structure's elements (required, allowed, excluded) as bit masks of arrays."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import gemmi
import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UsageError

MaskArray = npt.NDArray[np.uint64]
_WORD = 64


def element_mask(symbols: Iterable[str]) -> tuple[int, int]:
    """Return two 64-bit words with one bit for each element, by atomic number."""
    low = high = 0
    for symbol in symbols:
        number = gemmi.Element(symbol).atomic_number
        if number < _WORD:
            low |= 1 << number
        else:
            high |= 1 << (number - _WORD)
    return low, high


def elements_in(text: str) -> tuple[str, ...]:
    """Read a list of elements such as `Fe,Cr,C` or `Fe Cr C`.

    Raises
    ------
    UsageError
        If one of them is no element.
    """
    found = []
    for word in text.replace(",", " ").split():
        element = gemmi.Element(word)
        if element.atomic_number == 0 or element.name != word:
            raise UsageError(f"'{word}' is no chemical element.")
        found.append(word)
    return tuple(found)


@dataclass(frozen=True)
class ElementFilter:
    """Conditions on the elements of a structure; the empty filter lets everything through.

    Parameters
    ----------
    required
        All of these must be in it.
    allowed
        Nothing else may be in it; empty where anything may.
    any_of
        At least one of these must be in it; empty where none need be.
    excluded
        None of these may be in it.
    """

    required: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def admits(self, masks: MaskArray) -> npt.NDArray[np.bool_]:
        """Tell which structures (n,) fulfil the conditions, by their masks (n, 2)."""
        keep = np.ones(len(masks), dtype=bool)
        required, allowed = self._words(self.required), self._words(self.allowed)
        any_of, excluded = self._words(self.any_of), self._words(self.excluded)
        keep &= ((masks & required) == required).all(axis=1)
        if self.allowed:
            keep &= ((masks & ~allowed) == 0).all(axis=1)
        if self.any_of:
            keep &= ((masks & any_of) != 0).any(axis=1)
        return np.asarray(keep & ((masks & excluded) == 0).all(axis=1))

    @staticmethod
    def _words(symbols: Iterable[str]) -> MaskArray:
        return np.array(element_mask(symbols), dtype=np.uint64)

    @property
    def sentence(self) -> str:
        """The conditions in words, empty where there are none."""
        parts = []
        if self.allowed:
            parts.append(f"of nothing but {', '.join(self.allowed)}")
        if self.required:
            parts.append(f"with {', '.join(self.required)}")
        if self.any_of:
            parts.append(f"with any of {', '.join(self.any_of)}")
        if self.excluded:
            parts.append(f"without {', '.join(self.excluded)}")
        return ", ".join(parts)


class TakesOptions(Protocol):
    """A parser of command lines, or a group of its options."""

    def add_argument(self, *names: str, **settings: Any) -> Any:
        """Add an option."""


def add_element_options(parser: TakesOptions) -> None:
    """Add the options by which structures are chosen by their elements."""
    parser.add_argument(
        "--elements",
        metavar="Al,Cu",
        help="structures of these elements: all of them, or with --only any of them",
    )
    parser.add_argument("--only", action="store_true", help="no other elements than --elements")
    parser.add_argument("--any-of", metavar="C,N", help="at least one of these elements")
    parser.add_argument("--exclude", metavar="O,F", help="none of these elements")


def filter_from_options(
    elements: str | None, *, only: bool, any_of: str | None, exclude: str | None
) -> ElementFilter:
    """Return the filter that command-line options describe.

    Without `only` a structure must hold all the named elements; with it, it may hold some of them
    and nothing else, as the phases of a specimen of known composition do.

    Raises
    ------
    UsageError
        If an element is unknown or `only` stands without elements.
    """
    named = elements_in(elements or "")
    if only and not named:
        raise UsageError("--only needs --elements: nothing but those may be in it.")
    return ElementFilter(
        required=() if only else named,
        allowed=named if only else (),
        any_of=elements_in(any_of or ""),
        excluded=elements_in(exclude or ""),
    )
