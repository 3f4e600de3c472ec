"""The answer to rings: which phases, how probable, and what is said of each ring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.rings.cell import least_grain_size, refined_cell
from saed_desktop.indexing.rings.match import match_rings
from saed_desktop.indexing.rings.mixture import Explanation, alone, explanations
from saed_desktop.indexing.rings.observation import RingObservation, observe_rings
from saed_desktop.indexing.rings.reasons import is_cubic, why_answer, why_halo, why_no_answer
from saed_desktop.indexing.rings.solution import RingLine, RingPhase, RingSolution
from saed_desktop.indexing.rings.verdict import DEFAULT_RING_VERDICT, RingVerdictOptions
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.results.reason import Reason
from saed_desktop.simulation.powder import powder_lines


def index_rings(
    measured: MeasuredRings,
    calibration: Calibration,
    phases: Sequence[Phase],
    *,
    priors: Mapping[str, float] | None = None,
    options: RingVerdictOptions = DEFAULT_RING_VERDICT,
) -> RingSolution:
    """Return which of the phases give the rings of a pattern.

    Parameters
    ----------
    measured
        The rings.
    calibration
        The scale, or that there is none.
    phases
        Candidates.
    priors
        Relative frequencies of phases that the user expects, 1 where not stated.
    options
        Constants of the decision.
    """
    observed = observe_rings(measured, calibration)
    needed = options.min_rings + (0 if observed.is_scaled else 1)
    if len(observed) < needed or not phases:
        return _without_answer(measured, calibration, why_no_answer(observed, None, 0.0))
    found = explanations(observed, [powder_lines(phase) for phase in phases])
    if not found:
        return _without_answer(measured, calibration, why_no_answer(observed, None, 0.0))
    weights = _weights(found, observed, priors or {}, options)
    probabilities = _main_phases(found, weights, observed, phases)
    ranked = sorted(probabilities, key=lambda name: -probabilities[name])
    best = next(e for e in found if _main(e, observed) == ranked[0])
    odds = options.log_odds(best, observed) + _log_many(found, weights, observed, options)
    in_candidates = float(1 / (1 + np.exp(-np.clip(odds, -50, 50))))
    if in_candidates < options.min_in_candidates or not _is_enough(best, observed, options):
        rescaled = _on_another_scale(observed, phases, options)
        reasons = why_no_answer(
            observed, rescaled or best, in_candidates, is_rescaled=bool(rescaled)
        )
        return _without_answer(measured, calibration, reasons, in_candidates)
    chosen = _set(ranked, probabilities, options.set_content)
    return _answer(
        measured, calibration, observed, best, _Odds(found, weights, probabilities, in_candidates),
        chosen,
    )  # fmt: skip


def explained_by(
    measured: MeasuredRings, calibration: Calibration, phase: Phase
) -> RingSolution | None:
    """Return what the rings are if one phase is there, None if it explains none of them."""
    observed = observe_rings(measured, calibration)
    match = match_rings(powder_lines(phase), observed)
    if match is None:
        return None
    single = alone(match)
    odds = _Odds([single], np.ones(1), {phase.name: 1.0}, 1.0)
    return _answer(measured, calibration, observed, single, odds, (phase.name,))


def halo_solution(measured: MeasuredRings, calibration: Calibration) -> RingSolution:
    """Return what is said of the halo of an amorphous material: where its maxima lie."""
    return _without_answer(measured, calibration, why_halo(measured, calibration))


@dataclass(frozen=True, eq=False)
class _Odds:
    """All explanations with their weights and what follows from them."""

    found: Sequence[Explanation]
    weights: FloatArray
    probabilities: Mapping[str, float]
    in_candidates: float

    def present(self, name: str) -> float:
        """Return the probability that a phase is there, as the main one or beside it."""
        with_it = np.array([name in e.names for e in self.found])
        return float(self.weights[with_it].sum() / self.weights.sum())


def _weights(
    found: Sequence[Explanation],
    observed: RingObservation,
    priors: Mapping[str, float],
    options: RingVerdictOptions,
) -> FloatArray:
    """Return the weight (n,) of each explanation, the best one's likelihood 1.

    The likelihood is tempered, what the stated scale says is not: it is one measurement.
    """
    top = max(e.log_posterior for e in found)
    off = np.zeros(len(found))
    if observed.is_scaled:
        scales = np.array([e.log_scales[0] for e in found])
        off = -0.5 * ((scales - observed.log_scale) / observed.scale_sigma) ** 2
    return np.array(
        [
            np.exp(options.temper * (e.log_posterior - top) + (1 - options.temper) * off[i])
            * np.prod([priors.get(name, 1.0) for name in e.names])
            for i, e in enumerate(found)
        ]
    )


def _log_many(
    found: Sequence[Explanation],
    weights: FloatArray,
    observed: RingObservation,
    options: RingVerdictOptions,
) -> float:
    """Return what the user's priors, and without a scale the number of ties, add to the odds."""
    alone = _weights(found, observed, {}, options).sum() if observed.is_scaled else 1.0
    return float(np.log(weights.sum() / alone))


