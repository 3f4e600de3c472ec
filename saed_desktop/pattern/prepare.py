"""Prepare a pattern for indexing and networks: mask, centre, spots, spot lattice, kind."""

from dataclasses import dataclass

import cv2
import numpy as np

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.beam_evidence import Scene
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.center import Center, CenterHypothesis, find_center
from saed_desktop.pattern.disks import common_disk, find_disks
from saed_desktop.pattern.edited_spots import with_edits
from saed_desktop.pattern.filters import filled
from saed_desktop.pattern.inversion import InversionSymmetry
from saed_desktop.pattern.kind import (
    PatternKind,
    Rings,
    classify,
    find_rings,
    is_one_crystal,
    no_rings,
)
from saed_desktop.pattern.mask import (
    Mask,
    find_beam_stop,
    find_frame,
    find_hot_pixels,
    mended,
)
from saed_desktop.pattern.negative import looks_inverted
from saed_desktop.pattern.overlay import ScaleBar, find_overlay
from saed_desktop.pattern.pattern import ImageArray, MaskArray, Pattern
from saed_desktop.pattern.rings.found import (
    as_rings,
    center_by_rings,
    rings_about,
    without_spots,
)
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.pattern.spot_edits import PointXY, SpotEdits
from saed_desktop.pattern.spot_lattice import (
    SpotLattice,
    find_spot_lattice,
    lattice_tolerance_px,
    spot_lattice_among_rings,
)
from saed_desktop.pattern.spot_search import SpotOptions, find_spots
from saed_desktop.pattern.spots import Spots, measure_spots

WORKING_SIDE_PX = 1024
"""Patterns are searched at no more than this many pixels a side and measured at full size."""


@dataclass(frozen=True, eq=False)
class Edits:
    """Corrections made by hand; None leaves a value to the program.

    Parameters
    ----------
    center_xy
        The direct beam, in pixels of the pattern.
    drawn_yx
        Pixels (height, width) to exclude besides those found.
    cleared_yx
        Pixels (height, width) that are not to be excluded, whatever was found.
    is_inverted
        Whether spots are darker than the background.
    spots
        Spots added and taken away, in pixels of the pattern.
    """

    center_xy: tuple[float, float] | None = None
    drawn_yx: MaskArray | None = None
    cleared_yx: MaskArray | None = None
    is_inverted: bool | None = None
    spots: SpotEdits | None = None


NO_EDITS = Edits()


@dataclass(frozen=True, eq=False)
class PreparedPattern:
    """A pattern with everything that was found in it before any crystal is thought of.

    Positions and lengths are in pixels of the pattern, whatever size was searched.
    """

    pattern: Pattern
    is_inverted: bool
    mask: Mask
    center: Center
    spots: Spots
    spot_lattice: SpotLattice | None
    rings: Rings
    kind: PatternKind
    scale_bar: ScaleBar | None
    measured_rings: MeasuredRings | None = None

    @property
    def diffracted(self) -> Spots:
        """The spots without the direct beam."""
        reach = max(3.0 * self.center.local_sigma_px, 0.006 * max(self.pattern.shape_yx))
        if len(self.spots) == 0:
            return self.spots
        distance = np.hypot(*(self.spots.xy - np.array(self.center.xy)).T)
        wide = np.maximum(reach, 1.2 * self.spots.width_px)
        return self.spots[distance > wide]

    @property
    def bright_image(self) -> ImageArray:
        """The image with spots brighter than the background."""
        image = self.pattern.image_yx
        return np.asarray(image.max() - image) if self.is_inverted else image


