"""Figures as files: what is drawn where, sizes on paper, and a pattern that keeps its values."""

import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image

from saed_desktop.workspace.figure_files import (
    drawn_pattern,
    encoded,
    pdf_with_pattern,
    svg_with_pattern,
)

GREYS = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
# of three channels that differ, so that none can stand for another
COLORS = np.stack([np.arange(256), 255 - np.arange(256), np.full(256, 9)], 1).astype(np.uint8)


@pytest.fixture
def grey():
    return np.random.default_rng(4).integers(0, 256, (40, 60), dtype=np.uint8)


def scaled(factor, dx=0.0, dy=0.0):
    """Return the transform that lays the pattern's corner at (dx, dy)."""
    return np.array([[factor, 0, dx + factor / 2], [0, factor, dy + factor / 2]])


def test_each_pixel_stands_where_it_belongs(grey):
    drawn = drawn_pattern(grey, COLORS, scaled(5), (300, 200))
    # squares of five, in colours, blue first
    expected = COLORS[np.kron(grey, np.ones((5, 5), np.uint8))][..., ::-1]
    assert np.array_equal(drawn[..., :3], expected) and (drawn[..., 3] == 255).all()


def test_a_turned_pattern_is_turned(grey):
    # a quarter, clockwise: the first column becomes the first row, from right to left
    turn = np.array([[0.0, -1, 39.5], [1, 0, 0.5]])
    drawn = drawn_pattern(grey, GREYS, turn, (40, 60))
    assert np.array_equal(drawn[..., 0], np.rot90(grey, -1))


def test_enlarged_a_little_it_is_smooth_and_keeps_its_places():
    row = np.tile(np.linspace(0, 240, 61).astype(np.uint8), (20, 1))
    drawn = drawn_pattern(row, GREYS, scaled(3), (183, 60))
    ends = (drawn[30, 1, 0], drawn[30, 181, 0])
    assert ends == (0, 240)
    assert np.abs(np.diff(drawn[30, :, 0].astype(int))).max() <= 2


def test_spots_do_not_vanish_where_it_is_small():
    image = np.zeros((1000, 1000), np.uint8)
    image[503, 701] = 255
    drawn = drawn_pattern(image, GREYS, scaled(0.1), (100, 100))
    assert drawn[..., 0].max() > 0
    assert np.unravel_index(drawn[..., 0].argmax(), (100, 100)) == (50, 70)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_pixels_and_size_on_paper_are_read_back(grey, suffix):
    drawn = drawn_pattern(grey, COLORS, scaled(1), (60, 40))
    with Image.open(io.BytesIO(encoded(drawn, suffix, 300))) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert np.array_equal(np.asarray(picture), COLORS[grey])


def test_an_svg_holds_the_values_with_their_colours(grey):
    made = svg_with_pattern(b'<image href="data:image/png;base64,QUJD"/>', b"QUJD", grey, COLORS)
    import base64

    packed = base64.b64decode(re.search(rb"base64,([^\"]+)", made)[1])
    with Image.open(io.BytesIO(packed)) as picture:
        assert picture.mode == "P"
        assert np.array_equal(np.asarray(picture.convert("RGB")), COLORS[grey])


PAGE = b"""%PDF-1.4
1 0 obj
<< /Type /Catalog >>
endobj
2 0 obj
<<
/Type /XObject
/Subtype /Image
/Width 7
/Height 3
/Length 0
>>
stream

endstream
endobj
xref
0 3
0000000000 65535 f
0000000009 00000 n
0000000045 00000 n
trailer
<<
/Size 3
/Root 1 0 R
>>
startxref
148
%%EOF
"""


def test_a_page_is_changed_as_the_standard_says(grey):
    made = pdf_with_pattern(PAGE, grey, COLORS)
    assert made.startswith(PAGE)  # nothing that stood there is touched
    start = int(re.findall(rb"startxref\n(\d+)", made)[-1])
    table = re.match(rb"xref\n2 1\n(\d{10}) 00000 n \ntrailer\n<<\n(.*?)>>", made[start:], re.S)
    assert b"/Prev 148" in table[2] and b"/Root 1 0 R" in table[2]
    image = made[int(table[1]) :]
    head, _, body = image.partition(b"stream\n")
    assert head.startswith(b"2 0 obj") and b"/Width 60\n/Height 40" in head
    length = int(re.search(rb"/Length (\d+)", head)[1])
    assert zlib.decompress(body[:length]) == grey.tobytes()
    assert body[length:].startswith(b"\nendstream\nendobj")
    palette = bytes.fromhex(re.search(rb"255 <([0-9a-f]+)>", head)[1].decode())
    assert palette == COLORS.tobytes()


def test_a_page_without_a_stand_in_is_no_page_of_ours(grey):
    with pytest.raises(ValueError, match="stand-in"):
        pdf_with_pattern(PAGE.replace(b"/Width 7", b"/Width 8"), grey, COLORS)
