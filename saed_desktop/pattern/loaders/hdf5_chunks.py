"""Frames of HDF5 datasets, also of compressions that the HDF5 library reads with plug-ins only.

DECTRIS detectors write bitshuffle with LZ4. The plug-ins that add it to HDF5 weigh 190 MB; the
chunks can be decoded by imagecodecs, which TIFF and JPEG 2000 need anyway.
"""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import h5py
import imagecodecs
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_DEFLATE, _SHUFFLE, _FLETCHER = 1, 2, 3
_NAMES = {
    4: "SZIP",
    5: "NBIT",
    32000: "LZF",
    32001: "Blosc",
    32004: "LZ4",
    32008: "bitshuffle",
    32013: "ZFP",
    32015: "Zstandard",
    32017: "SZ",
    32026: "Blosc2",
}


def unknown_filter(dataset: h5py.Dataset) -> str:
    """Return the name of a filter of a dataset that cannot be undone, empty where all can."""
    for code, _ in _filters(dataset):
        if not h5py.h5z.filter_avail(code) and code not in _DECODERS:
            return _NAMES.get(code, f"HDF5 filter {code}")
    return ""


def read_frame(dataset: h5py.Dataset, index: tuple[int, ...]) -> Array:
    """Return one frame (height, width) of a dataset (..., height, width)."""
    if all(h5py.h5z.filter_avail(code) for code, _ in _filters(dataset)):
        return np.asarray(dataset[index])
    return _decoded(dataset, index)


def _filters(dataset: h5py.Dataset) -> list[tuple[int, tuple[int, ...]]]:
    properties = dataset.id.get_create_plist()
    found = [properties.get_filter(i) for i in range(properties.get_nfilters())]
    return [(entry[0], tuple(entry[2])) for entry in found]


def _decoded(dataset: h5py.Dataset, index: tuple[int, ...]) -> Array:
    """Put a frame together from its chunks, each decoded here."""
    chunk_shape = dataset.chunks
    height, width = dataset.shape[-2:]
    frame = np.full((height, width), dataset.fillvalue, dataset.dtype)
    corner = tuple(i - i % c for i, c in zip(index, chunk_shape, strict=False))
    inside = tuple(i % c for i, c in zip(index, chunk_shape, strict=False))
    filters = _filters(dataset)
    for top in range(0, height, chunk_shape[-2]):
        for left in range(0, width, chunk_shape[-1]):
            try:
                mask, raw = dataset.id.read_direct_chunk((*corner, top, left))
            except (OSError, RuntimeError, ValueError):
                continue  # a chunk that was never written holds the fill value
            for number in reversed(range(len(filters))):
                code, options = filters[number]
                if not mask >> number & 1:
                    raw = _DECODERS[code](raw, options, dataset.dtype.itemsize)
            chunk = np.frombuffer(raw, dataset.dtype, count=int(np.prod(chunk_shape)))
            part = chunk.reshape(chunk_shape)[inside]
            frame[top : top + part.shape[0], left : left + part.shape[1]] = part[
                : height - top, : width - left
            ]
    return frame


def _bitshuffle(raw: bytes, options: tuple[int, ...], item_bytes: int) -> bytes:
    """Undo bitshuffle and the compression inside it (options: version, version, size, block, how).

    A compressed chunk starts with its size and its block's size in bytes, both big-endian; each
    block is as long as it says. What does not fill eight numbers at the end is stored plainly.
    """
    method = options[4] if len(options) > 4 else 0
    if method == 0:
        block = options[3] if len(options) > 3 else 0
        return _unshuffled(raw, item_bytes, block)
    size, block_bytes = struct.unpack_from(">QI", raw)
    decode = _lz4_block if method == 2 else _zstandard_block
    parts, position, left = [], 12, int(size)
    while left >= 8 * item_bytes:
        # the last block holds what is left in multiples of eight numbers
        whole = min(block_bytes, left // (8 * item_bytes) * 8 * item_bytes)
        (packed,) = struct.unpack_from(">I", raw, position)
        block_raw = raw[position + 4 : position + 4 + packed]
        shuffled = decode(block_raw, out=whole)
        parts.append(_unshuffled(bytes(shuffled), item_bytes, whole // item_bytes))
        position, left = position + 4 + packed, left - whole
    parts.append(raw[position : position + left])
    return b"".join(parts)


def _lz4_block(raw: bytes, out: int) -> bytes:
    """Decode one LZ4 block of known size."""
    return bytes(imagecodecs.lz4_decode(raw, header=False, out=out))


def _zstandard_block(raw: bytes, out: int) -> bytes:
    """Decode one Zstandard block of known size."""
    return bytes(imagecodecs.zstd_decode(raw, out=out))


def _unshuffled(raw: bytes, item_bytes: int, block: int) -> bytes:
    return bytes(imagecodecs.bitshuffle_decode(raw, itemsize=item_bytes, blocksize=block))


def _shuffled_bytes(raw: bytes, options: tuple[int, ...], item_bytes: int) -> bytes:
    size = options[0] if options else item_bytes
    whole = len(raw) // size * size
    turned = np.frombuffer(raw[:whole], np.uint8).reshape(size, -1).T
    return turned.tobytes() + raw[whole:]


def _by_imagecodecs(name: str) -> Callable[[bytes, tuple[int, ...], int], bytes]:
    def decode(raw: bytes, options: tuple[int, ...], item_bytes: int) -> bytes:
        del options, item_bytes  # these streams describe themselves
        return bytes(getattr(imagecodecs, name)(raw))

    return decode


_DECODERS: dict[int, Callable[[bytes, tuple[int, ...], int], bytes]] = {
    _DEFLATE: lambda raw, _options, _bytes: zlib.decompress(raw),
    _SHUFFLE: _shuffled_bytes,
    _FLETCHER: lambda raw, _options, _bytes: raw[:-4],
    32001: _by_imagecodecs("blosc_decode"),
    32004: _by_imagecodecs("lz4h5_decode"),
    32008: _bitshuffle,
    32015: _by_imagecodecs("zstd_decode"),
}