def prepare(
    pattern: Pattern, *, edits: Edits = NO_EDITS, options: SpotOptions | None = None
) -> PreparedPattern:
    """Find mask, centre, spots, lattice, rings and kind of a pattern.

    Parameters
    ----------
    pattern
        The measured image.
    edits
        The user's corrections, which always win.
    options
        Thresholds of the spot search.
    """
    inverted = looks_inverted(pattern.image_yx) if edits.is_inverted is None else edits.is_inverted
    full = pattern.image_yx.max() - pattern.image_yx if inverted else pattern.image_yx
    factor = max(1, -(-max(pattern.shape_yx) // WORKING_SIDE_PX))
    image = _reduced(full, factor)
    layers, bar, clean = _static_layers(image, pattern, edits, factor)
    static = _union(layers, image.shape)
    clean = filled(clean, static)
    symmetry = InversionSymmetry(clean, static)
    beam_guess = _to_working(edits.center_xy, factor) or symmetry.best_xy
    stop = _but_cleared(find_beam_stop(clean, static, beam_guess), edits)
    layers["beam stop"] = stop
    masked = _union(layers, image.shape)
    with_stop, clean = clean, filled(clean, stop)
    tolerance = lattice_tolerance_px(image.shape)
    by_hand = _spots_to_working(edits.spots, factor)
    found = _spots_and_lattice(clean, masked, options, tolerance, by_hand)
    spots, spot_lattice, are_disks = found
    symmetry = InversionSymmetry(clean, masked) if stop.any() else symmetry
    scene = Scene(clean, with_stop, masked, stop, spots, spot_lattice, symmetry)
    center = _center(scene, edits, factor)
    is_sure = spot_lattice is not None and spot_lattice.is_sure
    rings = no_rings() if are_disks else find_rings(clean, masked, center.xy)
    measured = None
    is_one = is_one_crystal(clean, masked, spots, spot_lattice, rings)
    if not are_disks and not is_one:
        hidden = masked
        if spot_lattice is not None and is_sure:
            hidden = without_spots(masked, spots[spot_lattice.members])
        measured = rings_about(
            full,
            _enlarged(hidden, pattern.shape_yx),
            _center_to_full(center, factor),
            is_centered=is_sure or edits.center_xy is not None,
        )
        rings = as_rings(measured)
    if len(rings) and not is_sure:
        spot_lattice = spot_lattice_among_rings(spots, center.xy, tolerance) or spot_lattice
    kind = PatternKind.SPOTS
    if not is_one:
        kind = classify(clean, masked, spots, spot_lattice, rings)
    if factor > 1:
        # added ones come first; measured again, they would slide off to a brighter neighbour
        n_added = len(edits.spots.added) if edits.spots is not None else 0
        spots = _at_full_size(spots[np.arange(n_added, len(spots))], full, masked, factor)
        spots = with_edits(spots, full, _reduced_mask(masked, full.shape), edits.spots)
    return PreparedPattern(
        pattern=pattern,
        is_inverted=inverted,
        mask=Mask(
            {k: _enlarged(v, pattern.shape_yx) for k, v in layers.items() if v.any()},
            pattern.shape_yx,
        ),
        center=_final_center(_center_to_full(center, factor), kind, measured, edits),
        spots=spots,
        spot_lattice=_lattice_to_full(spot_lattice, factor),
        rings=rings,
        kind=kind,
        measured_rings=measured,
        scale_bar=_bar_to_full(bar, factor),
    )


def _spots_and_lattice(
    clean: ImageArray,
    masked: MaskArray,
    options: SpotOptions | None,
    tolerance: float,
    by_hand: SpotEdits | None,
) -> tuple[Spots, SpotLattice | None, bool]:
    """Return spots, lattice, and whether they are a nano-beam's disks, which make a lattice."""
    disk = common_disk(clean, masked)
    if disk is not None:
        disks = with_edits(find_disks(clean, masked, disk), clean, masked, by_hand)
        spot_lattice = find_spot_lattice(
            disks, tolerance_px=max(tolerance, 0.05 * disk.diameter_px)
        )
        if spot_lattice is not None and spot_lattice.is_sure:
            return disks, spot_lattice, True
    spots = with_edits(find_spots(clean, masked, options), clean, masked, by_hand)
    return spots, find_spot_lattice(spots, tolerance_px=tolerance), False


def calibration_from_bar(
    pattern: Pattern, value_inv_nm: float, relative_sigma: float | None = None
) -> Calibration:
    """Return the calibration by the scale bar burnt into a picture.

    Parameters
    ----------
    pattern
        The picture.
    value_inv_nm
        What is written beside the bar, in 1/nm.
    relative_sigma
        Uncertainty; the usual one of scale bars where None.

    Raises
    ------
    UnreadablePatternError
        If no bar is found.
    """
    bar = prepare(pattern).scale_bar
    if bar is None:
        raise UnreadablePatternError(f"{pattern.name} has no scale bar that could be found.")
    scale = 0.1 * value_inv_nm / bar.width
    return Calibration.known(scale, ScaleSource.SCALE_BAR, relative_sigma)


def _reduced(image: ImageArray, factor: int) -> ImageArray:
    if factor == 1:
        return image
    height, width = image.shape[0] // factor, image.shape[1] // factor
    whole = image[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA))


def _reduced_mask(mask: MaskArray, shape: tuple[int, ...]) -> MaskArray:
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)) > 0


def _enlarged(mask: MaskArray, shape_yx: tuple[int, int]) -> MaskArray:
    return mask if mask.shape == shape_yx else _reduced_mask(mask, shape_yx)


def _union(layers: dict[str, MaskArray], shape: tuple[int, ...]) -> MaskArray:
    result = np.zeros(shape, dtype=bool)
    for layer in layers.values():
        result |= layer
    return result


