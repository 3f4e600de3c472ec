"""One pattern as the user works on it: what was decided by hand, as a value that can be undone."""

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from saed_desktop.network.labels import OTHER
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.distortion import Ellipse
from saed_desktop.pattern.pattern import MaskArray, Pattern
from saed_desktop.pattern.raw_image import LARGEST_IMAGE_PX
from saed_desktop.pattern.spot_edits import PointXY, SpotEdits

UNKNOWN_LABEL = OTHER
"""The label of a pattern that shows none of the phases; the trainer's word for it."""


KINDS_OF_ONE_CRYSTAL = ("spots", "spots and rings")
"""Kinds of pattern with spots that can be indexed, as `pattern.kind.PatternKind` says them."""


def accepted_label(phase: str | None, kind: str | None) -> str | None:
    """Return the label that accepting an answer gives; None where there is nothing to accept.

    Rings, a halo or too few spots do not show that a pattern is of another crystal: called
    `UNKNOWN_LABEL`, they would teach a network that a known phase is a foreign one.

    Parameters
    ----------
    phase
        The phase that the answer names.
    kind
        What the pattern shows, as `pattern.kind.PatternKind` says; None where unknown.
    """
    if phase is not None:
        return phase
    return UNKNOWN_LABEL if kind is None or kind in KINDS_OF_ONE_CRYSTAL else None


@dataclass(frozen=True)
class PackedMask:
    """A boolean image as a few kilobytes that compare and copy for nothing."""

    shape_yx: tuple[int, int]
    packed: bytes

    @classmethod
    def of(cls, mask_yx: MaskArray) -> Self | None:
        """Return a mask packed, None for one without a single pixel."""
        if not mask_yx.any():
            return None
        height, width = mask_yx.shape
        return cls((height, width), zlib.compress(np.packbits(mask_yx).tobytes(), 1))

    def unpacked(self) -> MaskArray:
        """Return the boolean image (height, width).

        Raises
        ------
        ValueError
            If the bytes are no mask of this shape.
        """
        height, width = self.shape_yx
        count = height * width
        if min(height, width) < 1 or count > LARGEST_IMAGE_PX:
            raise ValueError(f"no image is {width} × {height} pixels")
        n_bytes = -(-count // 8)
        try:
            # no more than a mask of this shape has, whatever the bytes would swell to
            raw = zlib.decompressobj().decompress(self.packed, n_bytes + 1)
        except zlib.error as error:
            raise ValueError("a mask is damaged") from error
        if len(raw) != n_bytes:
            raise ValueError("a mask is of another size than it says")
        bits = np.frombuffer(raw, dtype=np.uint8)
        return np.unpackbits(bits, count=count).astype(bool).reshape(self.shape_yx)


@dataclass(frozen=True)
class MaskStroke:
    """One thing that the user drew.

    Parameters
    ----------
    points
        In pixels of the pattern.
    width_px
        Width of the brush; 0 fills the polygon.
    erases
        Whether the pixels are to be used after all.
    """

    points: tuple[PointXY, ...]
    width_px: float
    erases: bool = False


@dataclass(frozen=True)
class Label:
    """Label that a person gave a pattern.

    Parameters
    ----------
    phase
        Name of the phase, `UNKNOWN_LABEL` for none of them.
    is_correction
        Whether it differs from what the program had answered.
    """

    phase: str
    is_correction: bool = False


@dataclass(frozen=True)
class PairIndexing:
    """Two spots that a person takes for two reflections of a phase.

    Parameters
    ----------
    phase
        Its name.
    hkl
        Indices of both.
    spots_xy
        Where they are, in pixels of the pattern.
    """

    phase: str
    hkl: tuple[tuple[int, int, int], tuple[int, int, int]]
    spots_xy: tuple[PointXY, PointXY]


@dataclass(frozen=True)
class Measurement:
    """A distance between two points, or two spots seen from the beam.

    Parameters
    ----------
    kind
        "distance" or "pair".
    points_xy
        Two for a distance; beam, first and second spot for a pair; in pixels of the pattern.
    note
        What the person wrote beside it.
    """

    kind: str
    points_xy: tuple[PointXY, ...]
    note: str = ""


@dataclass(frozen=True)
class PatternState:
    """Everything that the user decided about one pattern; None leaves a thing to the program.

    Parameters
    ----------
    path, frame
        Where the pattern comes from.
    dataset
        Which of the file's datasets; the likeliest pattern where None.
    calibration
        Instead of what the file says.
    energy_kev
        Instead of what the file says.
    center_xy
        The direct beam in pixels.
    drawn, cleared
        Pixels excluded by hand, and pixels that are not to be excluded.
    is_inverted
        Whether spots are darker than the background.
    spots
        Spots added, moved and taken away by hand.
    ellipse
        The distortion of the lens to undo.
    pair
        A candidate by hand: two spots that were indexed.
    measurements
        Distances and angles that were measured.
    label
        The user's own answer.
    specimen
        The specimen it was taken from, empty where unknown.
    """

    path: Path
    frame: int = 0
    calibration: Calibration | None = None
    energy_kev: float | None = None
    center_xy: tuple[float, float] | None = None
    drawn: PackedMask | None = None
    cleared: PackedMask | None = None
    is_inverted: bool | None = None
    spots: SpotEdits | None = None
    ellipse: Ellipse | None = None
    pair: PairIndexing | None = None
    measurements: tuple[Measurement, ...] = ()
    label: Label | None = None
    specimen: str = ""
    dataset: str | None = None

    @property
    def source(self) -> tuple[Path, int, str | None]:
        """File, frame and dataset: what tells one pattern from another."""
        return self.path, self.frame, self.dataset

    def with_changes(self, **changes: Any) -> Self:
        """Return the state with some fields changed."""
        return replace(self, **changes)

    @property
    def is_edited(self) -> bool:
        """Whether the user decided anything at all."""
        return self != type(self)(self.path, self.frame, dataset=self.dataset)

    @property
    def holds_work(self) -> bool:
        """Whether there is something that belongs to this one pattern and would be lost."""
        bare = replace(self, calibration=None, energy_kev=None, ellipse=None, specimen="")
        return bare.is_edited

    def apply_to(self, pattern: Pattern) -> Pattern:
        """Return the pattern under the user's calibration and energy."""
        if self.energy_kev is not None:
            pattern = pattern.with_energy(self.energy_kev)
        return pattern.with_calibration(self.calibration) if self.calibration else pattern

    def shows_alike(self, other: "PatternState") -> bool:
        """Tell whether the image is the same as under another state."""
        return (self.source, self.ellipse) == (other.source, other.ellipse)

    def looks_alike(self, other: "PatternState") -> bool:
        """Tell whether spots, mask and centre are the same as under another state."""
        return (
            self.source,
            self.center_xy,
            self.drawn,
            self.cleared,
            self.is_inverted,
            self.spots,
            self.ellipse,
        ) == (
            other.source,
            other.center_xy,
            other.drawn,
            other.cleared,
            other.is_inverted,
            other.spots,
            other.ellipse,
        )

    def answers_alike(self, other: "PatternState") -> bool:
        """Tell whether the answer is the same as under another state."""
        return (
            self.looks_alike(other)
            and self.calibration == other.calibration
            and self.energy_kev == other.energy_kev
        )
