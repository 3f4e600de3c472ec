"""Examples for the judge: a pattern's candidates as tokens, with truth and posterior."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from saed_desktop.errors import UsageError
from saed_desktop.indexing.deciding.fit_tokens import FitTokens, fit_tokens
from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.deciding.unknown_crystal import log_odds_against_unknown
from saed_desktop.indexing.deciding.verdict_options import DEFAULT_VERDICT, is_acceptable_fit
from saed_desktop.indexing.solving.hypotheses.basis_pairs import (
    FULL_SEARCH,
    SearchEffort,
    find_basis_pairs,
)
from saed_desktop.indexing.solving.imperfections.twins import with_twins
from saed_desktop.indexing.solving.match import match_phases
from trainer.data.array_file import ArrayFile
from trainer.judge.candidates import CandidateList
from trainer.judge.observed import DrawnPattern

MOST_CANDIDATES = 25
"""Candidates of a pattern that are kept, the best by spot indexing."""
NOT_LISTED = -1
LOST = -2
"""Labels of patterns whose crystal is no candidate, and of those whose crystal has no fit."""


@dataclass(frozen=True, eq=False)
class Examples(ArrayFile):
    """Patterns with their candidates; those without any fit are left out.

    `m` is the number of candidates of the pattern that has most of them.

    Parameters
    ----------
    reflections, spots, numbers
        Tokens (n, m, …), see `FitTokens`.
    present
        Whether there is a candidate (n, m).
    label
        Place of the true one (n,); -1 if the crystal is not listed, -2 if it is and has no fit.
    kinds
        Kinds of the candidates (n, m), by `KINDS`.
    log_posterior, log_odds_unknown
        What spot indexing says (n, m): between candidates, and against an unknown crystal.
    acceptable
        Whether spot indexing calls it a fit (n, m).
    scale_sigma
        Stated relative uncertainty of the scale (n,), infinite where none is stated.
    from_picture
        Whether the spots were found in a picture (n,).
    crystal
        Name of the true crystal (n,).
    """

    HOLDS = "examples for the judge"

    reflections: npt.NDArray[np.float16]
    spots: npt.NDArray[np.float16]
    numbers: npt.NDArray[np.float16]
    present: npt.NDArray[np.bool_]
    label: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]
    log_posterior: npt.NDArray[np.float32]
    log_odds_unknown: npt.NDArray[np.float32]
    acceptable: npt.NDArray[np.bool_]
    scale_sigma: npt.NDArray[np.float32]
    from_picture: npt.NDArray[np.bool_]
    crystal: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Examples":
        return Examples(*(getattr(self, f.name)[chosen] for f in fields(self)))

    @classmethod
    def joined(cls, parts: list["Examples"]) -> "Examples":
        """Return the examples of several files."""
        most = max(part.present.shape[1] for part in parts)
        wide = [[_padded(getattr(p, name), most, axis=1) for p in parts] for name in _OF_CANDIDATES]
        joined = dict(zip(_OF_CANDIDATES, map(np.concatenate, wide), strict=True))
        for name in _OF_PATTERNS:
            joined[name] = np.concatenate([getattr(p, name) for p in parts])
        return cls(**joined)


_OF_PATTERNS = ("label", "scale_sigma", "from_picture", "crystal")
_OF_CANDIDATES = tuple(f.name for f in fields(Examples) if f.name not in _OF_PATTERNS)


def load_folder(folder: Path) -> Examples:
    """Read all examples of a folder.

    Raises
    ------
    UsageError
        If there are none.
    """
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise UsageError(f"{folder} holds no examples; draw some with 'saed-trainer judge draw'.")
    return Examples.joined([Examples.load(path) for path in paths])


def example(
    pattern: DrawnPattern,
    listed: CandidateList,
    crystal: str,
    search: SearchEffort = FULL_SEARCH,
) -> Examples | None:
    """Return one pattern's candidates as an example; None where nothing fits at all.

    The candidates take the indexer's own road: orientations, refinement, twins.

    Parameters
    ----------
    pattern
        The pattern.
    listed
        Its candidates.
    crystal
        Name of the true crystal.
    search
        Thoroughness.
    """
    observation, lattice = pattern.observation, pattern.spot_lattice
    pairs = find_basis_pairs(observation, lattice)
    ranked = match_phases(listed.phases, observation, pairs, search=search)
    ranked = with_twins(ranked, listed.phases, observation, DEFAULT_VERDICT.min_log_likelihood)
    best = best_per_phase(ranked)[:MOST_CANDIDATES]
    if not best:
        return None
    place = {phase.name: i for i, phase in enumerate(listed.phases)}
    phases = [listed.phases[place[c.phase]] for c in best]
    n = len(best)
    kinds = [listed.kinds[place[c.phase]] for c in best]
    label = NOT_LISTED if listed.truth < 0 else LOST
    if listed.truth >= 0 and 0 in kinds:
        label = kinds.index(0)
    odds = log_odds_against_unknown(best, phases, observation, lattice)
    tokens = fit_tokens(best, phases, observation, lattice)
    return Examples(
        reflections=tokens.reflections.astype(np.float16)[None],
        spots=tokens.spots.astype(np.float16)[None],
        numbers=tokens.numbers.astype(np.float16)[None],
        present=np.ones((1, n), bool),
        label=np.array([label]),
        kinds=np.array([kinds]),
        log_posterior=np.array([[c.log_posterior for c in best]], np.float32),
        log_odds_unknown=np.array([odds], np.float32),
        acceptable=np.array([[is_acceptable_fit(c) for c in best]]),
        scale_sigma=np.array([observation.scale_sigma], np.float32),
        from_picture=np.array([pattern.from_picture]),
        crystal=np.array([crystal], dtype="U64"),
    )


def tokens_of(examples: Examples, i: int) -> FitTokens:
    """Return the tokens of one pattern's candidates, without padding."""
    mine = examples.present[i]
    return FitTokens(
        examples.reflections[i, mine].astype(np.float32),
        examples.spots[i, mine].astype(np.float32),
        examples.numbers[i, mine].astype(np.float32),
    )


def _padded(values: np.ndarray, size: int, *, axis: int) -> np.ndarray:
    """Return values with zeros (or False) after them along an axis."""
    room = [(0, 0)] * values.ndim
    room[axis] = (0, size - values.shape[axis])
    return np.pad(values, room)