def _static_layers(
    image: ImageArray, pattern: Pattern, edits: Edits, factor: int
) -> tuple[dict[str, MaskArray], ScaleBar | None, ImageArray]:
    """Return what can be excluded before the beam is known, the scale bar, and a mended image."""
    layers: dict[str, MaskArray] = {}
    if pattern.invalid_yx is not None:
        layers["invalid"] = _reduced_mask(pattern.invalid_yx, image.shape)
    if edits.drawn_yx is not None:
        layers["drawn"] = _reduced_mask(edits.drawn_yx, image.shape)
    layers["frame"] = _but_cleared(find_frame(image), edits)
    if (masked := _union(layers, image.shape)).all():
        return layers, None, image
    layers["hot"] = _but_cleared(find_hot_pixels(image, masked), edits)
    clean = mended(image, layers["hot"])
    # letters whose smoothed edges are coloured are invalid at these edges, and text as a whole
    text, bar = find_overlay(_darkened(clean, layers["frame"]))
    if bar is None and layers["hot"].any():
        # strokes one pixel wide are mended away as if they were dead lines
        thin, bar = find_overlay(_darkened(image, masked))
        text |= thin & (bar is not None)
    layers["text"] = _but_cleared(text, edits)
    return layers, bar, clean


def _darkened(image: ImageArray, masked: MaskArray) -> ImageArray:
    return np.where(masked, image.min(), image) if masked.any() else image


def _but_cleared(layer: MaskArray, edits: Edits) -> MaskArray:
    """Return a layer without what the user said is to be used, whatever was found there."""
    if edits.cleared_yx is None:
        return layer
    return np.asarray(layer & ~_reduced_mask(edits.cleared_yx, layer.shape))


def _to_working(xy: tuple[float, float] | None, factor: int) -> tuple[float, float] | None:
    if xy is None:
        return None
    return (xy[0] + 0.5) / factor - 0.5, (xy[1] + 0.5) / factor - 0.5


def _spots_to_working(edits: SpotEdits | None, factor: int) -> SpotEdits | None:
    if edits is None or factor == 1:
        return edits

    def moved(places: tuple[PointXY, ...]) -> tuple[PointXY, ...]:
        return tuple(((x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5) for x, y in places)

    return SpotEdits(moved(edits.added), moved(edits.removed))


def _to_full(xy: np.ndarray, factor: int) -> np.ndarray:
    return np.asarray((np.asarray(xy) + 0.5) * factor - 0.5)


def _center(scene: Scene, edits: Edits, factor: int) -> Center:
    given = _to_working(edits.center_xy, factor)
    if given is not None:
        return Center(given, 0.5, {"user": given}, "user")
    return find_center(scene)


def _final_center(
    center: Center, kind: PatternKind, measured: MeasuredRings | None, edits: Edits
) -> Center:
    """Return the beam by the rings where the pattern is one of rings."""
    is_round = kind in (PatternKind.RINGS, PatternKind.AMORPHOUS)
    if measured is None or not is_round or edits.center_xy is not None:
        return center
    return center_by_rings(center, measured)


def _center_to_full(center: Center, factor: int) -> Center:
    def scaled(xy: tuple[float, float]) -> tuple[float, float]:
        x, y = _to_full(np.array(xy), factor)
        return float(x), float(y)

    return Center(
        scaled(center.xy),
        center.sigma_px * factor,
        {name: scaled(xy) for name, xy in center.estimates.items()},
        center.method,
        tuple(
            CenterHypothesis(scaled(h.xy), h.sigma_px * factor, h.log_weight, h.method)
            for h in center.hypotheses
        ),
    )


def _lattice_to_full(spot_lattice: SpotLattice | None, factor: int) -> SpotLattice | None:
    if spot_lattice is None or factor == 1:
        return spot_lattice
    origin = _to_full(spot_lattice.origin_xy, factor)
    return SpotLattice(
        spot_lattice.basis * factor,
        origin,
        spot_lattice.members,
        spot_lattice.indices,
        spot_lattice.rms_px * factor,
        spot_lattice.gain,
    )


def _bar_to_full(bar: ScaleBar | None, factor: int) -> ScaleBar | None:
    if bar is None:
        return None
    return ScaleBar(bar.x * factor, bar.y * factor, bar.width * factor, bar.height * factor)


def _at_full_size(spots: Spots, full: ImageArray, masked: MaskArray, factor: int) -> Spots:
    """Measure the spots again in the full image, whose pixels hold the finer positions."""
    if len(spots) == 0:
        return spots
    full_mask = _reduced_mask(masked, full.shape)
    return measure_spots(
        full, full_mask, _to_full(spots.xy, factor), spots.width_px * factor, spots.significance
    )
