"""Files of detectors and of NumPy: exact numbers, and the scale that their headers give."""

import gzip

import numpy as np
import pytest
import tifffile

from saed_desktop.electron import energy_kev, wavelength_angstrom
from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.readers import find_patterns, read_pattern

RNG = np.random.default_rng(11)
WAVELENGTH, DISTANCE_MM, PIXEL_MM = 0.02508, 700.0, 0.055
SCALE = PIXEL_MM / (WAVELENGTH * DISTANCE_MM)


def write_smv(path, image, order="little_endian"):
    height, width = image.shape
    header = (
        f"{{\nHEADER_BYTES=  512;\nDIM=2;\nBYTE_ORDER={order};\nTYPE=unsigned_short;\n"
        f"SIZE1={width};\nSIZE2={height};\nPIXEL_SIZE={PIXEL_MM};\nWAVELENGTH={WAVELENGTH};\n"
        f"DISTANCE={DISTANCE_MM};\n}}\f"
    )
    kind = ">u2" if order.startswith("big") else "<u2"
    path.write_bytes(header.encode().ljust(512) + image.astype(kind).tobytes())


def byte_offsets(values):
    """Encode numbers as International Tables G, section 5.6.3.2, says."""
    out, last = bytearray(), 0
    for value in map(int, values):
        step, last = value - last, value
        if abs(step) < 128:
            out += step.to_bytes(1, "little", signed=True)
        elif abs(step) < 32768:
            out += b"\x80" + step.to_bytes(2, "little", signed=True)
        else:
            out += b"\x80\x00\x80" + step.to_bytes(4, "little", signed=True)
    return bytes(out)


def write_cbf(path, image):
    height, width = image.shape
    data = byte_offsets(image.ravel())
    header = (
        '###CBF: VERSION 1.5\r\n\r\ndata_a\r\n\r\n_array_data.header_convention "PILATUS_1.2"\r\n'
        f"_array_data.header_contents\r\n;\r\n# Pixel_size {PIXEL_MM * 1e-3:g} m x 1 m\r\n"
        f"# Wavelength {WAVELENGTH} A\r\n# Detector_distance {DISTANCE_MM / 1000} m\r\n;\r\n"
        "_array_data.data\r\n;\r\n--CIF-BINARY-FORMAT-SECTION--\r\n"
        'Content-Type: application/octet-stream;\r\n     conversions="x-CBF_BYTE_OFFSET"\r\n'
        f"X-Binary-Size: {len(data)}\r\nX-Binary-Size-Fastest-Dimension: {width}\r\n"
        f"X-Binary-Size-Second-Dimension: {height}\r\n\r\n"
    )
    path.write_bytes(header.encode() + b"\x0c\x1a\x04\xd5" + data + b"\r\n--CIF-BINARY--\r\n")


@pytest.mark.parametrize("order", ["little_endian", "big_endian"])
def test_smv(tmp_path, order):
    image = RNG.integers(0, 65536, (40, 56))
    write_smv(tmp_path / "a.img", image, order)
    pattern = read_pattern(tmp_path / "a.img")
    assert np.array_equal(pattern.image_yx, image)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(SCALE)
    assert pattern.camera_length_mm == DISTANCE_MM
    assert pattern.energy_kev == pytest.approx(200, abs=0.1)


def test_cbf_with_steps_of_every_width(tmp_path):
    image = RNG.integers(0, 100, (40, 56))
    image[RNG.random(image.shape) < 0.2] = 9_000
    image[RNG.random(image.shape) < 0.1] = 800_000
    image[3, 4] = -2
    write_cbf(tmp_path / "a.cbf", image)
    pattern = read_pattern(tmp_path / "a.cbf")
    assert np.array_equal(pattern.image_yx, image)
    assert pattern.calibration.scale_inv_angstrom_per_px == pytest.approx(SCALE)
    assert pattern.camera_length_mm == pytest.approx(DISTANCE_MM)


@pytest.mark.parametrize("write", [write_smv, write_cbf])
def test_images_that_end_early_are_refused(tmp_path, write):
    path = tmp_path / "a.bin"
    write(path, RNG.integers(0, 60_000, (40, 56)))
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(UnreadablePatternError, match="ends early"):
        read_pattern(path)


