"""Spot lists of drawn patterns, found in pictures or as a detector would have listed them."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.solving.observation import Observation, observe
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.spot_lattice import SpotLattice, find_spot_lattice
from saed_desktop.pattern.spots import Spots
from trainer.data.detected import for_images
from trainer.data.image_simulator import ImageSimulator
from trainer.data.ranges import OrientationRanges, Ranges, SpotRanges
from trainer.data.sample_rng import SampleRng
from trainer.data.spot_simulator import SpotBatch, SpotSimulator
from trainer.judge.imperfections import ImperfectionRanges, draw_crystal

SIDE_PX = 800
_PICTURE_SIDE_PX = 640
_FEWEST_SPOTS = 6
_LATTICE_TOLERANCE_PX = 2.4

SPOT_RANGES = replace(
    SpotRanges(),
    kinematical_share=0.4,
    missing_share=(0.0, 0.35),
    spurious_count=(0.0, 14.0),
    unknown_scale_share=0.15,
    second_grain_share=0.08,
    second_phase_share=0.0,
    lattice_sigma=0.003,
    scale_sigmas=(0.005, 0.01, 0.02, 0.03, 0.03),
)
ORIENTATION_RANGES = OrientationRanges(random_share=0.1, bend_share=0.0)
HARD_SPOT_RANGES = replace(
    SPOT_RANGES,
    missing_share=(0.2, 0.6),
    spurious_count=(0.0, 20.0),
    unknown_scale_share=0.3,
    scale_sigmas=(0.01, 0.02, 0.03, 0.03, 0.05),
)
HARD_ORIENTATION_RANGES = OrientationRanges(
    random_share=0.25, tilt_sigma_deg=1.6, length_power=1.5, bend_share=0.0
)
"""Orientations as of a tilt series or an uncalibrated camera: off the zone axis, half seen."""
IMPERFECTIONS = ImperfectionRanges()


@dataclass(frozen=True, eq=False)
class DrawnPattern:
    """A pattern as the indexer meets it.

    Parameters
    ----------
    observation
        Its spots, with what is stated of the scale.
    spot_lattice
        The lattice found among them.
    from_picture
        Whether a picture was drawn and searched.
    """

    observation: Observation
    spot_lattice: SpotLattice | None
    from_picture: bool


def draw_pattern(
    phase: Phase,
    seed: int,
    index: int,
    *,
    picture: bool,
    hard: bool = False,
    imperfections: ImperfectionRanges = IMPERFECTIONS,
) -> DrawnPattern | None:
    """Return a pattern of a crystal; None if too little is seen of it.

    Parameters
    ----------
    phase
        The crystal.
    seed, index
        The same for the same pattern.
    picture
        Whether to draw a picture and search it, which takes longer.
    hard
        Whether more is tilted and missing, and fewer scales are known.
    imperfections
        Of the crystal.
    """
    orientations = HARD_ORIENTATION_RANGES if hard else ORIENTATION_RANGES
    ranges = HARD_SPOT_RANGES if hard else SPOT_RANGES
    crystal = draw_crystal(
        phase, orientations, imperfections, np.random.default_rng((seed, index, 0))
    )
    sample_rng = SampleRng(seed, 0, np.array([index]))
    detected = for_images(ranges) if picture else ranges
    batch = SpotSimulator(crystal.pattern.as_library(), detected).draw(sample_rng)
    batch = _misstated(batch, imperfections, np.random.default_rng((seed, index, 2)))
    if picture:
        return _found_in_picture(batch, sample_rng)
    return _listed(batch, np.random.default_rng((seed, index, 1)))


def _misstated(batch: SpotBatch, ranges: ImperfectionRanges, rng: np.random.Generator) -> SpotBatch:
    """Return the pattern, its scale now and then farther off than is said of it."""
    if rng.random() >= ranges.misstated_share:
        return batch
    off = rng.choice([-1, 1]) * rng.uniform(*ranges.misstated_sigmas) * batch.scale_sigma
    known = np.isfinite(batch.believed_scale)
    return replace(batch, believed_scale=np.where(known, np.exp(np.where(known, off, 0)), np.nan))


def _found_in_picture(batch: SpotBatch, sample_rng: SampleRng) -> DrawnPattern | None:
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    drawn = ImageSimulator(Ranges().image, _PICTURE_SIDE_PX).draw(batch, sample_rng)
    stated, sigma = float(drawn.stated_scale[0]), float(drawn.scale_sigma[0])
    calibration = (
        Calibration.known(stated, ScaleSource.USER, sigma)
        if np.isfinite(stated)
        else Calibration.unknown()
    )
    prepared = prepare(Pattern(drawn.image[0].numpy(), calibration, 200.0))
    observation = observe(prepared)
    if len(observation) < _FEWEST_SPOTS:
        return None
    return DrawnPattern(observation, prepared.spot_lattice, True)


def _listed(batch: SpotBatch, rng: np.random.Generator) -> DrawnPattern | None:
    present = np.flatnonzero(batch.present[0])
    if len(present) < _FEWEST_SPOTS:
        return None
    middle = SIDE_PX / 2 + rng.normal(0, 12, 2)
    scale = float(batch.edge_q[0]) / float(np.minimum(middle, SIDE_PX - middle).min())
    xy = middle + batch.q_xy[0, present] / scale
    inside = np.all((xy > 4) & (xy < SIDE_PX - 4), axis=1)
    xy, log_i = xy[inside], batch.log_intensity[0, present][inside]
    if len(xy) < _FEWEST_SPOTS:
        return None
    order = np.argsort(-log_i, kind="stable")
    xy, log_i = xy[order], log_i[order]
    # noise grows with the root of the intensity where counts are few, else in proportion
    steepness = rng.uniform(0.4, 0.9)
    significance = np.clip(6.8 * np.exp(steepness * (log_i - log_i.min())), 6.8, 400)
    significance *= np.exp(rng.normal(0, 0.2, len(log_i)))
    sigma_px = np.full(len(xy), rng.uniform(0.2, 0.7))
    width = np.full(len(xy), 2.0)
    spots = Spots(xy, sigma_px, np.exp(log_i), np.exp(log_i), width, significance)
    found = find_spot_lattice(spots, tolerance_px=_LATTICE_TOLERANCE_PX)
    off = float(np.abs(rng.normal(0, 3)))
    azimuth = rng.uniform(0, 2 * np.pi)
    believed = middle + off * np.array([np.cos(azimuth), np.sin(azimuth)])
    center, center_sigma = beam_on_lattice(believed, found)
    known = np.isfinite(batch.believed_scale[0])
    observation = Observation(
        offsets_px=xy - np.array(center),
        sigma_px=sigma_px,
        log_intensity=log_i,
        significance=significance,
        center_xy=center,
        center_sigma_px=center_sigma,
        scale=scale * float(batch.believed_scale[0]) if known else None,
        scale_sigma=float(batch.scale_sigma[0]) if known else np.inf,
        energy_kev=200.0,
        hidden_yx=np.zeros((SIDE_PX, SIDE_PX), bool),
        index=np.arange(len(xy)),
    )
    return DrawnPattern(observation, found, False)


def beam_on_lattice(
    believed_xy: FloatArray, spot_lattice: SpotLattice | None, sigma_px: float = 5.0
) -> tuple[tuple[float, float], float]:
    """Return the beam's place and uncertainty: the one node of a sure lattice that it may be on.

    Parameters
    ----------
    believed_xy
        Where the beam is thought to be (2,).
    spot_lattice
        The lattice; without a sure one the beam stays.
    sigma_px
        Uncertainty of the place believed.
    """
    place = (float(believed_xy[0]), float(believed_xy[1]))
    if spot_lattice is None or spot_lattice.members.sum() < 8:
        return place, sigma_px
    nodes = spot_lattice.nodes_near(place, 0.34 * float(np.linalg.norm(spot_lattice.basis[0])))
    room = 3 * sigma_px + 2 * spot_lattice.rms_px + 1
    if len(nodes) != 1 or np.hypot(*(nodes[0] - believed_xy)) > room:
        return place, sigma_px
    spread = 1.5 * spot_lattice.rms_px / float(np.sqrt(spot_lattice.members.sum()))
    return (float(nodes[0][0]), float(nodes[0][1])), max(0.3, spread)
