"""TIFF: one rule for colours and stacks, exact values, upright, with the scale of its tags."""

import struct
import subprocess
import sys
import time

import numpy as np
import pytest
import tifffile
from PIL import Image

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.readers import read_pattern

RNG = np.random.default_rng(3)


def exposures(kind, n=3, shape=(40, 56)):
    top = 250 if np.dtype(kind).itemsize == 1 else 60_000
    return RNG.integers(0, top, (n, *shape)).astype(kind)


def frames_of(path):
    first = read_pattern(path)
    return np.stack([read_pattern(path, frame=i).image_yx for i in range(first.n_frames)])


LAYOUTS = {
    "pages": {"photometric": "minisblack"},
    "planar colour": {"photometric": "rgb", "planarconfig": "separate"},
    "separate files of a stack": {"photometric": "minisblack", "metadata": None},
    "imagej": {"imagej": True},
    "bigtiff": {"photometric": "minisblack", "bigtiff": True},
}


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "zstd", "packbits"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_three_exposures_are_three_frames_bit_for_bit(tmp_path, layout, compression, order):
    stack = exposures(np.uint16)
    path = tmp_path / "a.tif"
    options = LAYOUTS[layout]
    if layout == "imagej" and (order == "<" or compression not in (None, "zlib")):
        pytest.skip("ImageJ's own files are big-endian and plain or deflated")
    tifffile.imwrite(path, stack, byteorder=order, compression=compression, **options)
    assert np.array_equal(frames_of(path), stack)


def test_three_exposures_saved_without_a_word_are_three_frames(tmp_path):
    stack = exposures(np.uint16)
    path = tmp_path / "s.tif"
    with pytest.warns(DeprecationWarning, match="separate component planes"):
        tifffile.imwrite(path, stack)
    assert np.array_equal(frames_of(path), stack)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("compression", [None, "lzw"])
def test_colours_side_by_side_are_one_grey_picture(tmp_path, kind, compression):
    red, green, blue = exposures(kind)
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, np.stack([red, green, blue], -1), photometric="rgb", compression=compression
    )
    # ITU-R BT.601, written out
    grey = 0.299 * red.astype(float) + 0.587 * green.astype(float) + 0.114 * blue.astype(float)
    pattern = read_pattern(path)
    assert pattern.n_frames == 1
    np.testing.assert_allclose(pattern.image_yx, grey, rtol=1e-5)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_grey_saved_as_colour_keeps_its_exact_values(tmp_path, kind):
    grey = exposures(kind)[0]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.stack([grey] * 3, -1), photometric="rgb", compression="lzw")
    assert np.array_equal(read_pattern(path).image_yx, grey.astype(np.float32))


def test_eight_bit_planes_of_a_colour_picture_are_its_colours(tmp_path):
    planes = exposures(np.uint8)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, planes, photometric="rgb", planarconfig="separate")
    with Image.open(path) as picture:
        colours = np.asarray(picture.convert("RGB")).astype(float)
    grey = colours @ [0.299, 0.587, 0.114]
    pattern = read_pattern(path)
    assert pattern.n_frames == 1
    np.testing.assert_allclose(pattern.image_yx, grey, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_transparency_is_left_out(tmp_path, kind):
    grey, alpha = exposures(kind, n=2)
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, np.stack([grey, alpha], -1), photometric="minisblack", extrasamples=["unassalpha"]
    )
    pattern = read_pattern(path)
    assert pattern.n_frames == 1
    assert np.array_equal(pattern.image_yx, grey.astype(np.float32))
    colour = np.stack([grey, grey, grey, alpha], -1)
    tifffile.imwrite(path, colour, photometric="rgb", extrasamples=["unassalpha"])
    assert np.array_equal(read_pattern(path).image_yx, grey.astype(np.float32))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_tag_turns_as_pillow_turns_a_jpeg(tmp_path, orientation):
    image = exposures(np.uint8)[0]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, extratags=[(274, "H", 1, orientation, True)])
    from PIL import ImageOps

    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(image).save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as picture:
        upright = np.asarray(ImageOps.exif_transpose(picture))
    assert np.array_equal(read_pattern(path).image_yx, upright)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_white_is_zero(tmp_path, kind):
    image = exposures(kind)[0]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, photometric="miniswhite")
    assert np.array_equal(read_pattern(path).image_yx, np.iinfo(kind).max - image.astype(float))


def write_twelve_bits(path, image):
    """Write a TIFF of 12-bit pixels by its specification, two pixels in three bytes."""
    height, width = image.shape
    flat = image.astype(int).ravel()
    even, odd = flat[::2], flat[1::2]
    packed = np.stack([even >> 4, (even & 15) << 4 | odd >> 8, odd & 255], -1).astype(np.uint8)
    data = packed.tobytes()
    tags = [(256, width), (257, height), (258, 12), (259, 1), (262, 1), (273, 8), (277, 1),
            (278, height), (279, len(data))]  # fmt: skip
    directory = struct.pack("<H", len(tags))
    directory += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory + b"\0\0\0\0")


def test_twelve_bits_are_unpacked(tmp_path):
    image = exposures(np.uint16)[0] >> 4
    write_twelve_bits(tmp_path / "a.tif", image)
    assert np.array_equal(read_pattern(tmp_path / "a.tif").image_yx, image)


