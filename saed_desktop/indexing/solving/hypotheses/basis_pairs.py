"""Pairs of measured vectors, and the orientation hypotheses that they allow."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.hypotheses.pair_hypotheses import (
    PairHypotheses,
    Tolerance,
    hypotheses_from_pair,
)
from saed_desktop.indexing.solving.hypotheses.sublattices import sublattices
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import PhaseTable
from saed_desktop.pattern.spot_lattice import SpotLattice, find_spot_lattice, lattice_tolerance_px
from saed_desktop.pattern.spots import Spots


@dataclass(frozen=True, eq=False)
class BasisPair:
    """Two measured vectors that start the search, and what kind they are.

    Parameters
    ----------
    first_px, second_px
        Vectors (2,) in pixels.
    from_lattice
        Whether they span a lattice, which is exact, rather than lead to single spots.
    shift_px
        Displacement (2,) of the beam that puts it on the lattice.
    """

    first_px: FloatArray
    second_px: FloatArray
    from_lattice: bool
    shift_px: FloatArray = field(default_factory=lambda: np.zeros(2))


@dataclass(frozen=True, eq=False)
class OrientationHypotheses:
    """Orientations to be compared with the spots.

    Parameters
    ----------
    geometry
        The orientations (n).
    is_exact
        Whether distortion and shift are known from a lattice (n,), so that tolerances can be
        tight.
    log_prior
        Of the pair's misfit and of the zone (n,).
    """

    geometry: Geometry
    is_exact: npt.NDArray[np.bool_]
    log_prior: FloatArray

    def __len__(self) -> int:
        return len(self.geometry)

    def __getitem__(self, chosen: npt.NDArray[np.intp] | slice) -> "OrientationHypotheses":
        return OrientationHypotheses(
            self.geometry[chosen], self.is_exact[chosen], self.log_prior[chosen]
        )


@dataclass(frozen=True)
class SearchEffort:
    """Thoroughness of the search for orientations.

    Parameters
    ----------
    n_tried
        Hypotheses of each phase that are compared with the spots; half as many where all of them
        come from a lattice.
    n_refined
        Hypotheses of each phase that are refined.
    n_kept
        Distinct orientations of each phase that are returned.
    """

    n_tried: int = 300
    n_refined: int = 3
    n_kept: int = 2


FULL_SEARCH = SearchEffort()

_USUAL_REACH, _LOG_REACH_SIGMA = 1.3, 0.4
"""Most usual distance (1/Å) from the beam to the outermost spots, which stands in for an unknown
scale, and the standard deviation of its logarithm."""


def find_basis_pairs(observation: Observation, spot_lattice: SpotLattice | None) -> list[BasisPair]:
    """Return bases of the spot lattice and its parts, or pairs of significant spots."""
    found = []
    if spot_lattice is None:
        spot_lattice = _lattice_of_few_spots(observation)
    if spot_lattice is not None:
        shift = _beam_shift(observation, spot_lattice)
        found.append(
            BasisPair(
                spot_lattice.basis[0], spot_lattice.basis[1], from_lattice=True, shift_px=shift
            )
        )
        found += [
            BasisPair(basis[0], basis[1], from_lattice=True, shift_px=shift)
            for basis in sublattices(observation, spot_lattice)
        ]
    if spot_lattice is None or _says_little(spot_lattice, observation):
        # without a scale each pair allows far more orientations: fewer pairs then
        found += _spot_pairs(observation, 10 if observation.scale is not None else 4)
    return found


_LEAST_FILLED = 0.12
"""Of the nodes in reach: emptier lattices are so fine that they pass by any spots. Twins fill a
quarter."""


def _says_little(spot_lattice: SpotLattice, observation: Observation) -> bool:
    """Tell whether a lattice holds few of the spots, or holds them because it is so fine."""
    members = spot_lattice.members.sum()
    nodes = np.pi * observation.reach_px**2 / abs(np.linalg.det(spot_lattice.basis))
    return bool(
        members < max(8, 0.3 * len(spot_lattice.members)) or members < _LEAST_FILLED * nodes
    )


_HANDFUL = 14
_FEWEST_ON_LATTICE = 5


def _lattice_of_few_spots(observation: Observation) -> SpotLattice | None:
    """Return the lattice of a handful of spots, too few for the usual search."""
    if not _FEWEST_ON_LATTICE <= len(observation) <= _HANDFUL:
        return None
    intensity = np.exp(observation.log_intensity)
    spots = Spots(
        observation.offsets_px + np.array(observation.center_xy),
        observation.sigma_px,
        intensity,
        intensity,
        np.ones(len(observation)),
        observation.significance,
    )
    tolerance = lattice_tolerance_px(observation.hidden_yx.shape)
    return find_spot_lattice(
        spots, tolerance_px=tolerance, min_members=_FEWEST_ON_LATTICE, recurring=False
    )


def _beam_shift(observation: Observation, spot_lattice: SpotLattice) -> FloatArray:
    """Return where on a lattice of few members the beam must be, from where it is thought to be.

    A lattice of many members has moved the centre already (`center_on_lattice`).
    """
    if spot_lattice.members.sum() >= 8:
        return np.zeros(2)
    center = np.array(observation.center_xy)
    nodes = spot_lattice.nodes_near(center, 0.34 * float(np.linalg.norm(spot_lattice.basis[0])))
    if len(nodes) != 1:
        return np.zeros(2)
    shift = nodes[0] - center
    within = np.hypot(*shift) <= 3 * observation.center_sigma_px + 2 * spot_lattice.rms_px + 1
    return np.asarray(shift) if within else np.zeros(2)


def _spot_pairs(observation: Observation, count: int) -> list[BasisPair]:
    """Return pairs among the short, sure spots that stand at an angle to each other."""
    if len(observation) < 2:
        return []
    order = np.argsort(-observation.significance)[: max(4, len(observation) // 2)]
    order = order[np.argsort(observation.radius_px[order])][:8]
    pairs = []
    for i, a in enumerate(order):
        for b in order[i + 1 :]:
            first, second = observation.offsets_px[a], observation.offsets_px[b]
            sine = abs(first[0] * second[1] - first[1] * second[0]) / (
                np.hypot(*first) * np.hypot(*second) + 1e-12
            )
            if sine > 0.35:
                pairs.append((np.hypot(*first) + np.hypot(*second), first, second))
    pairs.sort(key=lambda item: float(item[0]))
    return [BasisPair(first, second, from_lattice=False) for _, first, second in pairs[:count]]


def scale_range(observation: Observation) -> tuple[float, float]:
    """Return the lowest and highest usual scale (1/Å per pixel), by the outermost spots."""
    typical = _USUAL_REACH / observation.reach_px
    spread = np.exp(2.2 * _LOG_REACH_SIGMA)
    return float(typical / spread), float(typical * spread)


def q_max_of(observation: Observation) -> float:
    """Return how far (1/Å) the reflections of a phase are needed for a pattern."""
    if observation.scale is not None:
        largest = observation.scale * np.exp(3 * min(observation.scale_sigma, 0.1))
    else:
        largest = scale_range(observation)[1]
    # in steps, so that patterns of one camera share their tables
    return float(np.ceil(10 * 1.05 * observation.reach_px * largest) / 10)


def orientation_hypotheses(
    table: PhaseTable,
    observation: Observation,
    basis_pairs: Sequence[BasisPair],
    n_tried: int,
) -> OrientationHypotheses:
    """Return the most plausible orientations over all basis pairs."""
    known = observation.scale

    def log_prior(scale: FloatArray, area: FloatArray) -> FloatArray:
        value = _log_zone_size(table, area)
        return value if known is not None else value + log_reach_prior(observation, scale)

    found: list[PairHypotheses] = []
    for pair in basis_pairs:
        sharp = pair.from_lattice
        tolerance = Tolerance(
            length=float(np.hypot(observation.scale_sigma, 0.008)) if known else np.inf,
            ratio=0.02 if sharp else 0.025,
            angle_deg=1.1 if sharp else 1.5,
        )
        found.append(
            hypotheses_from_pair(
                table,
                pair.first_px,
                pair.second_px,
                scale=known,
                tolerance=tolerance,
                scale_range=scale_range(observation),
                log_prior=log_prior,
                most=n_tried,
                curvature=0.0 if sharp else wavelength_angstrom(observation.energy_kev),
                exact=sharp,
            )
        )
    counts = [len(h) for h in found]
    scale = np.concatenate([h.scale for h in found])
    sharp_ones = np.repeat([pair.from_lattice for pair in basis_pairs], counts)
    area = np.concatenate([h.area for h in found])
    plausible = log_prior(scale, area) - 0.5 * np.concatenate([h.misfit for h in found])
    if known is not None:
        # the lengths of single spots carry the ellipse; the stated scale does not
        weight = np.where(sharp_ones, 0.0, 0.01**2 / (0.01**2 + observation.scale_sigma**2))
        scale = np.exp((1 - weight) * np.log(scale) + weight * np.log(known))
    shifts = np.array([pair.shift_px for pair in basis_pairs])
    # a lattice is exact: the right ones are not far down the list
    most = n_tried // 2 if sharp_ones.all() else n_tried
    best = np.argsort(-np.round(plausible, 6), kind="stable")[:most]
    geometry = Geometry(
        np.concatenate([h.orientation for h in found]),
        scale,
        np.concatenate([h.affine for h in found]),
        np.repeat(shifts, counts, axis=0),
    )
    return OrientationHypotheses(geometry, sharp_ones, plausible)[best]


def _log_zone_size(table: PhaseTable, area: FloatArray) -> FloatArray:
    """Return the log prior of the zones (n,) that pairs of vectors span, by the area (n,), 1/Å².

    The area between two reciprocal vectors times the cell volume is the length of their zone
    axis: small areas are short axes, which people tilt to.
    """
    primitive = table.phase.lattice.volume / len(table.phase.space_group.centring_vectors)
    relative = area * primitive ** (2 / 3)
    return np.asarray(-1.5 * np.log(np.maximum(relative, 0.3)))


def log_reach_prior(observation: Observation, scale: npt.ArrayLike) -> FloatArray:
    """Return the log prior (n,) of unknown scales (n,), by where they put the outermost spots."""
    reach = np.log(np.asarray(scale) * observation.reach_px / _USUAL_REACH)
    return np.asarray(-0.5 * (reach / _LOG_REACH_SIGMA) ** 2)
