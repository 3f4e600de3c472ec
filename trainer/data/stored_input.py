"""From a labelled file to the array that is kept of it: through the app's own readers and inputs.

Nothing here turns a pattern into network input by itself: images go through
`network.representations`, all other kinds through `network.input`. Kept images are the exception
that is completed on the device: they are stored before rotation, resizing and gamma, as 8 bits.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from saed_desktop.network.input import InputKind, InputSpec, network_input
from saed_desktop.network.representations import image_representation
from saed_desktop.pattern.negative import looks_inverted
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from saed_desktop.pattern.readers import read_pattern
from trainer.data.manifest import LabelledFile

StoredArray = npt.NDArray[np.uint8] | npt.NDArray[np.float32]

FORMAT_VERSION = 1
"""Raised whenever the same file would give other numbers, so that old caches are left alone."""


def region_side(crop_px: int, *, rotated: bool) -> int:
    """Return the side of the square that must be kept of an image.

    A rotated crop needs its own diagonal. The surplus is a multiple of 4, so that cutting the
    crop out of the square rounds to the same pixels as cutting it out of the image.
    """
    if not rotated:
        return crop_px
    # two pixels more: the outermost taps of the interpolation
    surplus = math.ceil(crop_px * math.sqrt(2)) + 2 - crop_px
    return crop_px + 4 * math.ceil(surplus / 4)


def kept_image_spec(spec: InputSpec, *, rotated: bool) -> InputSpec:
    """Return the input that is kept of an image in place of what a network sees of it.

    A crop in pixels is kept as it is and is brought to its size, and to its gamma, after the
    rotation. A crop that is a share of the pattern is brought to its size at once, for patterns
    have any size; rotating needs its corners, so it is a larger crop at the same magnification.
    """
    if not spec.crop_share:
        side = region_side(spec.crop_px, rotated=rotated)
        return replace(spec, size=side, crop_px=side, channels=1, gamma=1.0)
    side = region_side(spec.size, rotated=rotated)
    larger = spec.crop_share * side / spec.size
    return replace(spec, size=side, crop_share=larger, channels=1)


@dataclass(frozen=True)
class StoredInputSpec:
    """Specification of the array stored for one input of a network.

    Parameters
    ----------
    spec
        The input. Of an image only crop and centre count; its size comes later.
    rotated
        Whether the image will be rotated, so that the corners must be kept too.
    """

    spec: InputSpec
    rotated: bool

    @property
    def is_image(self) -> bool:
        """Whether 8-bit images are kept."""
        return self.spec.kind is InputKind.IMAGE

    @property
    def is_searched(self) -> bool:
        """Whether the beam or the spots must be found for it."""
        return not self.is_image or self.spec.center == "beam"

    @property
    def shape(self) -> tuple[int, ...]:
        """The array kept of one file."""
        if self.is_image:
            return kept_image_spec(self.spec, rotated=self.rotated).shape[1:]
        return self.spec.shape

    @property
    def dtype(self) -> np.dtype[np.uint8] | np.dtype[np.float32]:
        """Of the array."""
        return np.dtype(np.uint8) if self.is_image else np.dtype(np.float32)

    @property
    def key(self) -> str:
        """A name under which arrays of the same recipe are found again."""
        spec = self.spec
        words: list[object] = [FORMAT_VERSION, spec.kind.value, *self.shape]
        if self.is_image:
            words.append(spec.center)
            if spec.crop_share:
                words += [spec.size, spec.crop_share, spec.gamma]
        return "-".join(str(word) for word in words)


@dataclass(frozen=True, eq=False)
class StoredPattern:
    """The stored arrays of one file.

    Parameters
    ----------
    arrays
        By the recipes, in their order.
    content
        sha256 of the decoded pixels: equal for the same image in two files.
    """

    arrays: tuple[StoredArray, ...]
    content: str


def store(file: LabelledFile, stored_specs: Sequence[StoredInputSpec]) -> StoredPattern:
    """Read a file once and return what several recipes keep of it.

    Parameters
    ----------
    file
        The pattern; a scale that its list states goes before the file's own.
    stored_specs
        What is wanted.

    Raises
    ------
    UnreadablePatternError
        If the file is no pattern.
    """
    pattern = read_pattern(file.path)
    stated = file.stated()
    if stated is not None:
        pattern = pattern.with_calibration(stated)
    content = hashlib.sha256(repr(pattern.shape_yx).encode())
    content.update(np.ascontiguousarray(pattern.image_yx).tobytes())
    # the searches that `prepare` makes are what takes the time: made once, and only where needed
    prepared = (
        prepare(pattern) if any(stored_spec.is_searched for stored_spec in stored_specs) else None
    )
    arrays = tuple(_stored(pattern, prepared, stored_spec) for stored_spec in stored_specs)
    return StoredPattern(arrays, content.hexdigest())


def _stored(
    pattern: Pattern, prepared: PreparedPattern | None, stored_spec: StoredInputSpec
) -> StoredArray:
    if not stored_spec.is_image:
        assert prepared is not None
        return network_input(prepared, stored_spec.spec)
    kept = kept_image_spec(stored_spec.spec, rotated=stored_spec.rotated)
    if prepared is not None and stored_spec.is_searched:
        values = network_input(prepared, kept)
    else:
        image = pattern.image_yx
        bright = image.max() - image if looks_inverted(image) else image
        height, width = pattern.shape_yx
        values = image_representation(
            bright,
            ((width - 1) / 2, (height - 1) / 2),
            crop_px=kept.crop_side_px(pattern.shape_yx),
            size=kept.size,
            channels=1,
            gamma=kept.gamma,
        )
    return np.rint(values[0] * 255).astype(np.uint8)
