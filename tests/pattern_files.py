"""Small pattern files of every format that can be written here, byte by byte where need be."""

import struct
from pathlib import Path

import h5py
import numpy as np
import tifffile
from PIL import Image

RNG = np.random.default_rng(7)

WRITABLE = ("a.png", "a.bmp", "a.tif", "a.mrc", "a.mib", "a.emd", "a.dm3", "a.hspy")
"""Names by which `written` makes a file of each format."""


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
