"""A pattern indexed in an orientation that somebody gives: by two spots, or by a simulation."""

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.candidates import candidate_of, zones_shown
from saed_desktop.indexing.solving.fitting.refinement import (
    RefinedOrientations,
    refine_geometry,
    unrefined_orientations,
)
from saed_desktop.indexing.solving.fitting.spot_model import SpotModel
from saed_desktop.indexing.solving.fitting.tilt_refinement import refine_tilt
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.naming.zone_axis_assignment import Naming
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.simulation.orientation import rotation_about

TURN_STEP_DEG = 2.0


def candidate_in_orientation(
    prepared: PreparedPattern,
    phase: Phase,
    orientations: FloatArray,
    scale_inv_angstrom_per_px: float,
    *,
    refines_tilt: bool,
    keeps_axes: bool,
) -> Candidate:
    """Return a pattern indexed in the best of some orientations, refined on all spots.

    Parameters
    ----------
    prepared
        The pattern.
    phase
        The crystal.
    orientations
        Rotations (n, 3, 3) from the crystal to the laboratory frame.
    scale_inv_angstrom_per_px
        The scale to start from.
    refines_tilt
        Whether the beam may leave the direction that was given.
    keeps_axes
        Whether directions and reflections are named on the axes of the orientation that was
        given; on the agreed ones of its family otherwise.
    """
    observation = observe(prepared)
    q_max = 1.1 * observation.reach_px * scale_inv_angstrom_per_px
    model = SpotModel((phase_table(phase, float(np.ceil(10 * q_max) / 10)),), observation)
    geometry = Geometry.undistorted(orientations, scale_inv_angstrom_per_px)
    fits = _best(unrefined_orientations(model, geometry))
    if len(observation):
        fits = refine_geometry(fits)
        if refines_tilt:
            fits = _best(refine_tilt(fits))
    zone = zones_shown(fits)[0]
    own = fits.geometry.orientation[0]
    named = Naming(zone[0], own, np.eye(3, dtype=np.int64)) if keeps_axes else None
    return candidate_of(fits, 0, zone, float(fits.log_likelihood[0]), naming=named)


def _best(fits: RefinedOrientations) -> RefinedOrientations:
    return fits[np.array([int(np.argmax(fits.log_likelihood))])]


def turned_about_the_beam(orientation: FloatArray) -> FloatArray:
    """Return an orientation (3, 3) in all turns about the beam (n, 3, 3)."""
    angles = np.deg2rad(np.arange(0, 360, TURN_STEP_DEG))
    return np.stack([rotation_about([0, 0, 1], float(angle)) @ orientation for angle in angles])
