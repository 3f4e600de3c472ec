"""Crystals held against the spots of one pattern: what they would show, and how likely that is."""

from dataclasses import dataclass
from functools import cached_property

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
    PointsNearSphere,
    PredictedReflections,
    points_near_sphere,
)
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.joint_table import JointTable, joint_table
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import LENT_LOG_STRENGTH, PhaseTable
from saed_desktop.simulation.kinematical import excitation_error_at

RELROD = 0.008
"""Half width of a reflection along the beam, 1/Å."""

_REACH = 1.03
"""Largest distance that is searched, relative to the outermost spots: distortion moves them."""

COMPRESSION = 0.5
"""Exponent on kinematical intensities: dynamical scattering evens them out."""


SingleScattering = tuple[BoolArray, ...]
"""For each orientation of a batch, whether a point of its phase is weak and is lent nothing."""


@dataclass(frozen=True, eq=False)
class SpotModel:
    """Phases, most often one, and the spots that they are to explain.

    Points of a batch are numbered through the tables of all phases.

    Parameters
    ----------
    tables
        The phases.
    observation
        The spots.
    """

    tables: tuple[PhaseTable, ...]
    observation: Observation

    @property
    def table(self) -> PhaseTable:
        """The only phase."""
        (table,) = self.tables
        return table

    @cached_property
    def joint(self) -> JointTable:
        """The tables as one."""
        return joint_table(self.tables)

    def predict(
        self,
        geometry: Geometry,
        single_scattering: SingleScattering | None = None,
        owner: IntArray | None = None,
        near: PointsNearSphere | None = None,
    ) -> PredictedReflections:
        """Return what orientations of the phase would show on the detector.

        Parameters
        ----------
        geometry
            The orientations (b).
        single_scattering
            For each of m orientations, from `find_single_scattering`; points that symmetry forbids
            as well cannot be seen.
        owner
            Which of the m each orientation goes with (b,); each with its own by default.
        near
            The points near the sphere where they are known, from `near_sphere`.
        """
        joint, observation = self.joint, self.observation
        wavelength = wavelength_angstrom(observation.energy_kev)
        reach = _REACH * observation.reach_px * geometry.scale
        if near is None or (near.reach < reach).any():
            near = self.near_sphere(geometry)
        row, point = near.row, near.point
        if (near.reach > reach).any():
            within = np.flatnonzero(
                joint.length.take(point) <= np.repeat(reach, np.bincount(row, minlength=len(reach)))
            )
            row, point = row.take(within), point.take(within)
        # rows rise: what is one number for an orientation is repeated for each of its points
        count = np.bincount(row, minlength=len(geometry))
        g_x, g_y, g_z = (part.take(point) for part in joint.g_xyz)
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

        s = excitation_error_at(component(0), joint.length.take(point), wavelength)
        x, y = component(3) + along[9], component(6) + along[10]
        in_view = np.abs(s) <= MAX_EXCITATION_ERROR
        in_view &= x * x + y * y <= observation.reach_px**2
        xy = np.column_stack([x, y])
        in_view &= observation.can_be_seen(xy)
        if single_scattering is not None:
            alone = self._alone(single_scattering, owner, geometry.phase, count, point)
            in_view &= ~(alone & joint.absent.take(point))
        shown = np.flatnonzero(in_view)
        row, point, s = row.take(shown), point.take(shown), s.take(shown)
        own = joint.log_strength.take(point)
        if single_scattering is None:
            strength = np.where(joint.absent.take(point), LENT_LOG_STRENGTH, own)
        else:
            strength = np.where(alone.take(shown), own, joint.lent_log_strength.take(point))
        log_intensity = COMPRESSION * (strength - np.log(1 + (s / RELROD) ** 2))
        return PredictedReflections(
            len(geometry), row, point, xy.take(shown, axis=0), log_intensity
        )

    def near_sphere(self, geometry: Geometry, margin: float = 1.0) -> PointsNearSphere:
        """Return the points near the Ewald sphere.

        Parameters
        ----------
        geometry
            The orientations (b).
        margin
            Growth of the scales up to which the points are complete.
        """
        reach = margin * _REACH * self.observation.reach_px * geometry.scale
        wavelength = wavelength_angstrom(self.observation.energy_kev)
        rows, points = [], []
        for which, run in self.joint.runs(geometry.phase, len(geometry)):
            row, point = points_near_sphere(
                self.tables[which], geometry.orientation[run], reach[run], wavelength
            )
            rows.append(row + run.start)
            points.append(point + self.joint.first_point[which])
        if len(rows) == 1:
            return PointsNearSphere(rows[0], points[0], reach)
        return PointsNearSphere(np.concatenate(rows), np.concatenate(points), reach)

    def _alone(
        self,
        single_scattering: SingleScattering,
        owner: IntArray | None,
        phase: IntArray | None,
        count: IntArray,
        point: IntArray,
    ) -> BoolArray:
        """Return what `single_scattering` says of points (k,), so many of each orientation (b,)."""
        start = np.cumsum([0, *map(len, single_scattering)])[:-1]
        if owner is not None:
            start = start[owner]
        if phase is not None:
            start = start - self.joint.first_point[phase]
        return np.concatenate(single_scattering).take(np.repeat(start, count) + point)

    def find_single_scattering(
        self, predicted: PredictedReflections, phase: IntArray | None = None
    ) -> SingleScattering | None:
        """Return the weak points that multiple scattering lends nothing; None if none is weak.

        It shows a weak or forbidden reflection only where two strong ones of the same zone add up
        to it: 000l, l odd, of an hcp metal along ⟨11-20⟩, but not along ⟨10-10⟩; 200 of silicon
        along ⟨110⟩, but not along ⟨100⟩; and never a superstructure's.

        Parameters
        ----------
        predicted
            What the orientations would show.
        phase
            Which of the phases each is of (b,), None where there is only one.

        Returns
        -------
        single_scattering
            For each orientation, whether each point of its own phase's table is one.
        """
        joint = self.joint
        if not joint.has_weak:
            return None
        # near the beam all reflections are of one zone
        near = np.hypot(*predicted.xy_px.T) < 0.7 * self.observation.reach_px
        near &= joint.is_strong[predicted.index]
        strong = np.split(
            predicted.index[near],
            np.cumsum(np.bincount(predicted.row[near], minlength=predicted.count))[:-1],
        )
        found = []
        for row, of_row in enumerate(strong):
            which = 0 if phase is None else int(phase[row])
            found.append(self.tables[which].without_path(of_row - joint.first_point[which]))
        return tuple(found)

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
        return evaluate_likelihood(self.observation, predicted, tolerance, len(self.tables))
