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
        g_x, g_y, g_z = (part.take(point) for part in self.table.g_xyz)
        to_pixels = geometry.affine / geometry.scale[:, None, None]
        axes = to_pixels @ geometry.orientation[:, :2]
        of_each = np.concatenate(
            [geometry.orientation[:, 2].T, axes[:, 0].T, axes[:, 1].T, geometry.shift_px.T]
        )
        along = np.repeat(of_each, count, axis=1)

        def component(first: int) -> FloatArray:
            """Return the components (k,) of the points along a vector of each orientation."""
            found = along[first] * g_x
            found += along[first + 1] * g_y
            found += along[first + 2] * g_z
            return found

        s = excitation_error_at(component(0), points.length.take(point), wavelength)
        x, y = component(3) + along[9], component(6) + along[10]
        in_view = np.abs(s) <= MAX_EXCITATION_ERROR
        in_view &= x * x + y * y <= observation.reach_px**2
        xy = np.column_stack([x, y])
        in_view &= observation.can_be_seen(xy)
        if unexcited_forbidden is not None:
            of_zone = row if owner is None else np.repeat(owner, count)
            in_view &= ~unexcited_forbidden[of_zone, point]
        shown = np.flatnonzero(in_view)
        row, point, s = row.take(shown), point.take(shown), s.take(shown)
        strength = np.where(
            points.absent.take(point), _FORBIDDEN_LOG_STRENGTH, self.table.log_strength.take(point)
        )
        log_intensity = COMPRESSION * (strength - np.log(1 + (s / RELROD) ** 2))
        return PredictedReflections(
            len(geometry), row, point, xy.take(shown, axis=0), log_intensity
        )

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
