"""NanoMegas block files: diffraction patterns of a scan, photographed from the screen."""

import math
import struct
from dataclasses import replace
from pathlib import Path

from saed_desktop.electron import wavelength_angstrom
from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.rosetta import load_rosetta
from saed_desktop.pattern.raw_image import RawAxis, RawImage

_HEADER = "<6sHIIIHHHHHddIHI"
_FRAME_HEADER_BYTES = 6


def load_blockfile(path: Path, dataset: str | None) -> RawImage:
    """Load a block file, its scale computed from energy, pixel size and camera length.

    Raises
    ------
    UnreadablePatternError
        If frames are missing at its end.
    """
    with path.open("rb") as stream:
        head = stream.read(struct.calcsize(_HEADER))
    fields = struct.unpack(_HEADER, head)
    start, side, n_x, n_y = fields[3], fields[5], fields[7], fields[8]
    energy_v, pixels_per_metre, camera_length_tenth_mm = fields[12:15]
    frame_bytes = side * side + _FRAME_HEADER_BYTES
    expected = n_x * n_y
    there = max(0, path.stat().st_size - start) // frame_bytes
    if there < expected:
        raise UnreadablePatternError(
            f"{path.name} ends early: it holds {there} of its {expected} patterns."
        )
    image = load_rosetta(path, dataset, "rsciio.blockfile")
    camera_length_mm = camera_length_tenth_mm / 10
    metadata = dict(image.metadata)
    # RosettaSciIO gives it in metres, where HyperSpy's tree has millimetres
    metadata["Acquisition_instrument.TEM.camera_length"] = camera_length_mm
    axes = image.axes
    if energy_v and pixels_per_metre and camera_length_mm and math.isfinite(image.axes[1].scale):
        pixel_mm = 1000 / pixels_per_metre
        scale = pixel_mm / (wavelength_angstrom(energy_v / 1000) * camera_length_mm)
        axes = (RawAxis(side, scale, "1/Å"), RawAxis(side, scale, "1/Å"))
    return replace(image, metadata=metadata, axes=axes)
