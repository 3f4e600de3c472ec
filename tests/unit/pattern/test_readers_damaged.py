"""Files that are damaged, foreign or misnamed cost one sentence, never more."""

import numpy as np
import pytest
from PIL import Image

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.formats import sniff
from saed_desktop.pattern.readers import read_pattern
from tests.pattern_files import WRITABLE, written


@pytest.mark.parametrize("name", WRITABLE)
def test_truncated_files_give_one_sentence(tmp_path, name):
    path, _ = written(tmp_path, name)
    whole = path.read_bytes()
    for share in (0.02, 0.3, 0.7):
        path.write_bytes(whole[: max(5, int(share * len(whole)))])
        try:
            pattern = read_pattern(path)
        except UnreadablePatternError as error:
            assert path.name in error.sentence
            assert "\n" not in error.sentence
        else:
            # some formats can be read as far as they go; then all values must be finite
            assert np.isfinite(pattern.image_yx).all()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.dm3", b"", "empty"),
        ("a.png", b"hello, I am text", "not a PNG"),
        ("a.xyz", b"\x01\x02\x03\x04" * 50, "no known image format"),
        ("a.tif", b"II*\x00\x08\x00\x00\x00\xff\xff", "damaged"),
        ("a.emd", b"\x89HDF\r\n\x1a\n" + b"\x00" * 400, "damaged"),
        ("a.mrc", b"\x00" * 2000, "damaged or not a complete MRC"),
    ],
)
def test_wrong_files_give_one_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadablePatternError, match=words) as caught:
        read_pattern(path)
    assert "\n" not in caught.value.sentence


def test_missing_file_and_folder_are_named(tmp_path):
    with pytest.raises(UnreadablePatternError, match="no file"):
        read_pattern(tmp_path / "none.png")
    with pytest.raises(UnreadablePatternError, match="folder"):
        read_pattern(tmp_path)


def test_a_renamed_file_is_read_for_what_it_is(tmp_path):
    path, image = written(tmp_path, "a.png")
    renamed = path.rename(tmp_path / "a.dm3")
    assert sniff(renamed).name == "PNG"
    assert np.array_equal(read_pattern(renamed).image_yx, image)


def test_too_small_an_image_is_refused(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.zeros((8, 200), np.uint8)).save(path)
    with pytest.raises(UnreadablePatternError, match="too small"):
        read_pattern(path)
