"""The zones of a crystal as the search index keeps them: a reduced lattice and its intensities.

A zone-axis pattern shows the plane of the reciprocal lattice across the beam. Its lattice is told
by the lengths of three vectors that add up to zero (the superbase of Selling: no two include less
than 90°); sorted, they change smoothly with the lattice, which two lengths and an angle do not.
Where most reflections of a plane are weak, what is seen is a coarser lattice; then that is kept as
well.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import wavelength_angstrom

ZoneArray = npt.NDArray[np.void]

SPAN = 3
LOG_STEP = 2e-4
"""Step of the logarithms of lengths, which are kept as 16-bit numbers."""
LEVEL_STEP = 0.04
"""Step of the logarithms of intensities; level 255 is the zone's strongest reflection."""
PRIOR_STEP, PRIOR_ZERO = 0.02, 60
MAX_ZONES, FEWEST_ZONES = 140, 24
USUAL_LENGTH, LONGEST = 6.0, 8.0
"""Zone axes are kept up to the usual length, relative to the mean spacing of the lattice; where
symmetry leaves only a few families of them, longer ones as well."""
_MAX_POINTS = 4000
_Q_MAX = 1.5
RELROD = 0.008
FORBIDDEN = -4.5
"""Log intensity, relative to the strongest, of what only double diffraction shows."""
_COARSER_BELOW = 0.01
"""A coarser lattice is what is seen if nothing between its points has this share of intensity."""


def _half_plane() -> IntArray:
    steps = np.arange(-SPAN, SPAN + 1)
    nodes = np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2)
    return nodes[(nodes[:, 1] > 0) | ((nodes[:, 1] == 0) & (nodes[:, 0] > 0))]


NODES = _half_plane()
"""Indices (24, 2) of the points whose intensities are kept: one of each pair ±."""

ZONE = np.dtype(
    [("q", "<i2", 3), ("hkl", "i1", (2, 3)), ("level", "u1", len(NODES)), ("prior", "u1")]
)
"""One row: log lengths of the superbase (1/Å), its first two vectors, intensities, log prior."""


def zones_of(phase: Phase, *, energy_kev: float = 200.0) -> ZoneArray:
    """Return the zones of a crystal as rows of the search index, shortest zone axes first.

    Parameters
    ----------
    phase
        The crystal.
    energy_kev
        For the curvature of the Ewald sphere in the intensities.
    """
    uvw, length = _zone_axes(phase)
    first, second, has_two = _plane_bases(phase, uvw)
    first, second, length = first[has_two], second[has_two], length[has_two]
    if len(first) == 0:
        return np.zeros(0, dtype=ZONE)
    intensity = _log_intensities(phase, first, second, energy_kev)
    primitive = phase.lattice.volume / len(phase.space_group.centring_vectors)
    prior = 1.5 * np.log(np.maximum(length / primitive ** (1 / 3), 0.5))
    parts = [_rows(phase, first, second, intensity, prior)]
    for matrix in _SUBLATTICES:
        between = ~_on_sublattice(matrix)
        strongest = intensity.max(axis=1)
        gap = intensity[:, between].max(axis=1) - strongest
        coarser = np.flatnonzero((gap < np.log(_COARSER_BELOW)) & np.isfinite(strongest))
        if len(coarser):
            a = first[coarser] * matrix[0, 0] + second[coarser] * matrix[0, 1]
            b = first[coarser] * matrix[1, 0] + second[coarser] * matrix[1, 1]
            a, b = _reduced(phase, a, b)
            # a vector beyond all that is computed is no lattice's that is seen
            shown = np.linalg.norm(phase.lattice.g_vectors(b), axis=1) <= _Q_MAX
            a, b, coarser = a[shown], b[shown], coarser[shown]
            levels = _log_intensities(phase, a, b, energy_kev)
            parts.append(_rows(phase, a, b, levels, prior[coarser]))
    return np.concatenate(parts)


