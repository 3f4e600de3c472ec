"""Find the orientations of a phase that explain the spots best."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import own_direction, setting_of
from saed_desktop.crystal.zone_axis import Indices, direction_label
from saed_desktop.indexing.solution import Candidate, Match
from saed_desktop.indexing.solving.axes import on_own_axes
from saed_desktop.indexing.solving.basis_pairs import (
    DEFAULT_SEARCH,
    BasisPair,
    OrientationHypotheses,
    OrientationSearchOptions,
    log_reach_prior,
    orientation_hypotheses,
    scale_range,
)
from saed_desktop.indexing.solving.likelihood import (
    DEFAULT_LIKELIHOOD,
    LikelihoodOptions,
    evaluate_likelihood,
    predict_reflections,
)
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import PhaseTable, phase_table
from saed_desktop.indexing.solving.refinement import (
    RefinedOrientations,
    refine_geometry,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.tilt_refinement import refine_tilt
from saed_desktop.indexing.solving.weak_spots import WeakSpots, weak_spots
from saed_desktop.indexing.solving.zone_axis_assignment import (
    Naming,
    agreed_naming,
    assign_zone_axis,
    beam_components,
)

_CHUNK = 256
_FEWEST_MATCHED = 3


def match_phase(
    phase: Phase,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    *,
    search: OrientationSearchOptions = DEFAULT_SEARCH,
    options: LikelihoodOptions = DEFAULT_LIKELIHOOD,
) -> list[Candidate]:
    """Return the best distinct orientations of a phase, best first; none where nothing fits.

    A crystal described with less symmetry than it has is indexed on its conventional axes, so
    that the description does not matter; the names are those of its own axes.

    Parameters
    ----------
    phase
        The crystal.
    observation
        The spots.
    basis_pairs
        Vectors to start from.
    search
        Thoroughness.
    options
        Constants of the likelihood.
    """
    if len(observation) < search.min_spots or not basis_pairs:
        return []
    setting = setting_of(phase)
    if setting is not None:
        found = match_phase(
            setting.conventional, observation, basis_pairs, search=search, options=options
        )
        return [on_own_axes(candidate, phase, setting) for candidate in found]
    table = phase_table(phase, q_max_of(observation, search))
    hypotheses = orientation_hypotheses(table, observation, basis_pairs, search)
    if len(hypotheses) == 0:
        return []
    first_guess = _first_likelihood(table, observation, hypotheses, options)
    order = np.argsort(-options.temper * first_guess - hypotheses.log_prior, kind="stable")
    chosen = _distinct(hypotheses.orientation, hypotheses.scale, order, search.n_refined)
    orientations = unrefined_orientations(table, observation, hypotheses[chosen], options)
    orientations = refine_geometry(table, observation, orientations, options)
    orientations = refine_tilt(table, observation, orientations, options)
    zones = zones_shown(table, orientations)
    weak = [weak_spots(table, observation, orientations, i, zone) for i, zone in enumerate(zones)]
    likelihood = orientations.log_likelihood + [sum(w.gain for w in one) for one in weak]
    value = options.temper * likelihood + orientations.log_prior
    value += [log_zone_prior(phase, uvw, off) for uvw, off in zones]
    if observation.scale is None:
        value += log_reach_prior(observation, orientations.scale, search)
    kept: list[Candidate] = []
    for i in np.argsort(-value, kind="stable"):
        candidate = candidate_of(
            table, observation, orientations, int(i), zones[i], float(value[i]), weak=weak[i]
        )
        if candidate.matched >= _FEWEST_MATCHED and not _says_the_same(candidate, kept):
            kept.append(candidate)
            if len(kept) == search.n_kept:
                break
    return kept


def q_max_of(observation: Observation, search: OrientationSearchOptions) -> float:
    """Return how far (1/Å) the reflections of a phase are needed for a pattern."""
    if observation.scale is not None:
        largest = observation.scale * np.exp(3 * min(observation.scale_sigma, 0.1))
    else:
        largest = scale_range(observation, search)[1]
    # in steps, so that patterns of one camera share their tables
    return float(np.ceil(10 * 1.05 * observation.reach_px * largest) / 10)


def _first_likelihood(
    table: PhaseTable,
    observation: Observation,
    hypotheses: OrientationHypotheses,
    options: LikelihoodOptions,
) -> FloatArray:
    parts = []
    for start in range(0, len(hypotheses), _CHUNK):
        part = hypotheses[slice(start, start + _CHUNK)]
        predicted = predict_reflections(
            table,
            observation,
            part.orientation,
            part.scale,
            affine=part.affine,
            shift_px=part.shift_px,
            options=options,
        )
        likelihood = evaluate_likelihood(
            observation,
            predicted,
            relative_sigma=np.where(part.is_exact, 0.008, 0.015),
            sigma_px=1.5,
            options=options,
        )
        parts.append(likelihood.log_likelihood)
    return np.concatenate(parts)


def _distinct(
    orientation: FloatArray, scale: FloatArray, order: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.intp]:
    """Return the first `count` of `order` that are not nearly the same as an earlier one."""
    order = order[:400]
    flat = orientation[order].reshape(-1, 9)
    half_turn = np.diag([-1.0, -1.0, 1.0])
    limit = 1 + 2 * np.cos(np.deg2rad(2.0))
    new = np.ones(len(order), dtype=bool)
    kept: list[int] = []
    while new.any() and len(kept) < count:
        i = int(order[np.argmax(new)])
        kept.append(i)
        # the trace of one rotation times the other's inverse is 1 + 2·cos of the angle between
        trace = np.maximum(
            flat @ orientation[i].ravel(), flat @ (half_turn @ orientation[i]).ravel()
        )
        new &= ~((trace > limit) & (np.abs(scale[order] / scale[i] - 1) < 0.02))
        new[order == i] = False
    return np.array(kept, dtype=np.intp)


def zones_shown(
    table: PhaseTable, orientations: RefinedOrientations
) -> list[tuple[Indices, float]]:
    """Return the zone axis that each fit shows, and how far the beam is from it in degrees."""
    return [
        assign_zone_axis(
            table.phase,
            orientations.orientation[i],
            table.points.hkl[orientations.predicted.index[orientations.matched(i)]],
        )
        for i in range(len(orientations))
    ]


def log_zone_prior(phase: Phase, uvw: Indices, off_zone_deg: float) -> float:
    """Return the log prior of an orientation: people tilt to short zone axes.

    The share of patterns taken along a direction falls with the cube of its length, relative to
    the crystal's mean spacing; directions near none get that of an index-5 one.
    """
    length = float(np.linalg.norm(phase.lattice.directions(uvw)))
    primitive_volume = phase.lattice.volume / len(phase.space_group.centring_vectors)
    relative = max(length / primitive_volume ** (1 / 3), 0.5)
    return float(-1.5 * np.log(relative) - 0.05 * min(off_zone_deg, 6.0) ** 2)


def candidate_of(
    table: PhaseTable,
    observation: Observation,
    orientations: RefinedOrientations,
    row: int,
    zone: tuple[Indices, float],
    log_posterior: float,
    *,
    weak: Sequence[WeakSpots] = (),
    naming: Naming | None = None,
) -> Candidate:
    """Return one fit as a candidate.

    Parameters
    ----------
    table, observation, orientations, row
        The crystal, the spots, and which of the fits.
    zone
        The zone axis that it shows, and how far the beam is from it in degrees.
    log_posterior
        What it is ranked by.
    weak
        Weak spots that it allows besides its reflections.
    naming
        The axes on which directions and reflections are named; the agreed ones by default.
    """
    shown = np.flatnonzero(orientations.predicted.row == row)
    xy, index = orientations.predicted.xy_px[shown], orientations.predicted.index[shown]
    values = orientations.predicted.log_intensity[shown]
    spot = orientations.likelihood.spot[shown]
    visible = orientations.likelihood.visible[shown]
    matched = spot >= 0
    scale = float(orientations.scale[row])
    own = np.unique(spot[matched])
    used = np.concatenate([own, *(w.spot for w in weak)])
    brightness = np.maximum(
        observation.log_intensity - observation.log_intensity.min(initial=0.0), 0.1
    )
    explained = float(brightness[used].sum() / brightness.sum()) if len(brightness) else 0.0
    found = float(visible[matched].sum() / max(visible.sum(), 1e-9))
    score = 2 * explained * found / max(explained + found, 1e-9)
    off_px = np.hypot(*(xy[matched] - observation.offsets_px[spot[matched]]).T)
    rms = float(np.sqrt(np.mean(off_px**2))) * scale if matched.any() else np.nan
    center = np.array(observation.center_xy) + orientations.shift_px[row]
    axes = np.linalg.eigvalsh(orientations.affine[row])
    naming = naming or agreed_naming(table.phase, orientations.orientation[row], zone[0])
    first = naming.orientation @ table.phase.lattice.reciprocal[0]
    return Candidate(
        phase=table.phase.name,
        zone_axis=naming.zone_axis,
        zone_label=direction_label(table.phase.lattice, naming.zone_axis),
        off_zone_deg=zone[1],
        file_zone_axis=_in_file(table.phase, naming.zone_axis),
        beam_direction=beam_components(table.phase, naming.orientation, naming.zone_axis),
        beam_direction_sigma_deg=float(orientations.tilt_sigma_deg[row]),
        distortion=orientations.affine[row],
        weak=tuple((observation.index[w.spot], w.cause) for w in weak),
        orientation=naming.orientation,
        score=score,
        log_likelihood=float(orientations.log_likelihood[row]) + sum(w.gain for w in weak),
        log_posterior=log_posterior,
        matched=int(matched.sum()),
        unexplained=len(observation) - len(used),
        missing=int(((visible > 0.5) & ~matched).sum()),
        rms_residual_inv_angstrom=rms,
        scale_inv_angstrom_per_px=scale,
        scale_sigma=float(orientations.scale_sigma[row]),
        ellipticity=float(axes[1] / axes[0] - 1),
        rotation_deg=float(np.rad2deg(np.arctan2(first[1], first[0]))),
        center_xy=(float(center[0]), float(center[1])),
        match=Match(
            hkl=table.points.hkl[index] @ naming.inverse_rotation,
            xy=xy + np.array(observation.center_xy),
            intensity=np.exp(values - values.max(initial=-np.inf)) if len(values) else values,
            visible=visible,
            spot=np.where(matched, observation.index[np.maximum(spot, 0)], -1),
            forbidden=table.points.absent[index],
            residual_px=np.where(matched, orientations.likelihood.distance_px[shown], np.nan),
        ),
    )


def _in_file(phase: Phase, uvw: Indices) -> Indices | None:
    """Return a direction on the axes of the phase's file; None where they are the phase's own."""
    return None if phase.own is None else own_direction(phase.own.to_conventional, uvw)


def _says_the_same(candidate: Candidate, better: Sequence[Candidate]) -> bool:
    """Tell whether one of several better candidates has the same zone axis and the same spots."""
    matched = _places(candidate)
    return any(
        other.zone_axis == candidate.zone_axis
        and len(matched & _places(other)) / max(len(matched), 1) > 0.5
        for other in better
    )


def _places(candidate: Candidate) -> set[tuple[float, ...]]:
    places = np.round(candidate.match.xy[candidate.match.is_matched], 0)
    return set(map(tuple, places.tolist()))
