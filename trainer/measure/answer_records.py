"""Answers as lines of a file, one JSON object each, that a run can be taken up from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from saed_desktop.errors import UsageError
from saed_desktop.indexing.solution import Solution
from saed_desktop.results.atomic import write_json
from saed_desktop.results.store import LineStore

SETTINGS = "settings.json"


class MeasuredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of an answer that the benchmark needs beside the truth.

    Parameters
    ----------
    truth
        The phase that the pattern shows.
    file, specimen
        Where it is from, empty for a computed pattern.
    among_candidates
        Probabilities by phase, given that the pattern is of one of them: what measures of telling
        them apart go by.
    none_of_these
        Probability that it is of none.
    error
        Why there is no answer; None where there is one.
    prediction_set, network_set
        Phases that are not excluded: by the answer, by the network alone.
    network
        Probabilities of the network alone; None without one.
    log_posterior
        Of the best candidate of each phase that fits.
    """

    truth: str
    file: str = ""
    specimen: str = ""
    error: str | None = None
    kind: str = ""
    spots: int = 0
    verdict: str = ""
    phase: str | None = None
    among_candidates: dict[str, float] = msgspec.field(default={}, name="probabilities")
    prediction_set: tuple[str, ...] = msgspec.field(default=(), name="set")
    network: dict[str, float] | None = None
    network_set: tuple[str, ...] | None = None
    in_distribution: float = 0.0
    none_of_these: float | None = None
    log_posterior: dict[str, float] = {}
    seconds: float = 0.0


class AnsweredLevel(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to the patterns of one level of a stress test, and how those were drawn."""

    key: str
    drawn: dict[str, Any]
    answers: tuple[MeasuredAnswer, ...]


def measured_answer(solution: Solution, truth: str, **more: str) -> MeasuredAnswer:
    """Return what the measures need of one answer.

    Parameters
    ----------
    solution
        The answer.
    truth
        The phase that the pattern shows.
    more
        File and specimen.
    """
    prediction = solution.prediction
    return MeasuredAnswer(
        truth=truth,
        **more,
        kind=str(solution.prepared.kind),
        spots=len(solution.prepared.diffracted),
        verdict=str(solution.verdict),
        phase=solution.phase,
        among_candidates=_rounded(solution.among_candidates),
        prediction_set=solution.prediction_set,
        network=_rounded(prediction.probabilities) if prediction else None,
        network_set=tuple(prediction.prediction_set) if prediction else None,
        in_distribution=round(solution.in_distribution, 5),
        none_of_these=None if solution.none_of_these is None else round(solution.none_of_these, 5),
        log_posterior={c.phase: round(c.log_posterior, 2) for c in solution.candidates},
        seconds=round(solution.seconds, 4),
    )


def answers_file(path: Path) -> LineStore[MeasuredAnswer]:
    """Return a file of answers, one each line; a torn last line is cut off."""
    store = LineStore(path, msgspec.json.encode, msgspec.json.Decoder(MeasuredAnswer).decode)
    store.mend()
    return store


def levels_file(path: Path) -> LineStore[AnsweredLevel]:
    """Return a file of answered levels, one each line; a torn last line is cut off."""
    store = LineStore(path, msgspec.json.encode, msgspec.json.Decoder(AnsweredLevel).decode)
    store.mend()
    return store


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
