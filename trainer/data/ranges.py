"""Every range that the simulator draws from, with where its numbers come from.

One place to read and to change; a JSON file with the same keys overrides any of them
(`saed-trainer simulate --ranges FILE`). Numbers marked (choice) are engineering choices wide
enough to cover what we saw in public measured patterns; the others name their source.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from saed_desktop.errors import UsageError

Range = tuple[float, float]


@dataclass(frozen=True)
class OrientationRanges:
    """Ranges of the orientations in a reflection library.

    Parameters
    ----------
    max_index
        Zone axes up to this index.
    length_power
        A family of zone axes is drawn with its direction's length to minus this power: short
        directions are the ones people tilt to. (choice)
    random_share
        Share of orientations that are uniform over all. (choice)
    tilt_sigma_deg
        Standard deviation of each component of the tilt off the zone axis; 0 to 2° is usual in
        selected-area work. (choice)
    bend_share, bend_sigma_deg
        Share of crystals that are bent over the selected area, and the standard deviation of the
        tilt within it: a pattern is then the mean over several tilts, which evens out what one
        exact orientation would show. Foils bend by tenths of a degree per micrometre. (choice)
    thickness_angstrom
        Thicknesses at which dynamical intensities are kept; 20 to 150 nm is usual.
    energies_kev, energy_shares
        Electron energies and how often each occurs. (choice)
    """

    max_index: int = 4
    length_power: float = 2.5
    random_share: float = 0.15
    tilt_sigma_deg: float = 0.8
    bend_share: float = 0.6
    bend_sigma_deg: Range = (0.1, 0.8)
    thickness_angstrom: tuple[float, ...] = (100, 200, 320, 460, 620, 800, 1050, 1400)
    energies_kev: tuple[float, ...] = (200.0, 300.0, 120.0, 80.0)
    energy_shares: tuple[float, ...] = (0.6, 0.2, 0.1, 0.1)


@dataclass(frozen=True)
class SpotRanges:
    """The spot simulator: from computed reflections to a list of spots as a detector finds them.

    Parameters
    ----------
    kinematical_share
        Share of patterns with kinematical instead of Bloch-wave intensities: both are wrong in
        their own way, and networks that saw both transfer better.
    relrod
        Half width of the kinematical rocking curve, 1/Å (py4DSTEM uses 0.01 to 0.02).
    bend_share
        Share of patterns averaged over several thicknesses, as bent or wedged foils are. (choice)
    intensity_power
        Exponent on intensities: gamma of exports, detector non-linearity. (choice)
    intensity_log_sigma
        Scatter of single intensities: what no perfect-crystal theory knows. (choice)
    dynamic_range
        Natural logarithm of the ratio of the brightest to the faintest spot seen. (choice)
    saturation
        Share of patterns whose brightest spots are clipped, and the clipping level. (choice)
    q_max
        Edge of the visible range, 1/Å. (choice)
    position_sigma
        Random error of a position, 1/Å. (choice)
    center_sigma
        Error of the beam's position, 1/Å. (choice)
    missing_share, spurious_count
        Spots that are missed, and foreign ones. (choice)
    scale_sigmas, unknown_scale_share
        Relative uncertainties of the scale that a pattern may state, and how often it states
        none. Calibrated cameras reach 0.5 to 2 %, nominal constants 3 to 5 %.
    ellipse, strong_ellipse, strong_ellipse_share
        Elliptical distortion; 1.6 % was measured on a newly installed microscope (Mitchell 2022).
    lattice_sigma
        Relative spread of lattice parameters by composition, temperature and strain.
    second_grain_share, second_grain_weight
        A second crystal of the same phase. (choice)
    second_phase_share, second_phase_weight
        A crystal of another phase; the stronger one gives the label. (choice)
    beam_stop_share
        Share of patterns with a beam stop. (choice)
    """

    kinematical_share: float = 0.3
    relrod: Range = (0.004, 0.03)
    bend_share: float = 0.4
    intensity_power: Range = (0.5, 1.15)
    intensity_log_sigma: Range = (0.0, 0.8)
    dynamic_range: Range = (2.8, 7.5)
    saturation_share: float = 0.35
    saturation: Range = (0.05, 0.6)
    q_max: Range = (0.7, 1.7)
    position_sigma: Range = (0.0008, 0.0045)
    center_sigma: Range = (0.0, 0.005)
    missing_share: Range = (0.0, 0.12)
    spurious_count: Range = (0.0, 6.0)
    scale_sigmas: tuple[float, ...] = (0.005, 0.01, 0.02, 0.03, 0.05)
    unknown_scale_share: float = 0.25
    ellipse: Range = (0.0, 0.02)
    strong_ellipse: Range = (0.02, 0.04)
    strong_ellipse_share: float = 0.1
    lattice_sigma: float = 0.004
    second_grain_share: float = 0.18
    second_grain_weight: Range = (0.08, 0.6)
    second_phase_share: float = 0.08
    second_phase_weight: Range = (0.05, 0.45)
    beam_stop_share: float = 0.3


@dataclass(frozen=True)
class ImageRanges:
    """The image simulator: from spots to the picture that a camera and an export make of them.

    Lengths in pixels are those of an image of 800 pixels and grow with its size.

    Parameters
    ----------
    spot_sigma
        Width of sharp spots, px. Public patterns: 1.5 to 3.5 at 800 px.
    spot_aspect
        Ratio of a spot's axes, from astigmatism.
    disk_share, disk_radius
        Share of patterns whose spots are small disks, and their radius, px.
    spot_counts
        Counts in the brightest spot's peak, log-uniform: exposure and detector.
    center_offset
        Distance of the beam from the middle, relative to the side.
    background
        Height of the diffuse background near the beam, relative to the median spot's peak.
    lorentz_q0, lorentz_power
        Background 1/(q² + q0²)^n, q0 in 1/Å (FCU-Net uses q0 = 0.1, n = 1).
    asymmetry_share
        Share of patterns whose background leans to one side.
    halo_share, halo_q, halo_width
        Amorphous ring of film or oxide, 1/Å.
    ring_share
        Share of patterns with a few polycrystalline rings. (choice)
    kikuchi_share
        Share of patterns with Kikuchi bands. (choice)
    beam_radius, beam_counts
        Direct beam: radius, px, and its counts relative to the brightest spot.
    bloom_share
        Share of patterns whose direct beam blooms into a streak.
    stop_share, stop_width, stop_length
        Beam stop: share, width, and how far past the beam it reaches, px.
    read_noise, hot_share, dead_line_share, gain_sigma
        Detector defects.
    film_share
        Share of patterns on film: saturating response and grain.
    export_share
        Share of patterns exported to 8 bit, with a stretch and a gamma.
    export_gamma
        Exponent of the export.
    log_share, inverted_share, jpeg_share, jpeg_quality, text_share
        Of the exports: logarithmic contrast, dark spots on white, JPEG, burnt-in scale bar and
        text.
    """

    spot_sigma: Range = (1.2, 4.2)
    spot_aspect: Range = (1.0, 1.35)
    disk_share: float = 0.12
    disk_radius: Range = (3.0, 8.0)
    spot_counts: Range = (60.0, 30_000.0)
    center_offset: Range = (0.0, 0.08)
    background: Range = (0.15, 15.0)
    lorentz_q0: Range = (0.03, 0.15)
    lorentz_power: Range = (0.75, 1.5)
    asymmetry_share: float = 0.1
    halo_share: float = 0.3
    halo_q: Range = (0.2, 0.5)
    halo_width: Range = (0.03, 0.09)
    ring_share: float = 0.05
    kikuchi_share: float = 0.15
    beam_radius: Range = (4.0, 26.0)
    beam_counts: Range = (1.0, 80.0)
    bloom_share: float = 0.12
    stop_share: float = 0.35
    stop_width: Range = (15.0, 60.0)
    stop_length: Range = (5.0, 60.0)
    read_noise: Range = (0.3, 4.0)
    hot_share: Range = (1e-6, 1e-4)
    dead_line_share: float = 0.03
    gain_sigma: Range = (0.0, 0.03)
    film_share: float = 0.12
    export_share: float = 0.55
    export_gamma: Range = (0.35, 1.2)
    log_share: float = 0.15
    inverted_share: float = 0.1
    jpeg_share: float = 0.4
    jpeg_quality: Range = (60.0, 95.0)
    text_share: float = 0.5


@dataclass(frozen=True)
class Ranges:
    """All ranges of the simulator."""

    orientation: OrientationRanges = OrientationRanges()
    spots: SpotRanges = SpotRanges()
    image: ImageRanges = ImageRanges()

    def to_json(self) -> dict[str, Any]:
        """Return the ranges as nested tables, as a file may hold them."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the defaults with some of them overridden.

        Raises
        ------
        UsageError
            If a key is unknown.
        """
        result = cls()
        for group, values in data.items():
            if group not in {f.name for f in fields(cls)}:
                raise UsageError(f"The simulator has no ranges called '{group}'.")
            current = getattr(result, group)
            known = {f.name for f in fields(current)}
            unknown = set(values) - known
            if unknown:
                raise UsageError(f"Unknown range(s) in '{group}': {', '.join(sorted(unknown))}.")
            fixed = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
            result = replace(result, **{group: replace(current, **fixed)})
        return result

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Return the ranges of a JSON file, the defaults for None.

        Raises
        ------
        UsageError
            If the file is missing, no JSON, or has an unknown key.
        """
        if path is None:
            return cls()
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, json.JSONDecodeError) as error:
            raise UsageError(f"{path} is no readable file of ranges ({error}).") from error
