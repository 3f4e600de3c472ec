"""Factors that make a pattern hard, one at a time, from an easy reference pattern.

A calm pattern is what a careful microscopist records on a good day: a thin crystal near its zone
axis, a long exposure, sharp spots, a calibrated scale. Each factor then goes from there to beyond
what the simulator's usual ranges hold, all others left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainer.data.ranges import Ranges

_NONE = (0.0, 0.0)

CALM: Mapping[str, Mapping[str, Any]] = {
    "orientation": {
        "random_share": 0.0,
        "tilt_sigma_deg": 0.3,
        "bend_share": 0.0,
        "thickness_angstrom": (200.0, 320.0),
        "energies_kev": (200.0,),
        "energy_shares": (1.0,),
    },
    "spots": {
        "kinematical_share": 0.0,
        "intensity_power": (1.0, 1.0),
        "intensity_log_sigma": _NONE,
        "dynamic_range": (6.0, 6.0),
        "saturation_share": 0.0,
        "q_max": (1.2, 1.2),
        "position_sigma": _NONE,
        "center_sigma": _NONE,
        "missing_share": _NONE,
        "spurious_count": _NONE,
        "ellipse": _NONE,
        "strong_ellipse_share": 0.0,
        "lattice_sigma": 0.0,
        "second_grain_share": 0.0,
        "second_phase_share": 0.0,
        "beam_stop_share": 0.0,
    },
    "image": {
        "spot_sigma": (2.5, 2.5),
        "spot_aspect": (1.0, 1.0),
        "disk_share": 0.0,
        "spot_counts": (10_000.0, 10_000.0),
        "center_offset": (0.02, 0.02),
        "background": (0.5, 0.5),
        "asymmetry_share": 0.0,
        "halo_share": 0.0,
        "ring_share": 0.0,
        "kikuchi_share": 0.0,
        "bloom_share": 0.0,
        "stop_share": 0.0,
        "read_noise": (1.0, 1.0),
        "dead_line_share": 0.0,
        "gain_sigma": (0.01, 0.01),
        "film_share": 0.0,
        "export_share": 0.0,
    },
}
CALM_SCALE = 0.01
UNKNOWN_SCALE = 0.3
"""The level from which patterns state no scale at all."""


@dataclass(frozen=True)
class Factor:
    """One thing that goes from calm to hard.

    Parameters
    ----------
    name, title
        For commands and for readers.
    levels
        From calm to hard.
    keys
        Ranges "group.key" that a level fixes to one value.
    also
        What else is set; a factor with such ranges is switched off at level 0.
    percent
        Whether readers see the level as a percentage.
    """

    name: str
    title: str
    levels: tuple[float, ...]
    keys: tuple[str, ...] = ()
    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    percent: bool = False

    def ranges(self, level: float) -> Ranges:
        """Return the simulator's ranges at one level."""
        values = {group: dict(own) for group, own in CALM.items()}
        if self.also and not level:
            return Ranges.from_json(values)
        for group, own in self.also.items():
            values[group] |= own
        for key in self.keys:
            group, name = key.split(".")
            is_range = isinstance(getattr(getattr(Ranges(), group), name), tuple)
            values[group][name] = (level, level) if is_range else level
        return Ranges.from_json(values)

    def scale(self, level: float) -> str | float:
        """Return how well the patterns know their scale, as a spot source takes it."""
        if self.name != "scale":
            return CALM_SCALE
        return level if level < UNKNOWN_SCALE else "unknown"

    def label(self, level: float) -> str:
        """Return a level as readers see it."""
        if self.name == "scale" and level >= UNKNOWN_SCALE:
            return "unknown"
        return f"{100 * level:g} %" if self.percent else f"{level:g}"


FACTORS: tuple[Factor, ...] = (
    Factor("scale", "uncertainty of the scale",
           (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, UNKNOWN_SCALE), percent=True),
    Factor("tilt", "tilt off the zone axis, sd per axis / °", (0.0, 0.5, 1.0, 2.0, 3.0),
           ("orientation.tilt_sigma_deg",)),
    Factor("thickness", "thickness / Å", (100.0, 300.0, 600.0, 1000.0, 1500.0),
           ("orientation.thickness_angstrom",)),
    Factor("counts", "counts in the brightest spot", (10_000.0, 2000.0, 400.0, 100.0, 40.0, 20.0),
           ("image.spot_counts",)),
    Factor("background", "background / median spot", (0.15, 1.0, 4.0, 15.0, 40.0),
           ("image.background",)),
    Factor("width", "width of the spots, sd / px of 800", (1.2, 2.5, 4.0, 6.0, 9.0),
           ("image.spot_sigma",)),
    Factor("disks", "radius of disks / px of 800", (0.0, 3.0, 6.0, 9.0, 13.0),
           ("image.disk_radius",), {"image": {"disk_share": 1.0}}),
    Factor("missing", "spots that are not there", (0.0, 0.1, 0.2, 0.3, 0.5),
           ("spots.missing_share",), percent=True),
    Factor("foreign", "foreign spots, at most", (0.0, 5.0, 10.0, 20.0, 40.0),
           ("spots.spurious_count",)),
    Factor("intensity", "scatter of ln intensity", (0.0, 0.4, 0.8, 1.2, 1.8),
           ("spots.intensity_log_sigma",)),
    Factor("ellipse", "elliptical distortion", (0.0, 0.01, 0.02, 0.03, 0.05),
           ("spots.ellipse",), percent=True),
    Factor("offset", "beam off the middle / side", (0.0, 0.05, 0.1, 0.2, 0.3),
           ("image.center_offset",), percent=True),
    Factor("grain", "weight of a second grain", (0.0, 0.15, 0.3, 0.6, 0.9),
           ("spots.second_grain_weight",), {"spots": {"second_grain_share": 1.0}}),
    Factor("reach", "farthest reflections seen / 1/Å", (1.6, 1.2, 0.9, 0.7, 0.5), ("spots.q_max",)),
)  # fmt: skip
