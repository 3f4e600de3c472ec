"""Scales and microscope settings that programs write into the tags of a TIFF file."""

import logging
import math
import re
from collections.abc import Mapping
from typing import Any

import tifffile

from saed_desktop.pattern.metadata import file_metadata
from saed_desktop.pattern.raw_image import RawAxis
from saed_desktop.pattern.units import inverse_length_factor

_DM_UNITS, _DM_SCALES = (65004, 65003), (65010, 65009)
"""Tags in which DigitalMicrograph writes unit and scale of y and x."""

_LONGEST_PIXEL_M = 1.0
"""A camera's pixel is never this long: a larger 'length' is a reciprocal one in 1/m."""


def tiff_axes_and_facts(
    tiff: tifffile.TiffFile, page: tifffile.TiffPage, orientation: int
) -> tuple[tuple[RawAxis, RawAxis], Mapping[str, Any]]:
    """Return the axes of a page as it is shown, and what its tags say.

    Parameters
    ----------
    tiff, page
        The open file and the page.
    orientation
        Value of tag 274; from 5 on the axes change places.
    """
    tags = {tag.name: tag.value for tag in page.tags}
    y, x = _stated(tiff, page, tags) or (RawAxis(0), RawAxis(0))
    if orientation >= 5:
        y, x = x, y
    height, width = int(page.imagelength), int(page.imagewidth)
    if orientation >= 5:
        height, width = width, height
    return (RawAxis(height, y.scale, y.unit), RawAxis(width, x.scale, x.unit)), _facts(page, tags)


def _stated(
    tiff: tifffile.TiffFile, page: tifffile.TiffPage, tags: dict[str, Any]
) -> tuple[RawAxis, RawAxis] | None:
    """Return y and x as the first of the known ways states them, reciprocal ones first."""
    found = [
        axes
        for axes in (_imagej(page, tags), _digital_micrograph(page), _ome(tiff))
        if axes is not None
    ]
    vendors = _vendor(tiff, page, tags)
    if vendors is not None:
        found.append(vendors)
    reciprocal = [axes for axes in found if inverse_length_factor(axes[1].unit) is not None]
    return next(iter(reciprocal or found), None)


def _imagej(page: tifffile.TiffPage, tags: Mapping[str, Any]) -> tuple[RawAxis, RawAxis] | None:
    """Return what ImageJ states: a unit in the description, pixels per unit in the resolution."""
    text = str(tags.get("ImageDescription", ""))
    if not text.startswith("ImageJ="):
        return None
    entries = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    unit = entries.get("unit", "").strip()
    scales = [_per_pixel(tags.get(name)) for name in ("YResolution", "XResolution")]
    if not unit or None in scales:
        return None
    return RawAxis(0, scales[0] or 1.0, entries.get("yunit", unit).strip()), RawAxis(
        0, scales[1] or 1.0, unit
    )


def _per_pixel(resolution: Any) -> float | None:
    try:
        numerator, denominator = resolution
        return float(denominator) / float(numerator)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _digital_micrograph(page: tifffile.TiffPage) -> tuple[RawAxis, RawAxis] | None:
    axes = []
    for unit_tag, scale_tag in zip(_DM_UNITS, _DM_SCALES, strict=True):
        unit, scale = page.tags.get(unit_tag), page.tags.get(scale_tag)
        if unit is None or scale is None:
            return None
        text = unit.value
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        try:
            axes.append(RawAxis(0, float(scale.value), str(text).strip("\x00 ")))
        except (TypeError, ValueError):
            return None
    return axes[0], axes[1]


def _ome(tiff: tifffile.TiffFile) -> tuple[RawAxis, RawAxis] | None:
    text = tiff.ome_metadata if tiff.is_ome else None
    if not text:
        return None
    axes = []
    for name in ("PhysicalSizeY", "PhysicalSizeX"):
        size = re.search(rf'\b{name}="([^"]+)"', text)
        unit = re.search(rf'\b{name}Unit="([^"]+)"', text)
        try:
            # micrometres where the schema's default holds
            axes.append(RawAxis(0, float(size.group(1)), unit.group(1) if unit else "µm"))  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            return None
    return axes[0], axes[1]


def _vendor(
    tiff: tifffile.TiffFile, page: tifffile.TiffPage, tags: dict[str, Any]
) -> tuple[RawAxis, RawAxis] | None:
    """Return what tags of microscope makers state, through RosettaSciIO."""
    if not (tiff.flags & {"fei", "sem", "tvips", "sis"} or tags.get("Make") == "JEOL Ltd."):
        return None
    try:
        from rsciio.tiff import _api as rosetta

        shape, names = (int(page.imagelength), int(page.imagewidth)), ["height", "width"]
        axes = rosetta._parse_scale_unit(tiff, page, tags, shape, False, names, None)
    except Exception:  # the tags of a maker may be anything
        logging.getLogger(__name__).debug("no scale in the maker's tags", exc_info=True)
        return None
    y, x = (RawAxis(0, float(axis["scale"]), str(axis["units"] or "")) for axis in axes[:2])
    if y.unit == x.unit == "m" and min(y.scale, x.scale) > _LONGEST_PIXEL_M:
        return RawAxis(0, y.scale, "1/m"), RawAxis(0, x.scale, "1/m")
    return y, x


def _facts(page: tifffile.TiffPage, tags: dict[str, Any]) -> Mapping[str, Any]:
    signal: dict[str, Any] = {"metadata": {}, "original_metadata": tags}
    date = re.match(
        r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d:\d\d(?::\d\d)?)", _text(tags, "DateTime")
    )
    if date is not None:
        year, month, day, time = date.groups()
        signal["metadata"] = {"General": {"date": f"{year}-{month}-{day}", "time": time}}
    if page.is_fei or page.is_sem or page.is_tvips or page.is_sis or tags.get("Make"):
        try:
            from rsciio.tiff._api import get_metadata_mapping

            signal["mapping"] = get_metadata_mapping(page, tags)
        except Exception:  # the tags of a maker may be anything
            logging.getLogger(__name__).debug("no settings in the maker's tags", exc_info=True)
    metadata = file_metadata(signal)
    energy = metadata.get("Acquisition_instrument.TEM.beam_energy")
    if isinstance(energy, float) and not math.isfinite(energy):
        metadata.pop("Acquisition_instrument.TEM.beam_energy")
    return metadata


def _text(tags: Mapping[str, Any], name: str) -> str:
    value = tags.get(name)
    return value if isinstance(value, str) else ""
