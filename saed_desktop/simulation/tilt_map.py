"""Zone axes and Kikuchi bands of a crystal in the tilts of a goniometer.

Everything is kept as directions in the specimen at zero tilts, so that a drawing may show tilts,
or a stereographic projection, of the same map.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, direction_label, plane_label, reduced
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.simulation.kinematical import reciprocal_points

MOST_BANDS = 36
MOST_AXES = 160
BAND_Q_MAX = 0.9
"""Reflections up to this length (1/Å) have bands."""


@dataclass(frozen=True, eq=False)
class MapAxis:
    """A zone axis, the end that looks towards the viewer.

    Parameters
    ----------
    uvw, label
        Its indices and name.
    direction
        Unit vector (3,) in the specimen at zero tilts.
    weight
        How important it is, 1 for the shortest direction, less for longer ones.
    """

    uvw: Indices
    label: str
    direction: FloatArray
    weight: float


@dataclass(frozen=True, eq=False)
class MapBand:
    """A Kikuchi band: the directions less than the Bragg angle off a set of planes.

    Parameters
    ----------
    label
        Name of the reflection.
    normal
        Unit vector (3,) of its planes in the specimen at zero tilts.
    bragg_rad
        Half the band's width.
    strength
        Structure factor, the strongest 1.
    """

    label: str
    normal: FloatArray
    bragg_rad: float
    strength: float

    def edges(self, n_points: int = 241) -> tuple[FloatArray, FloatArray]:
        """Return both edges of the band as closed lines (n, 3) of directions."""
        helper = np.eye(3)[int(np.argmin(np.abs(self.normal)))]
        across = np.cross(self.normal, helper)
        across /= np.linalg.norm(across)
        along = np.cross(self.normal, across)
        turn = np.linspace(0, 2 * np.pi, n_points)[:, None]
        circle = np.cos(turn) * across + np.sin(turn) * along
        sine, cosine = np.sin(self.bragg_rad), np.cos(self.bragg_rad)
        return cosine * circle + sine * self.normal, cosine * circle - sine * self.normal


@dataclass(frozen=True, eq=False)
class TiltMap:
    """Zone axes, most important first, and Kikuchi bands, strongest first."""

    axes: tuple[MapAxis, ...]
    bands: tuple[MapBand, ...]


def tilt_map(
    phase: Phase, at_zero: FloatArray, *, energy_kev: float = 200.0, max_index: int = 4
) -> TiltMap:
    """Return what a crystal shows in all directions.

    Parameters
    ----------
    phase
        The crystal.
    at_zero
        Its orientation (3, 3) at zero tilts.
    energy_kev
        Electron energy, which decides how wide the bands are.
    max_index
        Zone axes have indices up to this.
    """
    return TiltMap(_axes(phase, at_zero, max_index), _bands(phase, at_zero, energy_kev))


def _axes(phase: Phase, at_zero: FloatArray, max_index: int) -> tuple[MapAxis, ...]:
    span = np.arange(-max_index, max_index + 1)
    uvw = np.stack(np.meshgrid(span, span, span, indexing="ij"), axis=-1).reshape(-1, 3)
    uvw = uvw[np.gcd.reduce(uvw, axis=1) == 1]
    vectors = phase.lattice.directions(uvw)
    # a centred cell has shorter vectors along some directions, hence denser zones
    length = np.linalg.norm(vectors, axis=1) / _points_along(phase, uvw)
    directions = vectors / np.linalg.norm(vectors, axis=1)[:, None] @ at_zero.T
    front = np.flatnonzero(directions[:, 2] < 0)
    order = front[np.lexsort((directions[front, 0], np.round(length[front], 6)))][:MOST_AXES]
    shortest = float(length.min())
    return tuple(
        MapAxis(
            reduced(uvw[i]),
            direction_label(phase.lattice, uvw[i]),
            directions[i],
            shortest / float(length[i]),
        )
        for i in order
    )


def _points_along(phase: Phase, uvw: npt.NDArray[np.int64]) -> FloatArray:
    """Return how many lattice points (n,) lie between 0 and uvw (n, 3), the latter included."""
    points = np.ones(len(uvw))
    for parts in (2, 3, 4, 6):
        shift = uvw[:, None, :] / parts - phase.space_group.centring_vectors[None]
        is_point = np.any(np.all(np.abs(shift - np.round(shift)) < 1e-6, axis=2), axis=1)
        points[is_point] = parts
    return points


def _bands(phase: Phase, at_zero: FloatArray, energy_kev: float) -> tuple[MapBand, ...]:
    points = reciprocal_points(phase, BAND_Q_MAX)
    strength = points.amplitude
    order = np.argsort(-strength, kind="stable")
    wavelength = wavelength_angstrom(energy_kev)
    seen: set[Indices] = set()
    bands: list[MapBand] = []
    for i in order:
        planes = reduced(points.hkl[i])
        opposite = reduced(-points.hkl[i])
        # of the orders of one set of planes the strongest is drawn
        if planes in seen or opposite in seen:
            continue
        seen.add(planes)
        normal = points.g[i] @ at_zero.T / points.length[i]
        bands.append(
            MapBand(
                plane_label(phase.lattice, points.hkl[i]),
                normal,
                float(np.arcsin(min(1.0, 0.5 * wavelength * float(points.length[i])))),
                float(strength[i] / strength[order[0]]),
            )
        )
        if len(bands) == MOST_BANDS:
            break
    return tuple(bands)
