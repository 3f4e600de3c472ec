"""Many patterns on one sheet, to judge a simulator, or a data set, with the eye."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

_TILE_PX = 240


def contact_sheet(
    images: Sequence[tuple[npt.NDArray[np.float32], str]], path: Path, *, columns: int = 6
) -> None:
    """Write a PNG of images with a caption each, every one stretched for itself."""
    tiles = [_tile(image, caption) for image, caption in images]
    if not tiles:
        return
    while len(tiles) % columns:
        tiles.append(np.zeros_like(tiles[0]))
    rows = [np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.vstack(rows))


def _tile(image: npt.NDArray[np.float32], caption: str) -> npt.NDArray[np.uint8]:
    low, high = np.percentile(image, [1, 99.7])
    grey = np.clip((image - low) / max(float(high - low), 1e-9), 0, 1)
    # counts span decades; an 8-bit export was stretched already
    gamma = 1.0 if image.max() <= 255 else 0.5
    height, width = image.shape
    size = (_TILE_PX, max(1, round(_TILE_PX * height / width)))
    small = cv2.resize((255 * grey**gamma).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    tile = np.zeros((_TILE_PX + 18, _TILE_PX), np.uint8)
    tile[18 : 18 + min(_TILE_PX, size[1])] = small[:_TILE_PX]
    cv2.putText(tile, caption, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 230, 1, cv2.LINE_AA)
    return tile