def _brightness(explanation: Explanation, observed: RingObservation) -> FloatArray:
    """Return the brightness (phases,) of the rings that each phase explains."""
    bright = np.exp(observed.log_intensity) * (explanation.fit.explained > 0)
    return np.array([float((share * bright).sum()) for share in explanation.fit.share])


def _main(explanation: Explanation, observed: RingObservation) -> str:
    return explanation.names[int(np.argmax(_brightness(explanation, observed)))]


def _main_phases(
    found: Sequence[Explanation],
    weights: FloatArray,
    observed: RingObservation,
    phases: Sequence[Phase],
) -> dict[str, float]:
    total = {phase.name: 0.0 for phase in phases}
    for explanation, weight in zip(found, weights, strict=True):
        total[_main(explanation, observed)] += float(weight)
    whole = sum(total.values())
    return {name: value / whole for name, value in total.items()}


def _is_enough(best: Explanation, observed: RingObservation, options: RingVerdictOptions) -> bool:
    # the square root: a single bright ring of something else is not most of a pattern
    bright = np.exp(observed.log_intensity / 2)
    share = float((bright * (best.fit.explained > 0)).sum() / bright.sum())
    return (
        int((best.fit.explained > 0).sum()) >= options.min_rings and share > options.min_explained
    )


def _set(
    ranked: Sequence[str], probabilities: Mapping[str, float], content: float
) -> tuple[str, ...]:
    held, chosen = 0.0, []
    for name in ranked:
        chosen.append(name)
        held += probabilities[name]
        if held >= content:
            break
    return tuple(chosen)


def _on_another_scale(
    observed: RingObservation, phases: Sequence[Phase], options: RingVerdictOptions
) -> Explanation | None:
    """Return what explains the rings by ratios alone, as if the stated scale were wrong."""
    if not observed.is_scaled or len(observed) < options.min_rings + 2:
        return None
    free = observed.without_scale()
    found = explanations(free, [powder_lines(phase) for phase in phases])
    if not found:
        return None
    is_good = options.temper * (found[0].log_posterior - options.unknown(free)) > 2.0
    return found[0] if is_good and _is_enough(found[0], free, options) else None


def _without_answer(
    measured: MeasuredRings,
    calibration: Calibration,
    reasons: tuple[Reason, ...],
    in_candidates: float = 0.0,
) -> RingSolution:
    scale = calibration.scale_inv_angstrom_per_px
    sigma = calibration.relative_sigma if scale is not None else None
    lines = tuple(RingLine(*_spacing(measured, i, scale)) for i in range(len(measured)))
    return RingSolution(measured, lines, (), {}, in_candidates, (), scale, sigma, reasons)


def _spacing(
    measured: MeasuredRings, ring: int, scale: float | None
) -> tuple[float | None, float | None]:
    if scale is None:
        return None, None
    radius, sigma = measured.radius_px[ring], measured.radius_sigma_px[ring]
    d = float(1 / (scale * radius))
    return d, d * float(sigma / radius)


def _answer(
    measured: MeasuredRings,
    calibration: Calibration,
    observed: RingObservation,
    best: Explanation,
    odds: _Odds,
    chosen: tuple[str, ...],
) -> RingSolution:
    bright = _brightness(best, observed)
    order = [int(k) for k in np.argsort(-bright, kind="stable")]
    stated = calibration.scale_inv_angstrom_per_px
    scale = stated if stated is not None else float(np.exp(best.log_scales[order[0]]))
    sigma = calibration.relative_sigma if stated is not None else best.scale_sigma
    cells = {k: _cell(best, k, measured, scale, sigma) for k in order}
    described = tuple(
        _phase(best, k, measured, odds, bright, cells[k][1] if stated is not None else {}, scale)
        for k in order
    )
    lines = tuple(_line(best, i, measured, scale, {k: c[0] for k, c in cells.items()})
                  for i in range(len(measured)))  # fmt: skip
    return RingSolution(
        measured=measured,
        lines=lines,
        phases=described,
        probabilities=odds.probabilities,
        in_candidates=odds.in_candidates,
        prediction_set=chosen,
        scale_inv_angstrom_per_px=scale,
        scale_sigma=sigma,
        reasons=why_answer(
            described,
            lines,
            chosen,
            is_cubic=is_cubic(best.phases[order[0]].phase),
            is_scaled=stated is not None,
        ),
    )


