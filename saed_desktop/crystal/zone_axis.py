"""Zone axes: which there are, what they are called, how far apart they lie."""

import re
from functools import lru_cache
from math import gcd

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase

Indices = tuple[int, int, int]


def reduced(uvw: npt.ArrayLike) -> Indices:
    """Return uvw divided by the greatest common divisor of its indices."""
    u, v, w = (int(x) for x in np.asarray(uvw))
    divisor = gcd(gcd(abs(u), abs(v)), abs(w)) or 1
    return u // divisor, v // divisor, w // divisor


def zone_axis_of(hkl_1: npt.ArrayLike, hkl_2: npt.ArrayLike) -> Indices:
    """Return the zone axis that two reflections share: the reduced cross product (Weiss law)."""
    return reduced(np.cross(np.asarray(hkl_1), np.asarray(hkl_2)))


def zone_axes(phase: Phase, *, max_index: int) -> list[Indices]:
    """Return one representative per family of zone axes with indices up to `max_index`.

    They come by rising length of the direct-lattice vector: short directions have dense zones
    and are met most often.
    """
    uvw = _primitive_directions(max_index)
    families: dict[Indices, float] = {}
    rotations = phase.space_group.laue_rotations
    seen: set[Indices] = set()
    for direction in uvw:
        key = (int(direction[0]), int(direction[1]), int(direction[2]))
        if key in seen:
            continue
        family = np.einsum("nij,j->ni", rotations, direction)
        seen.update((int(u), int(v), int(w)) for u, v, w in family)
        name = phase.space_group.canonical_uvw(direction)
        families[name] = float(np.linalg.norm(phase.lattice.directions(name)))
    return sorted(families, key=lambda name: (round(families[name], 6), name))


@lru_cache(maxsize=16)
def _primitive_directions(max_index: int) -> IntArray:
    """Return all uvw (n, 3) up to an index whose indices have no common divisor."""
    span = np.arange(-max_index, max_index + 1)
    uvw = np.stack(np.meshgrid(span, span, span, indexing="ij"), axis=-1).reshape(-1, 3)
    return np.asarray(uvw[np.gcd.reduce(uvw, axis=1) == 1])


def angle_deg(lattice: Lattice, uvw_1: npt.ArrayLike, uvw_2: npt.ArrayLike) -> float:
    """Return the angle between two directions in degrees."""
    first, second = lattice.directions(uvw_1), lattice.directions(uvw_2)
    cosine = first @ second / (np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))


def smallest_angle_deg(phase: Phase, uvw_1: npt.ArrayLike, uvw_2: npt.ArrayLike) -> float:
    """Return the smallest angle in degrees between any members of two families of directions."""
    fixed = phase.lattice.directions(uvw_1)
    family = phase.lattice.directions(phase.space_group.equivalent_uvw(uvw_2))
    cosines = family @ fixed / (np.linalg.norm(family, axis=1) * np.linalg.norm(fixed))
    return float(np.rad2deg(np.arccos(np.clip(cosines.max(), -1, 1))))


def nearest_zone_axis(
    phase: Phase, beam_direction: FloatArray, *, max_index: int = 5
) -> tuple[Indices, float]:
    """Return the zone axis nearest to a direction, and the angle between them in degrees.

    Low indices win over high ones that lie no more than half a degree nearer: a pattern 0.2° off
    [001] is called [001], not [1 0 40].

    Parameters
    ----------
    phase
        The crystal.
    beam_direction
        Cartesian direction (3,) in the crystal's frame.
    max_index
        The largest index considered.
    """
    uvw = _primitive_directions(max_index)
    vectors = phase.lattice.directions(uvw)
    length = np.linalg.norm(vectors, axis=1)
    cosine = vectors @ beam_direction / (length * np.linalg.norm(beam_direction))
    angles = np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))
    # a direction twice as long must be about half a degree nearer to be preferred
    cost = angles + 0.5 * np.log2(length / length.min())
    best = int(np.argmin(cost))
    return reduced(uvw[best]), float(angles[best])


def is_hexagonal(lattice: Lattice) -> bool:
    """Tell whether the axes are hexagonal, so that four-index symbols apply."""
    return (
        abs(lattice.a - lattice.b) < 1e-4 * lattice.a
        and abs(lattice.alpha_deg - 90) < 1e-3
        and abs(lattice.beta_deg - 90) < 1e-3
        and abs(lattice.gamma_deg - 120) < 1e-3
    )


def four_index_direction(uvw: npt.ArrayLike) -> tuple[int, int, int, int]:
    """Return the four-index (Weber) symbol UVTW of a direction on hexagonal axes."""
    u, v, w = (int(x) for x in np.asarray(uvw))
    symbol = np.array([2 * u - v, 2 * v - u, -(u + v), 3 * w])
    divisor = int(np.gcd.reduce(np.abs(symbol))) or 1
    big_u, big_v, big_t, big_w = (int(x) for x in symbol // divisor)
    return big_u, big_v, big_t, big_w


def direction_label(lattice: Lattice, uvw: npt.ArrayLike) -> str:
    """Return the name of a zone axis: [110], or [2-1-10] on hexagonal axes."""
    indices = four_index_direction(uvw) if is_hexagonal(lattice) else tuple(np.asarray(uvw))
    return f"[{_joined(indices)}]"


def plane_label(lattice: Lattice, hkl: npt.ArrayLike) -> str:
    """Return the name of a reflection: 111, or 10-10 on hexagonal axes."""
    h, k, el = (int(x) for x in np.asarray(hkl))
    return _joined((h, k, -(h + k), el) if is_hexagonal(lattice) else (h, k, el))


def _joined(indices: tuple[int, ...]) -> str:
    words = [str(int(i)) for i in indices]
    separator = " " if any(len(word.lstrip("-")) > 1 for word in words) else ""
    return separator.join(words)


def parse_zone_axis(text: str) -> Indices:
    """Return the three indices of a zone axis written as '110', '1 -1 0', '[2-1-10]' or '0,0,1'.

    Raises
    ------
    ValueError
        If the text holds neither three nor four indices.
    """
    body = text.strip().strip("[]<>() ")
    words = re.split(r"[\s,]+", body) if re.search(r"[\s,]", body) else re.findall(r"-?\d", body)
    numbers = [int(word) for word in words]
    if len(numbers) == 4:
        big_u, big_v, big_t, big_w = numbers
        if big_u + big_v + big_t != 0:
            raise ValueError(f"In the four-index direction {text} the first three must sum to 0.")
        return reduced((big_u - big_t, big_v - big_t, big_w))
    if len(numbers) != 3:
        raise ValueError(f"'{text}' is no zone axis.")
    return reduced(numbers)


__all__ = [
    "Indices",
    "IntArray",
    "angle_deg",
    "direction_label",
    "four_index_direction",
    "is_hexagonal",
    "nearest_zone_axis",
    "parse_zone_axis",
    "plane_label",
    "reduced",
    "smallest_angle_deg",
    "zone_axes",
    "zone_axis_of",
]
