"""Trainings of a rung, their grouping into batches, and their division among the shards.

All of it follows from the settings and from the results of the rung before, so every worker finds
the same by itself. Nobody hands out work.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from saed_desktop.errors import SaedError
from trainer.search.additive_model import additive_model_scores
from trainer.search.arithmetic import forward_flops
from trainer.search.layout import MEMBERS, read_json, result_files, rung_folder, write_once
from trainer.search.results import Key, Result, merge
from trainer.search.settings import SearchSettings
from trainer.search.space import Architecture

LARGEST_UNIT = 16
"""Trainings of one shape that a worker takes up at once."""


class IncompleteRungError(SaedError):
    """A rung that cannot start, because the one before has trainings left to do."""


class DamagedSearchError(SaedError):
    """A file of a search folder that cannot be used."""


@dataclass(frozen=True)
class TrialBatch:
    """Trainings that are done at once: networks of the same shape, or the seeds of a finalist.

    Parameters
    ----------
    keys
        The trainings.
    """

    keys: tuple[Key, ...]


def n_rungs(settings: SearchSettings) -> int:
    """Return the number of rungs, the finals included."""
    return len(settings.rungs) + (settings.finals.candidates > 0)


def is_final(settings: SearchSettings, rung: int) -> bool:
    """Tell whether a rung is that of the finals."""
    return rung == len(settings.rungs)


def rung_name(settings: SearchSettings, rung: int) -> str:
    """Return what to call a rung."""
    return "finals" if is_final(settings, rung) else f"rung {rung}"


def ranking(results: Iterable[Result]) -> list[Result]:
    """Return those with a score, best first; ties go by the log loss, then by the number."""
    return sorted(
        (result for result in results if result.counts),
        key=lambda r: (*_merit([r]), r.index, r.seed),
    )


def ranked_architectures(results: Iterable[Result]) -> list[int]:
    """Return the numbers of the architectures with a score, the best mean over the seeds first."""
    by_index = _by_index(results)
    return sorted(by_index, key=lambda index: (*_merit(by_index[index]), index))


def _by_index(results: Iterable[Result]) -> dict[int, list[Result]]:
    found: dict[int, list[Result]] = defaultdict(list)
    for result in results:
        if result.counts:
            found[result.index].append(result)
    return found


def _merit(results: Sequence[Result]) -> tuple[float, float]:
    """Return what to sort by, the best first: mean score, then mean log loss."""
    losses = [math.inf if r.log_loss is None else r.log_loss for r in results]
    n = len(results)
    return -math.fsum(r.score or 0.0 for r in results) / n, math.fsum(losses) / n


def rung_trials(folder: Path, settings: SearchSettings, rung: int) -> list[Key]:
    """Return the trainings of a rung, settled once for all.

    Raises
    ------
    IncompleteRungError
        If the rung before is not complete.
    """
    path = rung_folder(folder, rung) / MEMBERS
    kept = read_json(path)
    if kept is None:
        write_once(path, {"keys": _settle(folder, settings, rung)})
        kept = read_json(path) or {}
    return _keys(kept, path)


def known_trials(folder: Path, rung: int) -> list[Key] | None:
    """Return the trainings of a rung where they are settled."""
    path = rung_folder(folder, rung) / MEMBERS
    kept = read_json(path)
    return None if kept is None else _keys(kept, path)


def _keys(kept: Mapping[str, Any], path: Path) -> list[Key]:
    try:
        return msgspec.convert(kept.get("keys"), list[Key])
    except ValueError as error:
        raise DamagedSearchError(
            f"{path} is damaged; delete it, and 'search resume' settles the rung again."
        ) from error


def missing(folder: Path, settings: SearchSettings, rung: int) -> list[Key]:
    """Return the trainings of a rung that have no result yet."""
    done = merge(result_files(folder, rung)).by_key
    return [key for key in rung_trials(folder, settings, rung) if key not in done]


def _settle(folder: Path, settings: SearchSettings, rung: int) -> list[Key]:
    search = settings.search
    if rung == 0:
        return _with_seeds(settings, rung, _starters(settings))
    left = missing(folder, settings, rung - 1)
    if left:
        raise IncompleteRungError(
            f"{rung_name(settings, rung)} cannot start: {len(left)} training(s) of "
            f"{rung_name(settings, rung - 1)} are left; 'search resume' does them."
        )
    before = merge(result_files(folder, rung - 1)).by_key
    ranked = _going_on(settings, rung - 1, list(before.values()))
    if is_final(settings, rung):
        chosen = ranked[: settings.finals.candidates]
        return [
            (index, search.seed + seed) for index in chosen for seed in range(settings.finals.seeds)
        ]
    keep = settings.rungs[rung].keep
    wanted = math.ceil(keep * len(ranked)) if keep <= 1 else int(keep)
    return _with_seeds(settings, rung, sorted(ranked[:wanted]))


def _going_on(settings: SearchSettings, rung: int, results: Sequence[Result]) -> list[int]:
    """Return the architectures of a rung, those first that are to go on from it."""
    ranked = ranked_architectures(results)
    if rung or len(settings.rungs) == 1:
        return ranked
    by_index = _by_index(results)
    means = {index: -_merit(by_index[index])[0] for index in ranked}
    judged = additive_model_scores(settings.space, means, settings.search.relatives)
    # sorting keeps the order of those that are judged alike
    return sorted(ranked, key=lambda index: -judged[index])


def _with_seeds(settings: SearchSettings, rung: int, chosen: Sequence[int]) -> list[Key]:
    """Return the trainings of some architectures in a rung.

    Every rung has seeds of its own: what an architecture owes to lucky first weights it would keep
    from rung to rung otherwise.
    """
    first = settings.search.seed + sum(before.seeds for before in settings.rungs[:rung])
    seeds = range(first, first + settings.rungs[rung].seeds)
    return [(index, seed) for index in chosen for seed in seeds]


def _starters(settings: SearchSettings) -> list[int]:
    size = len(settings.space)
    if settings.search.strategy != "random":
        return list(range(size))
    generator = np.random.Generator(np.random.Philox([settings.search.seed, 0]))
    count = min(settings.search.count, size)
    return sorted(int(i) for i in generator.choice(size, count, replace=False))


def trial_batches(
    settings: SearchSettings, keys: Sequence[Key], rung: int
) -> list[list[TrialBatch]]:
    """Return the units of every shard.

    Units are dealt out by their arithmetic, the largest first, each to the shard that has least.
    """
    final = is_final(settings, rung)
    size = settings.finals.size if final else settings.rungs[rung].size
    shards: list[list[TrialBatch]] = [[] for _ in range(settings.search.shards)]
    # several units per shard, or the shards could not be made equal
    largest = min(LARGEST_UNIT, math.ceil(len(keys) / (4 * len(shards))))
    made: list[tuple[float, TrialBatch]] = []
    for group in _grouped(settings, keys, by_index=final).values():
        cost = _cost(settings.space.at(group[0][0]), size)
        step = len(group) if final else largest
        for start in range(0, len(group), step):
            unit = TrialBatch(tuple(group[start : start + step]))
            made.append((cost * len(unit.keys), unit))
    made.sort(key=lambda pair: (-pair[0], pair[1].keys))
    loads = [0.0] * len(shards)
    for cost, unit in made:
        lightest = loads.index(min(loads))
        shards[lightest].append(unit)
        loads[lightest] += cost
    return shards


def _grouped(
    settings: SearchSettings, keys: Sequence[Key], *, by_index: bool
) -> dict[object, list[Key]]:
    groups: dict[object, list[Key]] = defaultdict(list)
    for key in keys:
        name: object = key[0] if by_index else settings.space.at(key[0]).shape
        groups[name].append(key)
    return groups


def _cost(architecture: Architecture, size: int) -> float:
    # twenty-four rotations make an epoch that much longer; other factors are the same for all
    rotated = 24.0 if architecture.is_rotated else 1.0
    return rotated * max(forward_flops(architecture, size), 1)