@pytest.mark.parametrize("kev", [80, 200, 300])
def test_a_wavelength_is_an_energy(kev):
    assert energy_kev(wavelength_angstrom(kev)) == pytest.approx(kev, rel=1e-9)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float64, np.complex64])
def test_arrays_of_numpy(tmp_path, kind):
    stack = RNG.integers(0, 200, (3, 40, 56)).astype(kind)
    np.save(tmp_path / "a.npy", stack)
    pattern = read_pattern(tmp_path / "a.npy", frame=2)
    assert pattern.n_frames == 3
    assert np.array_equal(pattern.image_yx, np.abs(stack[2]))
    np.savez_compressed(tmp_path / "a.npz", table=np.ones(4), pattern=stack, mask=stack[0] > 3)
    both = read_pattern(tmp_path / "a.npz", dataset="pattern")
    assert np.array_equal(both.image_yx, np.abs(stack[0]))


def test_python_objects_in_an_array_are_never_loaded(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}] * 400, dtype=object).reshape(20, 20))
    with pytest.raises(UnreadablePatternError):
        read_pattern(tmp_path / "a.npy")


def test_raw_frames_of_the_empad(tmp_path):
    frames = RNG.normal(size=(6, 130, 128)).astype("<f4")
    path = tmp_path / "scan_x3_y2.raw"
    path.write_bytes(frames.tobytes())
    pattern = read_pattern(path, frame=4)
    assert pattern.n_frames == 6
    assert np.array_equal(pattern.image_yx, frames[4, :128])
    path.write_bytes(frames.tobytes()[:-4])
    with pytest.raises(UnreadablePatternError, match="no header"):
        read_pattern(path)


def raw_mib(depth, image):
    """Merlin's raw words: 64 bits, big-endian, the first pixel in the lowest bits."""
    bits = {1: 1, 6: 8, 12: 16}[depth]
    per_word = 64 // bits
    pixels = image[::-1].reshape(-1, per_word).astype(np.uint64)
    words = np.zeros(len(pixels), np.uint64)
    for k in range(per_word):
        words |= pixels[:, k] << np.uint64(k * bits)
    fields = ["MQ1", "000001", "00384", "01", "0256", "0256", "R64", "   1x1", "01", "2018-01-19"]
    fields += ["1.0", "0", "0", "0", "MQ1A", "2018-01-19T20:55:10Z", "1000000000ns", str(depth)]
    return (",".join(fields) + ",").ljust(384).encode() + words.astype(">u8").tobytes()


@pytest.mark.parametrize("depth", [1, 6, 12])
def test_raw_frames_of_a_single_merlin_chip(tmp_path, depth):
    frames = RNG.integers(0, 2**depth, (2, 256, 256))
    (tmp_path / "a.mib").write_bytes(b"".join(raw_mib(depth, frame) for frame in frames))
    pattern = read_pattern(tmp_path / "a.mib", frame=1)
    assert pattern.n_frames == 2
    assert np.array_equal(pattern.image_yx, frames[1])


def test_raw_frames_of_four_merlin_chips_are_named(tmp_path):
    content = raw_mib(12, np.zeros((256, 256), int)).replace(b"   1x1", b"   2x2")
    (tmp_path / "a.mib").write_bytes(content)
    with pytest.raises(UnreadablePatternError, match="raw Merlin frames"):
        read_pattern(tmp_path / "a.mib")


def test_packed_files_are_read_and_found(tmp_path):
    stack = RNG.integers(0, 60_000, (3, 40, 56)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    packed = tmp_path / "a.tif.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.tif").read_bytes()))
    (tmp_path / "notes.txt.gz").write_bytes(gzip.compress(b"no pattern"))
    pattern = read_pattern(packed, frame=2)
    assert pattern.n_frames == 3
    assert np.array_equal(pattern.image_yx, stack[2])
    assert [p.name for p in find_patterns([tmp_path])] == ["a.tif", "a.tif.gz"]
    packed.write_bytes(packed.read_bytes()[:-30])
    with pytest.raises(UnreadablePatternError, match="damaged gzip"):
        read_pattern(packed)