def test_jpeg_inside_a_tiff(tmp_path):
    smooth = np.outer(np.arange(64), np.arange(64)).astype(np.uint8) // 2
    tifffile.imwrite(tmp_path / "b.tif", smooth, compression="jpeg")
    # JPEG loses a little, and no more
    assert np.abs(read_pattern(tmp_path / "b.tif").image_yx - smooth).max() < 24


def test_raw_counts_go_before_a_copy_with_a_bar(tmp_path):
    raw = exposures(np.uint16)[0]
    shown = np.stack([(raw >> 8).astype(np.uint8)] * 3, -1)
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(shown, photometric="rgb", metadata=None)
        writer.write(raw, photometric="minisblack", metadata=None)
    pattern = read_pattern(path)
    assert np.array_equal(pattern.image_yx, raw)
    assert pattern.dataset.startswith("page 2")
    assert np.array_equal(read_pattern(path, dataset="1").image_yx, shown[..., 0])


def imagej_description(unit):
    return f"ImageJ=1.53t\nunit={unit}\nmin=0\nmax=255"


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("1/nm", 0.1), (r"1/\u00C5", 1), ("(1/nm)", 0.1), ("1/pm", 100), (r"\u00C5^-1", 1)],
)
@pytest.mark.parametrize("compression", [None, "lzw"])
def test_the_unit_that_imagej_writes(tmp_path, unit, factor, compression):
    per_unit = 40 * factor  # 0.025 1/Å for a pixel
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, exposures(np.uint16)[0], resolution=(per_unit, per_unit), resolutionunit=1,
        description=imagej_description(unit), metadata=None, compression=compression,
    )  # fmt: skip
    scale = read_pattern(path).calibration.scale_inv_angstrom_per_px
    assert scale == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_unit_with_a_letter_beyond_ascii(tmp_path, encoding):
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, exposures(np.uint16)[0], resolution=(40, 40), resolutionunit=1, metadata=None,
        description=imagej_description("1/Å").encode(encoding),
    )  # fmt: skip
    scale = read_pattern(path).calibration.scale_inv_angstrom_per_px
    assert scale == pytest.approx(0.025)


def test_an_implausible_unit_is_told(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, exposures(np.uint16)[0], resolution=(40, 40), resolutionunit=1,
        description=imagej_description("1/um"), metadata=None,
    )  # fmt: skip
    calibration = read_pattern(path).calibration
    assert not calibration.is_known
    assert "2.5e-06" in calibration.remark


def test_the_tags_of_digital_micrograph(tmp_path):
    extra = [
        (65003, "s", 0, "1/nm", True), (65004, "s", 0, "1/nm", True),
        (65009, "d", 1, 0.2, True), (65010, "d", 1, 0.2, True),
    ]  # fmt: skip
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, exposures(np.uint16)[0], extratags=extra)
    assert read_pattern(path).calibration.scale_inv_angstrom_per_px == pytest.approx(0.02)


def test_ome_states_its_unit(tmp_path):
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(
        path, exposures(np.uint16), photometric="minisblack",
        metadata={"axes": "TYX", "PhysicalSizeX": 0.2, "PhysicalSizeXUnit": "1/nm",
                  "PhysicalSizeY": 0.2, "PhysicalSizeYUnit": "1/nm"},
    )  # fmt: skip
    pattern = read_pattern(path)
    assert pattern.n_frames == 3
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(0.02)


@pytest.mark.parametrize("compression", [None, "lzw"])
def test_a_stack_that_ends_early_is_refused(tmp_path, compression):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        for image in exposures(np.uint16):
            writer.write(image, photometric="minisblack", compression=compression, metadata=None)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * 0.7)])
    with pytest.raises(UnreadablePatternError):
        frames_of(path)


def test_a_chain_of_pages_that_closes_on_itself_ends_at_once(tmp_path):
    path = tmp_path / "ring.tif"
    tifffile.imwrite(path, np.full((40, 56), 7, np.uint8), metadata=None)
    data = bytearray(path.read_bytes())
    (first,) = struct.unpack_from("<I", data, 4)
    (n_tags,) = struct.unpack_from("<H", data, first)
    # the second page lies within the first one's tags: no tag of its own, and the first one next
    second = data.index(b"\x00\x00" + struct.pack("<I", first), first)
    struct.pack_into("<I", data, first + 2 + 12 * n_tags, second)
    path.write_bytes(data)
    code = (
        "import sys, pathlib; from saed_desktop.errors import SaedError\n"
        "from saed_desktop.pattern.readers import read_pattern\n"
        "try: read_pattern(pathlib.Path(sys.argv[1]))\n"
        "except SaedError as error: print(error.sentence)"
    )
    command = [sys.executable, "-c", code, str(path)]
    subprocess.run(command, check=True, timeout=60, capture_output=True)


def test_an_image_wider_than_its_tiles_is_damaged(tmp_path):
    path = tmp_path / "a.tif"
    image = RNG.integers(0, 999, (48, 64)).astype(np.uint16)
    tifffile.imwrite(path, image, tile=(16, 16), compression="zlib")
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tiff.pages[0].tags["ImageWidth"].overwrite(4_000_000)
    started = time.monotonic()
    with pytest.raises(UnreadablePatternError, match="a part of its image is missing"):
        read_pattern(path)
    assert time.monotonic() - started < 5
