"""A zone's lattice as the numbers that the lattice statistics read."""

import numpy as np

from saed_desktop.arrays import BoolArray, Float32Array, FloatArray, IntArray
from saed_desktop.indexing.lattice.cubic_zones import CENTRINGS, cubic_zones
from saed_desktop.indexing.lattice.zone_lattice import ZoneLattice

FEATURES = (
    "scale known", "log scale sigma", "log first", "log second", "log area",
    "log second over first", "log third over second", "cosine", "log shape sigma",
    "right angle", "first two equal", "last two equal", "square", "hexagonal",
    "off right angle", "off first two equal", "off last two equal",
    *(f"cubic {c}" for c in CENTRINGS), *(f"cubic {c} log edge" for c in CENTRINGS),
    *(f"{name} {what}" for name in ("mirror along axes", "mirror along diagonals", "fourfold",
      "threefold") for what in ("applies", "differs")),
    "friedel differs", "friedel seen",
    *(f"parity {p}" for p in ("10", "01", "11")), *(f"parity {p} seen" for p in ("10", "01", "11")),
    *(f"axis {i}" for i in range(4)), *(f"axis {i} seen" for i in range(4)),
    "log nodes", "share seen", "spread",
)  # fmt: skip

_WIDEST_Z = 6.0
_STRONGEST = 4.0
_IDENTITY = np.eye(2, dtype=np.int64)
_MIRROR_AXES = np.array([[-1, 0], [0, 1]])
_SWAP_FIRST = np.array([[0, 1], [1, 0]])
_SWAP_LAST = np.array([[1, 0], [-1, -1]])
_FOURFOLD = np.array([[0, 1], [-1, 0]])
_THREEFOLD = np.array([[0, 1], [-1, -1]])


def lattice_features(zone: ZoneLattice) -> Float32Array:
    """Return the features of a zone's lattice, in the order of `FEATURES`.

    Parameters
    ----------
    zone
        The lattice with its nodes.
    """
    one, two, three = np.log(zone.lengths_px)
    first, second = zone.basis_px
    cosine = float(first @ second / np.exp(one + two))
    sigma = zone.shape_sigma
    z_right, z_first, z_last = cosine / sigma, (two - one) / sigma, (three - two) / sigma
    right, equal, last = _near(z_right), _near(z_first), _near(z_last)
    square, hexagonal = right * equal, equal * last
    values = [
        *_of_size(zone),
        two - one,
        three - two,
        cosine,
        np.log(sigma),
        right,
        equal,
        last,
        square,
        hexagonal,
        *(min(abs(z), _WIDEST_Z) / 2 for z in (z_right, z_first, z_last)),
        *_of_cubic(zone, np.array([two - one, three - one])),
        *_of_symmetry(zone, right, max(equal, last), square, hexagonal, z_first <= z_last),
        *_of_extinctions(zone, is_first=z_first <= z_last),
        np.log(len(zone.nodes)) - 4,
        float(zone.is_seen.mean()),
        float(zone.strength[zone.is_seen].std()) if zone.is_seen.any() else 0.0,
    ]
    return np.nan_to_num(np.array(values, np.float32))


def _near(z: float) -> float:
    return float(np.exp(-0.5 * (z / 1.5) ** 2))


def _of_size(zone: ZoneLattice) -> list[float]:
    if zone.scale is None:
        return [0.0, np.log(0.4), 0.0, 0.0, 0.0]
    one, two, _ = np.log(zone.lengths_px * zone.scale)
    area = one + two + np.log(np.sin(np.deg2rad(zone.angle_deg)))
    sigma = float(np.clip(zone.scale_sigma, 0.003, 0.4))
    return [1.0, np.log(sigma), one + 1, two + 1, area + 2]


def _of_cubic(zone: ZoneLattice, log_ratios: FloatArray) -> list[float]:
    found = [cubic_zones(c).best(log_ratios, zone.shape_sigma) for c in CENTRINGS]
    fit = [max(value, -12.0) / 3 for value, _ in found]
    if zone.scale is None:
        return [*fit, *(0.0 for _ in found)]
    first = float(np.log(zone.lengths_px[0] * zone.scale))
    return [*fit, *(log_first - first - np.log(5.0) for _, log_first in found)]


