"""Options of a figure for a paper: its size on paper, and its parts."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0
TEXT_UNITS = 13
"""Height of the text in the units in which marks are drawn; on the screen these are pixels."""
MOST_PX = 20_000
"""On a side; more takes gigabytes, and many programs read no such picture."""
PIXEL_SUFFIXES = (".png", ".tif")
SUFFIXES = (*PIXEL_SUFFIXES, ".svg", ".pdf")


@dataclass(frozen=True)
class FigureOptions:
    """Options of a figure.

    Parameters
    ----------
    width_mm, dpi
        Width on paper, and pixels per inch of the formats that have pixels.
    text_pt
        Size of indices and captions on paper; marks grow with it.
    crops
        Whether only what the screen shows is drawn; the whole pattern otherwise.
    marks, labels, scale_bar
        Whether the marks that the screen shows, their indices and a scale bar are drawn.
    """

    width_mm: float = 85.0
    dpi: int = 600
    text_pt: float = 7.0
    crops: bool = True
    marks: bool = True
    labels: bool = True
    scale_bar: bool = True

    @property
    def units_per_inch(self) -> int:
        """Drawing units per inch of paper, so that text comes out at its size."""
        return max(1, round(TEXT_UNITS * POINTS_PER_INCH / self.text_pt))

    @property
    def width_units(self) -> float:
        """Width in units of drawing."""
        return self.width_mm / MM_PER_INCH * self.units_per_inch

    @property
    def width_px(self) -> int:
        """Width in pixels, for the formats that have them."""
        return max(1, round(self.width_mm / MM_PER_INCH * self.dpi))

    def to_json(self) -> dict[str, Any]:
        """Return the options as they are remembered."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read options; what does not fit falls back to its default."""
        default = cls()
        values: dict[str, Any] = {}
        for item in fields(cls):
            value, usual = data.get(item.name), getattr(default, item.name)
            if isinstance(usual, bool):
                values[item.name] = value if isinstance(value, bool) else usual
            elif isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
                values[item.name] = type(usual)(value)
        return cls(**values)
