"""Spot indexing of one pattern, without the network: which phases fit, and how surely one does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.indexing.deciding.close_packed_plate import log_odds_of_plate, plates_listed
from saed_desktop.indexing.deciding.posterior import FitProbabilities, best_per_phase
from saed_desktop.indexing.deciding.unknown_crystal import probability_in_candidates
from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE, is_acceptable_fit
from saed_desktop.indexing.setup import IndexingSetup, verdict_options
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.imperfections.twins import with_twins
from saed_desktop.indexing.solving.match import match_phases
from saed_desktop.indexing.solving.observation import Observation, observe
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.pattern.spot_lattice import SpotLattice, find_spot_lattice, lattice_tolerance_px


@dataclass(frozen=True, eq=False)
class SpotIndexing:
    """Result of spot indexing, without the network.

    Parameters
    ----------
    candidates
        Of all phases.
    fitting
        The best candidate of each phase that fits, likeliest first.
    rescaled
        Where nothing fits on the stated scale: candidates that fit on another one.
    in_candidates
        Probability that the pattern is of one of the phases and not of an unknown crystal.
    log_odds_of_plate
        Of an fcc plate along ⟨111⟩ that is none of the candidates, against the best of them.
    plates
        Candidates that are such plates, where the best is none and no better than one of them.
    """

    candidates: tuple[Candidate, ...] = ()
    fitting: tuple[Candidate, ...] = ()
    rescaled: tuple[Candidate, ...] = ()
    in_candidates: float = 0.0
    log_odds_of_plate: float = -np.inf
    plates: tuple[str, ...] = ()


def index_spots(
    prepared: PreparedPattern,
    setup: IndexingSetup,
    *,
    candidates: Sequence[Candidate] | None = None,
    fits: FitProbabilities | None = None,
) -> SpotIndexing:
    """Return what spot indexing says; nothing for patterns of no single crystal.

    Parameters
    ----------
    prepared
        The pattern about its centre.
    setup
        Candidate phases.
    candidates
        The phases' candidates where they are known already.
    fits
        Probabilities of the phases by how they fit; the log posterior tells the likeliest if None.
    """
    if prepared.kind in NOT_INDEXABLE:
        return SpotIndexing()
    observation = observe(prepared)
    if candidates is None:
        candidates = find_candidates(observation, prepared.spot_lattice, setup)
    fitting = [c for c in best_per_phase(candidates) if is_acceptable_fit(c, setup.verdict)]
    if fits is not None:
        fitting.sort(key=lambda c: -fits.by_phase[c.phase])
    if not fitting:
        return SpotIndexing(
            tuple(candidates), rescaled=_on_another_scale(observation, prepared.spot_lattice, setup)
        )
    of_candidates = probability_in_candidates(
        fitting, setup.phases, observation, prepared.spot_lattice
    )
    if fitting[0].score < _POOR_SCORE and of_candidates < setup.verdict.min_in_candidates:
        other = _on_another_scale(observation, prepared.spot_lattice, setup)
        if other:
            return SpotIndexing(
                tuple(candidates), tuple(fitting), rescaled=other, in_candidates=of_candidates
            )
    tie = verdict_options(prepared, setup).tie_log_posterior
    tied = [c for c in fitting if c.log_posterior >= fitting[0].log_posterior - tie]
    # a list that holds such a plate itself is not left for one
    plates = plates_listed(tied)
    lattice = None if plates else prepared.spot_lattice
    plate = log_odds_of_plate(fitting[0], observation, lattice)
    return SpotIndexing(
        tuple(candidates),
        tuple(fitting),
        in_candidates=of_candidates / (1 + float(np.exp(min(plate, 50.0)))),
        log_odds_of_plate=plate,
        plates=plates,
    )


def find_candidates(
    observation: Observation, spot_lattice: SpotLattice | None, setup: IndexingSetup
) -> list[Candidate]:
    """Return the candidates of all phases, twins among them, best first.

    Parameters
    ----------
    observation
        The spots.
    spot_lattice
        The lattice found among them.
    setup
        Phases and thoroughness of the search.
    """
    pairs, told = find_basis_pairs(observation, spot_lattice), setup.report
    ranked = match_phases(setup.phases, observation, pairs, search=setup.search, report=told)
    return with_twins(ranked, setup.phases, observation, setup.verdict.min_log_likelihood)


_SURE_SCORE = 0.6
_POOR_SCORE = 0.42
"""A worse fit that an unknown crystal would give as well may be one on a wrong scale."""


def _on_another_scale(
    observation: Observation, spot_lattice: SpotLattice | None, setup: IndexingSetup
) -> tuple[Candidate, ...]:
    """Index by ratios and angles alone, as if the stated scale were wrong by a factor.

    With the scale free some phase or other nearly always fits a little, so only good fits count.
    """
    if observation.scale is None:
        return ()
    free = replace(observation, scale=None, scale_sigma=np.inf)
    found = best_per_phase(find_candidates(free, spot_lattice, setup))
    return tuple(c for c in found if is_acceptable_fit(c, setup.verdict) and c.score >= _SURE_SCORE)


_FEWEST_LEFT = 6


def further_crystals(
    prepared: PreparedPattern, best: Candidate, setup: IndexingSetup
) -> tuple[Candidate, ...]:
    """Index what a candidate leaves unexplained, on its scale and about its centre.

    Only a lattice of its own counts: single spots left over are dust, not crystals.

    Parameters
    ----------
    prepared
        The pattern about its centre.
    best
        The candidate, whose twin is the first of the further crystals.
    setup
        Candidate phases.
    """
    observation = observe(prepared)
    found: list[Candidate] = []
    spots = prepared.diffracted
    explained = best
    if best.twin is not None:
        found.append(best.twin.crystal)
        twin = best.twin.crystal.match
        observation = observation.without(np.isin(observation.index, twin.spot[twin.is_matched]))
    for _ in range(2):
        taken = np.isin(observation.index, explained.explained_spots)
        observation = observation.without(taken)
        if len(observation) < _FEWEST_LEFT:
            break
        tolerance = lattice_tolerance_px(prepared.pattern.shape_yx)
        spot_lattice = find_spot_lattice(spots[observation.index], tolerance_px=tolerance)
        if spot_lattice is None or spot_lattice.members.sum() < max(
            _FEWEST_LEFT, 0.5 * len(observation)
        ):
            break
        shift = np.array(best.center_xy) - np.array(observation.center_xy)
        on_best = replace(
            observation,
            offsets_px=observation.offsets_px - shift,
            center_xy=best.center_xy,
            center_sigma_px=1.0,
            scale=best.scale_inv_angstrom_per_px,
            scale_sigma=max(0.005, best.scale_sigma),
        )
        fitting = [
            c
            for c in find_candidates(on_best, spot_lattice, setup)
            if is_acceptable_fit(c, setup.verdict)
        ]
        if not fitting:
            break
        explained = fitting[0]
        found.append(explained)
    return tuple(found)
