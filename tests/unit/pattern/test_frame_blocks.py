"""All frames of a file at once are the frames that are read one by one."""

import numpy as np
import pytest

from saed_desktop.pattern.frame_blocks import frame_blocks
from saed_desktop.pattern.raw_image import FrameStack, RawImage, plain_axes
from saed_desktop.pattern.readers import PatternFile, read_pattern

SHAPE = (5, 7, 18, 20)


@pytest.fixture
def scan():
    return np.random.default_rng(3).integers(0, 4000, SHAPE).astype(np.uint16)


def _stack(scan):
    flat = scan.reshape(-1, *scan.shape[2:])
    return FrameStack(scan.shape[:2], scan.shape[2:], scan.dtype, lambda i: flat[i])


def _dask(scan):
    dask = pytest.importorskip("dask.array")
    return dask.from_array(scan, chunks=(2, 3, 10, 20))


@pytest.mark.parametrize("made", [lambda scan: scan, _stack, _dask])
@pytest.mark.parametrize("most_frames", [1, 3, 11, 1000])
def test_every_frame_comes_once_and_no_block_is_larger_than_allowed(scan, made, most_frames):
    raw = RawImage(made(scan), plain_axes(SHAPE[2:]))
    frame_bytes = scan[0, 0].nbytes
    flat, seen = scan.reshape(-1, *SHAPE[2:]), []
    for block in frame_blocks(raw, most_frames * frame_bytes):
        assert len(block.frames) <= most_frames
        assert np.array_equal(block.images, flat[block.frames])
        seen += block.frames.tolist()
    assert sorted(seen) == list(range(35))


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_blocks_of_a_file_are_its_frames(tmp_path, scan, dtype):
    data = scan.astype(dtype)
    if dtype is np.float32:
        data[1, 2, 3, 4], data[0, 0, 0, 0] = np.nan, -np.inf
    np.save(tmp_path / "scan.npy", data)
    file = PatternFile(tmp_path / "scan.npy")
    assert file.scan_shape_yx == (5, 7) and file.n_frames == 35
    for block in file.blocks():
        for frame, image in zip(block.frames, block.images, strict=True):
            assert np.array_equal(image, file.read(int(frame)).image_yx)


def test_a_single_image_is_one_block(tmp_path, scan):
    np.save(tmp_path / "one.npy", scan[0, 0])
    (block,) = PatternFile(tmp_path / "one.npy").blocks()
    assert block.images.shape == (1, 18, 20)
    assert read_pattern(tmp_path / "one.npy").scan_shape_yx is None


def test_a_series_is_no_scan(tmp_path, scan):
    np.save(tmp_path / "series.npy", scan[0])
    pattern = read_pattern(tmp_path / "series.npy", frame=2)
    assert (pattern.n_frames, pattern.scan_shape_yx) == (7, None)
