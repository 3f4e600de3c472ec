"""Images of kinematical patterns whose phase and zone axis are known, and their answers."""

import numpy as np

from saed_desktop.crystal.cif import read_phases
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.drawing import spot

SCALE = 0.0042
CENTER = (402.6, 395.2)
NINE = read_phases(resources_dir() / "phases")
BY_NAME = {phase.name: phase for phase in NINE}


def draw(phase, orientation, *, scale=SCALE, ellipse=0.0, seed=0, side=800):
    """An image of a kinematical pattern with background, noise and the direct beam."""
    rng = np.random.default_rng(seed)
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.35), orientation, thickness_angstrom=250
    )
    rows, columns = np.mgrid[:side, :side].astype(float)
    radius = np.hypot(columns - CENTER[0], rows - CENTER[1])
    image = 12 + 90 / (1 + (radius / 70) ** 2)
    spot(image, *CENTER, 9000, sigma=5)
    stretch = np.array([[1 + ellipse / 2, 0], [0, 1 - ellipse / 2]])
    strongest = shown.intensity[0]
    for q, intensity in zip(shown.q_xy, shown.intensity, strict=True):
        height = 2500 * (intensity / strongest) ** 0.7
        x, y = np.array(CENTER) + stretch @ q / scale
        if height > 6 and 5 < x < side - 5 and 5 < y < side - 5:
            spot(
                image[max(0, int(y) - 12) : int(y) + 13, max(0, int(x) - 12) : int(x) + 13],
                x - max(0, int(x) - 12),
                y - max(0, int(y) - 12),
                height,
            )
    return rng.poisson(image).astype(np.float32)


def solve(phase_name, uvw, *, known=True, phases=NINE, **options):
    phase = BY_NAME[phase_name]
    orientation = orientation_of_zone(phase.lattice, uvw, in_plane_deg=23.0, tilt_deg=0.3)
    image = draw(phase, orientation, **options)
    calibration = (
        Calibration.known(SCALE, ScaleSource.USER, 0.02) if known else Calibration.unknown()
    )
    return index_pattern(Pattern(image, calibration, 200.0), IndexingSetup(phases)), orientation
