"""Files to patterns: the one place where orientation, axis order and frames are decided.

Row 0 is the top of the image as the microscope software shows it. That is the first row as
stored, with exceptions that the loaders settle before the image comes here: Merlin detectors and
MRC files of the IMOD family store the bottom row first, and photographs and TIFF files may state
a turn in their orientation tag. Nothing else in the product flips or transposes.
"""

import math
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from saed_desktop.electron import wavelength_angstrom
from saed_desktop.errors import SaedError, UnreadablePatternError, UsageError
from saed_desktop.pattern.calibration import (
    Calibration,
    ScaleSource,
    is_plausible_scale,
)
from saed_desktop.pattern.formats import FOLDER_SUFFIXES, is_pattern_file, load
from saed_desktop.pattern.frame_blocks import FrameBlock, frame_blocks
from saed_desktop.pattern.loaders.rosetta import emi_of
from saed_desktop.pattern.metadata import find_metadata
from saed_desktop.pattern.pattern import ImageArray, MaskArray, Pattern
from saed_desktop.pattern.quiet import quiet_libraries
from saed_desktop.pattern.raw_image import RawAxis, RawImage
from saed_desktop.pattern.units import angle_factor, inverse_length_factor

SMALLEST_SIDE_PX = 16

# counts below any detector's offset are "no data" flags such as -2³¹
_LEAST_NUMBER = np.float32(-1e9)
_LARGEST_NUMBER = 1e30


def read_pattern(path: Path, *, frame: int = 0, dataset: str | None = None) -> Pattern:
    """Read one diffraction pattern from a file.

    Parameters
    ----------
    path
        A file of one of `formats.FORMATS`; the content decides, not the ending.
    frame
        Which frame of a file of several, counted from 0.
    dataset
        Which of several datasets, by name or by number from 1; the likeliest pattern where None.

    Raises
    ------
    UnreadablePatternError
        If the file cannot be read as a pattern; the message is one sentence.
    UsageError
        If the file has fewer frames, or no such dataset.
    """
    return PatternFile(path, dataset=dataset).read(frame)


class PatternFile:
    """A file opened once, to read its frames one after another.

    Parameters
    ----------
    path
        The file.
    dataset
        As for `read_pattern`.

    Raises
    ------
    UnreadablePatternError, UsageError
        If the file cannot be read, or has no such dataset.
    """

    def __init__(self, path: Path, *, dataset: str | None = None) -> None:
        self._path = path
        with quiet_libraries():
            self._raw = load(path, dataset)
        frames_shape = self._raw.frames_shape
        self.n_frames = math.prod(frames_shape)
        self.scan_shape_yx = _scan_shape(frames_shape)

    def read(self, frame: int) -> Pattern:
        """Read one frame, counted from 0.

        Raises
        ------
        UnreadablePatternError
            If the frame cannot be read as a pattern.
        UsageError
            If there is no such frame.
        """
        with quiet_libraries():
            return _pattern(self._raw, self._path, frame)

    def blocks(self) -> Iterator[FrameBlock]:
        """Yield all frames, some at a time and each once, as `read` gives their images.

        Much quicker than frame by frame where a file is compressed or is read in pieces; memory
        holds one block. The order is the file's own.

        Raises
        ------
        UnreadablePatternError
            If frames cannot be decoded.
        """
        raw = self._raw
        try:
            with quiet_libraries():
                for block in frame_blocks(raw):
                    images = [self._block_image(image) for image in block.images]
                    yield FrameBlock(block.frames, np.stack(images))
        except SaedError:
            raise
        except Exception as error:  # as for a single frame
            raise UnreadablePatternError(
                f"{self._path.name} is damaged: its frames cannot be decoded."
            ) from error

    def _block_image(self, data: np.ndarray) -> ImageArray:
        with np.errstate(over="ignore", invalid="ignore"):
            image = np.asarray(_grey(data, is_colour=self._raw.is_colour), dtype=np.float32)
            image = np.where(image > _LEAST_NUMBER, image, np.float32(0))
        image, _, _ = _square_pixels(self._raw.axes, image, None)
        return image


def _pattern(raw: RawImage, path: Path, frame: int) -> Pattern:
    data, n_frames = _one_frame(raw, frame, path)
    image, invalid = _finite(_grey(data, is_colour=raw.is_colour), path)
    if raw.is_colour:
        invalid = _with_coloured_marks(data, invalid)
    energy_kev = _positive(find_metadata(raw.metadata, "beam_energy"))
    calibration = _calibration(raw.axes, energy_kev)
    image, invalid, remark = _square_pixels(raw.axes, image, invalid)
    details = _details(raw.metadata)
    if remark or raw.remarks:
        details["pixels"] = "; ".join([*raw.remarks, *([remark] if remark else [])])
    if len(raw.datasets) > 1:
        details["dataset"] = f"{raw.dataset} (of {', '.join(raw.datasets)})"
    return Pattern(
        image_yx=image,
        calibration=calibration,
        energy_kev=energy_kev,
        camera_length_mm=_positive(find_metadata(raw.metadata, "camera_length")),
        stage_tilt_deg=_stage_tilt(raw.metadata),
        path=path,
        frame=frame,
        n_frames=n_frames,
        scan_shape_yx=_scan_shape(raw.frames_shape),
        invalid_yx=invalid,
        dataset=raw.dataset,
        datasets=raw.datasets,
        details=details,
    )


