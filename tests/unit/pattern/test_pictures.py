"""Pictures keep all their bits; documents that are no pictures are refused with advice."""

import struct
import zlib

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.readers import read_pattern

RNG = np.random.default_rng(5)
SHAPE = (40, 56)


def write_png(path, samples):
    """Write a PNG of 16 bits by its specification, without a library: (height, width, n)."""
    height, width, n = samples.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[n]

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )  # fmt: skip


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_png_of_sixteen_bits_keeps_them(tmp_path, n):
    grey = RNG.integers(0, 60_000, SHAPE).astype(np.uint16)
    alpha = np.full(SHAPE, 65535, np.uint16)
    channels = {1: [grey], 2: [grey, alpha], 3: [grey] * 3, 4: [grey] * 3 + [alpha]}[n]
    write_png(tmp_path / "a.png", np.stack(channels, -1))
    pattern = read_pattern(tmp_path / "a.png")
    assert np.array_equal(pattern.image_yx, grey)
    assert pattern.n_frames == 1


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("ending", [".jp2", ".j2k"])
def test_jpeg_2000_keeps_its_bits(tmp_path, kind, ending):
    grey = RNG.integers(0, 250 if kind == np.uint8 else 60_000, SHAPE).astype(kind)
    path = tmp_path / f"a{ending}"
    path.write_bytes(
        imagecodecs.jpeg2k_encode(grey, level=0, reversible=True, codecformat=ending[1:])
    )
    assert np.array_equal(read_pattern(path).image_yx, grey)


def test_frames_of_a_gif_and_a_webp(tmp_path):
    frames = [RNG.integers(0, 255, SHAPE).astype(np.uint8) for _ in range(3)]
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:], optimize=False)
    images[0].save(tmp_path / "a.webp", save_all=True, append_images=images[1:], lossless=True)
    for name, tolerance in (("a.gif", 0), ("a.webp", 2)):
        for number, frame in enumerate(frames):
            pattern = read_pattern(tmp_path / name, frame=number)
            assert pattern.n_frames == 3
            assert np.abs(pattern.image_yx - frame).max() <= tolerance, name


@pytest.mark.parametrize("highest", [255, 4095, 65535])
@pytest.mark.parametrize("kind", ["P2", "P5"])
def test_grey_maps_keep_their_numbers(tmp_path, kind, highest):
    grey = RNG.integers(0, highest + 1, SHAPE)
    head = f"{kind}\n# made for a test\n{SHAPE[1]} {SHAPE[0]}\n{highest}\n".encode()
    if kind == "P2":
        body = " ".join(map(str, grey.ravel())).encode()
    else:
        body = grey.astype(">u2" if highest > 255 else "u1").tobytes()
    (tmp_path / "a.pgm").write_bytes(head + body)
    assert np.array_equal(read_pattern(tmp_path / "a.pgm").image_yx, grey)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n" + b"x" * 900, "PDF document; export"),
        (b"%!PS-Adobe-3.0 EPSF", "PostScript"),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'>", "SVG"),
        (b"\0" * 128 + b"DICM" + b"\0" * 99, "DICOM"),
        (b"\0\0\0\x18ftypheic\0\0", "HEIF"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"PK\x03\x04" + b"\0" * 99, "ZIP archive; unpack"),
    ],
)
def test_known_formats_that_are_not_read_are_named(tmp_path, content, words):
    for name in ("a.dat", "a.png"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadablePatternError, match=words) as caught:
            read_pattern(tmp_path / name)
        assert "damaged" not in caught.value.sentence


def test_what_no_library_reads_is_refused_with_advice(tmp_path):
    (tmp_path / "store.zspy").mkdir()
    (tmp_path / "run.gtg").write_bytes(b"anything at all, of any length")
    for name, advice in (("store.zspy", "save it as .hspy"), ("run.gtg", "as DM4")):
        with pytest.raises(UnreadablePatternError, match=advice):
            read_pattern(tmp_path / name)


@pytest.mark.parametrize(("depth", "colour"), [(8, 0), (16, 2)])
def test_a_picture_that_states_too_many_pixels_says_how_many(tmp_path, depth, colour):
    size = struct.pack(">IIBBBBB", 30_000, 40_000, depth, colour, 0, 0, 0)
    parts = [(b"IHDR", size), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    with pytest.raises(UnreadablePatternError, match="30000 × 40000 pixels"):
        read_pattern(tmp_path / "a.png")
