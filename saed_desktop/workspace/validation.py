"""Accuracy of the answers on labelled patterns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.proportion import wilson_interval
from saed_desktop.workspace.document import UNKNOWN_LABEL
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.labels import LabelledPattern


@dataclass(frozen=True)
class AccuracyInterval:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float
    right: int
    total: int


def accuracy(right: int, total: int) -> AccuracyInterval:
    """Return a share with its 95 % interval."""
    interval = wilson_interval(right, total)
    share = right / total if total else 0.0
    return AccuracyInterval(share, interval.low, interval.high, right, total)


@dataclass(frozen=True)
class Validation:
    """Result of a validation.

    Parameters
    ----------
    top
        The named phase is the label; "none" counts as the label "other".
    agreed
        The same among patterns on which network and indexing agree.
    classes
        Names of rows and columns of the table.
    table
        Counts: row the label, column the answer.
    recalls
        By label.
    wrong
        Rows that are wrong, with their label, the surest first.
    unread
        Labelled files that could not be answered.
    """

    top: AccuracyInterval
    agreed: AccuracyInterval
    classes: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    recalls: Mapping[str, AccuracyInterval]
    wrong: tuple[tuple[FolderRow, str], ...]
    unread: tuple[Path, ...]

    @property
    def balanced_accuracy(self) -> float:
        """The mean over the labels of their recalls."""
        return sum(r.value for r in self.recalls.values()) / max(len(self.recalls), 1)


def validate(rows: Iterable[FolderRow], labels: Sequence[LabelledPattern]) -> Validation:
    """Compare answers with labels.

    Parameters
    ----------
    rows
        Answers; of a file with several frames the first counts.
    labels
        What people say.
    """
    truth = {item.path: item.phase for item in labels}
    answers = {row.path: row for row in rows if row.frame == 0 and row.path in truth}
    judged = {path: row for path, row in answers.items() if row.verdict != "error"}
    pairs = [(truth[path], row.phase or UNKNOWN_LABEL) for path, row in judged.items()]
    named = sorted({name for pair in pairs for name in pair} - {UNKNOWN_LABEL})
    has_other = any(UNKNOWN_LABEL in pair for pair in pairs)
    classes = tuple(named + [UNKNOWN_LABEL] * has_other)
    at = {name: i for i, name in enumerate(classes)}
    table = [[0] * len(classes) for _ in classes]
    for label, answer in pairs:
        table[at[label]][at[answer]] += 1
    agreeing = [(truth[path], row.phase) for path, row in judged.items() if row.verdict == "agree"]
    wrong = [
        (row, truth[path])
        for path, row in judged.items()
        if (row.phase or UNKNOWN_LABEL) != truth[path]
    ]
    wrong.sort(key=lambda item: -(item[0].probability or 0.0))
    return Validation(
        top=accuracy(sum(label == answer for label, answer in pairs), len(pairs)),
        agreed=accuracy(sum(label == answer for label, answer in agreeing), len(agreeing)),
        classes=classes,
        table=tuple(tuple(row) for row in table),
        recalls={
            name: accuracy(table[at[name]][at[name]], sum(table[at[name]]))
            for name in classes
            if sum(table[at[name]])
        },
        wrong=tuple(wrong),
        unread=tuple(sorted(set(truth) - set(judged))),
    )
