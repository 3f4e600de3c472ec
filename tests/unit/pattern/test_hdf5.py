"""HDF5 files are read by what is in them: EMD, HyperSpy, NeXus, DECTRIS, or a plain image."""

import struct
import subprocess
import sys

import h5py
import imagecodecs
import numpy as np
import pytest

from saed_desktop.electron import wavelength_angstrom
from saed_desktop.errors import UnreadablePatternError, UsageError
from saed_desktop.pattern.loaders.hdf5_heap import has_sound_heaps
from saed_desktop.pattern.readers import read_pattern
from tests.pattern_files import upright, write_ncem_emd, written

RNG = np.random.default_rng(9)


@pytest.mark.parametrize("ending", [".hspy", ".hdf5", ".h5", ".emd", ".tif"])
@pytest.mark.parametrize("kind", ["a.hspy", "a.emd"])
def test_content_decides_not_the_ending(tmp_path, kind, ending):
    path, image = written(tmp_path, kind)
    renamed = path.rename(tmp_path / f"renamed{ending}")
    pattern = read_pattern(renamed)
    assert np.array_equal(pattern.image_yx, image.astype(np.float32))
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(0.005)


def add_emd_image(path, name, image, unit, step):
    with h5py.File(path, "a") as file:
        group = file.create_group(f"data/{name}")
        group.attrs["emd_group_type"] = 1
        group.create_dataset("data", data=image.T)
        for i, (axis, size) in enumerate(zip("xy", image.shape[::-1], strict=True), start=1):
            dim = group.create_dataset(f"dim{i}", data=np.arange(size) * step)
            dim.attrs["name"], dim.attrs["units"] = axis, unit


@pytest.mark.parametrize("unit", ["[1/n_m]", "1/nm", "n_m^-1"])
def test_the_diffraction_pattern_goes_before_a_larger_image(tmp_path, unit):
    path = tmp_path / "a.emd"
    write_ncem_emd(path, upright())
    with h5py.File(path, "a") as file:
        del file["data/pattern"]
    image, pattern = upright((128, 128)), upright((64, 48))
    add_emd_image(path, "image", image, "[n_m]", 0.3)
    add_emd_image(path, "rings", pattern, unit, 0.25)
    read = read_pattern(path)
    assert np.array_equal(read.image_yx, pattern)
    assert read.dataset == "rings"
    assert set(read.datasets) == {"image", "rings"}
    assert read.calibration.scale_inv_angstrom_per_px == pytest.approx(0.025)
    assert "rings (of" in read.details["dataset"]
    assert np.array_equal(read_pattern(path, dataset="Image").image_yx, image)
    with pytest.raises(UsageError, match=r"no dataset 'x'; it has .*image.*rings"):
        read_pattern(path, dataset="x")


def test_a_plain_file_and_its_frames(tmp_path):
    stack = RNG.integers(0, 999, (2, 3, 32, 48)).astype(np.uint16)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["scan/data"] = stack
        file["scan/mask"] = np.ones((64, 64))
        file["table"] = np.ones((3, 5))
    pattern = read_pattern(tmp_path / "a.h5", frame=4)
    assert pattern.n_frames == 6
    assert np.array_equal(pattern.image_yx, stack[1, 1])


def test_a_nexus_file_with_axes(tmp_path):
    image = upright()
    with h5py.File(tmp_path / "a.nxs", "w") as file:
        file.create_group("entry").attrs["NX_class"] = "NXentry"
        group = file.create_group("entry/data")
        group.attrs["NX_class"], group.attrs["axes"] = "NXdata", ["qy", "qx"]
        group["data"] = image
        for name, size in zip(("qy", "qx"), image.shape, strict=True):
            group[name] = (np.arange(size) - size / 2) * 0.025
            group[name].attrs["units"] = r"$\AA^{-1}$"
    pattern = read_pattern(tmp_path / "a.nxs")
    assert np.array_equal(pattern.image_yx, image)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(0.025)


def test_a_colour_picture_in_hdf5(tmp_path):
    grey = upright()
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["figure"] = np.stack([grey] * 3, -1)
    pattern = read_pattern(tmp_path / "a.h5")
    assert pattern.n_frames == 1
    assert np.array_equal(pattern.image_yx, grey)


def test_data_files_that_are_gone_are_named(tmp_path):
    with h5py.File(tmp_path / "a_master.h5", "w") as file:
        file["entry/data/data_000001"] = h5py.ExternalLink("a_data_000001.h5", "entry/data/data")
    with pytest.raises(UnreadablePatternError, match=r"images in a_data_000001\.h5, which is not"):
        read_pattern(tmp_path / "a_master.h5")


@pytest.mark.parametrize(("kind", "words"), [("NXentry", "a NeXus file"), ("", "an HDF5 file")])
def test_a_sound_file_without_an_image_is_not_called_damaged(tmp_path, kind, words):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_group("entry").attrs["NX_class"] = kind
        file["entry/table"] = np.arange(5)
    with pytest.raises(UnreadablePatternError, match=f"is {words} without an image"):
        read_pattern(tmp_path / "a.h5")


