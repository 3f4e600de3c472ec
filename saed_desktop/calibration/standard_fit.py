"""Scale and ellipse from the spots of a known crystal; what such a fit is."""

from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.errors import SaedError
from saed_desktop.indexing.setup import IndexingSetup
from saed_desktop.indexing.spot_indexing import index_spots
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.distortion import Ellipse, ellipse_of
from saed_desktop.pattern.prepare import PreparedPattern


class CalibrationFailedError(SaedError):
    """A pattern that cannot serve as a standard."""


@dataclass(frozen=True)
class PowderLineFit:
    """One ring or reflection with what the fit leaves.

    Parameters
    ----------
    radius_px
        Measured.
    deviation
        Measured over expected radius, minus 1.
    """

    label: str
    d_angstrom: float
    radius_px: float
    deviation: float


@dataclass(frozen=True)
class StandardFit:
    """Scale and ellipse fitted to a standard.

    Parameters
    ----------
    scale_inv_angstrom_per_px, relative_sigma
        The scale near the beam, the mean over all directions, with its standard uncertainty.
    ellipse
        The distortion that is left in the pattern.
    center_xy
        The beam as the rings or the crystal have it, in pixels.
    lines
        What was used.
    n_unmatched
        Rings or spots that the crystal does not explain.
    words
        What was found, in a sentence.
    radial_distortion
        How far the lenses move the outermost ring, relative to its radius: negative for barrel,
        positive for pincushion distortion. Spots of one crystal do not tell it.
    """

    scale_inv_angstrom_per_px: float
    relative_sigma: float
    ellipse: Ellipse
    center_xy: tuple[float, float]
    lines: tuple[PowderLineFit, ...]
    n_unmatched: int
    words: str
    radial_distortion: float = 0.0


def fit_crystal(prepared: PreparedPattern, phase: Phase) -> StandardFit:
    """Fit scale, ellipse and centre to the spots of a single crystal.

    Raises
    ------
    CalibrationFailedError
        If no orientation of the crystal explains the spots.
    """
    candidates = index_spots(_with_loose_scale(prepared), IndexingSetup((phase,))).candidates
    if not candidates or candidates[0].matched < 5:
        raise CalibrationFailedError(
            f"No orientation of {phase.name} explains the spots. Choose another standard."
        )
    best = candidates[0]
    used = np.flatnonzero(best.match.is_matched & (best.match.visible > 0.02))
    spots = prepared.diffracted
    ideal = (phase.lattice.g_vectors(best.match.hkl[used]) @ best.orientation.T)[:, :2]
    measured = spots.xy[best.match.spot[used]]
    matrix, center, residual = _affine(ideal, measured)
    scale = float(1 / np.sqrt(abs(np.linalg.det(matrix))))
    radius = np.hypot(*((measured - center) @ np.linalg.inv(matrix).T).T)
    length = np.hypot(*ideal.T)
    spread = float(np.sqrt(np.mean(residual**2)) * scale / np.sqrt(np.mean(length**2)))
    lines = tuple(
        PowderLineFit(
            plane_label(phase.lattice, best.match.hkl[i]),
            float(1 / q),
            float(np.hypot(*(xy - center))),
            float(r / q - 1),
        )
        for i, q, r, xy in zip(used, length, radius, measured, strict=True)
    )
    zone = best.zone_label
    total = best.matched + best.unexplained
    return StandardFit(
        scale_inv_angstrom_per_px=scale,
        relative_sigma=max(spread / np.sqrt(max(len(used) - 3, 1)), 0.001),
        ellipse=ellipse_of(matrix) if len(used) >= 8 else Ellipse(1.0),
        center_xy=(float(center[0]), float(center[1])),
        lines=tuple(sorted(lines, key=lambda line: -line.d_angstrom)),
        n_unmatched=best.unexplained,
        words=f"{phase.name} along {zone} explains {best.matched} of {total} spots.",
    )


def _with_loose_scale(prepared: PreparedPattern) -> PreparedPattern:
    """Return the pattern with its scale believed only roughly: it is what is looked for."""
    calibration = prepared.pattern.calibration
    scale = calibration.scale_inv_angstrom_per_px
    loose = Calibration.unknown()
    if scale is not None:
        loose = Calibration.known(scale, calibration.source, max(calibration.relative_sigma, 0.06))
    return replace(prepared, pattern=prepared.pattern.with_calibration(loose))


def _affine(ideal: FloatArray, measured: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the linear map (2, 2), the centre (2,) and the residuals (n,) of measured on ideal."""
    design = np.column_stack([ideal, np.ones(len(ideal))])
    keep = np.ones(len(ideal), dtype=bool)
    solution: FloatArray = np.zeros((3, 2))
    distance: FloatArray = np.zeros(len(ideal))
    for _ in range(3):
        solution = np.asarray(
            np.linalg.lstsq(design[keep], measured[keep], rcond=None)[0], dtype=np.float64
        )
        distance = np.hypot(*(measured - design @ solution).T)
        keep = distance <= max(3 * float(np.median(distance[keep])), 0.3)
    return solution[:2].T, solution[2], distance[keep]
