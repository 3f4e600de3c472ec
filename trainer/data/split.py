"""Splits of labelled patterns into two parts, the same for the same seed on every machine."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from trainer.data.manifest import Manifest, ManifestError


def split(
    manifest: Manifest, fraction: float, *, by: str, seed: int
) -> tuple[list[int], list[int]]:
    """Return the indices of the larger and of the smaller part.

    Parameters
    ----------
    manifest
        The labelled files.
    fraction
        Share of the smaller part.
    by
        "phase": every phase is shared out by itself (stratified); "specimen": a specimen goes to
        one side as a whole, so that no network is tested on a specimen it has seen.
    seed
        Another seed, another split.

    Raises
    ------
    ManifestError
        If the split is impossible.
    """
    phases = [file.phase for file in manifest.files]
    if by == "phase":
        smaller = stratified(phases, fraction, seed=seed)
    else:
        specimens = [file.specimen for file in manifest.files]
        nameless = sum(not name for name in specimens)
        if nameless:
            raise ManifestError(
                f"A split by specimen needs the specimen of every pattern; {nameless} of "
                f"{len(manifest)} have none in {manifest.source}."
            )
        smaller = by_specimen(phases, specimens, fraction, seed=seed)
    chosen = set(smaller)
    return [i for i in range(len(manifest)) if i not in chosen], sorted(chosen)


def stratified(phases: Sequence[str], fraction: float, *, seed: int) -> list[int]:
    """Return the indices of a share of each phase: at least one, never all, of two or more."""
    members = defaultdict(list)
    for i, phase in enumerate(phases):
        members[phase].append(i)
    chosen: list[int] = []
    for phase in sorted(members):
        n = len(members[phase])
        wanted = min(max(round(fraction * n), 1), n - 1) if fraction > 0 else 0
        order = _generator(seed, phase).permutation(n)
        chosen += [members[phase][i] for i in order[:wanted]]
    return sorted(chosen)


def by_specimen(
    phases: Sequence[str], specimens: Sequence[str], fraction: float, *, seed: int
) -> list[int]:
    """Return the indices of whole specimens whose patterns come nearest to a share of each phase.

    Specimens are taken greedily, each time the one that brings the class counts nearest to the
    wanted ones; a phase never loses its last specimen.

    Raises
    ------
    ManifestError
        If there is only one specimen.
    """
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for phase, specimen in zip(phases, specimens, strict=True):
        held[specimen][phase] += 1
    if len(held) < 2:
        raise ManifestError("A split by specimen needs at least two specimens.")
    names = sorted(held)
    order = [names[i] for i in _generator(seed, "specimen").permutation(len(names))]
    wanted = {phase: fraction * n for phase, n in Counter(phases).items()}
    remaining = Counter(phases)
    taken: Counter[str] = Counter()
    chosen: set[str] = set()

    def distance(counts: Counter[str]) -> float:
        # relative to what is wanted, so that a rare phase weighs as much as a common one
        return sum(((counts[p] - w) / max(w, 1)) ** 2 for p, w in wanted.items())

    while True:
        gains = []
        for name in order:
            if name in chosen or any(remaining[p] - n < 1 for p, n in held[name].items()):
                continue
            gains.append((distance(taken) - distance(taken + held[name]), name))
        best = max(gains, key=lambda pair: pair[0], default=(0.0, ""))
        if best[0] <= 0:
            break
        chosen.add(best[1])
        taken += held[best[1]]
        remaining -= held[best[1]]
    if not chosen and fraction > 0:
        raise ManifestError(
            "No specimen can be set apart without taking the last patterns of a phase."
        )
    return [i for i, specimen in enumerate(specimens) if specimen in chosen]


def _generator(seed: int, name: str) -> np.random.Generator:
    # the name is part of the seed: adding a phase leaves the split of the others as it was
    return np.random.Generator(np.random.Philox([seed, *name.encode()]))
