"""Every format is read with the values that were written into it, upright, with its scale."""

import struct
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from PIL import Image

from saed_desktop.errors import UnreadablePatternError, UsageError
from saed_desktop.pattern.calibration import Source
from saed_desktop.pattern.formats import FORMATS, sniff
from saed_desktop.pattern.readers import find_patterns, read_pattern

RNG = np.random.default_rng(7)


def upright(shape=(40, 56), dtype=np.uint8):
    """An image that no flip or transposition leaves unchanged."""
    image = RNG.integers(0, 60, shape).astype(dtype)
    image[3, 5], image[3, -6], image[-8, 5] = 250, 200, 150
    return image


def write_mrc(path: Path, image: np.ndarray) -> None:
    header = bytearray(1024)
    struct.pack_into(
        "<4i",
        header,
        0,
        image.shape[1],
        image.shape[0],
        1,
        {"int16": 1, "float32": 2}[str(image.dtype)],
    )
    struct.pack_into("<3i", header, 28, image.shape[1], image.shape[0], 1)
    header[208:212] = b"MAP "
    header[212:216] = b"\x44\x44\x00\x00"
    path.write_bytes(bytes(header) + image.astype(image.dtype).tobytes())


def write_mib(path: Path, image: np.ndarray) -> None:
    size = [f"{image.shape[1]:04d}", f"{image.shape[0]:04d}"]
    fields = ["MQ1", "000001", "00384", "01", *size, "U16", "   1x1", "01", "2018-01-19 20:55:10.9"]
    fields += ["1.0", "0", "0", "0", "MQ1A", "2018-01-19T20:55:10.966026053Z", "1000000000ns", "12"]
    header = (",".join(fields) + ",").ljust(384).encode()
    # Merlin stores the bottom row of what it shows first
    path.write_bytes(header + image[::-1].astype(">u2").tobytes())


def write_dm3(path: Path, image: np.ndarray, scale: float, unit: str, energy_v: float) -> None:
    """The tags that DigitalMicrograph writes for one image, and no others."""

    def tag(name, body, kind):
        return struct.pack(">BH", kind, len(name)) + name.encode() + body

    def data(info, raw):
        return b"%%%%" + struct.pack(">I", len(info)) + struct.pack(f">{len(info)}I", *info) + raw

    def group(*entries):
        return struct.pack(">BBI", 0, 0, len(entries)) + b"".join(entries)

    def leaf(name, code, fmt, value):
        return tag(name, data([code], struct.pack("<" + fmt, value)), 21)

    def text(name, value):
        raw = value.encode("utf-16-le")
        return tag(name, data([20, 4, len(value)], raw), 21)

    def axis():
        return tag(
            "",
            group(leaf("Origin", 6, "f", 0.0), leaf("Scale", 6, "f", scale), text("Units", unit)),
            20,
        )

    raw = image.astype("<i4").tobytes()
    dimensions = tag("Dimensions", group(*(leaf("", 5, "I", n) for n in image.shape[::-1])), 20)
    image_data = tag(
        "ImageData",
        group(
            tag(
                "Calibrations",
                group(
                    tag(
                        "Brightness",
                        group(
                            leaf("Origin", 6, "f", 0.0),
                            leaf("Scale", 6, "f", 1.0),
                            text("Units", ""),
                        ),
                        20,
                    ),
                    tag("Dimension", group(axis(), axis()), 20),
                ),
                20,
            ),
            tag("Data", data([20, 3, image.size], raw), 21),
            leaf("DataType", 5, "I", 7),
            dimensions,
            leaf("PixelDepth", 5, "I", 4),
        ),
        20,
    )
    tags = tag(
        "ImageTags", group(tag("Microscope Info", group(leaf("Voltage", 7, "d", energy_v)), 20)), 20
    )
    entry = tag("", group(image_data, tags, text("Name", "made for a test")), 20)
    root = group(tag("ImageList", group(entry), 20))
    path.write_bytes(struct.pack(">III", 3, len(root), 1) + root + b"\x00" * 8)


