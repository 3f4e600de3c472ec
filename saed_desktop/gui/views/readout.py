"""Numbers as they are read on the screen, in columns that do not jump."""

import math

from saed_desktop.translation import tr


def number(value: float, decimals: int, width: int = 0) -> str:
    """Return a number with a decimal point, whatever the country, and no marks between thousands.

    Sentences, tables and files come from parts that know no country; a window that mixes 0,5 and
    0.5 is worse than either. Fields take both.
    """
    return f"{float(value):.{decimals}f}".rjust(width, "\N{FIGURE SPACE}")


def significant(value: float, digits: int = 4) -> str:
    """Return a number with so many significant digits, never as a power of ten where short."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return number(value, min(decimals, 8))


def parse_number(text: str) -> float | None:
    """Return what a person typed, decimal point or decimal comma; None if it is no number."""
    body = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace("−", "-")
    if body.count(",") == 1 and "." not in body:
        body = body.replace(",", ".")
    try:
        value = float(body)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def cursor_text(
    xy: tuple[float, float],
    intensity: float,
    center_xy: tuple[float, float] | None,
    scale_inv_angstrom_per_px: float | None,
) -> str:
    """Return position, intensity, distance from the beam and spacing under the cursor."""
    x, y = xy
    parts = [
        f"x {number(x, 1, 7)}  y {number(y, 1, 7)} px",
        f"I {significant(intensity, 4)}",
    ]
    if center_xy is not None:
        radius = math.hypot(x - center_xy[0], y - center_xy[1])
        azimuth = math.degrees(math.atan2(y - center_xy[1], x - center_xy[0])) % 360
        parts.append(f"r {number(radius, 1, 6)} px  {number(azimuth, 0, 3)}°")
        if scale_inv_angstrom_per_px is not None:
            q = radius * scale_inv_angstrom_per_px
            parts.append(f"q {number(q, 4, 6)} 1/Å  {number(10 * q, 3, 6)} 1/nm")
            parts.append(f"d {number(1 / q, 3, 6) if q > 1e-3 else '–'} Å")
    return "     ".join(parts)


def scale_text(scale_inv_angstrom_per_px: float, unit: str) -> str:
    """Return a scale in the unit chosen, "1/nm" or "1/A"."""
    factor = 10 if unit == "1/nm" else 1
    name = "1/nm" if unit == "1/nm" else "1/Å"
    return tr(
        "{value} {unit} per pixel",
        value=significant(factor * scale_inv_angstrom_per_px),
        unit=name,
    )
