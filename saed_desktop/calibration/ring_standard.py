"""Scale, ellipse and centre from the rings of a known material, in one step."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.calibration.standard_fit import (
    CalibrationFailedError,
    PowderLineFit,
    StandardFit,
)
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.rings.cell import RADIAL_DISTORTION
from saed_desktop.indexing.rings.match import RingCandidate, match_rings
from saed_desktop.indexing.rings.observation import RingObservation, observe_rings
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.pattern.rings.found import rings_about
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.simulation.powder import powder_lines

_LOOSE = 0.25
"""Headers are wrong by a third at times; a standard that needs more means something else."""
_LEAST_RINGS, _LEAST_BRIGHTNESS = 0.6, 0.6
_LARGEST_SPREAD = 0.012
_TRUSTED = 0.02
_BEYOND_DOUBT = 5.0


def fit_rings(prepared: PreparedPattern, phase: Phase) -> StandardFit:
    """Fit scale, ellipse and centre to the rings of a powder.

    Raises
    ------
    CalibrationFailedError
        If there are too few rings, if they are not the crystal's, or if a scale that is well
        known contradicts them.
    """
    measured = _rings(prepared)
    stated = prepared.pattern.calibration
    observed = observe_rings(measured, _loosened(stated))
    candidate = match_rings(powder_lines(phase), observed)
    if candidate is None or candidate.n_rings < 2:
        raise CalibrationFailedError(
            f"The rings do not fit {phase.name}: none of its lines lie on them. Choose another "
            "standard."
        )
    fits, weight = _line_fits(candidate, measured)
    _check_rings(candidate, observed, fits, phase)
    logs = np.log([1 / (f.d_angstrom * f.radius_px) for f in fits])
    scale, sigma, radial = _scale_and_distortion(
        logs, np.array([f.radius_px for f in fits]), weight
    )
    deviation = np.exp(np.log(scale) - logs) - 1
    _check_scale(scale, stated, phase)
    lines = tuple(
        PowderLineFit(f.label, f.d_angstrom, f.radius_px, float(off))
        for f, off in zip(fits, deviation, strict=True)
    )
    return StandardFit(
        scale_inv_angstrom_per_px=scale,
        relative_sigma=max(sigma, 0.001),
        ellipse=measured.geometry.ellipse,
        center_xy=measured.geometry.center_xy,
        lines=lines,
        n_unmatched=len(measured) - candidate.n_rings,
        words=f"{candidate.n_rings} of {len(measured)} rings are lines of {phase.name}.",
        radial_distortion=radial,
    )


def _scale_and_distortion(
    logs: FloatArray, radius_px: FloatArray, weight: FloatArray
) -> tuple[float, float, float]:
    """Return the scale near the beam, its relative uncertainty, and the radial distortion.

    Parameters
    ----------
    logs
        Logarithms of the scale by each ring (n,).
    radius_px, weight
        Their radii, and what each counts: one over the square of its relative uncertainty.
    """
    design = np.stack([np.ones(len(logs)), -((radius_px / radius_px.max()) ** 2)], axis=1)
    normal = (design * weight[:, None]).T @ design + np.diag([0.0, 1 / RADIAL_DISTORTION**2])
    solution = np.linalg.solve(normal, (design * weight[:, None]).T @ logs)
    misfit = float((weight * (logs - design @ solution) ** 2).sum()) / max(len(logs) - 1, 1)
    sigma = float(np.sqrt(np.linalg.inv(normal)[0, 0] * max(misfit, 1.0)))
    return float(np.exp(solution[0])), sigma, float(solution[1])


def _rings(prepared: PreparedPattern) -> MeasuredRings:
    measured = prepared.measured_rings
    if measured is None:
        image = np.ascontiguousarray(prepared.bright_image)
        measured = rings_about(image, prepared.mask.masked, prepared.center, is_centered=False)
    if measured is None or len(measured) < 2:
        raise CalibrationFailedError(
            "Fewer than two rings can be seen. Take a pattern with more rings, or choose a "
            "single crystal."
        )
    return measured


def _loosened(stated: Calibration) -> Calibration:
    if stated.scale_inv_angstrom_per_px is None:
        return stated
    sigma = max(stated.relative_sigma, _LOOSE)
    return Calibration.known(stated.scale_inv_angstrom_per_px, stated.source, sigma)


def _line_fits(
    candidate: RingCandidate, measured: MeasuredRings
) -> tuple[list[PowderLineFit], FloatArray]:
    """Return the rings with their lines, and the weight of each in the scale."""
    lines, fits, weights = candidate.lines, [], []
    for ring in np.flatnonzero(candidate.fit.explained > 0):
        on = np.flatnonzero(candidate.fit.line_ring[0] == ring)
        if not len(on):
            continue
        best = int(on[np.argmax(lines.intensity[on])])
        # a ring of several lines lies at their mean, which texture shifts
        mean = float(np.average(lines.q[on], weights=lines.intensity[on]))
        blur = 0.5 * float(np.ptp(lines.q[on])) / mean
        radius = float(measured.radius_px[ring])
        relative = np.hypot(measured.radius_sigma_px[ring] / radius, max(blur, 5e-4))
        fits.append(PowderLineFit(lines.label(best), 1 / mean, radius, 0.0))
        weights.append(1 / relative**2)
    return fits, np.array(weights)


def _check_rings(
    candidate: RingCandidate,
    observed: RingObservation,
    fits: list[PowderLineFit],
    phase: Phase,
) -> None:
    """Refuse a standard whose lines are not the rings."""
    bright = np.exp(observed.log_intensity)
    share = float((bright * (candidate.fit.explained > 0)).sum() / bright.sum())
    if candidate.n_rings < _LEAST_RINGS * len(observed) or share < _LEAST_BRIGHTNESS:
        raise CalibrationFailedError(
            f"The rings do not fit {phase.name}: {candidate.n_rings} of {len(observed)} rings lie "
            "where its lines would be. Choose another standard."
        )
    missing = sum(candidate.fit.missing)
    if missing > candidate.n_rings:
        raise CalibrationFailedError(
            f"The rings do not fit {phase.name}: {missing} of its lines should be seen and are "
            "not. Choose another standard."
        )
    logs = np.log([1 / (f.d_angstrom * f.radius_px) for f in fits])
    spread = float(np.std(logs))
    if spread > _LARGEST_SPREAD:
        raise CalibrationFailedError(
            f"The rings do not fit {phase.name}: they lie {100 * spread:.1f} % off its lines on "
            "average. Choose another standard."
        )


def _check_scale(scale: float, stated: Calibration, phase: Phase) -> None:
    """Refuse a standard that a well-known scale contradicts: another one has the same ratios."""
    known = stated.scale_inv_angstrom_per_px
    if known is None or stated.relative_sigma > _TRUSTED:
        return
    off = abs(float(np.log(scale / known)))
    if off > _BEYOND_DOUBT * stated.relative_sigma:
        raise CalibrationFailedError(
            f"The rings would fit {phase.name} only on a scale {100 * off:.1f} % off the one that "
            f"is known to ± {100 * stated.relative_sigma:.1f} %. Choose the material that they "
            "are of, or take that scale away first."
        )


@dataclass(frozen=True)
class RingAssignment:
    """Assignment of a pattern's rings to the lines of a crystal at the best scale.

    Parameters
    ----------
    scale_inv_angstrom_per_px
        The scale under which most rings are lines.
    n_matched
        How many of them are.
    spread
        Standard deviation of their relative distances from those lines.
    value
        Log likelihood; lines that should be seen and are not count against the crystal.
    """

    scale_inv_angstrom_per_px: float
    n_matched: int
    spread: float
    value: float


def ring_assignment(prepared: PreparedPattern, phase: Phase) -> RingAssignment:
    """Return how the rings fit a crystal at the scale that suits it best."""
    measured = _rings(prepared)
    observed = observe_rings(measured, Calibration.unknown())
    candidate = match_rings(powder_lines(phase), observed)
    if candidate is None or candidate.n_rings == 0:
        return RingAssignment(float("nan"), 0, float("inf"), float("-inf"))
    fits, _ = _line_fits(candidate, measured)
    logs = np.log([1 / (f.d_angstrom * f.radius_px) for f in fits])
    spread = float(np.std(logs)) if len(fits) > 1 else float("inf")
    return RingAssignment(
        float(np.exp(candidate.log_scale)), candidate.n_rings, spread, candidate.log_posterior
    )
