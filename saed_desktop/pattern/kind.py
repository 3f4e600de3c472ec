"""Classify a pattern: spots, rings, both, a halo, disks, or nothing."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.pattern.components import find_components
from saed_desktop.pattern.filters import (
    PolarGrid,
    percentiles,
    reduced,
    reduced_mask,
    robust_sigma,
    sampled_unmasked,
)
from saed_desktop.pattern.pattern import ImageArray, MaskArray
from saed_desktop.pattern.rings.geometry import reach_px
from saed_desktop.pattern.snip import snip_background
from saed_desktop.pattern.spot_lattice import SpotLattice
from saed_desktop.pattern.spots import Spots

_N_THETA = 180
_N_RADIUS = 240
_WIDEST_HALF_BINS = 28


class PatternKind(StrEnum):
    """Kind of a pattern."""

    SPOTS = "spots"
    RINGS = "rings"
    MIXED = "spots and rings"
    AMORPHOUS = "amorphous halo"
    DISKS = "convergent-beam disks"
    FEW = "too few spots"
    NOTHING = "nothing"


@dataclass(frozen=True, eq=False)
class Rings:
    """Closed rings about the direct beam.

    Parameters
    ----------
    radius_px
        Radii (n,).
    width_px
        Full widths at half height (n,).
    strength
        Height over the background (n,), in the image's brightness under a square root, relative
        to the background there.
    """

    radius_px: FloatArray
    width_px: FloatArray
    strength: FloatArray

    def __len__(self) -> int:
        return len(self.radius_px)

    @property
    def is_halo(self) -> bool:
        """Whether all rings are as broad as those of an amorphous material."""
        if len(self) == 0:
            return False
        # crystals of a few nanometres already give rings narrower than a tenth of their radius
        return bool(np.min(self.width_px / self.radius_px) > 0.125)


def find_rings(image: ImageArray, masked: MaskArray, center_xy: tuple[float, float]) -> Rings:
    """Return the closed rings of an image: what the median over the azimuth shows.

    Spots cover less than half of any ring, so the median does not see them.
    """
    radius = 0.98 * reach_px(image.shape, center_xy)
    floor = np.float32(percentiles(sampled_unmasked(image, masked), 0.5)[0])
    stabilised = image - floor
    np.sqrt(np.maximum(stabilised, 0, out=stabilised), out=stabilised)
    grid = PolarGrid(center_xy, radius, _N_THETA, _N_RADIUS)
    rows = grid.sample(stabilised).astype(np.float64)
    seen = grid.sample(np.where(masked, np.uint8(0), np.uint8(255))) > 0.9 * 255
    rows[~seen] = np.nan
    usable = seen.mean(axis=0) > 0.35
    if usable.sum() < 30:
        return no_rings()
    # what is not seen sorts last
    ordered, counts = np.sort(rows[:, usable], axis=0), seen.sum(axis=0)[usable]
    column = np.arange(len(counts))
    profile = np.full(_N_RADIUS, np.nan)
    profile[usable] = (ordered[counts // 2, column] + ordered[(counts - 1) // 2, column]) / 2
    scatter = (profile[usable] - ordered[(counts - 1) // 4, column]) / 0.674
    index = np.arange(_N_RADIUS)
    profile = np.interp(index, index[usable], profile[usable])
    # neighbouring samples share pixels, near the beam nearly all of them
    along = np.minimum(_N_THETA, 2 * np.pi * (index + 0.5) * radius / _N_RADIUS)
    independent = np.maximum(along * seen.mean(axis=0) / 3, 1.0)
    # a single ring of few samples may scatter little by chance
    scatter = _smooth(np.interp(index, index[usable], scatter), 9)
    # five times the median's own noise, and half of what single pixels scatter: fainter rings
    # cannot be told from unevenness of the detector
    least = np.maximum(5 * 1.25 * scatter / np.sqrt(independent), 0.5 * scatter)
    return _peaks(profile, least, usable, radius / _N_RADIUS)


def no_rings() -> Rings:
    """Return no rings."""
    return Rings(np.zeros(0), np.zeros(0), np.zeros(0))


def _peaks(
    profile: FloatArray, least: FloatArray, usable: npt.NDArray[np.bool_], px: float
) -> Rings:
    baseline = _smooth(snip_background(profile, _WIDEST_HALF_BINS), 5)
    height = profile - baseline
    level = np.maximum(
        baseline - baseline[usable].min(), 0.05 * float(np.ptp(profile[usable]) or 1)
    )
    found = []
    for i in range(12, _N_RADIUS - 4):
        window = height[max(0, i - 5) : i + 6]
        if not usable[i] or height[i] < window.max() or height[i] < least[i]:
            continue
        strength = height[i] / level[i]
        if strength < 0.05 or height[i] < 0.015 * np.ptp(profile[usable]):
            continue
        half = height > height[i] / 2
        left = i - int(np.argmin(half[i::-1])) if not half[: i + 1].all() else 0
        right = i + int(np.argmin(half[i:])) if not half[i:].all() else _N_RADIUS
        width = right - left - 1
        # the shoulder of the beam's own glare is as wide as it is far out
        if width < 0.9 * i:
            found.append(((i + 0.5) * px, width * px, strength))
    if not found:
        return no_rings()
    table = np.array(found, dtype=np.float64)
    return Rings(table[:, 0], table[:, 1], table[:, 2])


def _smooth(values: FloatArray, width: int) -> FloatArray:
    return np.asarray(cv2.blur(values[None, :], (width, 1), borderType=cv2.BORDER_REPLICATE))[0]


_DISK_SIDE_PX = 256


def largest_disk_share(image: ImageArray, masked: MaskArray) -> float:
    """Return the diameter of the largest bright disk with a sharp rim, relative to the width.

    A convergent beam spreads each reflection to a disk: even inside, gone within a few pixels.
    A saturated direct beam has a flank, and is far smaller.
    """
    size = (_DISK_SIDE_PX, max(16, round(_DISK_SIDE_PX * image.shape[0] / image.shape[1])))
    small, hidden = reduced(image, size), reduced_mask(masked, size, 0.5)
    if hidden.all():
        return 0.0
    smooth = cv2.GaussianBlur(small, (0, 0), 1.2)
    low, high = percentiles(smooth[~hidden], [20, 99.8])
    noise = robust_sigma((small - smooth)[~hidden])
    best = 0.0
    for level in (0.7, 0.5, 0.3, 0.18):
        if level * (high - low) < 6 * noise:
            break
        bright = ((smooth > low + level * (high - low)) & ~hidden).astype(np.uint8)
        # Kikuchi lines cross a disk and must not cut it in two
        bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
        components = find_components(bright, connectivity=8)
        for label in range(1, len(components)):
            width, height, area = (int(v) for v in components.boxes[label, 2:])
            if min(width, height) >= 12 and max(width, height) < 1.25 * min(width, height):
                disk = (components.labels_yx == label).view(np.uint8)
                full = area / (np.pi / 4 * width * height)
                if full > 0.88 and _rim_drop(smooth, disk) > 0.5:
                    best = max(best, width / size[0])
    return best


def _rim_drop(image: ImageArray, disk: npt.NDArray[np.uint8]) -> float:
    """Return the share of a disk's brightness over its surroundings that is gone at its rim."""

    def grown(pixels: int) -> npt.NDArray[np.bool_]:
        kernel = np.ones((2 * abs(pixels) + 1,) * 2, np.uint8)
        operate = cv2.dilate if pixels > 0 else cv2.erode
        return np.asarray(operate(disk, kernel)) > 0

    inside, outside = grown(-4), grown(9) & ~grown(6)
    inner, outer = (disk > 0) & ~grown(-3), grown(3) & ~grown(1)
    if not (inside.any() and outside.any() and inner.any() and outer.any()):
        return 0.0
    contrast = float(np.median(image[inside]) - np.median(image[outside]))
    if contrast <= 0:
        return 0.0
    return float(np.median(image[inner]) - np.median(image[outer])) / contrast


