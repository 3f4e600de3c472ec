"""Counts and sizes are checked against the file's length before anything believes them."""

import math
import struct
import time

import numpy as np
import pytest

from saed_desktop.electron import wavelength_angstrom
from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.metadata import file_metadata, find_metadata
from saed_desktop.pattern.readers import read_pattern
from tests.detector_files import write_block_file
from tests.pattern_files import upright, write_dm3

SECONDS = 5


def test_a_flipped_bit_in_a_dm3_costs_a_sentence_and_no_time(tmp_path):
    path = tmp_path / "a.dm3"
    image = upright(dtype=np.int32)
    write_dm3(path, image, 0.05, "1/nm", 200_000.0)
    whole = path.read_bytes()
    pixels = whole.index(image.astype("<i4").tobytes())
    n_bytes = len(whole)
    structure = [i for i in range(n_bytes) if not pixels <= i < pixels + image.nbytes]
    rng = np.random.default_rng(0)
    refused = 0
    for position in rng.choice(structure, 60, replace=False):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << rng.integers(8)
        path.write_bytes(bytes(damaged))
        started = time.monotonic()
        try:
            read_pattern(path)
        except UnreadablePatternError as error:
            refused += 1
            assert path.name in error.sentence
        assert time.monotonic() - started < SECONDS
    assert refused > 10


def test_the_header_of_a_block_file_has_energy_camera_length_and_scale(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (2, 3, 48, 48)).astype(np.uint8)
    write_block_file(tmp_path / "a.blo", frames)
    pattern = read_pattern(tmp_path / "a.blo", frame=5)
    assert np.array_equal(pattern.image_yx, frames[1, 2])
    assert pattern.energy_kev == pytest.approx(200)
    assert pattern.camera_length_mm == pytest.approx(200)
    pixel_mm = 1000 / 6_226
    expected = pixel_mm / (wavelength_angstrom(200) * 200)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("share", [0.002, 0.4, 0.99])
def test_missing_patterns_of_a_block_file_are_an_error(tmp_path, share):
    frames = np.zeros((4, 5, 48, 48), np.uint8)
    path = tmp_path / "a.blo"
    write_block_file(path, frames)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(400, int(share * len(whole)))])
    with pytest.raises(UnreadablePatternError, match=r"holds \d+ of its 20 patterns"):
        read_pattern(path)


def test_the_energy_of_a_tia_file_is_kept_though_its_name_has_a_blank():
    from rsciio.tia._api import mapping

    described = {"High tension_kV": 80.0, "Camera length_m": 0.5}
    metadata = file_metadata(
        {
            "metadata": {},
            "mapping": mapping,
            "original_metadata": {"ObjectInfo": {"ExperimentalDescription": described}},
        }
    )
    assert find_metadata(metadata, "beam_energy") == 80.0
    assert find_metadata(metadata, "camera_length") == 500.0


def test_a_scale_without_end_is_no_scale(tmp_path):
    path = tmp_path / "a.blo"
    frames = np.random.default_rng(0).integers(0, 256, (1, 1, 48, 48)).astype(np.uint8)
    write_block_file(path, frames)
    damaged = bytearray(path.read_bytes())
    struct.pack_into("<d", damaged, 30, -math.inf)
    path.write_bytes(bytes(damaged))
    assert np.array_equal(read_pattern(path).image_yx, frames[0, 0])
