import subprocess
import sys

import numpy as np
import pytest

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.pattern.whole_files import whole_files

MODE_OF = {"int8": 0, "int16": 1, "float32": 2, "uint16": 6}


def _mrc(path, frames):
    """Write an MRC file (MRC2014, little endian) of frames (n, height, width)."""
    n, height, width = frames.shape
    header = np.zeros(256, "<i4")
    header[:4] = width, height, n, MODE_OF[frames.dtype.name]
    header[7:10] = width, height, n
    header[16:19] = 1, 2, 3
    raw = bytearray(header.tobytes())
    raw[208:216] = b"MAP DD\0\0"
    path.write_bytes(bytes(raw) + frames.tobytes())
    return path


@pytest.mark.parametrize("kind", list(MODE_OF))
@pytest.mark.parametrize("count", [1, 3])
def test_every_frame_is_read_as_it_was_written(tmp_path, kind, count):
    frames = np.random.default_rng(1).integers(0, 100, (count, 32, 48)).astype(kind)
    path = _mrc(tmp_path / "frames.mrc", frames)
    for index, frame in enumerate(frames):
        pattern = read_pattern(path, frame=index)
        assert pattern.n_frames == count
        np.testing.assert_array_equal(pattern.image_yx, frame.astype(np.float32))


def test_a_file_that_ends_early_is_damaged(tmp_path):
    path = _mrc(tmp_path / "short.mrc", np.ones((1, 64, 64), np.int16))
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(UnreadablePatternError, match="damaged or not a complete MRC file"):
        read_pattern(path)


def test_a_small_file_is_read_without_dask(tmp_path):
    path = _mrc(tmp_path / "one.mrc", np.ones((1, 32, 32), np.int16))
    code = (
        "import sys; from pathlib import Path; from saed_desktop.pattern.readers import read_pattern"
        "; read_pattern(Path(sys.argv[1])); print('dask' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_frames_in_an_order_of_their_own_are_left_to_the_original(tmp_path):
    from rsciio.utils import file

    path = tmp_path / "raw"
    np.arange(2 * 4 * 5, dtype=np.int16).tofile(path)
    with whole_files():
        found = file.memmap_distributed(
            str(path), np.dtype("int16"), positions=[[0], [2]], shape=(3, 4, 5), chunks=(1, -1, -1)
        )
    assert type(found).__module__.startswith("dask")
    assert file.memmap_distributed.__module__ == "rsciio.utils._distributed"
