"""Spot lists as the desktop's own spot finder gives them, from simulated images.

The spot simulator models what a detector misses and invents; here nothing is modelled: images are
drawn and searched by the very code that will search the user's. It is a hundred times slower,
so it ends a training that the spot simulator began.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from saed_desktop.errors import UsageError
from saed_desktop.network.input import edge_radius_px
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from trainer.data.array_file import ArrayFile
from trainer.data.image_simulator import ImageSimulator
from trainer.data.ranges import Ranges, SpotRanges
from trainer.data.reflection_library import ReflectionLibrary
from trainer.data.sample_rng import SampleRng
from trainer.data.spot_simulator import SpotSimulator

N_KEPT = 96


@dataclass(frozen=True, eq=False)
class DetectedLists(ArrayFile):
    """Spot lists in pixels, with the true scale of each image; sorted by label where joined.

    Parameters
    ----------
    offsets_px
        Positions (n, 96, 2) from the beam as it was found.
    log_intensity
        Natural logarithms of the intensities (n, 96); -inf where there is no spot.
    edge_px
        Distance (n,) of the farthest side from the beam.
    n_spots
        Number of spots found (n,), those beyond 96 included.
    scale
        True 1/Å per pixel (n,).
    label
        Class indices (n,).
    """

    HOLDS = "detected spot lists"

    offsets_px: npt.NDArray[np.float32]
    log_intensity: npt.NDArray[np.float32]
    edge_px: npt.NDArray[np.float32]
    n_spots: npt.NDArray[np.int64]
    scale: npt.NDArray[np.float64]
    label: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.label)

    @classmethod
    def joined(cls, parts: list["DetectedLists"]) -> "DetectedLists":
        """Return one set of several, sorted by label."""
        order = np.argsort(np.concatenate([part.label for part in parts]), kind="stable")
        return cls(
            **{
                name: np.concatenate([getattr(part, name) for part in parts])[order]
                for name in cls.__dataclass_fields__
            }
        )


def read_detected(folder: Path) -> DetectedLists:
    """Return all lists of a folder, or of one file.

    Raises
    ------
    UsageError
        If there are none.
    """
    files = sorted(folder.glob("*.npz")) if folder.is_dir() else [folder]
    if not files:
        raise UsageError(f"{folder} holds no detected spot lists.")
    return DetectedLists.joined([DetectedLists.load(file) for file in files])


def for_images(ranges: SpotRanges) -> SpotRanges:
    """Return the spot simulator's ranges for spots to be drawn; detection is left to the search.

    What the image simulator does itself (beam stop, clipping, gamma, noise) must not happen twice.
    """
    return replace(
        ranges,
        missing_share=(0.0, 0.0),
        spurious_count=(0.0, 2.0),
        beam_stop_share=0.0,
        saturation_share=0.0,
        intensity_power=(1.0, 1.0),
        dynamic_range=(6.0, 11.0),
        position_sigma=(0.0, 0.0015),
        center_sigma=(0.0, 0.0),
    )


def detect(
    library: ReflectionLibrary,
    ranges: Ranges,
    *,
    count: int,
    seed: int,
    side_px: int = 640,
    class_shares: npt.NDArray[np.float64] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> DetectedLists:
    """Draw `count` images from a library and return the spots found in them."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    source = SpotSimulator(library, for_images(ranges.spots), class_shares)
    stage = ImageSimulator(ranges.image, side_px)
    parts = []
    for start in range(0, count, 16):
        sample_rng = SampleRng(seed, 0, np.arange(start, min(start + 16, count)))
        batch = stage.draw(source.draw(sample_rng), sample_rng)
        parts += [
            _found(batch.image[i].numpy(), float(batch.scale[i]), int(batch.label[i]))
            for i in range(len(batch.label))
        ]
        on_progress(len(parts), count)
    return DetectedLists.joined(parts)


def _found(image: npt.NDArray[np.float32], scale: float, label: int) -> DetectedLists:
    prepared = prepare(Pattern(image))
    spots = prepared.diffracted
    usable = np.flatnonzero(spots.intensity > 0)
    order = usable[np.argsort(-spots.intensity[usable])][:N_KEPT]
    offsets = np.zeros((1, N_KEPT, 2), np.float32)
    log_intensity = np.full((1, N_KEPT), -np.inf, np.float32)
    offsets[0, : len(order)] = spots.xy[order] - np.array(prepared.center.xy)
    log_intensity[0, : len(order)] = np.log(spots.intensity[order])
    return DetectedLists(
        offsets,
        log_intensity,
        np.array([edge_radius_px(prepared)], np.float32),
        np.array([len(spots)]),
        np.array([scale]),
        np.array([label]),
    )
