"""A rival that no list of candidates need hold: a plate of some fcc crystal along ⟨111⟩.

Faulted or stepped plates show the forbidden 1/3{422} weakly, so that their net is that of a
hexagonal crystal three times as dense. Silver, gold, copper and aluminium do so every day, and a
hexagonal candidate whose bright first ring is missing must not win for want of them.
"""

from collections.abc import Sequence

import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER
from saed_desktop.indexing.solving.hypotheses.basis_pairs import BasisPair
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import SpotLattice

_SIX_FOLD_LENGTH = 0.03
_SIX_FOLD_DEG = 2.0
_LOG_PRIOR = -1.5
"""Of such a plate, relative to the candidate."""

_FEWEST_MATCHED = 6
_AS_GOOD = 2.5
"""In log posterior behind the best, with or without a scale."""


def plates_listed(tied: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the candidates that are such plates, where one is as good as a best that is none.

    Parameters
    ----------
    tied
        Candidates that fit equally well, best first.
    """
    best = tied[0].log_posterior
    plates = [c for c in tied if is_plate(c)]
    if is_plate(tied[0]) or not any(c.log_posterior >= best - _AS_GOOD for c in plates):
        return ()
    return tuple(c.phase for c in plates)


def log_odds_of_plate(
    best: Candidate,
    observation: Observation,
    spot_lattice: SpotLattice | None,
) -> float:
    """Return the log odds of an fcc plate along ⟨111⟩ against the best candidate.

    Minus infinity where the lattice has no six-fold symmetry or the plate explains nothing.

    Parameters
    ----------
    best
        The best candidate.
    observation
        The spots.
    spot_lattice
        The lattice found among them.
    """
    if spot_lattice is None or is_plate(best) or not _is_six_fold(spot_lattice):
        return -np.inf
    first, second = spot_lattice.basis
    if first @ second > 0:
        second = second - first
    # the two shortest sums, at 60° to each other, and √3 as long: 220 of the plate
    coarse = np.array([first - second, 2 * first + second])
    scale = best.scale_inv_angstrom_per_px
    edge = float(np.sqrt(8) / (np.linalg.norm(coarse, axis=1).mean() * scale))
    plate = Phase(
        "fcc",
        Lattice(edge, edge, edge),
        space_group_from_symbol("F m -3 m"),
        (Site("Cu", (0.0, 0.0, 0.0)),),
    )
    on_scale = observation.on_scale(scale, 0.01)
    pair = BasisPair(coarse[0], coarse[1], from_lattice=True)
    found = match_phase(plate, on_scale, [pair])
    if not found or found[0].matched < _FEWEST_MATCHED or not found[0].weak:
        return -np.inf
    return TEMPER * (found[0].log_likelihood - best.log_likelihood) + _LOG_PRIOR


def is_plate(candidate: Candidate) -> bool:
    """Tell whether most of a candidate's spots are such weak ones: it is the plate itself."""
    return sum(len(spots) for spots, _ in candidate.weak) > candidate.matched


def _is_six_fold(spot_lattice: SpotLattice) -> bool:
    first, second = spot_lattice.basis
    lengths = np.hypot(*first), np.hypot(*second)
    angle = float(np.rad2deg(np.arccos(abs(first @ second) / (lengths[0] * lengths[1]))))
    is_equal = abs(lengths[1] / lengths[0] - 1) < _SIX_FOLD_LENGTH
    return bool(is_equal and abs(angle - 60) < _SIX_FOLD_DEG)