def bitshuffled(chunk, block):
    """Return a chunk as the bitshuffle filter with LZ4 writes it (bitshuffle's format notes)."""
    size = chunk.dtype.itemsize
    flat = np.ascontiguousarray(chunk).ravel()
    out, whole = b"", len(flat) // 8 * 8
    for start in range(0, whole, block):
        part = flat[start : min(start + block, whole)]
        bits = np.unpackbits(
            part.view(np.uint8).reshape(len(part), size), axis=1, bitorder="little"
        )
        shuffled = np.packbits(bits.T.reshape(-1), bitorder="little").tobytes()
        packed = imagecodecs.lz4_encode(shuffled, header=False)
        out += struct.pack(">I", len(packed)) + packed
    return struct.pack(">QI", flat.nbytes, block * size) + out + flat[whole:].tobytes()


@pytest.mark.parametrize("kind", [np.uint16, np.uint32])
@pytest.mark.parametrize("side", [(64, 80), (63, 75)])
def test_a_dectris_file_of_bitshuffled_chunks(tmp_path, kind, side):
    frames = RNG.poisson(3, (2, *side)).astype(kind)
    path = tmp_path / "a_master.h5"
    with h5py.File(tmp_path / "a_data_000001.h5", "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((1, *side))
        size = np.dtype(kind).itemsize
        properties.set_filter(32008, h5py.h5z.FLAG_OPTIONAL, (0, 3, size, 0, 2))
        space = h5py.h5s.create_simple(frames.shape)
        group = file.create_group("entry/data")
        item = h5py.h5d.create(
            group.id, b"data", h5py.h5t.py_create(np.dtype(kind)), space, properties
        )
        for i, frame in enumerate(frames):
            item.write_direct_chunk((i, 0, 0), bitshuffled(frame, 512))
    with h5py.File(path, "w") as file:
        file["entry/data/data_000001"] = h5py.ExternalLink("a_data_000001.h5", "entry/data/data")
        file["entry/data/data_000002"] = h5py.ExternalLink("gone.h5", "entry/data/data")
        detector = file.create_group("entry/instrument/detector")
        detector["detector_distance"], detector["x_pixel_size"] = 0.5, 75e-6
        file["entry/instrument/beam/incident_wavelength"] = wavelength_angstrom(200)
    for i, frame in enumerate(frames):
        pattern = read_pattern(path, frame=i)
        assert np.array_equal(pattern.image_yx, frame.astype(np.float32))
    assert pattern.energy_kev == pytest.approx(200)
    assert pattern.camera_length_mm == pytest.approx(500)
    expected = 0.075 / (wavelength_angstrom(200) * 500)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(expected)


@pytest.mark.parametrize(
    ("code", "encode"),
    [(32001, imagecodecs.blosc_encode), (32015, imagecodecs.zstd_encode),
     (32004, imagecodecs.lz4h5_encode)],
)  # fmt: skip
def test_other_compressions_that_need_plug_ins_elsewhere(tmp_path, code, encode):
    frame = RNG.poisson(3, (64, 64)).astype(np.uint16)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((64, 64))
        properties.set_filter(code, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple(frame.shape)
        kind = h5py.h5t.py_create(frame.dtype)
        item = h5py.h5d.create(file.id, b"pattern", kind, space, properties)
        item.write_direct_chunk((0, 0), bytes(encode(frame.tobytes())))
    assert np.array_equal(read_pattern(tmp_path / "a.h5").image_yx, frame)


def test_a_compression_that_is_not_read_is_named(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((64, 64))
        properties.set_filter(32013, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((64, 64))
        h5py.h5d.create(file.id, b"pattern", h5py.h5t.NATIVE_UINT16, space, properties)
    with pytest.raises(UnreadablePatternError, match="compressed with ZFP"):
        read_pattern(tmp_path / "a.h5")


@pytest.mark.parametrize("length", [0, 2**64 - 16])
def test_a_heap_that_leads_nowhere_is_a_sentence_and_no_endless_reading(tmp_path, length):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("entry/data", data=upright())
        file["entry"].attrs["NX_class"] = "NXentry"
    damaged = bytearray(path.read_bytes())
    # the free space behind the one text: index 0, then its length
    free = damaged.index(b"NXentry\0") + 8
    struct.pack_into("<HHIQ", damaged, free, 0 if length else 9, 0, 0, length)
    path.write_bytes(bytes(damaged))
    # in a process of its own: what it must not do is to go on without end, in C
    done = subprocess.run(
        [sys.executable, "-m", "saed_desktop.cli", path, "--network", "none"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "does not come to an end" in done.stdout


def test_heaps_with_deleted_and_many_texts_are_sound(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("entry")
        group.create_dataset("data", data=upright())
        for i in range(600):
            group.attrs[f"name {i}"] = "x" * (i % 90)
    with h5py.File(path, "a") as file:
        for i in range(0, 600, 3):
            del file["entry"].attrs[f"name {i}"]
            file["entry"].attrs[f"other {i}"] = "y" * (i % 31)
    assert path.read_bytes().count(b"GCOL") > 5
    assert has_sound_heaps(path)
    assert read_pattern(path).image_yx.shape == upright().shape
