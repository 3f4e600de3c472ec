"""From folders of prediction tables to the rows of a report."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.errors import UsageError
from saed_desktop.proportion import Interval, wilson_interval
from trainer.metrics import Scores, majority_baseline, mean_and_sd
from trainer.predictions import (
    PREDICTIONS_FILE,
    VALIDATION_FILE,
    PredictionTable,
    TableError,
    is_table,
    read_table,
)
from trainer.run_log import RUN_FILE
from trainer.studies.report.reference import BY_FOLDER, TABLE_III
from trainer.weights_file import RESULT, read_result


@dataclass(frozen=True, eq=False)
class ReportRow:
    """One network with the tables of all its trainings.

    Parameters
    ----------
    slug
        Short name for files.
    title
        As printed.
    pretrained
        Whether its features are frozen, None where not stated.
    parameters
        Their number, None where not stated.
    tables
        One per training.
    folder
        Where they come from, None for published tables.
    seeds
        Seed of each training, where the run says.
    """

    slug: str
    title: str
    pretrained: bool | None
    parameters: int | None
    tables: tuple[PredictionTable, ...]
    folder: Path | None = None
    seeds: tuple[int | None, ...] = ()

    @cached_property
    def scores(self) -> tuple[Scores, ...]:
        """Scores of each training."""
        return tuple(table.scores for table in self.tables)

    def values(self, figure: Callable[[Scores], float | None]) -> FloatArray:
        """Return one figure of every training (n,), NaN where a table does not give it."""
        return np.array([np.nan if (value := figure(s)) is None else value for s in self.scores])

    @property
    def accuracies(self) -> FloatArray:
        """Accuracies in %."""
        return 100 * self.values(lambda s: s.accuracy)

    @property
    def f1_values(self) -> FloatArray:
        """F1 weighted by class support."""
        return self.values(lambda s: s.weighted_f1)

    @property
    def printed_f1(self) -> tuple[str, str]:
        """Best and mean F1 as the paper rounds: every training to four digits, then to three.

        One of its values, 0.7095 of 0.709499, comes out as 0.710 in this way only.
        """
        rounded = [_half_up(value, 4) for value in self.f1_values]
        mean = sum(rounded, Decimal(0)) / len(rounded)
        return str(_half_up(max(rounded), 3)), str(_half_up(mean, 3))

    @property
    def best(self) -> int:
        """The training of the highest accuracy."""
        return int(np.argmax(self.accuracies))

    @property
    def best_interval(self) -> Interval:
        """Wilson interval of the best training's accuracy at 95 %."""
        return self.scores[self.best].interval

    @property
    def baseline(self) -> float:
        """Accuracy of always naming the most frequent class."""
        table = self.tables[0]
        return majority_baseline(table.labels, len(table.class_names))

    @property
    def class_names(self) -> tuple[str, ...]:
        """Classes in output order."""
        return self.tables[0].class_names

    @property
    def recall(self) -> tuple[FloatArray, FloatArray]:
        """Mean and standard deviation of every class's recall over the trainings."""
        stacked = np.stack([s.recall for s in self.scores])
        pairs = [mean_and_sd(column) for column in stacked.T]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    @property
    def confusion(self) -> IntArray:
        """Counts (true class, predicted class) over all trainings."""
        total: IntArray = np.sum([s.confusion for s in self.scores], axis=0)
        return total

    @property
    def vote(self) -> tuple[float, Interval] | None:
        """Accuracy of the majority vote over the trainings, where they saw the same patterns."""
        first = self.tables[0].labels
        if len(self.tables) < 3 or not all(np.array_equal(t.labels, first) for t in self.tables):
            return None
        votes = np.zeros((len(first), len(self.class_names)))
        for table in self.tables:
            votes[np.arange(len(first)), table.predictions] += 1
        correct = int((votes.argmax(axis=1) == first).sum())
        return correct / len(first), wilson_interval(correct, len(first))


