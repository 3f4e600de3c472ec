"""Weights of the spots in the judge's answer: each is left out in turn, with its Friedel mate."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.by_judge import MOST_JUDGED, features_of_fits, judged_fits
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.evidence_parts import EvidenceParts, evidence_parts
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.fitting.likelihood import TEMPER
from saed_desktop.indexing.solving.observation import Observation, observe
from saed_desktop.network.judge import Judge
from saed_desktop.network.occlusion import MAX_GROUPS, SpotWeights, friedel_groups

_FEWEST_LEFT = 3


def judged_spot_weights(
    judge: Judge,
    view: View,
    phases: Sequence[Phase],
    *,
    first: str,
    second: str,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> SpotWeights | None:
    """Return by how much each spot speaks for one phase and against another.

    The fits stay as they are: what a spot weighs is its part in them. None where the judge was
    not asked about both.

    Parameters
    ----------
    judge
        The judge.
    view
        The pattern about one place of the beam, with the candidates of all phases.
    phases
        The crystals.
    first, second
        The two phases, by name.
    is_cancelled
        Asked between spots; what is known by then is returned.
    """
    observation = observe(view.prepared)
    fits = judged_fits(view, observation)[:MOST_JUDGED]
    by_phase = {fit.phase: fit for fit in fits}
    if first == second or first not in by_phase or second not in by_phase:
        return None
    # the best fit is what the others are held against
    chosen = [*dict.fromkeys((first, second, fits[0].phase))]
    by_name = {phase.name: phase for phase in phases}
    asked = _Asked(
        judge,
        view,
        [by_phase[name] for name in chosen],
        [by_name[name] for name in chosen],
        observation,
    )
    lead = asked.lead(np.zeros(len(observation), bool))
    members: list[tuple[int, float]] = []
    for group in friedel_groups(view.prepared)[:MAX_GROUPS]:
        if is_cancelled():
            break
        gone = np.isin(observation.index, group)
        if gone.any() and (~gone).sum() >= _FEWEST_LEFT:
            weight = lead - asked.lead(gone)
            members += [(spot, weight) for spot in group]
    index = np.array([spot for spot, _ in members], dtype=np.intp)
    return SpotWeights(
        spots_xy=view.prepared.diffracted.xy[index].reshape(-1, 2),
        spot=index,
        weight=np.array([weight for _, weight in members], dtype=np.float64),
        first=first,
        second=second,
        lead=lead,
        is_without_scale=False,
    )


class _Asked:
    """A few of a pattern's fits, of which the judge is asked again and again."""

    def __init__(
        self,
        judge: Judge,
        view: View,
        fits: Sequence[Candidate],
        phases: Sequence[Phase],
        observation: Observation,
    ) -> None:
        self._judge, self._view = judge, view
        self._fits, self._phases, self._observation = fits, phases, observation
        self._parts = [evidence_parts(fit, observation) for fit in fits]

    def lead(self, gone: BoolArray) -> float:
        """Return the log odds of the first over the second without some of the spots (n,)."""
        fits = [
            _without(fit, parts, self._observation, gone)
            for fit, parts in zip(self._fits, self._parts, strict=True)
        ]
        left = self._observation.without(gone)
        features = features_of_fits(fits, self._phases, left, self._view.prepared.spot_lattice)
        shares = self._judge.judge(
            features.values,
            features.behind,
            float(features.odds),
            is_scaled=left.scale is not None,
        ).shares
        return float(np.log(shares[0] / shares[1]))


def _without(
    fit: Candidate, parts: EvidenceParts, observation: Observation, gone: BoolArray
) -> Candidate:
    """Return a fit as if some of the spots (n,) had not been there; it is not fitted again."""
    if not gone.any():
        return fit
    match = fit.match
    lost = match.is_matched & np.isin(match.spot, observation.index[gone])
    spot = np.where(lost, -1, match.spot)
    change = float((parts.if_missing - parts.of_spot)[gone].sum())
    weak = tuple(
        (spots[~np.isin(spots, observation.index[gone])], cause) for spots, cause in fit.weak
    )
    matched = int((spot >= 0).sum())
    used = [spot[spot >= 0], *(spots for spots, _ in weak)]
    n_visible, n_found = match.visible.sum(), match.visible[spot >= 0].sum()
    if fit.twin is not None:
        twin = fit.twin.crystal.match
        used.append(twin.spot[twin.is_matched])
        n_visible += twin.visible.sum()
        n_found += twin.visible[twin.is_matched].sum()
    is_used = np.isin(observation.index, np.concatenate(used)) & ~gone
    explained = _bright_share(observation.log_intensity, is_used, gone)
    found = float(n_found / max(n_visible, 1e-9))
    return replace(
        fit,
        match=replace(match, spot=spot, residual_px=np.where(lost, np.nan, match.residual_px)),
        weak=weak,
        score=2 * explained * found / max(explained + found, 1e-9),
        log_likelihood=fit.log_likelihood + change,
        log_posterior=fit.log_posterior + TEMPER * change,
        matched=matched,
        unexplained=int((~is_used & ~gone).sum()),
        missing=int(((match.visible > 0.5) & (spot < 0)).sum()),
    )


def _bright_share(log_intensity: FloatArray, used: BoolArray, gone: BoolArray) -> float:
    """Return the share of the brightness of the spots left that is explained."""
    brightness = np.maximum(log_intensity - log_intensity[~gone].min(initial=np.inf), 0.1)
    return float(brightness[used].sum() / max(float(brightness[~gone].sum()), 1e-9))
