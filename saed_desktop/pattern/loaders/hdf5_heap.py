"""Check of an HDF5 file's global heaps, on which the library itself can go on without end.

A heap is a chain of objects, each of which says how long it is. Where damage makes one of length
zero the library reads it again and again (HDF5 2.0.0, `H5HG__cache_heap_deserialize`), and holds
Python's lock meanwhile, so that the whole window stands still. Format: HDF5 File Format
Specification 3.0, III.E.
"""

import mmap
import struct
from pathlib import Path

_SIGNATURE = b"GCOL\x01\0\0\0"
_HEAD_BYTES = 16
_SMALLEST_BYTES = 4096
_LOOKED_AT_BYTES = 64_000_000
"""At each end of a file; what lies between in larger ones is pixels, and too much to look at."""


def has_sound_heaps(path: Path) -> bool:
    """Tell whether every global heap of an HDF5 file is a chain that comes to its end."""
    if path.stat().st_size < _HEAD_BYTES:
        return True
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        n_bytes = len(data)
        ends = [(0, min(n_bytes, 2 * _LOOKED_AT_BYTES))]
        if n_bytes > 2 * _LOOKED_AT_BYTES:
            ends = [(0, _LOOKED_AT_BYTES), (n_bytes - _LOOKED_AT_BYTES, n_bytes)]
        return all(_are_sound(data, first, last) for first, last in ends)


def _are_sound(data: mmap.mmap, first: int, last: int) -> bool:
    start = data.find(_SIGNATURE, first, last)
    while start >= 0:
        if not _ends(data, start):
            return False
        start = data.find(_SIGNATURE, start + 8, last)
    return True


def _ends(data: mmap.mmap, start: int) -> bool:
    """Follow a heap's objects; lengths are those of 8 bytes that every writer uses."""
    if start + _HEAD_BYTES > len(data):
        return True  # the library refuses what is cut off
    (size,) = struct.unpack_from("<Q", data, start + 8)
    end = start + size
    if size < _SMALLEST_BYTES or end > len(data):
        return True
    place = start + _HEAD_BYTES
    # fewer bytes than an object's head are left over at the end, and are no object
    while end - place >= _HEAD_BYTES:
        index, _, _, length = struct.unpack_from("<HHIQ", data, place)
        # free space, which has no index, counts its head in its length
        needed = length if index == 0 else _HEAD_BYTES + -(-length // 8) * 8
        if needed < _HEAD_BYTES or needed > end - place:
            return False
        place += needed
    return True
