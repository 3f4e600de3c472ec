"""Choose the dataset of a file that is the pattern."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.errors import UsageError
from saed_desktop.pattern.units import angle_factor, inverse_length_factor, length_factor


@dataclass(frozen=True)
class Candidate:
    """A dataset as it is known before it is decoded.

    Parameters
    ----------
    name
        As the file calls it; empty where it does not.
    shape_yx
        Height and width.
    dtype
        Of its pixels.
    unit
        Of its axes.
    is_colour
        Whether it is a colour picture.
    """

    name: str
    shape_yx: tuple[int, int]
    dtype: np.dtype
    unit: str = ""
    is_colour: bool = False

    def rank(self) -> tuple[int, bool, int, int]:
        """Return how likely it is the pattern: the largest is taken.

        A diffraction pattern goes before an image, raw counts before a copy in 8-bit colours with
        a bar burnt in, deep pixels before shallow ones, many before few.
        """
        pixels = self.shape_yx[0] * self.shape_yx[1]
        return self._space(), not self.is_colour, self.dtype.itemsize, pixels

    def _space(self) -> int:
        if inverse_length_factor(self.unit) is not None or angle_factor(self.unit) is not None:
            return 2
        return 0 if length_factor(self.unit) is not None else 1


@dataclass(frozen=True)
class Choice:
    """The dataset chosen, and those it was chosen among."""

    index: int
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the chosen one, empty where there is only one."""
        return self.names[self.index] if len(self.names) > 1 else ""


def choose(candidates: Sequence[Candidate], wanted: str | None, file_name: str) -> Choice:
    """Choose the dataset that the user names, or the likeliest pattern.

    Parameters
    ----------
    candidates
        At least one.
    wanted
        A name or a number counted from 1; None leaves the choice to the program.
    file_name
        By which complaints call the file.

    Raises
    ------
    UsageError
        If there is no dataset of that name.
    """
    names = _distinct([c.name or f"{i}" for i, c in enumerate(candidates, 1)])
    if wanted is None:
        best = max(range(len(candidates)), key=lambda i: (candidates[i].rank(), -i))
        return Choice(best, names)
    folded = [name.casefold() for name in names]
    if wanted.casefold() in folded:
        return Choice(folded.index(wanted.casefold()), names)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return Choice(int(wanted) - 1, names)
    raise UsageError(f"{file_name} has no dataset '{wanted}'; it has {', '.join(names)}.")


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(distinct)