def write_ncem_emd(path: Path, image: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["version_major"], file.attrs["version_minor"] = 0, 2
        group = file.create_group("data/pattern")
        group.attrs["emd_group_type"] = 1
        # the first axis of such files is x
        group.create_dataset("data", data=image.T)
        for i, (name, size) in enumerate(zip("xy", image.shape[::-1], strict=True), start=1):
            dim = group.create_dataset(f"dim{i}", data=np.arange(size) * 0.05)
            dim.attrs["name"], dim.attrs["units"] = name, "1/nm"


def written(tmp_path: Path, name: str) -> tuple[Path, np.ndarray]:
    path = tmp_path / name
    image = upright()
    suffix = path.suffix
    if suffix in (".png", ".bmp"):
        Image.fromarray(image).save(path)
    elif suffix == ".tif":
        tifffile.imwrite(path, image)
    elif suffix == ".mrc":
        image = upright(dtype=np.int16)
        write_mrc(path, image)
    elif suffix == ".mib":
        image = upright((256, 256), np.uint16)
        write_mib(path, image)
    elif suffix == ".emd":
        write_ncem_emd(path, image)
    elif suffix == ".dm3":
        image = upright(dtype=np.int32)
        write_dm3(path, image, 0.05, "1/nm", 200_000.0)
    elif suffix == ".hspy":
        from rsciio.hspy import file_writer

        axes = [
            {
                "name": n,
                "size": s,
                "scale": 0.05,
                "offset": 0.0,
                "units": "1/nm",
                "navigate": False,
                "_type": "UniformDataAxis",
                "index_in_array": i,
            }
            for i, (n, s) in enumerate(zip("yx", image.shape, strict=True))
        ]
        file_writer(
            str(path),
            {
                "data": image,
                "axes": axes,
                "metadata": {"General": {"title": "t"}},
                "original_metadata": {},
                "attributes": {"_lazy": False},
                "package_info": {},
                "learning_results": {},
                "models": {},
                "tmp_parameters": {},
            },
        )
    return path, image


WRITABLE = ("a.png", "a.bmp", "a.tif", "a.mrc", "a.mib", "a.emd", "a.dm3", "a.hspy")


@pytest.mark.parametrize("name", WRITABLE)
def test_every_format_is_read_upright_and_exactly(tmp_path, name):
    path, image = written(tmp_path, name)
    pattern = read_pattern(path)
    assert pattern.shape_yx == image.shape
    assert np.array_equal(pattern.image_yx, image.astype(np.float32))
    assert pattern.image_yx.dtype == np.float32
    assert pattern.n_frames == 1


@pytest.mark.parametrize("name", ["a.dm3", "a.emd", "a.hspy"])
def test_scales_are_read_with_their_source(tmp_path, name):
    path, _ = written(tmp_path, name)
    calibration = read_pattern(path).calibration
    assert calibration.source is Source.FILE
    assert calibration.scale_inv_angstrom_per_px == pytest.approx(0.005)
    assert 0 < calibration.relative_sigma < 0.1


def test_energy_is_read_from_digital_micrograph(tmp_path):
    path, _ = written(tmp_path, "a.dm3")
    assert read_pattern(path).energy_kev == pytest.approx(200)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (upright(dtype=np.uint16) * 200, None),
        (upright().astype(np.float32) - 30.5, None),
        (upright(dtype=np.uint32) * 70_000, None),
    ],
)
def test_tiff_depths(tmp_path, array, expected):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, array)
    assert np.allclose(read_pattern(path).image_yx, array.astype(np.float32))


def test_compressed_tiff_without_codec_library(tmp_path):
    path = tmp_path / "a.tif"
    image = upright()
    Image.fromarray(image).save(path, compression="tiff_lzw")
    assert np.array_equal(read_pattern(path).image_yx, image)


def test_orientation_tag_of_a_photograph_is_obeyed(tmp_path):
    path = tmp_path / "a.jpg"
    image = np.zeros((48, 80), np.uint8)
    image[4:12, 6:20] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    Image.fromarray(image).save(path, exif=exif, quality=95)
    read = read_pattern(path).image_yx
    assert read.shape == (80, 48)
    assert read[6:20, 36:44].mean() > 200


def test_colour_becomes_grey_and_drawn_marks_are_excluded(tmp_path):
    grey = upright((60, 60))
    colour = np.stack([grey] * 3, axis=-1)
    colour[20:22, 10:40] = (255, 0, 0)
    path = tmp_path / "a.png"
    Image.fromarray(colour).save(path)
    pattern = read_pattern(path)
    assert pattern.image_yx[40, 30] == pytest.approx(grey[40, 30], abs=0.01)
    assert pattern.invalid_yx is not None
    assert pattern.invalid_yx[20, 20]
    assert not pattern.invalid_yx[45, 45]


def test_grey_saved_as_colour_keeps_its_steps(tmp_path):
    grey = upright((60, 60))
    path = tmp_path / "a.bmp"
    Image.fromarray(np.stack([grey] * 3, axis=-1)).save(path)
    assert np.array_equal(read_pattern(path).image_yx, grey)


