"""Colour maps fit for diffraction: brightness rises from first to last, so faint stays faint.

Each is a short list of anchor colours with a linear course between them. All but the greys are
sampled from perceptually uniform maps (viridis, inferno: S. van der Walt and N. Smith; cividis:
J. Nuñez et al.; CC0) that people without red-green vision read as others do.
"""

import numpy as np

from saed_desktop.arrays import ByteTable
from saed_desktop.translation import mark, tr

_ANCHORS = {
    "grey": "000000 ffffff",
    "inverted grey": "ffffff 000000",
    "inferno": "000004 110a30 320a5e 57106e 781c6d 9a2865 bc3754 d84c3e ed6925 f98e09 fbb61a "
    "f4df53 fcffa4",
    "viridis": "440154 481f70 443983 3b528b 31688e 287c8e 21918c 20a486 35b779 5ec962 90d743 "
    "c8e020 fde725",
    "cividis": "00224e 003170 2a3f6d 434e6c 575d6d 6a6c71 7d7c78 918b78 a59c74 bcae6c d2c060 "
    "e9d34e fee838",
}


_TITLES = {
    "grey": mark("Grey"),
    "inverted grey": mark("Inverted grey"),
    "inferno": "Inferno",
    "viridis": "Viridis",
    "cividis": "Cividis",
}


def color_map_title(name: str) -> str:
    """Return what a colour map is called on the screen."""
    return tr(_TITLES.get(name, name))


def color_map_names() -> tuple[str, ...]:
    """Return the names of all colour maps."""
    return tuple(_ANCHORS)


def color_table(name: str) -> ByteTable:
    """Return a colour map as a table (256, 3); grey for a name that is not known."""
    anchors = _ANCHORS.get(name, _ANCHORS["grey"]).split()
    points = np.array([[int(a[i : i + 2], 16) for i in (0, 2, 4)] for a in anchors])
    where = np.linspace(0, 255, len(points))
    columns = [np.interp(np.arange(256), where, points[:, i]) for i in range(3)]
    return np.round(np.stack(columns, axis=1)).astype(np.uint8)
