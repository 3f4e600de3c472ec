"""Answers as lines of a file, one JSON object each, that a run can be taken up from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from saed_desktop.indexing.solution import Solution
from saed_desktop.results.atomic import atomic_text, write_json

Record = dict[str, Any]
SETTINGS = "settings.json"


def answer_record(solution: Solution) -> Record:
    """Return what the measures need of one answer."""
    prediction = solution.prediction
    return {
        "kind": str(solution.prepared.kind),
        "spots": len(solution.prepared.diffracted),
        "verdict": str(solution.verdict),
        "phase": solution.phase,
        "probabilities": _rounded(solution.probabilities),
        "set": list(solution.prediction_set),
        "network": _rounded(prediction.probabilities) if prediction else None,
        "network_set": list(prediction.prediction_set) if prediction else None,
        "in_distribution": round(solution.in_distribution, 5),
        "physics_in_candidates": round(solution.physics_in_candidates, 5),
        "log_posterior": {c.phase: round(c.log_posterior, 2) for c in solution.candidates},
        "seconds": round(solution.seconds, 4),
    }


def read_records(path: Path, key: str) -> dict[Any, Record]:
    """Return what is answered already, by one of its fields; a line cut off is answered anew."""
    found: dict[Any, Record] = {}
    if not path.is_file():
        return found
    text = path.read_text(encoding="utf-8")
    if text and not text.endswith("\n"):
        text = text[: text.rfind("\n") + 1]
        with atomic_text(path) as stream:
            stream.write(text)
    for line in text.splitlines():
        record = json.loads(line)
        found[record[key]] = record
    return found


def require_same_settings(records: Path, settings: Mapping[str, Any]) -> None:
    """Note beside a file of answers what they are of; refuse to mix them with others.

    Parameters
    ----------
    records
        The file, which need not be there yet.
    settings
        All that the answers depend on, as plain values.

    Raises
    ------
    UsageError
        If the file holds answers by other settings, or nothing says by which.
    """
    file = records.with_name(SETTINGS)
    if records.is_file():
        try:
            before = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            before = None
        if before != settings:
            raise UsageError(
                f"{records.parent} holds answers of another network, other phases or other "
                "settings; name another folder with --output, or delete that one."
            )
    write_json(file, settings)


def _rounded(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(p), 6) for name, p in probabilities.items()}