def _of_symmetry(
    zone: ZoneLattice,
    right: float,
    rhombic: float,
    square: float,
    hexagonal: float,
    is_first: bool,
) -> list[float]:
    """Return how far intensities differ under each operation of the lattice, against chance."""
    chance = _difference_by_chance(zone)
    swap = _SWAP_FIRST if is_first else _SWAP_LAST
    values: list[float] = []
    for applies, operation in (
        (right, _MIRROR_AXES),
        (rhombic, swap),
        (square, _FOURFOLD),
        (hexagonal, _THREEFOLD),
    ):
        difference, _ = _difference(zone, operation)
        values += [applies, applies * (difference / chance - 1)]
    difference, seen = _difference(zone, -_IDENTITY)
    return [*values, difference / chance - 1, seen]


def _difference(zone: ZoneLattice, operation: IntArray) -> tuple[float, float]:
    """Return the mean difference of nodes that an operation brings together, and seen pairs."""
    place = {(h, k): i for i, (h, k) in enumerate(zone.nodes.tolist())}
    image = [place.get((h, k), -1) for h, k in (zone.nodes @ operation).tolist()]
    partner = np.array(image)
    moved = partner != np.arange(len(partner))
    pair = (partner >= 0) & moved & (zone.is_seen | zone.is_seen[np.maximum(partner, 0)])
    if not pair.any():
        return _difference_by_chance(zone), 0.0
    gap = np.abs(zone.strength[pair] - zone.strength[partner[pair]])
    both = zone.is_seen[pair] & zone.is_seen[partner[pair]]
    return float(np.minimum(gap, _STRONGEST).mean()), float(both.mean())


def _difference_by_chance(zone: ZoneLattice) -> float:
    """Return the mean difference of a seen node and one of another radius."""
    order = np.argsort(np.hypot(*(zone.nodes @ zone.basis_px).T), kind="stable")
    value, seen = zone.strength[order], zone.is_seen[order]
    total, count = 0.0, 0
    for part in (3, 4, 5):
        # nodes of one radius are each other's images, and as bright
        step = max(len(value) // part, 1)
        pair = seen[step:] | seen[:-step]
        total += float(np.minimum(np.abs(value[step:] - value[:-step])[pair], _STRONGEST).sum())
        count += int(pair.sum())
    return max(total / max(count, 1), 0.2)


def _of_extinctions(zone: ZoneLattice, *, is_first: bool) -> list[float]:
    """Return strengths and shares seen of classes of nodes, relative to the others."""
    h, k = zone.nodes.T
    even = (h % 2 == 0) & (k % 2 == 0)
    classes = [
        (h % 2 == 1) & (k % 2 == 0),
        (h % 2 == 0) & (k % 2 == 1),
        (h % 2 == 1) & (k % 2 == 1),
    ]
    off = (h != 0) & (k != 0)
    parities = [_contrast(zone, one & off, even & off) for one in classes]
    diagonals = ((h == k, h), (h == -k, h)) if is_first else ((k == 0, h), (k == 2 * h, h))
    axes = []
    for on_axis, order in ((k == 0, h), (h == 0, k), *diagonals):
        odd = on_axis & (order % 2 == 1)
        axes.append(_contrast(zone, odd, on_axis & ~odd))
    return [
        *(strength for strength, _ in parities),
        *(seen for _, seen in parities),
        *(strength for strength, _ in axes),
        *(seen for _, seen in axes),
    ]


def _contrast(zone: ZoneLattice, some: BoolArray, others: BoolArray) -> tuple[float, float]:
    if not some.any() or not others.any():
        return 0.0, 0.0
    strength = float(zone.strength[some].mean() - zone.strength[others].mean())
    share = float(zone.is_seen[some].mean() - zone.is_seen[others].mean())
    return float(np.clip(strength, -_STRONGEST, _STRONGEST)), share
