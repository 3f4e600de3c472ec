"""All frames of a file at once are the frames that are read one by one."""

import h5py
import numpy as np
import pytest

from saed_desktop.pattern.frame_blocks import frame_blocks
from saed_desktop.pattern.raw_image import FrameStack, RawImage, plain_axes
from saed_desktop.pattern.readers import PatternFile, read_pattern
from tests.detector_files import write_block_file

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


def _write_block(path, scan):
    write_block_file(path, np.pad(scan, ((0, 0), (0, 0), (0, 2), (0, 0))).astype(np.uint8))


def _write_hyperspy(path, scan):
    from rsciio.hspy import file_writer

    axes = [
        {
            "_type": "UniformDataAxis", "name": name, "units": "", "scale": 1.0, "offset": 0.0,
            "size": scan.shape[i], "navigate": i < 2, "index_in_array": i,
        }
        for i, name in enumerate(("y", "x", "ky", "kx"))
    ]  # fmt: skip
    metadata = {"General": {"title": ""}, "Signal": {"signal_type": ""}, "_HyperSpy": {}}
    signal = {"data": scan, "axes": axes, "metadata": metadata, "original_metadata": {}}
    # chunks of several frames, as HyperSpy makes them
    file_writer(
        str(path),
        signal
        | {
            "attributes": {"_lazy": False},
            "package_info": {},
            "learning_results": {},
            "models": {},
            "tmp_parameters": {},
        },
        chunks=(2, 3, 18, 20),
    )


def _write_hdf5(path, scan):
    with h5py.File(path, "w") as file:
        file.create_dataset("entry/data", data=scan, chunks=(1, 1, 18, 20), compression="gzip")


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.blo", _write_block), ("a.hspy", _write_hyperspy), ("a.h5", _write_hdf5)],
)
@pytest.mark.parametrize("is_lazy", [False, True])
def test_scans_of_the_usual_formats(tmp_path, scan, monkeypatch, name, write, is_lazy):
    """Read whole, and in pieces as files of hundreds of megabytes are."""
    if is_lazy:
        monkeypatch.setattr("saed_desktop.pattern.loaders.rosetta.LAZY_ABOVE_BYTES", 0)
    write(tmp_path / name, scan)
    file = PatternFile(tmp_path / name)
    assert file.scan_shape_yx == (5, 7)
    seen = []
    for block in file.blocks():
        seen += block.frames.tolist()
        for frame, image in zip(block.frames, block.images, strict=True):
            assert np.array_equal(image, file.read(int(frame)).image_yx)
    assert sorted(seen) == list(range(35))
    stored = scan.astype(np.uint8) if name == "a.blo" else scan
    row, column = 3, 4
    assert np.array_equal(
        file.read(row * 7 + column).image_yx[:18, :20], stored[row, column].astype(np.float32)
    )
