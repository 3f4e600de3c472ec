"""Fits as candidates: their zone axis, its prior, and the reflections by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import own_direction
from saed_desktop.crystal.zone_axis import Indices, direction_label
from saed_desktop.indexing.solution import Candidate, Match
from saed_desktop.indexing.solving.fitting.refinement import RefinedOrientations
from saed_desktop.indexing.solving.naming.zone_axis_assignment import (
    Naming,
    agreed_naming,
    assign_zone_axis,
    beam_components,
)
from saed_desktop.indexing.solving.phase_table import PhaseTable

_FLAT_RAD = np.deg2rad(5.0)
"""A zone axis so near to the normal of a crystal's plates is that of plates that lie flat."""


@dataclass(frozen=True, eq=False)
class WeakSpots:
    """Weak spots that a crystal allows.

    Parameters
    ----------
    spot
        Which of the observation's spots (n,).
    cause
        What can put them there.
    gain
        What they add to the log likelihood, relative to chance.
    """

    spot: IntArray
    cause: str
    gain: float


def zones_shown(fits: RefinedOrientations) -> list[tuple[Indices, float]]:
    """Return the zone axis that each fit shows, and how far the beam is from it in degrees."""
    return [
        assign_zone_axis(
            fits.model.table.phase,
            fits.geometry.orientation[i],
            fits.model.table.points.hkl[fits.predicted.index[fits.matched(i)]],
        )
        for i in range(len(fits))
    ]


def log_zone_prior(table: PhaseTable, uvw: Indices, off_zone_deg: float) -> float:
    """Return the log prior of an orientation: people tilt to short zone axes, and plates lie flat.

    The share of patterns taken along a direction falls with the cube of its length, relative to
    the crystal's mean spacing; directions near none get that of an index-5 one. Along the normal
    of its plates a crystal is seen as it lies, however long that direction is.
    """
    phase = table.phase
    direction = phase.lattice.directions(uvw)
    length = float(np.linalg.norm(direction))
    primitive_volume = phase.lattice.volume / len(phase.space_group.centring_vectors)
    relative = max(length / primitive_volume ** (1 / 3), 0.5)
    normal = table.plate_normal
    if normal is not None and abs(direction @ normal) > np.cos(_FLAT_RAD) * length:
        relative = min(relative, 1.0)
    return float(-1.5 * np.log(relative) - 0.05 * min(off_zone_deg, 6.0) ** 2)


def candidate_of(
    fits: RefinedOrientations,
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
    fits, row
        Orientations of the crystal, and which of them.
    zone
        The zone axis that it shows, and how far the beam is from it in degrees.
    log_posterior
        What it is ranked by.
    weak
        Weak spots that it allows besides its reflections.
    naming
        The axes on which directions and reflections are named; the agreed ones by default.
    """
    table, observation, geometry = fits.model.table, fits.model.observation, fits.geometry
    shown = np.flatnonzero(fits.predicted.row == row)
    xy, index = fits.predicted.xy_px[shown], fits.predicted.index[shown]
    values = fits.predicted.log_intensity[shown]
    spot = fits.likelihood.spot[shown]
    visible = fits.likelihood.visible[shown]
    matched = spot >= 0
    scale = float(geometry.scale[row])
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
    center = np.array(observation.center_xy) + geometry.shift_px[row]
    axes = np.linalg.eigvalsh(geometry.affine[row])
    naming = naming or agreed_naming(table.phase, geometry.orientation[row], zone[0])
    first = naming.orientation @ table.phase.lattice.reciprocal[0]
    return Candidate(
        phase=table.phase.name,
        zone_axis=naming.zone_axis,
        zone_label=direction_label(table.phase.lattice, naming.zone_axis),
        off_zone_deg=zone[1],
        file_zone_axis=_in_file(table.phase, naming.zone_axis),
        beam_direction=beam_components(table.phase, naming.orientation, naming.zone_axis),
        beam_direction_sigma_deg=float(fits.tilt_sigma_deg[row]),
        distortion=geometry.affine[row],
        weak=tuple((observation.index[w.spot], w.cause) for w in weak),
        orientation=naming.orientation,
        score=score,
        log_likelihood=float(fits.log_likelihood[row]) + sum(w.gain for w in weak),
        log_posterior=log_posterior,
        matched=int(matched.sum()),
        unexplained=len(observation) - len(used),
        missing=int(((visible > 0.5) & ~matched).sum()),
        rms_residual_inv_angstrom=rms,
        scale_inv_angstrom_per_px=scale,
        scale_sigma=float(fits.scale_sigma[row]),
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
            residual_px=np.where(matched, fits.likelihood.distance_px[shown], np.nan),
        ),
    )


def _in_file(phase: Phase, uvw: Indices) -> Indices | None:
    """Return a direction on the axes of the phase's file; None where they are the phase's own."""
    return None if phase.own is None else own_direction(phase.own.to_conventional, uvw)
