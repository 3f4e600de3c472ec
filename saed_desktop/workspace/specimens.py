"""Patterns of one specimen together: what they say jointly of the phase that they share.

The joint answer multiplies the patterns' probabilities. Patterns of one specimen err alike, for
calibration and sample are the same, and a specimen may hold several phases; so no single pattern
can veto (its probabilities have a floor) and the product is tempered.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.workspace.folder_row import FolderRow

FLOOR = 0.02
TEMPER = 0.7
_TRAILING_NUMBER = re.compile(r"[\s_.\-#(]*\d+[\s)]*$")


@dataclass(frozen=True)
class JointAnswer:
    """What the patterns of a specimen say together.

    Parameters
    ----------
    phase
        The likeliest phase, None where no pattern names one.
    probability
        Of that phase.
    n_patterns, n_naming
        Patterns, and those that name that phase by themselves.
    others
        Other phases that patterns name, with their number: a second phase, or an error.
    """

    specimen: str
    phase: str | None
    probability: float
    n_patterns: int
    n_naming: int
    others: tuple[tuple[str, int], ...]


def specimen_by_folder(root: Path) -> Callable[[FolderRow], str]:
    """Return what groups rows by the folder in which their files lie."""

    def group(row: FolderRow) -> str:
        parent = row.path.parent
        if parent.is_relative_to(root) and parent != root:
            return parent.relative_to(root).as_posix()
        return parent.name

    return group


def specimen_by_name(row: FolderRow) -> str:
    """Return the file's name without its trailing number: A3_012 belongs to A3."""
    return _TRAILING_NUMBER.sub("", row.path.stem) or row.path.stem


def joint_answers(
    rows: Iterable[FolderRow], group: Callable[[FolderRow], str]
) -> list[JointAnswer]:
    """Return one answer per specimen, in the order of their names."""
    grouped: dict[str, list[FolderRow]] = {}
    for row in rows:
        if row.verdict != "error":
            grouped.setdefault(group(row), []).append(row)
    return [joint_answer(name, grouped[name]) for name in sorted(grouped)]


def joint_answer(specimen: str, rows: list[FolderRow]) -> JointAnswer:
    """Return the answer of several patterns together.

    Patterns that name no phase say nothing: a ring pattern or a bad orientation is no evidence
    against a phase.
    """
    naming = [row for row in rows if row.phase is not None]
    counts = Counter(row.phase for row in naming if row.phase is not None)
    if not naming:
        return JointAnswer(specimen, None, 0.0, len(rows), 0, ())
    names = sorted({name for row in naming for name in row.probabilities})
    totals = {
        name: TEMPER * sum(math.log(max(row.probabilities.get(name, 0.0), FLOOR)) for row in naming)
        for name in names
    }
    posterior = _normalised(totals)
    best = max(posterior, key=lambda name: posterior[name])
    others = tuple((name, count) for name, count in counts.most_common() if name != best)
    return JointAnswer(specimen, best, posterior[best], len(rows), counts[best], others)


def _normalised(logarithms: Mapping[str, float]) -> dict[str, float]:
    highest = max(logarithms.values())
    weights = {name: math.exp(value - highest) for name, value in logarithms.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