_MOST_ON_LINES = 40
_LARGE_DISK = 0.12
_BEYOND_FRINGES = 20
_BEYOND_SPECKLE, _FEWEST_SURE = 14.0, 5
"""Significance that no speckle of a halo has (up to 10), and how many such spots are a crystal's on
a film."""


def is_single_row(spots: Spots, tolerance_px: float) -> bool:
    """Tell whether nearly all spots stand in one row, which fits any crystal with that spacing.

    Parameters
    ----------
    spots
        All spots.
    tolerance_px
        How far a spot may be off the row.
    """
    n = min(len(spots), _MOST_ON_LINES)
    if n < 3:
        return False
    xy = spots.xy[:n]
    first, second = np.triu_indices(min(n, 12), k=1)
    along = xy[second] - xy[first]
    length = np.hypot(*along.T)
    usable = length > 4 * tolerance_px
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)[usable] / length[usable, None]
    off = np.abs(normal @ xy.T - (normal * xy[first[usable]]).sum(axis=1)[:, None])
    on_row = int((off < tolerance_px).sum(axis=1).max(initial=0))
    return on_row >= 3 and n - on_row <= max(1, 0.12 * n)


def classify(
    image: ImageArray,
    masked: MaskArray,
    spots: Spots,
    spot_lattice: SpotLattice | None,
    rings: Rings,
) -> PatternKind:
    """Return the kind of a pattern from what was found in it."""
    on_lattice = int(spot_lattice.members.sum()) if spot_lattice is not None else 0
    has_lattice = spot_lattice is not None and spot_lattice.is_sure
    ringlike = len(rings) > 0 and float(rings.strength.max()) > 0.08
    few_sure = (spots.significance > _BEYOND_SPECKLE).sum() < _FEWEST_SURE
    looks_amorphous = ringlike and rings.is_halo and not has_lattice and len(spots) < 12
    # a disk of a convergent beam has no second maximum about it
    if looks_amorphous and few_sure and len(rings) >= 2:
        return PatternKind.AMORPHOUS
    # between two large disks the azimuthal median shows a ring or two
    if len(rings) < 3 and (not has_lattice or on_lattice < _BEYOND_FRINGES):
        # fringes within disks may make a lattice of their own
        least = _LARGE_DISK if not has_lattice else 1.5 * _LARGE_DISK
        if largest_disk_share(image, masked) > least:
            return PatternKind.DISKS
    if looks_amorphous and few_sure:
        return PatternKind.AMORPHOUS
    if ringlike and not rings.is_halo:
        if has_lattice and on_lattice >= 0.5 * len(spots):
            return PatternKind.MIXED
        return PatternKind.RINGS if not has_lattice else PatternKind.MIXED
    if is_single_row(spots, 0.008 * max(image.shape)):
        return PatternKind.FEW
    if has_lattice or len(spots) >= 8:
        return PatternKind.SPOTS
    if len(spots) >= 2:
        return PatternKind.FEW
    return PatternKind.NOTHING


def is_one_crystal(
    clean: ImageArray,
    masked: MaskArray,
    spots: Spots,
    spot_lattice: SpotLattice | None,
    rings: Rings,
) -> bool:
    """Tell whether the first look settles that there is one crystal; measuring rings is dear."""
    is_sure = spot_lattice is not None and spot_lattice.is_sure
    return is_sure and classify(clean, masked, spots, spot_lattice, rings) is PatternKind.SPOTS