def find_patterns(paths: Iterable[Path], *, recursive: bool = False) -> list[Path]:
    """Return the pattern files among files and folders, in a stable order, none twice.

    A file given by name is kept whatever its ending; of a folder only files with a known ending
    are taken, and none that another one of the folder reads along: a .ser whose .emi, a later part
    of a TVIPS stream whose first part, or a DECTRIS data file whose master stands beside it.
    """
    return [path for path, reason in _looked_through(paths, recursive) if not reason]


def files_left_out(paths: Iterable[Path], *, recursive: bool = False) -> dict[str, list[Path]]:
    """Return the files of folders that `find_patterns` leaves out, by the reason why."""
    left_out: dict[str, list[Path]] = {}
    for path, reason in _looked_through(paths, recursive):
        if reason and not path.name.startswith(".") and path.name.lower() not in _OF_THE_SYSTEM:
            left_out.setdefault(reason, []).append(path)
    return left_out


_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")
_OTHER_KIND, _WITH_ANOTHER = "no image by their ending", "read with another file"
_NO_FILE = "a pipe, a device or what cannot be reached"


def _looked_through(paths: Iterable[Path], recursive: bool) -> list[tuple[Path, str]]:
    """Return every file once with the reason to leave it out, empty for a pattern."""
    found: dict[Path, str] = {}
    for path in paths:
        if not path.is_dir() or path.suffix.lower() in FOLDER_SUFFIXES:
            found[path] = ""
            continue
        inside = path.rglob("*") if recursive else path.glob("*")
        for file in sorted(inside):
            mode = _mode(file)
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                if is_pattern_file(file):
                    found.setdefault(file, _NO_FILE)
            elif not is_pattern_file(file):
                found.setdefault(file, _OTHER_KIND)
            else:
                found.setdefault(file, _WITH_ANOTHER if _is_read_with_another(file) else "")
    return list(found.items())


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        # a link to nothing or to itself, or a network drive that has gone
        return 0


def _is_read_with_another(path: Path) -> bool:
    if emi_of(path) is not None:
        return True
    start, _, number = path.stem.rpartition("_")
    if not start or not number.isdecimal():
        return False
    if path.suffix.lower() == ".tvips":
        first = path.with_name(f"{start}_{0:0{len(number)}d}{path.suffix}")
        return first != path and first.exists()
    master = path.with_name(f"{start.removesuffix('_data')}_master{path.suffix}")
    return start.endswith("_data") and master.exists()


def _one_frame(raw: RawImage, frame: int, path: Path) -> tuple[np.ndarray, int]:
    frames_shape = raw.frames_shape
    n_frames = math.prod(frames_shape)
    if n_frames == 0 or 0 in raw.data.shape:
        raise UnreadablePatternError(f"{path.name} holds no complete image.")
    if not 0 <= frame < n_frames:
        raise UsageError(f"{path.name} has {n_frames} frame(s); there is no frame {frame + 1}.")
    index = np.unravel_index(frame, frames_shape) if frames_shape else ()
    try:
        data = np.asarray(raw.data[tuple(int(i) for i in index)])
    except SaedError:
        raise
    except MemoryError as error:
        raise UnreadablePatternError(f"{path.name} does not fit into memory.") from error
    except Exception as error:  # frames are decoded here, and a damaged one raises anything
        raise UnreadablePatternError(
            f"{path.name} is damaged: its image cannot be decoded."
        ) from error
    height, width = data.shape[:2]
    if min(height, width) < SMALLEST_SIDE_PX:
        raise UnreadablePatternError(
            f"{path.name} is {width} × {height} pixels, too small for a diffraction pattern."
        )
    return data, n_frames


