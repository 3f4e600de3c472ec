"""`saed-index` on the user's own files: several datasets, structure files with faults."""

import json
import shutil

import h5py
import numpy as np
import pytest
from PIL import Image

from saed_desktop.paths import resources_dir
from tests.kinematical_images import SCALE


@pytest.fixture
def two_datasets(folder, tmp_path):
    """An EMD file of a pattern in 1/nm and a larger image in nm."""
    with Image.open(folder / "a_good.png") as picture:
        pattern = np.asarray(picture.convert("L"))
    path = tmp_path / "two.emd"
    with h5py.File(path, "w") as file:
        file.attrs["version_major"], file.attrs["version_minor"] = 0, 2
        image = np.random.default_rng(0).integers(0, 9, (700, 700)).astype(np.uint8)
        for name, data, unit, step in (
            ("image", image, "nm", 0.1),
            ("saed", pattern, "1/nm", 10 * SCALE),
        ):
            group = file.create_group(f"data/{name}")
            group.attrs["emd_group_type"] = 1
            group.create_dataset("data", data=data.T)
            for i, (axis, size) in enumerate(zip("xy", data.shape[::-1], strict=True), start=1):
                dim = group.create_dataset(f"dim{i}", data=np.arange(size) * step)
                dim.attrs["name"], dim.attrs["units"] = axis, unit
    return path


def test_the_pattern_of_several_datasets_is_answered_and_named(two_datasets, index):
    status, out, _ = index(two_datasets, "--network", "none", "--json")
    record = json.loads(out)
    assert status == 0
    assert record["phase"] == "PuO2"
    assert record["dataset"] == "saed"
    assert record["calibration"]["source"] == "file"


@pytest.mark.parametrize("name", ["image", "1"])
def test_a_dataset_can_be_named(two_datasets, index, name):
    _, out, _ = index(two_datasets, "--network", "none", "--json", "--dataset", name)
    record = json.loads(out)
    assert record["dataset"] == "image"
    assert record["phase"] is None


def test_a_dataset_that_is_not_there_is_told_with_those_that_are(two_datasets, index):
    status, out, err = index(two_datasets, "--network", "none", "--dataset", "eels")
    assert status == 1
    assert "no dataset 'eels'; it has image, saed" in out
    assert err == ""


def test_a_bad_structure_file_among_good_ones_is_left_out(folder, index, tmp_path):
    good = shutil.copy(resources_dir() / "phases" / "PuO2.cif", tmp_path / "mine.cif")
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n_cell_length_a 4\n")
    arguments = ("--network", "none", "--scale", SCALE, "--json")
    status, out, err = index(folder / "a_good.png", *arguments, "--phase", bad, good)
    assert status == 0
    assert json.loads(out)["phase"] == "mine"
    assert err.startswith("saed-index: left out: bad.cif ")
    assert len(err.splitlines()) == 1
    status, out, err = index(folder / "a_good.png", *arguments, "--phase", bad)
    assert status == 2
    assert out == ""


def test_a_folder_says_what_it_leaves_out_and_why(folder, index, tmp_path):
    shutil.copy(folder / "a_good.png", tmp_path / "a.png")
    for name in ("notes.txt", "x.emi", "x_1.ser", ".hidden", "Thumbs.db", "page.map"):
        (tmp_path / name).write_bytes(b"{}")
    _, out, err = index(tmp_path, "--network", "none", "--scale", SCALE)
    assert err.splitlines() == [
        "saed-index: left out, no image by their ending: notes.txt, page.map",
        "saed-index: left out, read with another file: x_1.ser",
    ]
    assert [line.split(":")[0] for line in out.splitlines()] == ["a.png", "x.emi"]
