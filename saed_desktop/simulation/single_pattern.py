"""One computed pattern as a person asks for it: a beam direction, a turn, a thickness."""

import re
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.errors import UsageError
from saed_desktop.simulation.bloch import BlochCalculator
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import beam_direction, orientation_of_zone

FAINTEST = 2e-5
"""Reflections fainter than this share of the strongest are not shown."""

FARTHEST_FROM_SPHERE = 0.05
"""In 1/Å: a little bent or tilted crystal shows what a perfect one would not."""


@dataclass(frozen=True)
class SimulationRequest:
    """A pattern to compute.

    Parameters
    ----------
    direction_uvw
        The beam's direction in the crystal, towards the viewer, as real components along a, b, c.
    in_plane_deg
        Turn of the pattern, clockwise as seen.
    tilt_deg, tilt_azimuth_deg
        Tilt off that direction, and the direction of the tilt axis in the image.
    thickness_angstrom, energy_kev
        Crystal thickness along the beam; electron energy.
    is_dynamical
        Bloch waves instead of kinematical intensities.
    q_max
        Largest distance from the beam in 1/Å.
    """

    direction_uvw: tuple[float, float, float]
    in_plane_deg: float = 0.0
    tilt_deg: float = 0.0
    tilt_azimuth_deg: float = 0.0
    thickness_angstrom: float = 500.0
    energy_kev: float = 200.0
    is_dynamical: bool = False
    q_max: float = 1.3


@dataclass(frozen=True, eq=False)
class SimulatedPattern:
    """Computed reflections, strongest first, without the direct beam.

    Parameters
    ----------
    hkl, labels
        Indices (n, 3) and what they are called.
    q_xy
        Positions (n, 2) in 1/Å from the beam, x to the right, y downwards.
    intensity
        (n,), the strongest has 1.
    beam_uvw
        The beam's direction as real components along a, b and c.
    """

    hkl: IntArray
    labels: tuple[str, ...]
    q_xy: FloatArray
    intensity: FloatArray
    beam_uvw: tuple[float, float, float]


def simulated_pattern(phase: Phase, request: SimulationRequest) -> SimulatedPattern:
    """Compute a pattern.

    Raises
    ------
    UsageError
        If the direction is none.
    """
    if not any(request.direction_uvw):
        raise UsageError("The beam needs a direction other than 0 0 0.")
    orientation = orientation_of_zone(
        phase.lattice,
        request.direction_uvw,
        in_plane_deg=request.in_plane_deg,
        tilt_deg=request.tilt_deg,
        tilt_azimuth_deg=request.tilt_azimuth_deg,
    )
    if request.is_dynamical:
        calculator = BlochCalculator(phase, energy_kev=request.energy_kev, q_max=request.q_max)
        dynamical = calculator.pattern(orientation, request.thickness_angstrom)
        # the direct beam comes first and is none of the reflections
        hkl, q_xy, intensity = dynamical.hkl[1:], dynamical.q_xy[1:], dynamical.intensity[0, 1:]
    else:
        kinematical = kinematical_reflections(
            reciprocal_points(phase, request.q_max),
            orientation,
            energy_kev=request.energy_kev,
            thickness_angstrom=request.thickness_angstrom,
            max_excitation_error=FARTHEST_FROM_SPHERE,
        )
        hkl, q_xy, intensity = kinematical.hkl, kinematical.q_xy, kinematical.intensity
    order = np.argsort(-intensity, kind="stable")
    strongest = float(intensity.max(initial=0.0)) or 1.0
    order = order[intensity[order] > FAINTEST * strongest]
    return SimulatedPattern(
        hkl=hkl[order],
        labels=tuple(plane_label(phase.lattice, row) for row in hkl[order]),
        q_xy=q_xy[order],
        intensity=intensity[order] / strongest,
        beam_uvw=_components(phase.lattice, orientation),
    )


def request_of_orientation(lattice: Lattice, orientation: FloatArray) -> SimulationRequest:
    """Return the direction and the turn that give an orientation (3, 3)."""
    direction = _components(lattice, orientation)
    upright = orientation_of_zone(lattice, direction)
    turn = orientation @ upright.T
    return SimulationRequest(direction, float(np.rad2deg(np.arctan2(turn[1, 0], turn[0, 0]))))


def parse_direction(text: str) -> tuple[float, float, float]:
    """Return the beam direction that a person typed: 110, [1 -1 0], 0001 or 1.02 0.98 0.1.

    Raises
    ------
    UsageError
        If it is no direction.
    """
    body = text.strip().strip("[]<>() ").replace("−", "-")
    if re.search(r"[\s;]", body):
        words = re.split(r"[\s;]+", body.replace(",", "."))
    else:
        words = re.findall(r"-?\d", body) if re.fullmatch(r"(?:-?\d)+", body) else body.split(",")
    try:
        numbers = [float(word) for word in words if word]
    except ValueError:
        numbers = []
    if len(numbers) == 4 and abs(numbers[0] + numbers[1] + numbers[2]) < 1e-6:
        # four-index direction UVTW on hexagonal axes
        u, v, t, w = numbers
        numbers = [u - t, v - t, w]
    if len(numbers) != 3 or not any(numbers) or not np.isfinite(numbers).all():
        raise UsageError(f"“{text}” is no direction. Type one such as 1 1 0 or 1.02 0.98 0.1.")
    return numbers[0], numbers[1], numbers[2]


def _components(lattice: Lattice, orientation: FloatArray) -> tuple[float, float, float]:
    """Return the beam in real components along a, b, c; the largest has the size 1."""
    components = beam_direction(orientation) @ np.linalg.inv(lattice.direct)
    components = components / np.abs(components).max()
    u, v, w = (float(value) for value in np.round(components, 6) + 0.0)
    return u, v, w