def _scan_shape(frames_shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Return rows and columns of a scan; of a series of scans the rows of all."""
    if len(frames_shape) < 2:
        return None
    n_columns = frames_shape[-1]
    n_rows = math.prod(frames_shape[:-1])
    return (n_rows, n_columns) if min(n_rows, n_columns) > 1 else None


def _grey(data: np.ndarray, *, is_colour: bool) -> np.ndarray:
    """Return the image in grey: luminance (ITU-R BT.601) for colour, magnitude for complex."""
    if is_colour:
        red, green, blue = data[..., 0], data[..., 1], data[..., 2]
        if np.array_equal(red, green) and np.array_equal(red, blue):
            return red  # a grey image saved as colour: keep its exact steps
        return data[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    if np.iscomplexobj(data):
        return np.abs(data)
    return data


def _with_coloured_marks(data: np.ndarray, invalid: MaskArray | None) -> MaskArray | None:
    """Exclude what is coloured in an otherwise grey image: arrows and labels drawn into it."""
    channels = data[..., :3].astype(np.float32)
    spread = channels.max(axis=-1) - channels.min(axis=-1)
    coloured = spread > 0.25 * max(float(channels.max()), 1e-6)
    # a picture in false colours has no grey ground to draw on
    if not 0 < coloured.mean() < 0.1:
        return invalid
    # here and below: few files need it, and an image should not wait for its libraries
    import cv2

    marks = cv2.dilate(coloured.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return marks if invalid is None else invalid | marks


def _finite(data: np.ndarray, path: Path) -> tuple[ImageArray, MaskArray | None]:
    with np.errstate(over="ignore"):
        image = np.ascontiguousarray(_within_range(data), dtype=np.float32)
    bad = ~np.isfinite(image) | (image < _LEAST_NUMBER)
    if not bad.any():
        return image, None
    if bad.all():
        raise UnreadablePatternError(f"{path.name} holds no numbers.")
    image = image.copy() if image is data else image
    image[bad] = 0
    return image, bad


def _within_range(data: np.ndarray) -> np.ndarray:
    """Return intensities in such units that single precision holds them; they are relative."""
    if data.dtype.kind != "f" or data.dtype.itemsize <= 4:
        return data
    largest = float(np.abs(data, where=np.isfinite(data), out=np.zeros_like(data)).max())
    return data / largest if largest > _LARGEST_NUMBER else data


def _stage_tilt(metadata: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return α and β of the goniometer in degrees, as HyperSpy's tree has them."""
    try:
        alpha = float(find_metadata(metadata, "Stage.tilt_alpha"))
        beta = float(find_metadata(metadata, "Stage.tilt_beta") or 0.0)
    except (TypeError, ValueError):
        return None
    # a stage that was never read says 0 or nonsense; beyond 90° no holder goes
    return (alpha, beta) if abs(alpha) <= 90 and abs(beta) <= 90 else None


def _positive(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _calibration(axes: tuple[RawAxis, RawAxis], energy_kev: float | None) -> Calibration:
    scales = [_axis_scale(axis, energy_kev) for axis in axes]
    if any(scale is None for scale in scales):
        return Calibration.unknown()
    finest = min(scale for scale in scales if scale is not None)
    shape = (axes[0].size, axes[1].size)
    if not is_plausible_scale(finest, shape):
        return Calibration.unknown(
            f"The file states {finest:.3g} 1/Å per pixel, which no diffraction camera has."
        )
    return Calibration.known(finest, ScaleSource.FILE)


def _axis_scale(axis: RawAxis, energy_kev: float | None) -> float | None:
    """Return the scale of an axis in 1/Å per pixel where its unit is one of diffraction."""
    if not (math.isfinite(axis.scale) and axis.scale != 0):
        return None
    factor = inverse_length_factor(axis.unit)
    if factor is None and energy_kev is not None:
        angle = angle_factor(axis.unit)
        # q = θ/λ for the small angles of diffraction
        factor = None if angle is None else angle / wavelength_angstrom(energy_kev)
    return None if factor is None else abs(axis.scale) * factor


def _square_pixels(
    axes: tuple[RawAxis, RawAxis], image: ImageArray, invalid: MaskArray | None
) -> tuple[ImageArray, MaskArray | None, str]:
    """Resample the coarser axis where the file states pixels that are not square."""
    y, x = axes
    if y.unit != x.unit or not y.unit or not (y.scale and x.scale):
        return image, invalid, ""
    ratio = abs(y.scale / x.scale)
    if not math.isfinite(ratio) or not 1 / 8 < ratio < 8 or 1 / 1.005 <= ratio <= 1.005:
        return image, invalid, ""
    height, width = image.shape
    size = (width, round(height * ratio)) if ratio > 1 else (round(width / ratio), height)
    import cv2

    resampled = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    if invalid is not None:
        grown = cv2.resize(invalid.astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
        invalid = grown > 0
    remark = f"pixels {ratio:.3g} times as high as wide were resampled to square ones"
    return np.asarray(resampled, dtype=np.float32), invalid, remark


def _details(metadata: Mapping[str, Any]) -> dict[str, str]:
    wanted = {
        "title": "General.title",
        "date": "General.date",
        "time": "General.time",
        "microscope": "Acquisition_instrument.TEM.microscope",
        "acquisition mode": "Acquisition_instrument.TEM.acquisition_mode",
    }
    return {label: str(metadata[name]) for label, name in wanted.items() if metadata.get(name)}
