"""Image files written by other programs, each beside what they read from it themselves (.npy).

Needs an environment of its own; it does not import this project:

    pip install fabio hdf5plugin mrcfile tifffile imagecodecs opencv-python-headless libertem
    python tests/benchmarks/independent/files_by_others.py FOLDER [--seed 1]
"""

import argparse
import sys
from pathlib import Path

import numpy as np


def write_fabio(folder: Path, rng: np.random.Generator) -> None:
    import fabio

    for name, kind in (("pilatus.cbf", "cbfimage.CbfImage"), ("adsc.img", "adscimage.AdscImage")):
        module, _, writer = kind.partition(".")
        data = rng.poisson(40, (96, 130)).astype(np.int32 if "cbf" in name else np.uint16)
        data[rng.random(data.shape) < 0.05] = 60_000
        if "cbf" in name:
            data[5, 7], data[6, 8] = 2_000_000, -1
        image = getattr(__import__(f"fabio.{module}", fromlist=[writer]), writer)(data=data)
        image.write(str(folder / name))
        np.save(folder / f"{name}.npy", fabio.open(str(folder / name)).data[None])


def write_mrcfile(folder: Path, rng: np.random.Generator) -> None:
    import mrcfile

    for kind in ("i1", "i2", "u2", "f4", "f2", "c8"):
        data = rng.integers(-100, 100, (3, 40, 56)).astype(kind)
        path = folder / f"mrcfile_{kind}.mrc"
        with mrcfile.new(path, overwrite=True) as file:
            file.set_data(data)
        with mrcfile.open(path) as file:
            read = np.abs(file.data) if kind == "c8" else file.data
        np.save(folder / f"{path.name}.npy", read)


def write_hdf5plugin(folder: Path, rng: np.random.Generator) -> None:
    import h5py
    import hdf5plugin

    filters = {
        "bitshuffle_lz4": hdf5plugin.Bitshuffle(cname="lz4"),
        "bitshuffle_zstd": hdf5plugin.Bitshuffle(cname="zstd"),
        "bitshuffle_none": hdf5plugin.Bitshuffle(cname="none"),
        "lz4": hdf5plugin.LZ4(),
        "zstd": hdf5plugin.Zstd(),
        "blosc": hdf5plugin.Blosc(),
    }
    for name, compression in filters.items():
        for kind in ("u1", "u2", "u4"):
            for shape in ((2, 64, 80), (2, 63, 75), (1, 514, 514)):
                data = rng.poisson(3, shape).astype(kind)
                path = folder / f"{name}_{kind}_{shape[1]}.h5"
                with h5py.File(path, "w") as file:
                    file.create_dataset(
                        "entry/data/data", data=data, chunks=(1, *shape[1:]), **compression
                    )
                with h5py.File(path) as file:
                    np.save(folder / f"{path.name}.npy", file["entry/data/data"][()])


def write_opencv(folder: Path, rng: np.random.Generator) -> None:
    import cv2

    grey = rng.integers(0, 65_536, (60, 70)).astype(np.uint16)
    same = np.stack([grey] * 3, -1)
    with_alpha = np.dstack([same, np.full_like(grey, 65_535)])
    for name, data in (
        ("grey.png", grey), ("colour.png", same), ("alpha.png", with_alpha), ("grey.pgm", grey),
        ("lzw_grey.tif", grey), ("lzw_colour.tif", same), ("byte.webp", (grey >> 8).astype(np.uint8)),
    ):  # fmt: skip
        path = folder / f"opencv_{name}"
        options = {
            ".tif": [cv2.IMWRITE_TIFF_COMPRESSION, 5],
            ".webp": [cv2.IMWRITE_WEBP_QUALITY, 101],
        }
        cv2.imwrite(str(path), data, options.get(path.suffix, []))
        read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        np.save(folder / f"{path.name}.npy", (read if read.ndim == 2 else read[..., 0])[None])


def write_merlin(folder: Path, rng: np.random.Generator) -> None:
    """Write random raw Merlin frames, decoded by LiberTEM's own decoders of the format."""
    from libertem.io.dataset import mib

    decoders = {
        1: mib.decode_r1_swap, 6: mib.decode_r6_swap, 12: mib.decode_r12_swap,
        24: mib.decode_r24_swap,
    }  # fmt: skip
    nothing = np.zeros(4, np.int64)
    for depth, decode in decoders.items():
        n_bytes = 256 * 256 * {1: 1, 6: 8, 12: 16, 24: 32}[depth] // 8
        raw = rng.integers(0, 256, n_bytes).astype(np.uint8)
        if depth > 6:
            raw[::2] &= 15
        out = np.zeros((1, 256 * 256), np.uint32)
        for number, part in enumerate(np.split(raw, 2) if depth == 24 else [raw]):
            decode(part, out, number, np.uint8, nothing, nothing, nothing, nothing)
        fields = ["MQ1", "000001", "00384", "01", "0256", "0256", "R64", "   1x1", "01", "2018"]
        fields += ["1.0", "0", "0", "0", "MQ1A", "2018-01-19T20:55:10Z", "1ns", str(depth)]
        path = folder / f"merlin_r{depth}.mib"
        path.write_bytes((",".join(fields) + ",").ljust(384).encode() + raw.tobytes())
        # the bottom row is stored first, as of processed frames
        np.save(folder / f"{path.name}.npy", out.reshape(1, 256, 256)[:, ::-1])


def write_merlin_quad(folder: Path, rng: np.random.Generator) -> None:
    """Write random raw frames of 2 × 2 Merlin chips, read by LiberTEM as a dataset."""
    from libertem.api import Context
    from libertem.io.dataset.base import BufferedBackend
    from libertem.udf.raw import PickUDF

    context = Context.make_with("inline")
    for depth, bits in ((1, 1), (6, 8), (12, 16)):
        path = folder / f"merlin_quad_r{depth}.mib"
        with path.open("wb") as stream:
            for number in range(4):
                raw = rng.integers(0, 256, 512 * 512 * bits // 8).astype(np.uint8)
                if depth > 6:
                    raw[::2] &= 15
                fields = [
                    "MQ1",
                    f"{number + 1:06d}",
                    "00768",
                    "04",
                    "1024",
                    "0256",
                    "R64",
                    "   2x2",
                ]
                fields += ["0F", "2018", "1.0", "0", "0", "0", "MQ1A", "2018", "1ns", str(depth)]
                head = (",".join(fields) + ",").encode().ljust(768, b"\0")
                stream.write(head + raw.tobytes())
        header = path.with_suffix(".hdr")
        header.write_text("HDR,\nFrames in Acquisition (Number):\t4\nEnd\t")
        dataset = context.load(
            "mib", path=str(header), nav_shape=(2, 2), io_backend=BufferedBackend()
        )
        picked = context.run_udf(dataset, PickUDF(), roi=np.ones((2, 2), bool))
        header.unlink()
        np.save(folder / f"{path.name}.npy", picked["intensity"].data[:, ::-1])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    writers = (
        write_fabio, write_mrcfile, write_hdf5plugin, write_opencv, write_merlin, write_merlin_quad,
    )  # fmt: skip
    for write in writers:
        try:
            write(options.folder, np.random.default_rng(options.seed))
        except ImportError as error:
            print(f"{write.__name__}: left out, {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
