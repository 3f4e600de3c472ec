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
from saed_desktop.indexing.solving.phase_table import LENT_LOG_STRENGTH, PhaseTable
from saed_desktop.simulation.kinematical import excitation_error_at

RELROD = 0.008
"""Half width of a reflection along the beam, 1/Å."""

COMPRESSION = 0.5
"""Exponent on kinematical intensities: dynamical scattering evens them out."""


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
        single_scattering: BoolArray | None = None,
        owner: IntArray | None = None,
    ) -> PredictedReflections:
        """Return what orientations of the phase would show on the detector.

        Parameters
        ----------
        geometry
            The orientations (b).
        single_scattering
            Weak points of the table (m, n) that multiple scattering lends nothing, from
            `find_single_scattering`; those that symmetry forbids cannot be seen.
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
        axes = geometry.affine / geometry.scale[:, None, None] @ geometry.orientation[:, :2]
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
        table = self.table
        if single_scattering is not None:
            of_zone = row if owner is None else np.repeat(owner, count)
            alone = single_scattering[of_zone, point]
            in_view &= ~(alone & points.absent.take(point))
        shown = np.flatnonzero(in_view)
        row, point, s = row.take(shown), point.take(shown), s.take(shown)
        own = table.log_strength.take(point)
        if single_scattering is None:
            strength = np.where(points.absent.take(point), LENT_LOG_STRENGTH, own)
        else:
            strength = np.where(alone.take(shown), own, table.lent_log_strength.take(point))
        log_intensity = COMPRESSION * (strength - np.log(1 + (s / RELROD) ** 2))
        return PredictedReflections(
            len(geometry), row, point, xy.take(shown, axis=0), log_intensity
        )

    def find_single_scattering(self, predicted: PredictedReflections) -> BoolArray | None:
        """Return the weak points that multiple scattering lends nothing; None if none is weak.

        It shows a weak or forbidden reflection only where two strong ones of the same zone add up
        to it: 000l, l odd, of an hcp metal along ⟨11-20⟩, but not along ⟨10-10⟩; 200 of silicon
        along ⟨110⟩, but not along ⟨100⟩; and never a superstructure's.

        Parameters
        ----------
        predicted
            What the orientations would show.

        Returns
        -------
        single_scattering
            For each orientation and point of the table (b, n).
        """
        table = self.table
        if len(table.weak) == 0:
            return None
        # near the beam all reflections are of one zone
        near = np.hypot(*predicted.xy_px.T) < 0.7 * self.observation.reach_px
        near &= table.is_strong[predicted.index]
        return np.array(
            [
                table.without_path(predicted.index[near & (predicted.row == row)])
                for row in range(predicted.count)
            ]
        )

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
