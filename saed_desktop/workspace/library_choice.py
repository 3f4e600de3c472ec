"""The user's choice of libraries and elements to search: light values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from saed_desktop.translation import tr

if TYPE_CHECKING:
    from saed_desktop.library.elements import ElementFilter

BUNDLED_LIBRARY = "bundled"

_TABLE = """
H  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  He
Li Be .  .  .  .  .  .  .  .  .  .  B  C  N  O  F  Ne
Na Mg .  .  .  .  .  .  .  .  .  .  Al Si P  S  Cl Ar
K  Ca Sc Ti V  Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y  Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I  Xe
Cs Ba La Hf Ta W  Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn
Fr Ra Ac .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
.  .  .  Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu .
.  .  .  Th Pa U  Np Pu Am Cm Bk Cf Es Fm .  .  .  .
"""

ELEMENT_PLACES: dict[str, tuple[int, int]] = {
    symbol: (row, column)
    for row, line in enumerate(_TABLE.strip().splitlines())
    for column, symbol in enumerate(line.split())
    if symbol != "."
}
"""Row and column of every element in the periodic table; lanthanides and actinides below it."""

_FEW = 8


class Presence(StrEnum):
    """Whether an element is in the structure that is looked for."""

    MAYBE = "maybe"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class LibraryChoice:
    """Libraries, and the elements of the structures in them that come into question.

    Parameters
    ----------
    names
        Names or files of libraries.
    yes
        Elements that are in the structure.
    no
        Elements that are not in it; all others may be.
    is_specimen
        Whether the open patterns show one specimen, so that they are searched for together.
    """

    names: tuple[str, ...] = (BUNDLED_LIBRARY,)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    is_specimen: bool = False

    def presence(self, symbol: str) -> Presence:
        """Return whether an element is in the structure."""
        if symbol in self.yes:
            return Presence.YES
        return Presence.NO if symbol in self.no else Presence.MAYBE

    def with_presence(self, symbol: str, presence: Presence) -> Self:
        """Return the choice with another opinion on one element."""
        yes, no = set(self.yes) - {symbol}, set(self.no) - {symbol}
        (yes if presence is Presence.YES else no if presence is Presence.NO else set()).add(symbol)
        return replace(self, yes=_ordered(yes), no=_ordered(no))

    def with_all(self, presence: Presence) -> Self:
        """Return the choice with the same opinion on every element: maybe, or no."""
        no = tuple(ELEMENT_PLACES) if presence is Presence.NO else ()
        return replace(self, yes=(), no=no)

    def with_only(self, symbols: Iterable[str]) -> Self:
        """Return the choice for a specimen of these elements: a phase may hold some of them."""
        own = set(symbols)
        return replace(self, yes=(), no=tuple(e for e in ELEMENT_PLACES if e not in own))

    @property
    def is_open(self) -> bool:
        """Whether no element is excluded or demanded."""
        return not self.yes and not self.no

    @property
    def admitted(self) -> tuple[str, ...]:
        """The elements that may be in the structure."""
        return tuple(e for e in ELEMENT_PLACES if e not in self.no)

    @property
    def words(self) -> str:
        """The conditions on the elements in a few words."""
        if self.is_open:
            return tr("any elements")
        parts = []
        if self.yes:
            parts.append(tr("with {elements}", elements=", ".join(self.yes)))
        if len(self.no) <= _FEW:
            parts += [tr("without {elements}", elements=", ".join(self.no))] if self.no else []
        elif len(self.admitted) <= 2 * _FEW:
            parts.append(tr("of {elements} only", elements=", ".join(self.admitted)))
        else:
            parts.append(
                tr(
                    "without {elements} and {count} more",
                    elements=", ".join(self.no[:_FEW]),
                    count=len(self.no) - _FEW,
                )
            )
        return ", ".join(parts)

    def element_filter(self) -> "ElementFilter":
        """Return the conditions as a search takes them."""
        # imported where it is used: the window starts without it
        from saed_desktop.library.elements import ElementFilter

        is_only = len(self.no) > len(ELEMENT_PLACES) // 2
        return ElementFilter(
            required=self.yes,
            # an element of no place in the table is excluded as well then
            allowed=self.admitted if is_only else (),
            excluded=() if is_only else self.no,
        )


def _ordered(symbols: Iterable[str]) -> tuple[str, ...]:
    own = set(symbols)
    return tuple(e for e in ELEMENT_PLACES if e in own)


def symbols_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the elements that a text names, and its words that name none.

    Symbols may be separated or joined as in a formula: `Fe, Cr, C`, `fe cr c` or `Fe3C`.
    """
    found, strange = [], []
    for word in text.replace(",", " ").replace(";", " ").replace("-", " ").split():
        symbols = [word.capitalize()] if word.capitalize() in ELEMENT_PLACES else _formula(word)
        if symbols:
            found += symbols
        else:
            strange.append(word)
    return tuple(dict.fromkeys(found)), tuple(strange)


def _formula(word: str) -> list[str]:
    symbols: list[str] = []
    rest = "".join(c for c in word if not (c.isdigit() or c in ".()"))
    while rest:
        symbol = next((rest[:n] for n in (2, 1) if rest[:n] in ELEMENT_PLACES), "")
        if not symbol:
            return []
        symbols.append(symbol)
        rest = rest[len(symbol) :]
    return symbols


def library_label(name: str) -> str:
    """Return a library's name in the user's language."""
    return tr("bundled") if name == BUNDLED_LIBRARY else name
