"""The search index of a library: zones sorted by shape and size, in one memory-mapped file.

The shape of a plane lattice is two numbers, the logarithms of the ratios of its superbase's
lengths. Rows are sorted by cells of shape and, within a cell, by size, so that a look-up with
tolerances reads a few slices.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.library.elements import MaskArray
from saed_desktop.library.store import LibraryError
from saed_desktop.library.zones import LOG_STEP, NODES, ZONE, ZoneArray
from saed_desktop.results.atomic import atomic_bytes

_MAGIC = b"SAEDZONE"
_FORMAT = 1
_CELL = 0.03
_CELLS_V = 16
"""The second shape number is at most ln √2; cells of 0.03 are twelve."""
_COLUMNS = (
    ("size", "<i2", 1), ("owner", "<u4", 1), ("q", "<i2", 3),
    ("hkl", "i1", 6), ("level", "u1", len(NODES)), ("prior", "u1", 1),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ZoneIndex:
    """Zones of all structures of a library.

    Parameters
    ----------
    columns
        Of all zones (n, …), sorted by cell of shape, then by size: `size` (the shortest vector's
        log length), `owner` (place of the structure), `q`, `hkl`, `level` and `prior` as in `ZONE`.
    cells
        Code of each cell that holds rows (m,), rising.
    starts
        Where the rows of each cell start (m + 1,).
    masks
        Elements of each structure (n, 2).
    identity
        Of the library's state that the index was made of.
    """

    columns: Mapping[str, npt.NDArray[Any]]
    cells: IntArray
    starts: IntArray
    masks: MaskArray
    identity: str

    @property
    def n_structures(self) -> int:
        """The number of structures."""
        return len(self.masks)

    @property
    def n_zones(self) -> int:
        """The number of zones."""
        return len(self.columns["size"])

    def slices(
        self, shape_low: FloatArray, shape_high: FloatArray, size_low: float, size_high: float
    ) -> IntArray:
        """Return the rows (n,) within ranges of shape and of the shortest length's logarithm.

        Parameters
        ----------
        shape_low, shape_high
            Both shape numbers' ranges (2,).
        size_low, size_high
            Range of the logarithm of the shortest vector's length in 1/Å.
        """
        low = np.maximum(np.floor(shape_low / _CELL).astype(int), 0)
        high = np.maximum(np.floor(shape_high / _CELL).astype(int), 0)
        high[1] = min(high[1], _CELLS_V - 1)
        found = []
        bounds = np.array([size_low, size_high]) / LOG_STEP
        for u in range(low[0], high[0] + 1):
            codes = u * _CELLS_V + np.array([low[1], high[1]])
            first, last = np.searchsorted(self.cells, [codes[0], codes[1] + 1])
            for cell in range(first, last):
                start, stop = int(self.starts[cell]), int(self.starts[cell + 1])
                size = self.columns["size"][start:stop]
                a, b = np.searchsorted(size, bounds)
                if b > a:
                    found.append(np.arange(start + a, start + b))
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def save(self, path: Path) -> None:
        """Write the index to a file, whole or not at all."""
        header = json.dumps(
            {
                "format": _FORMAT, "identity": self.identity, "rows": self.n_zones,
                "cells": len(self.cells), "structures": len(self.masks),
            }
        ).encode()  # fmt: skip
        with atomic_bytes(path) as stream:
            stream.write(_MAGIC + len(header).to_bytes(4, "little") + header)
            for name, kind, _ in _COLUMNS:
                stream.write(np.ascontiguousarray(self.columns[name], dtype=kind).data)
            for column in (self.cells.astype("<i8"), self.starts.astype("<i8"), self.masks):
                stream.write(np.ascontiguousarray(column).tobytes())


def build_index(zones: Iterable[ZoneArray], masks: MaskArray, identity: str) -> ZoneIndex:
    """Return the index of structures whose zones come in the order of their masks."""
    parts: list[ZoneArray] = []
    counts: list[int] = []
    for rows in zones:
        parts.append(rows)
        counts.append(len(rows))
    every = np.concatenate(parts) if parts else np.zeros(0, dtype=ZONE)
    # a large library's rows are hundreds of megabytes: once is enough
    parts.clear()
    code, size = _cell_codes(every["q"]), every["q"][:, 0]
    order = np.argsort(code * 65_536 + size, kind="stable")
    cells, first = np.unique(code[order], return_index=True)
    owner = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    columns: dict[str, npt.NDArray[Any]] = {
        "size": size[order],
        "owner": owner[order],
        "q": every["q"][order],
        "hkl": every["hkl"][order].reshape(-1, 6),
        "level": every["level"][order],
        "prior": every["prior"][order],
    }
    starts = np.append(first, len(every)).astype(np.int64)
    return ZoneIndex(columns, cells, starts, masks.astype(np.uint64), identity)


def _cell_codes(log_q: npt.NDArray[np.int16]) -> IntArray:
    """Return the codes (n,) of the cells of shape that log lengths (n, 3) fall into."""
    codes = np.zeros(len(log_q), dtype=np.int64)
    for i, (factor, most) in enumerate(((_CELLS_V, 4_000), (1, _CELLS_V - 1))):
        step = log_q[:, i + 1].astype(np.int32) - log_q[:, i]
        cell = np.floor(np.maximum(step * LOG_STEP, 0) / _CELL).astype(np.int64)
        codes += factor * np.minimum(cell, most)
    return codes


def load_index(path: Path) -> ZoneIndex:
    """Map an index file into memory; what it states is checked against its size.

    Raises
    ------
    LibraryError
        If it is damaged or of another format.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
            if head[:8] != _MAGIC:
                raise ValueError("no index")
            length = int.from_bytes(head[8:], "little")
            if not 0 < length < 4096:
                raise ValueError("header")
            header = json.loads(stream.read(length))
        if header["format"] != _FORMAT:
            raise ValueError("format")
        identity = str(header["identity"])
        n, m, k = (int(header[name]) for name in ("rows", "cells", "structures"))
        sizes = [n * np.dtype(kind).itemsize * width for _, kind, width in _COLUMNS]
        sizes += [8 * m, 8 * (m + 1), 16 * k]
        if min(n, m, k) < 0 or 12 + length + sum(sizes) != path.stat().st_size:
            raise ValueError("size")
        data = np.memmap(path, dtype=np.uint8, mode="r", offset=12 + length)
        edges = np.cumsum([0, *sizes]).tolist()
        parts = [np.asarray(data[a:b]) for a, b in pairwise(edges)]
        columns = {
            name: _column(part, kind, width)
            for part, (name, kind, width) in zip(parts, _COLUMNS, strict=False)
        }
        cells, starts, masks = parts[-3].view("<i8"), parts[-2].view("<i8"), parts[-1].view("<u8")
        if np.any(np.diff(starts) < 0) or starts[0] != 0 or starts[-1] != n:
            raise ValueError("cells")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"The search index {path} is damaged ({error}).") from error
    return ZoneIndex(columns, cells, starts, masks.reshape(k, 2), identity)


def _column(part: npt.NDArray[np.uint8], kind: str, width: int) -> npt.NDArray[Any]:
    # the file's bytes need not stand at multiples of a number's length
    values = np.ndarray(len(part) // np.dtype(kind).itemsize, dtype=kind, buffer=part)
    return values.reshape(-1, width) if width > 1 else values