def test_nan_and_infinity_are_marked_invalid(tmp_path):
    image = upright().astype(np.float32)
    image[7, 9], image[8, 9] = np.nan, np.inf
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image)
    pattern = read_pattern(path)
    assert np.isfinite(pattern.image_yx).all()
    assert pattern.invalid_yx is not None
    assert set(zip(*np.nonzero(pattern.invalid_yx), strict=True)) == {(7, 9), (8, 9)}


def test_frames_are_counted_and_chosen(tmp_path):
    stack = np.stack([upright(), upright(), upright()])
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, stack, photometric="minisblack")
    first, last = read_pattern(path), read_pattern(path, frame=2)
    assert first.n_frames == last.n_frames == 3
    assert np.array_equal(last.image_yx, stack[2])
    assert "[3/3]" in last.name
    with pytest.raises(UsageError, match="3 frame"):
        read_pattern(path, frame=3)


def test_pixels_that_are_not_square_are_resampled(tmp_path):
    path = tmp_path / "a.emd"
    image = np.zeros((64, 64), np.float32)
    image[32, 32] = 100
    write_ncem_emd(path, image)
    with h5py.File(path, "r+") as file:
        del file["data/pattern/dim2"]
        dim = file["data/pattern"].create_dataset("dim2", data=np.arange(64) * 0.1)
        dim.attrs["name"], dim.attrs["units"] = "y", "1/nm"
    pattern = read_pattern(path)
    assert pattern.shape_yx == (128, 64)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(0.005)
    assert "square" in pattern.details["pixels"]


def test_an_impossible_scale_is_not_believed(tmp_path):
    path = tmp_path / "a.dm3"
    write_dm3(path, upright(dtype=np.int32), 7.8e-20, "1/nm", 200_000.0)
    calibration = read_pattern(path).calibration
    assert not calibration.is_known
    assert "no diffraction camera" in calibration.remark


def test_real_space_units_are_no_scale(tmp_path):
    path = tmp_path / "a.dm3"
    write_dm3(path, upright(dtype=np.int32), 0.05, "nm", 200_000.0)
    assert not read_pattern(path).calibration.is_known


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
        ("a.mrc", b"\x00" * 2000, "no complete image"),
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


def test_folders_are_searched_in_order_and_ser_beside_emi_is_left_out(tmp_path):
    for name in ("b.png", "a.tif", "notes.txt", "x.emi", "x_1.ser", "y_1.ser", "A.DM3"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.png").write_bytes(b"x")
    names = [p.name for p in find_patterns([tmp_path])]
    assert names == ["A.DM3", "a.tif", "b.png", "x.emi", "y_1.ser"]
    assert "c.png" in {p.name for p in find_patterns([tmp_path], recursive=True)}
    twice = find_patterns([tmp_path / "b.png", tmp_path])
    assert [p.name for p in twice].count("b.png") == 1


def test_reading_png_imports_no_heavy_library(tmp_path):
    import subprocess

    path, _ = written(tmp_path, "a.png")
    code = (
        "import sys; from pathlib import Path; from saed_desktop.pattern.readers import read_pattern;"
        f"read_pattern(Path({str(path)!r}));"
        "print(sorted(m for m in ('dask', 'scipy', 'h5py', 'torch', 'rsciio', 'gemmi') if m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_reading_dm3_leaves_dask_alone(tmp_path):
    import subprocess

    path, _ = written(tmp_path, "a.dm3")
    code = (
        "import sys; from pathlib import Path; from saed_desktop.pattern.readers import read_pattern;"
        f"read_pattern(Path({str(path)!r}));"
        "print([m for m in ('dask', 'scipy') if m in sys.modules]);"
        "import dask.array; print(dask.array.ones(3).sum().compute())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split("\n")[:2] == ["[]", "3.0"]


@pytest.mark.parametrize("reader", ["rsciio.tvips", "rsciio.blockfile"])
def test_readers_that_look_for_dask_or_miss_scikit_image_are_imported(reader):
    import subprocess

    code = (
        "import importlib; from saed_desktop.pattern.deferred_imports import deferred_imports\n"
        f"with deferred_imports(): importlib.import_module({reader!r})\n"
        "import dask.array; print(dask.array.ones(3).sum().compute())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # before it may stand that a reader is slower without numba
    assert out.stdout.splitlines()[-1] == "3.0"


def test_every_format_of_the_issue_is_in_the_table():
    suffixes = {s for fmt in FORMATS for s in fmt.suffixes}
    assert {
        ".dm3",
        ".dm4",
        ".emd",
        ".ser",
        ".emi",
        ".mrc",
        ".tvips",
        ".blo",
        ".mib",
        ".hspy",
        ".tif",
        ".tiff",
        ".png",
        ".jpg",
        ".jpeg",
        ".bmp",
    } <= suffixes
