"""Tables of predictions: one row per pattern, in our shape and in that of the paper's authors.

Ours: `path,label,prediction`, then one column of probability per class, headed by its name.
Theirs: `Label,Prediction,Correct` with `tensor(5),tensor(0),False` in a row.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.errors import SaedError
from saed_desktop.network.labels import PAPER_LABELS
from saed_desktop.results.atomic import write_csv
from trainer.metrics import Scores, scores

PREDICTIONS_FILE = "predictions.csv"
VALIDATION_FILE = "validation.csv"
AUTHORS_COLUMNS = ["Label", "Prediction", "Correct"]
OUR_COLUMNS = ["path", "label", "prediction"]

_TENSOR = re.compile(r"tensor\((\d+)\)|(\d+)")


class TableError(SaedError):
    """A table of predictions that cannot be understood."""


@dataclass(frozen=True, eq=False)
class PredictionTable:
    """Predictions of a network for labelled patterns.

    Parameters
    ----------
    class_names
        In output order.
    labels, predictions
        Class indices (n,).
    probabilities
        Of every class (n, classes), None where a table has none.
    names
        What the patterns are called, empty where a table does not say.
    """

    class_names: tuple[str, ...]
    labels: IntArray
    predictions: IntArray
    probabilities: FloatArray | None = None
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def scores(self) -> Scores:
        """The figures of merit of the table."""
        return scores(self.labels, self.predictions, len(self.class_names), self.probabilities)


def read_table(path: Path) -> PredictionTable:
    """Read a table of either shape.

    Raises
    ------
    TableError
        If it is of neither, or damaged.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
    except FileNotFoundError as error:
        raise TableError(f"There is no file {path}.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path} cannot be read as a table of predictions.") from error
    if len(rows) < 2:
        raise TableError(f"{path} holds no predictions.")
    head, body = rows[0], rows[1:]
    try:
        if head == AUTHORS_COLUMNS:
            return _from_authors(body)
        if head[: len(OUR_COLUMNS)] == OUR_COLUMNS:
            return _from_ours(head, body)
    except (ValueError, IndexError, KeyError) as error:
        raise TableError(f"{path} has a damaged row.") from error
    raise TableError(
        f"{path} is no table of predictions: its first line is neither "
        f"{','.join(AUTHORS_COLUMNS)} nor {','.join(OUR_COLUMNS)}."
    )


def is_table(path: Path) -> bool:
    """Tell from the first line whether a file is a table of predictions."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            head = next(csv.reader(stream), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return head == AUTHORS_COLUMNS or head[: len(OUR_COLUMNS)] == OUR_COLUMNS


def write_table(path: Path, table: PredictionTable) -> None:
    """Write a table in our shape."""
    probabilities = table.probabilities
    names = table.names or ("",) * len(table)
    head = OUR_COLUMNS + (list(table.class_names) if probabilities is not None else [])

    def rows() -> Iterable[list[str]]:
        for i, name in enumerate(names):
            words = [table.class_names[k] for k in (table.labels[i], table.predictions[i])]
            tail = [] if probabilities is None else [f"{p:.9g}" for p in probabilities[i]]
            yield [name, *words, *tail]

    write_csv(path, head, rows())


def write_authors_table(path: Path, table: PredictionTable) -> None:
    """Write a table as the authors' scripts do."""
    rows = (
        [f"tensor({label})", f"tensor({prediction})", str(bool(label == prediction))]
        for label, prediction in zip(table.labels, table.predictions, strict=True)
    )
    write_csv(path, AUTHORS_COLUMNS, rows)


def _from_authors(body: Sequence[Sequence[str]]) -> PredictionTable:
    def indices(column: int) -> IntArray:
        return np.array([_class_index(row[column]) for row in body], dtype=np.int64)

    labels, predictions = indices(0), indices(1)
    n = int(max(labels.max(), predictions.max())) + 1
    # the authors' tables carry no names: nine classes are the paper's
    names = PAPER_LABELS if n <= len(PAPER_LABELS) else tuple(f"class {i}" for i in range(n))
    return PredictionTable(names, labels, predictions)


def _from_ours(head: Sequence[str], body: Sequence[Sequence[str]]) -> PredictionTable:
    start = len(OUR_COLUMNS)
    class_names = tuple(head[start:]) or _ordered({word for row in body for word in row[1:3]})
    index = {name: i for i, name in enumerate(class_names)}
    probabilities = None
    if len(head) > start:
        probabilities = np.array([[float(p) for p in row[start:]] for row in body])
        is_share = (probabilities >= 0) & (probabilities <= 1 + 1e-6)
        if len(index) != probabilities.shape[1] or not is_share.all():
            raise ValueError("a column that is no class, or a number that is no probability")
    return PredictionTable(
        class_names=class_names,
        labels=np.array([index[row[1]] for row in body], dtype=np.int64),
        predictions=np.array([index[row[2]] for row in body], dtype=np.int64),
        probabilities=probabilities,
        names=tuple(row[0] for row in body),
    )


def _ordered(names: set[str]) -> tuple[str, ...]:
    """Return class names in the paper's order where they are the paper's, else sorted."""
    if names <= set(PAPER_LABELS):
        return PAPER_LABELS
    return tuple(sorted(names))


def _class_index(cell: str) -> int:
    match = _TENSOR.fullmatch(cell.strip())
    if match is None:
        raise ValueError(cell)
    return int(match.group(1) or match.group(2))