def read_rows(folders: Iterable[Path]) -> tuple[ReportRow, ...]:
    """Return the rows that some folders hold, the published ones in the published order.

    A folder may be a row itself (a training run, or tables of one network), or hold rows.

    Raises
    ------
    UsageError
        If there is no table in any of them.
    """
    rows: list[ReportRow] = []
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"There is no folder {folder}.")
        own = _row(folder)
        if own is not None:
            rows.append(own)
            continue
        inner = (_row(child) for child in sorted(folder.iterdir()) if child.is_dir())
        rows += [row for row in inner if row is not None]
    if not rows:
        raise UsageError("None of these folders holds a table of predictions.")
    place = {row.folder: i for i, row in enumerate(TABLE_III)}
    return _distinct(sorted(rows, key=lambda row: (place.get(row.slug, len(place)), row.slug)))


def _half_up(value: float | Decimal, digits: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(float(value))
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _row(folder: Path) -> ReportRow | None:
    run = folder / RUN_FILE
    if run.is_file():
        return _row_of_run(folder, run)
    files = [path for path in sorted(folder.glob("*.csv")) if is_table(path)]
    # 'evaluate' writes each table in the authors' shape as well: that is no other training
    twins = {path.with_name(f"{path.stem}-authors.csv") for path in files}
    tables = tuple(read_table(path) for path in files if path not in twins)
    if not tables:
        return None
    published = BY_FOLDER.get(folder.name)
    if published is None:
        return _checked(ReportRow(folder.name, folder.name, None, None, tables))
    return _checked(
        ReportRow(
            published.folder, published.title, published.pretrained, published.parameters, tables
        )
    )


def _row_of_run(folder: Path, run: Path) -> ReportRow | None:
    try:
        facts = json.loads(run.read_text(encoding="utf-8"))
        title, pretrained = str(facts["title"]), bool(facts["pretrained"])
        parameters = int(facts["parameters"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{run} is damaged.") from error
    files = sorted(folder.glob(f"repeat-*/{PREDICTIONS_FILE}"))
    if not files:
        # trained on simulated patterns alone, a network has none set apart for a test
        files = sorted(folder.glob(f"repeat-*/{VALIDATION_FILE}"))
        title = f"{title}, validation patterns"
    if not files:
        return None
    tables = tuple(map(read_table, files))
    seeds = tuple(_seed_of(path.parent) for path in files)
    row = ReportRow(folder.name, title, pretrained, parameters, tables, folder.resolve(), seeds)
    return _checked(row)


def _seed_of(repeat: Path) -> int | None:
    return read_result(repeat).seed if (repeat / RESULT).is_file() else None


def _checked(row: ReportRow) -> ReportRow:
    if any(table.class_names != row.class_names for table in row.tables):
        raise TableError(f"The tables of {row.slug} are of different classes.")
    return row


def _distinct(rows: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    """Return the rows under slugs and titles of their own.

    Two folders may have the same name, and two runs be of the same network: those are told apart
    by as much of their folders as differs, and by their seeds.
    """
    used: dict[str, int] = {}
    result = []
    for row in rows:
        used[row.slug] = used.get(row.slug, 0) + 1
        n = used[row.slug]
        slug = row.slug if n == 1 else f"{row.slug}-{n}"
        alike = [r for r in rows if (r.title, r.pretrained) == (row.title, row.pretrained)]
        title = row.title if len(alike) == 1 else f"{row.title} [{_told_apart(row, alike)}]"
        result.append(replace(row, slug=slug, title=title))
    return tuple(result)


def _told_apart(row: ReportRow, alike: Sequence[ReportRow]) -> str:
    """Return the end of a run's folder that no run of the same network shares, and its seeds."""
    if row.folder is None:
        return row.slug
    others = [r.folder.parts for r in alike if r.folder is not None and r.folder != row.folder]
    parts, n = row.folder.parts, 1
    while n < len(parts) and any(other[-n:] == parts[-n:] for other in others):
        n += 1
    words = "/".join(parts[-n:])
    seeds = [seed for seed in row.seeds if seed is not None]
    if not seeds:
        return words
    span = f"{min(seeds)}" if len(seeds) == 1 else f"{min(seeds)}–{max(seeds)}"
    return f"{words}, seed{'s' * (len(seeds) > 1)} {span}"
