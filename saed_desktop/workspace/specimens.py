"""Patterns of one specimen together: what they say jointly of the phase that they share."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.indexing.deciding.joint import Evidence, JointAnswer, joint_answer
from saed_desktop.indexing.deciding.posterior import normalised
from saed_desktop.workspace.folder_row import FolderRow

_TRAILING_NUMBER = re.compile(r"[\s_.\-#(]*\d+[\s)]*$")


@dataclass(frozen=True)
class SpecimenAnswer:
    """Joint answer of the patterns of one specimen.

    Parameters
    ----------
    joint
        The answer of all of them.
    n_patterns
        How many there are, unanswered ones included.
    others
        Other phases that patterns name, with their number: a second phase, or an error.
    """

    specimen: str
    joint: JointAnswer
    n_patterns: int
    others: tuple[tuple[str, int], ...]

    @property
    def probability(self) -> float:
        """Of the phase that they name together, 0 where they name none."""
        return self.joint.probabilities.get(self.joint.phase or "", 0.0)


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


def specimen_answers(
    rows: Iterable[FolderRow], group: Callable[[FolderRow], str]
) -> list[SpecimenAnswer]:
    """Return one answer per specimen, in the order of their names."""
    grouped: dict[str, list[FolderRow]] = {}
    for row in rows:
        if row.verdict != "error":
            grouped.setdefault(group(row), []).append(row)
    return [_specimen_answer(name, grouped[name]) for name in sorted(grouped)]


def _evidence(row: FolderRow) -> Evidence:
    among_candidates = normalised(row.probabilities)
    return Evidence(row.phase, among_candidates, row.prediction_set, row.none_of_these)


def _specimen_answer(specimen: str, rows: list[FolderRow]) -> SpecimenAnswer:
    joint = joint_answer([_evidence(row) for row in rows])
    counts = Counter(row.phase for row in rows if row.phase is not None)
    others = tuple((name, n) for name, n in counts.most_common() if name != joint.phase)
    return SpecimenAnswer(specimen, joint, len(rows), others)
