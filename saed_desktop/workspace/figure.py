"""A pattern with its marks as a picture, drawn without a window."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from saed_desktop.crystal.index_symbols import symbol_parts
from saed_desktop.pattern.pattern import ImageArray
from saed_desktop.workspace.display import auto_contrast, build_pyramid, render

_MARK = (79, 224, 160)
_CENTER = (255, 95, 162)
_TEXT = (255, 255, 255)
_FONT_PX = 12
_BAR_RISE_PX = 3


@lru_cache(maxsize=4)
def _font(size: int) -> Any:
    return ImageFont.load_default(size=size)


def labelled_picture(
    image_yx: ImageArray,
    marks: Sequence[Sequence[Any]],
    center_xy: tuple[float, float] | None,
    *,
    side_px: int = 520,
    most_labels: int = 24,
) -> Image.Image:
    """Return a picture of a pattern with its reflections marked and the strongest named.

    Parameters
    ----------
    image_yx
        The pattern (height, width).
    marks
        x, y and name of reflections, the strongest first.
    center_xy
        The direct beam, None where it is not known.
    side_px
        The longer side of the picture.
    most_labels
        How many names are written.
    """
    pyramid = build_pyramid(image_yx)
    levels = render(pyramid, auto_contrast(pyramid))
    height, width = image_yx.shape
    scale = side_px / max(height, width)
    level = next((v for v in reversed(levels) if max(v.shape) >= side_px), levels[0])
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Image.fromarray(level).resize(size, Image.Resampling.LANCZOS).convert("RGB")
    canvas = ImageDraw.Draw(picture)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x + 0.5) * scale, (y + 0.5) * scale

    if center_xy is not None:
        x, y = at(*center_xy)
        canvas.line([(x - 9, y), (x + 9, y)], fill=_CENTER, width=1)
        canvas.line([(x, y - 9), (x, y + 9)], fill=_CENTER, width=1)
    taken: list[tuple[float, float, float, float]] = []
    for i, (mx, my, name) in enumerate(marks):
        x, y = at(float(mx), float(my))
        canvas.ellipse([x - 6, y - 6, x + 6, y + 6], outline=_MARK, width=2)
        if i < most_labels:
            _write_name(canvas, (x, y), str(name), taken)
    return picture


def _write_name(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    name: str,
    taken: list[tuple[float, float, float, float]],
) -> None:
    """Write a name beside a mark unless another one stands there."""
    x, y = at[0] + 8, at[1] - 16
    bare = "".join(part.text for part in symbol_parts(name))
    left, top, right, bottom = canvas.textbbox((x, y), bare, font=_font(_FONT_PX))
    top -= _BAR_RISE_PX
    if any(left < box[2] and box[0] < right and top < box[3] and box[1] < bottom for box in taken):
        return
    taken.append((left, top, right, bottom))
    draw_symbol(canvas, (x, y), name)


def draw_symbol(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    symbol: str,
    *,
    size_px: int = _FONT_PX,
) -> None:
    """Draw indices with lines over the negative ones, in white with a black rim."""
    font = _font(size_px)
    x, y = at
    # the digits of a font that is spaced for words stand too close for bars of their own
    gap = 0.12 * size_px
    bars = []
    for part in symbol_parts(symbol):
        canvas.text((x, y), part.text, fill=_TEXT, font=font, stroke_width=1, stroke_fill=(0, 0, 0))
        width = canvas.textlength(part.text, font=font)
        if part.is_barred:
            top = canvas.textbbox((x, y), "0", font=font)[1] - _BAR_RISE_PX
            bars.append((round(x + 1), round(top), round(x + width - 2), round(top)))
        x += width + gap
    for left, top, right, bottom in bars:
        canvas.rectangle([left - 1, top - 1, right + 1, bottom + 1], fill=(0, 0, 0))
    for box in bars:
        canvas.rectangle(box, fill=_TEXT)
