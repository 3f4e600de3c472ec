"""A crystal held against the spots of one pattern: what it would show, and how likely that is."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.solving.fitting.likelihood import (
    MatchTolerance,
    SpotLikelihood,
    evaluate_likelihood,
)
from saed_desktop.indexing.solving.fitting.prediction import (
    MAX_EXCITATION_ERROR,
    PredictedReflections,
    points_near_sphere,
)
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import PhaseTable
from saed_desktop.simulation.kinematical import excitation_error_at

RELROD = 0.008
"""Half width of a reflection along the beam, 1/Å."""

COMPRESSION = 0.65
"""Exponent on kinematical intensities: dynamical scattering evens them out."""

_FORBIDDEN_LOG_STRENGTH = -4.5
"""Log intensity, before compression, of reflections that only double diffraction shows."""


@dataclass(frozen=True, eq=False)
class SpotModel:
    """A phase and the spots that it is to explain.

    Parameters
    ----------
    table
        The phase.
    observation
        The spots.
    """

    table: PhaseTable
    observation: Observation

    def predict(
        self,
        geometry: Geometry,
        unexcited_forbidden: BoolArray | None = None,
        owner: IntArray | None = None,
    ) -> PredictedReflections:
        """Return what orientations of the phase would show on the detector.

        Parameters
        ----------
        geometry
            The orientations (b).
        unexcited_forbidden
            Points of the table (m, n) that cannot be seen, from `find_unexcited_forbidden`.
        owner
            Which of the m each orientation goes with (b,); each with its own by default.
        """
        points, observation = self.table.points, self.observation
        wavelength = wavelength_angstrom(observation.energy_kev)
        reach = 1.03 * observation.reach_px * geometry.scale
        row, point = points_near_sphere(self.table, geometry.orientation, reach, wavelength)
        # rows rise: what is one number for an orientation is repeated for each of its points
        count = np.bincount(row, minlength=len(geometry))
        g_x, g_y, g_z = points.g[point].T

        def along(direction: FloatArray) -> FloatArray:
            """Return the components (k,) of the points along a vector of each orientation."""
            a, b, c = (np.repeat(part, count) for part in direction.T)
            return np.asarray(a * g_x + b * g_y + c * g_z)

        height = along(geometry.orientation[:, 2])
        s = excitation_error_at(height, points.length[point], wavelength)
        to_pixels = geometry.affine / geometry.scale[:, None, None]
        axes = to_pixels @ geometry.orientation[:, :2]
        shift_x, shift_y = (np.repeat(part, count) for part in geometry.shift_px.T)
        xy = np.column_stack([along(axes[:, 0]) + shift_x, along(axes[:, 1]) + shift_y])
        in_view = np.abs(s) <= MAX_EXCITATION_ERROR
        in_view &= np.hypot(xy[:, 0], xy[:, 1]) <= observation.reach_px
        in_view &= observation.can_be_seen(xy)
        if unexcited_forbidden is not None:
            of_zone = row if owner is None else np.repeat(owner, count)
            in_view &= ~unexcited_forbidden[of_zone, point]
        row, point, s = row[in_view], point[in_view], s[in_view]
        strength = np.where(
            points.absent[point], _FORBIDDEN_LOG_STRENGTH, self.table.log_strength[point]
        )
        log_intensity = COMPRESSION * (strength - np.log1p((s / RELROD) ** 2))
        return PredictedReflections(len(geometry), row, point, xy[in_view], log_intensity)

    def find_unexcited_forbidden(self, predicted: PredictedReflections) -> BoolArray | None:
        """Return which forbidden points double diffraction cannot show; None if none is forbidden.

        It shows a forbidden reflection only where two allowed ones of the same zone add up to it:
        000l, l odd, of an hcp metal along ⟨11-20⟩, but not along ⟨10-10⟩; 200 of silicon along
        ⟨110⟩, but not along ⟨100⟩.

        Parameters
        ----------
        predicted
            What the orientations would show.

        Returns
        -------
        unexcited_forbidden
            For each orientation and point of the table (b, n).
        """
        points = self.table.points
        absent = np.flatnonzero(points.absent)
        if len(absent) == 0:
            return None
        # near the beam all reflections are of one zone
        near = np.hypot(*predicted.xy_px.T) < 0.7 * self.observation.reach_px
        near &= ~points.absent[predicted.index]
        code = points.hkl @ np.array([1_000_000, 1_000, 1])
        unexcited_forbidden = np.zeros((predicted.count, len(points.hkl)), dtype=bool)
        for row in range(predicted.count):
            shown = code[predicted.index[near & (predicted.row == row)]]
            sums = (shown[:, None] + shown[None, :]).ravel()
            unexcited_forbidden[row, absent] = ~np.isin(code[absent], sums)
        return unexcited_forbidden

    def evaluate(
        self, predicted: PredictedReflections, tolerance: MatchTolerance
    ) -> SpotLikelihood:
        """Return the likelihood of the spots under each orientation of a batch.

        Parameters
        ----------
        predicted
            What the orientations would show.
        tolerance
            How far spots may be from reflections.
        """
        return evaluate_likelihood(self.observation, predicted, tolerance)
