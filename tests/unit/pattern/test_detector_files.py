"""Files of detectors and of NumPy: exact numbers, and the scale that their headers give."""

import gzip

import numpy as np
import pytest
import tifffile

from saed_desktop.electron import energy_kev, wavelength_angstrom
from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.readers import find_patterns, read_pattern
from tests.detector_files import (
    DISTANCE_MM,
    PIXEL_MM,
    WAVELENGTH,
    raw_mib,
    write_cbf,
    write_smv,
)

RNG = np.random.default_rng(11)
SCALE = PIXEL_MM / (WAVELENGTH * DISTANCE_MM)


@pytest.mark.parametrize("order", ["little_endian", "big_endian"])
def test_smv(tmp_path, order):
    image = RNG.integers(0, 65536, (40, 56))
    write_smv(tmp_path / "a.img", image, order)
    pattern = read_pattern(tmp_path / "a.img")
    assert np.array_equal(pattern.image_yx, image)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(SCALE)
    assert pattern.camera_length_mm == DISTANCE_MM
    assert pattern.energy_kev == pytest.approx(200, abs=0.1)


def test_cbf_with_steps_of_every_width(tmp_path):
    image = RNG.integers(0, 100, (40, 56))
    image[RNG.random(image.shape) < 0.2] = 9_000
    image[RNG.random(image.shape) < 0.1] = 800_000
    image[3, 4] = -2
    write_cbf(tmp_path / "a.cbf", image)
    pattern = read_pattern(tmp_path / "a.cbf")
    assert np.array_equal(pattern.image_yx, image)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(SCALE)
    assert pattern.camera_length_mm == pytest.approx(DISTANCE_MM)


@pytest.mark.parametrize("write", [write_smv, write_cbf])
def test_images_that_end_early_are_refused(tmp_path, write):
    path = tmp_path / "a.bin"
    write(path, RNG.integers(0, 60_000, (40, 56)))
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(UnreadablePatternError, match="ends early"):
        read_pattern(path)


@pytest.mark.parametrize("kev", [80, 200, 300])
def test_a_wavelength_is_an_energy(kev):
    assert energy_kev(wavelength_angstrom(kev)) == pytest.approx(kev, rel=1e-9)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float64, np.complex64])
def test_arrays_of_numpy(tmp_path, kind):
    stack = RNG.integers(0, 200, (3, 40, 56)).astype(kind)
    np.save(tmp_path / "a.npy", stack)
    pattern = read_pattern(tmp_path / "a.npy", frame=2)
    assert pattern.n_frames == 3
    assert np.array_equal(pattern.image_yx, np.abs(stack[2]))
    np.savez_compressed(tmp_path / "a.npz", table=np.ones(4), pattern=stack, mask=stack[0] > 3)
    both = read_pattern(tmp_path / "a.npz", dataset="pattern")
    assert np.array_equal(both.image_yx, np.abs(stack[0]))


def test_python_objects_in_an_array_are_never_loaded(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}] * 400, dtype=object).reshape(20, 20))
    with pytest.raises(UnreadablePatternError):
        read_pattern(tmp_path / "a.npy")


def test_raw_frames_of_the_empad(tmp_path):
    frames = RNG.normal(size=(6, 130, 128)).astype("<f4")
    path = tmp_path / "scan_x3_y2.raw"
    path.write_bytes(frames.tobytes())
    pattern = read_pattern(path, frame=4)
    assert pattern.n_frames == 6
    assert np.array_equal(pattern.image_yx, frames[4, :128])
    path.write_bytes(frames.tobytes()[:-4])
    with pytest.raises(UnreadablePatternError, match="no header"):
        read_pattern(path)


@pytest.mark.parametrize("depth", [1, 6, 12])
def test_raw_frames_of_a_single_merlin_chip(tmp_path, depth):
    frames = RNG.integers(0, 2**depth, (2, 256, 256))
    (tmp_path / "a.mib").write_bytes(b"".join(raw_mib(depth, frame) for frame in frames))
    pattern = read_pattern(tmp_path / "a.mib", frame=1)
    assert pattern.n_frames == 2
    assert np.array_equal(pattern.image_yx, frames[1])


@pytest.mark.parametrize("arrangement", ["2x2", "2x2G"])
@pytest.mark.parametrize("depth", [1, 6, 12])
def test_raw_frames_of_four_merlin_chips(tmp_path, depth, arrangement):
    frames = RNG.integers(0, 2**depth, (2, 512, 512))
    content = b"".join(raw_mib(depth, frame, arrangement) for frame in frames)
    (tmp_path / "a.mib").write_bytes(content)
    pattern = read_pattern(tmp_path / "a.mib", frame=1)
    assert pattern.n_frames == 2
    assert np.array_equal(pattern.image_yx, frames[1])


def test_raw_frames_of_a_row_of_merlin_chips_are_named(tmp_path):
    content = raw_mib(12, np.zeros((256, 256), int)).replace(b"   1x1", b"   4x1")
    (tmp_path / "a.mib").write_bytes(content)
    with pytest.raises(UnreadablePatternError, match="raw Merlin frames"):
        read_pattern(tmp_path / "a.mib")


def test_packed_files_are_read_and_found(tmp_path):
    stack = RNG.integers(0, 60_000, (3, 40, 56)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    packed = tmp_path / "a.tif.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.tif").read_bytes()))
    (tmp_path / "notes.txt.gz").write_bytes(gzip.compress(b"no pattern"))
    pattern = read_pattern(packed, frame=2)
    assert pattern.n_frames == 3
    assert np.array_equal(pattern.image_yx, stack[2])
    assert [p.name for p in find_patterns([tmp_path])] == ["a.tif", "a.tif.gz"]
    packed.write_bytes(packed.read_bytes()[:-30])
    with pytest.raises(UnreadablePatternError, match="damaged gzip"):
        read_pattern(packed)