_SUBLATTICES = [
    np.array(m)
    for m in (
        [[2, 0], [0, 1]], [[1, 0], [0, 2]], [[1, 1], [1, -1]], [[2, 0], [0, 2]],
        [[3, 0], [0, 1]], [[1, 0], [0, 3]], [[1, 1], [-1, 2]], [[1, -1], [1, 2]],
    )
]  # fmt: skip
"""Coarser lattices, of index 2, 4 and 3, by the basis they take from the finer one's."""


def _on_sublattice(matrix: IntArray) -> npt.NDArray[np.bool_]:
    coordinates = NODES @ np.linalg.inv(matrix)
    return np.asarray(np.abs(coordinates - np.round(coordinates)).max(axis=1) < 1e-6)


def _zone_axes(phase: Phase) -> tuple[IntArray, FloatArray]:
    """Return one uvw (n, 3) of each family of zone axes, and the lengths (n,), shortest first."""
    group, lattice = phase.space_group, phase.lattice
    primitive = lattice.volume / len(group.centring_vectors)
    longest = LONGEST * primitive ** (1 / 3)
    reciprocal = np.linalg.norm(lattice.reciprocal, axis=1)
    # a primitive translation may be a half or a third of the whole-number direction
    limits = np.minimum(np.floor(2 * longest * reciprocal).astype(int), 12)
    uvw = np.stack(np.meshgrid(*[np.arange(-n, n + 1) for n in limits], indexing="ij"), -1)
    uvw = uvw.reshape(-1, 3)[len(uvw.reshape(-1, 3)) // 2 + 1 :]
    uvw = uvw[np.gcd.reduce(uvw, axis=1) == 1]
    length = np.linalg.norm(lattice.directions(uvw), axis=1)
    translation = length / _divisors(uvw, group.centring_vectors)
    keep = np.flatnonzero(translation <= longest)
    keep = keep[np.argsort(np.round(translation[keep], 6), kind="stable")]
    # families are far fewer than directions; the shortest directions hold all that are kept
    keep = keep[: MAX_ZONES * len(group.laue_rotations)]
    uvw, length = uvw[keep], length[keep]
    weights = np.array([1_000_000, 1_000, 1])
    codes = (uvw @ np.swapaxes(group.laue_rotations, 1, 2)) @ weights
    _, representative = np.unique(codes.max(axis=0), return_index=True)
    representative = np.sort(representative)
    usual = int((translation[keep][representative] <= USUAL_LENGTH / LONGEST * longest).sum())
    representative = representative[: min(MAX_ZONES, max(FEWEST_ZONES, usual))]
    return uvw[representative], length[representative]


def _divisors(uvw: IntArray, centring: FloatArray) -> FloatArray:
    """Return by what each whole-number direction (n, 3) may be divided to be a translation."""
    divisor = np.ones(len(uvw))
    for n in (2, 3):
        off = uvw[:, None, :] / n - centring[None]
        is_translation = np.abs(off - np.round(off)).max(axis=2).min(axis=1) < 1e-6
        divisor[is_translation] = n
    return divisor


def _plane_bases(phase: Phase, uvw: IntArray) -> tuple[IntArray, IntArray, npt.NDArray[np.bool_]]:
    """Return the two shortest reciprocal vectors (n, 3) across directions, and where both are."""
    group, lattice = phase.space_group, phase.lattice
    volume = lattice.volume / len(group.centring_vectors)
    q_max = min(_Q_MAX, (_MAX_POINTS / (4.19 * volume)) ** (1 / 3))
    hkl = lattice.hkl_within(q_max)
    hkl = hkl[~group.centring_absent(hkl)]
    code = hkl @ np.array([1_000_000, 1_000, 1])
    hkl = hkl[code > 0]
    if len(hkl) == 0 or len(uvw) == 0:
        return hkl[:0], hkl[:0], np.zeros(0, dtype=bool)
    points = hkl.astype(np.float64)
    across = np.abs(points @ uvw.T) < 0.5
    first = np.argmax(across, axis=0)
    beside = np.cross(hkl[first], uvw).astype(np.float64)
    apart = across & (np.abs(points @ beside.T) > 0.5)
    second = np.argmax(apart, axis=0)
    return hkl[first], hkl[second], np.asarray(apart.any(axis=0))


def _reduced(phase: Phase, a: IntArray, b: IntArray) -> tuple[IntArray, IntArray]:
    """Return the shortest bases of the planes that pairs of hkl (n, 3) span (Lagrange-Gauss)."""
    a, b = a.copy(), b.copy()
    for _ in range(30):
        ga, gb = phase.lattice.g_vectors(a), phase.lattice.g_vectors(b)
        swap = (ga**2).sum(axis=1) > (gb**2).sum(axis=1) * (1 + 1e-12)
        a[swap], b[swap] = b[swap], a[swap]
        ga, gb = phase.lattice.g_vectors(a), phase.lattice.g_vectors(b)
        steps = np.round((ga * gb).sum(axis=1) / (ga**2).sum(axis=1) - 1e-9).astype(np.int64)
        if not steps.any() and not swap.any():
            break
        b -= steps[:, None] * a
    return a, b


def _log_intensities(
    phase: Phase, first: IntArray, second: IntArray, energy_kev: float
) -> FloatArray:
    """Return the log intensities (n, 24) of the points of planes; -inf where none is computed."""
    hkl = NODES[None, :, :1] * first[:, None] + NODES[None, :, 1:] * second[:, None]
    flat = hkl.reshape(-1, 3)
    q_squared = (phase.lattice.g_vectors(flat) ** 2).sum(axis=1)
    near = q_squared <= _Q_MAX**2
    distinct, owner = np.unique(flat[near], axis=0, return_inverse=True)
    absent = phase.space_group.absent(distinct)
    strength = np.full(len(distinct), -np.inf)
    with np.errstate(divide="ignore"):
        strength[~absent] = 2 * np.log(np.abs(phase.structure_factors(distinct[~absent])))
    strength -= strength.max(initial=-np.inf, where=np.isfinite(strength))
    strength = np.maximum(strength, -20.0)
    # by double diffraction, as the indexer expects them
    strength[absent] = FORBIDDEN
    values = np.full(len(flat), -np.inf)
    s = 0.5 * wavelength_angstrom(energy_kev) * q_squared[near]
    values[near] = strength[owner.ravel()] - np.log1p((s / RELROD) ** 2)
    return values.reshape(len(first), len(NODES))


def _rows(
    phase: Phase, first: IntArray, second: IntArray, intensity: FloatArray, prior: FloatArray
) -> ZoneArray:
    a, b = phase.lattice.g_vectors(first), phase.lattice.g_vectors(second)
    # a superbase has no acute angle
    turn = np.where((a * b).sum(axis=1) > 1e-9, -1, 1)
    q = np.linalg.norm(np.stack([a, b, a + turn[:, None] * b], axis=1), axis=2)
    rows = np.zeros(len(first), dtype=ZONE)
    rows["q"] = np.round(np.log(q) / LOG_STEP)
    relative = intensity - intensity.max(axis=1, keepdims=True)
    level = np.clip(np.nan_to_num(255 + relative / LEVEL_STEP, nan=0, neginf=0), 0, 255)
    # the sign of the second vector turns the half-plane's points into others
    swapped = np.where((turn < 0)[:, None], np.round(level)[:, _FLIP], np.round(level))
    rows["level"] = swapped
    rows["prior"] = np.clip(np.round(prior / PRIOR_STEP) + PRIOR_ZERO, 0, 255)
    rows["hkl"] = np.stack([first, turn[:, None] * second], axis=1)
    return rows[np.abs(np.stack([first, second])).max(axis=(0, 2)) <= 127]


@lru_cache(maxsize=1)
def node_numbers() -> dict[tuple[int, int], int]:
    """Return the place in `NODES` of every point within the span, both of a pair alike."""
    numbers = {}
    for i, (h, k) in enumerate(NODES.tolist()):
        numbers[h, k] = numbers[-h, -k] = i
    return numbers


_FLIP = np.array([node_numbers()[h, -k] for h, k in NODES.tolist()])