def _strongest_line(best: Explanation, phase: int, ring: int) -> int | None:
    """Return the line of a phase that gives most of a ring."""
    on = np.flatnonzero(best.fit.line_ring[phase] == ring)
    if not len(on):
        return None
    return int(on[np.argmax(best.phases[phase].intensity[on])])


def _cell(
    best: Explanation, phase: int, measured: MeasuredRings, scale: float, sigma: float
) -> tuple[Lattice, dict[str, tuple[float, float]]]:
    """Refine a phase's cell on the rings that are mostly its own and of one line each."""
    lines = best.phases[phase]
    used = [
        (ring, line)
        for ring in range(len(measured))
        if best.fit.explained[ring] > 0
        and best.fit.share[phase][ring] > 0.6
        and (line := _strongest_line(best, phase, ring)) is not None
    ]
    if not used:
        return lines.phase.lattice, {}
    rings, chosen = np.array([r for r, _ in used]), np.array([j for _, j in used])
    # a ring of several lines lies at their mean, more or less: texture and widths shift it
    ring_lines = [np.flatnonzero(best.fit.line_ring[phase] == ring) for ring in rings]
    mean = np.array([np.average(lines.q[on], weights=lines.intensity[on]) for on in ring_lines])
    blend = 0.5 * np.array([np.ptp(lines.q[on]) for on in ring_lines]) / mean
    q = scale * measured.radius_px[rings] * lines.q[chosen] / mean
    own = np.hypot(measured.radius_sigma_px[rings] / measured.radius_px[rings], 0.001)
    own = np.hypot(own, blend)
    return refined_cell(lines.phase, lines.hkl[chosen], q, q * own, sigma)


def _phase(
    best: Explanation,
    phase: int,
    measured: MeasuredRings,
    odds: _Odds,
    bright: FloatArray,
    cell: dict[str, tuple[float, float]],
    scale: float,
) -> RingPhase:
    lines = best.phases[phase]
    mine = (best.fit.explained > 0) & (best.fit.share[phase] > 0.5)
    return RingPhase(
        phase=lines.phase.name,
        structure=structure_word(lines.phase),
        probability=odds.present(lines.phase.name),
        share=float(bright[phase] / max(bright.sum(), 1e-300)),
        n_rings=int(mine.sum()),
        n_missing=best.fit.missing[phase],
        cell=cell,
        grain_angstrom=least_grain_size(scale * measured.fwhm_px[mine], measured.intensity[mine]),
        fibre=lines.fibre,
    )


def _line(
    best: Explanation,
    ring: int,
    measured: MeasuredRings,
    scale: float,
    cells: Mapping[int, Lattice],
) -> RingLine:
    d, sigma = _spacing(measured, ring, scale)
    if best.fit.explained[ring] <= 0:
        return RingLine(d, sigma)
    shares = [share[ring] for share in best.fit.share]
    phase = int(np.argmax(shares))
    line = _strongest_line(best, phase, ring)
    if line is None:
        return RingLine(d, sigma)
    lines = best.phases[phase]
    hkl = lines.indices(line)
    return RingLine(
        d_angstrom=d,
        d_sigma_angstrom=sigma,
        phase=lines.phase.name,
        hkl=hkl,
        label=lines.label(line),
        d_computed_angstrom=float(cells[phase].d_spacings(np.array(hkl))),
    )


_BY_GROUP = {(225, 4): "fcc", (229, 2): "bcc", (194, 2): "hcp", (227, 8): "diamond"}


def structure_word(phase: Phase) -> str:
    """Return what sort of structure a phase has: fcc, bcc, hcp, diamond, or its space group."""
    # an alloy has several elements in one place
    places = {tuple(site.xyz) for site in phase.sites}
    positions = phase.n_atoms // max(len(phase.sites), 1)
    word = _BY_GROUP.get((phase.space_group.number, positions)) if len(places) == 1 else None
    return word or phase.space_group.symbol.split(":")[0].replace(" ", "")
