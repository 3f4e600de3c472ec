"""Every format is read with the values that were written into it, upright, with its scale."""

import h5py
import numpy as np
import pytest
import tifffile
from PIL import Image

from saed_desktop.errors import UsageError
from saed_desktop.pattern.calibration import ScaleSource
from saed_desktop.pattern.formats import FORMATS
from saed_desktop.pattern.readers import find_patterns, read_pattern
from tests.pattern_files import WRITABLE, upright, write_dm3, write_ncem_emd, written
from tests.rendering import save_hspy


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
    assert calibration.source is ScaleSource.FILE
    assert calibration.scale_inv_angstrom_per_px == pytest.approx(0.005)
    assert 0 < calibration.relative_sigma < 0.1


def test_energy_is_read_from_digital_micrograph(tmp_path):
    path, _ = written(tmp_path, "a.dm3")
    assert read_pattern(path).energy_kev == pytest.approx(200)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ({"tilt_alpha": 12.5, "tilt_beta": -3.25}, (12.5, -3.25)),
        ({"tilt_alpha": 7.0}, (7.0, 0.0)),
        ({"tilt_alpha": 400.0, "tilt_beta": 0.0}, None),
        ({"tilt_alpha": 1.0, "tilt_beta": float("nan")}, None),
        ({"x": 1.0}, None),
    ],
)
def test_the_goniometer_is_read_where_the_file_states_it(tmp_path, stage, expected):
    image = upright().astype(np.float32)
    path = save_hspy(tmp_path / "a.hspy", image, 0.005, {"TEM": {"Stage": stage}})
    assert read_pattern(path).stage_tilt_deg == expected


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


def test_intensities_beyond_single_precision_keep_their_ratios(tmp_path):
    image = upright((80, 90), np.float64) + 1
    np.save(tmp_path / "a.npy", image * 1e300)
    found = read_pattern(tmp_path / "a.npy")
    assert found.invalid_yx is None
    assert np.allclose(found.image_yx / found.image_yx.max(), image / image.max())
