"""MRC: modes, byte orders, signs, and which row is on top."""

import struct
import subprocess
import sys

import numpy as np
import pytest

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.readers import read_pattern
from tests.detector_files import MODE_OF, write_mrc_frames

RNG = np.random.default_rng(1)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", list(MODE_OF))
@pytest.mark.parametrize("count", [1, 3])
def test_every_frame_is_read_as_it_was_written(tmp_path, kind, count, order):
    frames = RNG.integers(-100, 100, (count, 32, 48)).astype(kind)
    path = write_mrc_frames(tmp_path / "frames.mrc", frames, order=order)
    for index, frame in enumerate(frames):
        pattern = read_pattern(path, frame=index)
        assert pattern.n_frames == count
        shown = np.abs(frame) if kind == "complex64" else frame
        np.testing.assert_array_equal(pattern.image_yx, shown.astype(np.float32))


@pytest.mark.parametrize("ending", [".st", ".map", ".mrcs"])
def test_other_endings_of_the_format(tmp_path, ending):
    frames = RNG.integers(0, 99, (2, 32, 48)).astype(np.int16)
    assert read_pattern(write_mrc_frames(tmp_path / f"a{ending}", frames)).n_frames == 2


@pytest.mark.parametrize(
    ("imod_flags", "stated", "has_sign"),
    [(None, (-108, 92), True), (None, (0, 0), True), (None, (0, 250), False), (1, (0, 250), True),
     (0, (-5, 5), False)],
)  # fmt: skip
def test_the_sign_of_bytes(tmp_path, imod_flags, stated, has_sign):
    raw = RNG.integers(0, 256, (1, 32, 48)).astype(np.uint8)
    path = write_mrc_frames(tmp_path / "a.mrc", raw, mode=0, imod_flags=imod_flags, stated=stated)
    shown = raw[0][::-1] if imod_flags is not None else raw[0]
    expected = shown.view(np.int8) if has_sign else shown
    np.testing.assert_array_equal(read_pattern(path).image_yx, expected.astype(np.float32))


def test_the_imod_family_stores_the_bottom_row_first_and_says_so(tmp_path):
    frames = RNG.integers(0, 99, (2, 32, 48)).astype(np.int16)
    by_imod = read_pattern(write_mrc_frames(tmp_path / "a.mrc", frames, imod_flags=0), frame=1)
    np.testing.assert_array_equal(by_imod.image_yx, frames[1, ::-1])
    assert "bottom row first" in by_imod.details["pixels"]
    serial_em = write_mrc_frames(tmp_path / "b.st", frames, kind=b"SERI", extension=bytes(64))
    np.testing.assert_array_equal(read_pattern(serial_em).image_yx, frames[0, ::-1])
    camera = read_pattern(write_mrc_frames(tmp_path / "c.mrc", frames))
    np.testing.assert_array_equal(camera.image_yx, frames[0])
    assert "pixels" not in camera.details


@pytest.mark.parametrize("width", [48, 47])
def test_four_bit_pixels_are_unpacked_lower_half_first(tmp_path, width):
    frame = RNG.integers(0, 16, (32, width)).astype(np.uint8)
    padded = np.pad(frame, ((0, 0), (0, width % 2)))
    body = (padded[:, ::2] | padded[:, 1::2] << 4).tobytes()
    path = write_mrc_frames(tmp_path / "a.mrc", frame[None].astype(np.int16), mode=101, body=body)
    np.testing.assert_array_equal(read_pattern(path).image_yx, frame)


def test_the_extended_header_of_thermo_fisher_has_energy_and_scale(tmp_path):
    block = bytearray(768)
    struct.pack_into("<d", block, 84, 300_000.0)
    struct.pack_into("<2d", block, 156, 2.5e8, 2.5e8)  # 1/m
    struct.pack_into("<d", block, 301, 0.66)
    frames = RNG.integers(0, 99, (1, 64, 64)).astype(np.int16)
    path = write_mrc_frames(tmp_path / "a.mrc", frames, kind=b"FEI1", extension=bytes(block))
    pattern = read_pattern(path)
    assert pattern.energy_kev == pytest.approx(300)
    assert pattern.camera_length_mm == pytest.approx(660)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(0.025)
    np.testing.assert_array_equal(pattern.image_yx, frames[0])


def test_a_file_that_ends_early_is_damaged(tmp_path):
    path = write_mrc_frames(tmp_path / "short.mrc", np.ones((3, 64, 64), np.int16))
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(UnreadablePatternError, match="damaged or not a complete MRC file"):
        read_pattern(path)


def test_modes_without_a_reader_are_named(tmp_path):
    frames = np.ones((1, 32, 32), np.int16)
    with pytest.raises(UnreadablePatternError, match="complex 16-bit integers"):
        read_pattern(write_mrc_frames(tmp_path / "a.mrc", frames, mode=3))
    with pytest.raises(UnreadablePatternError, match="mode 55"):
        read_pattern(write_mrc_frames(tmp_path / "b.mrc", frames, mode=55))


def test_an_impossible_width_is_damage(tmp_path):
    path = write_mrc_frames(tmp_path / "a.mrc", np.ones((1, 32, 32), np.int16), width=900_000)
    with pytest.raises(UnreadablePatternError, match="damaged"):
        read_pattern(path)


def test_a_small_file_is_read_without_dask(tmp_path):
    path = write_mrc_frames(tmp_path / "one.mrc", np.ones((1, 32, 32), np.int16))
    code = (
        "import sys; from pathlib import Path; from saed_desktop.pattern.readers import read_pattern"
        "; read_pattern(Path(sys.argv[1])); print('dask' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
