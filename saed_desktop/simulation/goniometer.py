"""A double-tilt holder: which tilts bring a crystal's direction into the beam.

Laboratory frame as in `simulation.orientation`: x to the right and y downwards in the image, z
along the electrons' flight. The α axis is the holder's rod. It lies in the image plane, at a
constant angle from x towards y, whatever the tilts. The β axis is perpendicular to it and sits
inside the α tilt: it lies in the image plane at α = 0 and is carried along by α. Both angles count
right-handed about their axes; with e_β = z × e_α the holder turns a specimen by

    R(α, β) = R(e_α, α) · R(e_β, β)

which is the usual construction of side-entry double-tilt holders (Q. Liu, J. Appl. Cryst. 27
(1994) 755). Where the axes lie in the image, and which way their angles count, is a property of
the microscope and the camera length. A sign of -1 counts an angle the other way round. Where the
camera shows a mirror image, one of the two signs is the other one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, direction_label, reduced
from saed_desktop.errors import UsageError
from saed_desktop.simulation.orientation import (
    BEAM_TO_VIEWER,
    misorientation_deg,
    proper_rotations,
    rotation_about,
)

ALIKE_DEG = 1.5
"""Orientations nearer than this are not told apart by a spot pattern."""


class Tilts(NamedTuple):
    """The two angles that a goniometer shows, in degrees."""

    alpha_deg: float
    beta_deg: float


@dataclass(frozen=True)
class Holder:
    """A double-tilt holder as it is seen in the image.

    Parameters
    ----------
    alpha_azimuth_deg
        Direction of the α axis in the image, from x (right) towards y (down).
    alpha_limit_deg, beta_limit_deg
        Largest tilts to either side.
    alpha_sign, beta_sign
        +1 where a positive angle turns right-handed about its axis, -1 otherwise.
    """

    alpha_azimuth_deg: float = 0.0
    alpha_limit_deg: float = 35.0
    beta_limit_deg: float = 30.0
    alpha_sign: int = 1
    beta_sign: int = 1

    def __post_init__(self) -> None:
        if not (self.alpha_limit_deg > 0 and self.beta_limit_deg > 0):
            raise UsageError("The tilt limits of the holder must be positive.")
        if self.alpha_sign not in (-1, 1) or self.beta_sign not in (-1, 1):
            raise UsageError("The signs of the tilts are +1 or -1.")

    @property
    def axes(self) -> FloatArray:
        """Rows (3, 3) in the laboratory frame: the α axis, the β axis at α = 0, and z."""
        azimuth = np.deg2rad(self.alpha_azimuth_deg)
        cosine, sine = np.cos(azimuth), np.sin(azimuth)
        return np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])

    def rotation(self, alpha_deg: float, beta_deg: float) -> FloatArray:
        """Return how the specimen is turned (3, 3) at two angles."""
        alpha_axis, beta_axis, _ = self.axes
        return np.asarray(
            rotation_about(alpha_axis, np.deg2rad(self.alpha_sign * alpha_deg))
            @ rotation_about(beta_axis, np.deg2rad(self.beta_sign * beta_deg))
        )

    def reaches(self, alpha_deg: float, beta_deg: float) -> bool:
        """Tell whether the holder goes that far."""
        slack = 1e-9
        return (
            abs(alpha_deg) <= self.alpha_limit_deg + slack
            and abs(beta_deg) <= self.beta_limit_deg + slack
        )

    def tilts_to(self, directions: npt.ArrayLike) -> FloatArray:
        """Return the α and β (..., 2) in degrees that turn directions towards the viewer.

        A direction on the far side is brought into the beam by its opposite end, with angles
        between -90° and 90°: a zone axis has two ends that look alike.

        Parameters
        ----------
        directions
            Directions (..., 3) in the specimen at zero tilts, in the laboratory frame.
        """
        d = np.asarray(directions, dtype=np.float64)
        d = d / np.linalg.norm(d, axis=-1, keepdims=True)
        along_alpha, along_beta, along_z = np.moveaxis(d @ self.axes.T, -1, 0)
        side = np.where(along_z > 0, 1.0, -1.0)
        alpha = np.arcsin(np.clip(side * along_beta, -1, 1))
        beta = np.arctan2(-side * along_alpha, side * along_z)
        signed = np.stack([self.alpha_sign * alpha, self.beta_sign * beta], axis=-1)
        return np.asarray(np.rad2deg(signed) + 0.0)

    def beam_in_specimen(self, tilts_deg: npt.ArrayLike) -> FloatArray:
        """Return the directions (..., 3), at zero tilts, that tilts (..., 2) turn to the viewer."""
        tilts = np.asarray(tilts_deg, dtype=np.float64).reshape(-1, 2)
        found = [self.rotation(a, b).T @ BEAM_TO_VIEWER for a, b in tilts]
        return np.array(found).reshape(*np.shape(tilts_deg)[:-1], 3)


@dataclass(frozen=True)
class ReachedAxis:
    """A zone axis and the tilts that bring it into the beam.

    Parameters
    ----------
    uvw, label
        The member of the family, and its name.
    tilts
        Where it is.
    angle_deg
        Angle between the beam, as it is now, and this axis.
    is_reachable
        Whether the holder tilts so far.
    """

    uvw: Indices
    label: str
    tilts: Tilts
    angle_deg: float
    is_reachable: bool


def at_zero_tilts(orientation: FloatArray, holder: Holder, tilts: Tilts) -> FloatArray:
    """Return the orientation (3, 3) that a crystal, seen at some tilts, has at zero tilts."""
    return np.asarray(holder.rotation(*tilts).T @ orientation)


def find_axis(
    phase: Phase,
    orientation: FloatArray,
    holder: Holder,
    tilts: Tilts,
    uvw: npt.ArrayLike,
) -> list[ReachedAxis]:
    """Return where the members of a family of zone axes are, nearest to the beam first.

    Parameters
    ----------
    phase
        The crystal.
    orientation
        Its orientation (3, 3) at the tilts.
    holder, tilts
        The goniometer and where it stands now.
    uvw
        Any member (3,) of the family.
    """
    at_zero = at_zero_tilts(orientation, holder, tilts)
    beam = holder.beam_in_specimen(tilts)
    found = []
    for member in _without_opposites(phase.space_group.equivalent_uvw(uvw)):
        direction = phase.lattice.directions(member) @ at_zero.T
        direction /= np.linalg.norm(direction)
        # named as the end that will look at the viewer
        end = 1 if direction[2] < 0 else -1
        alpha, beta = holder.tilts_to(direction)
        cosine = float(np.clip(abs(direction @ beam), 0, 1))
        named = reduced(end * np.asarray(member))
        found.append(
            ReachedAxis(
                named,
                direction_label(phase.lattice, named),
                Tilts(float(alpha), float(beta)),
                float(np.rad2deg(np.arccos(cosine))),
                holder.reaches(float(alpha), float(beta)),
            )
        )
    return sorted(found, key=lambda axis: (not axis.is_reachable, axis.angle_deg, axis.uvw))


def half_turn_changes_deg(phase: Phase, orientation: FloatArray) -> float:
    """Return how far an orientation (3, 3) is from itself turned by 180° about the beam.

    Spots of the zero-order Laue zone come in pairs ±g: their pattern cannot tell the two apart.
    0 where a symmetry of the crystal makes them the same; else tilting to other zones goes in
    opposite directions, and only a second pattern decides.
    """
    turned = half_turned(orientation)
    rotations = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    return misorientation_deg(orientation, turned, rotations)


def half_turned(orientation: FloatArray) -> FloatArray:
    """Return an orientation (3, 3) turned by 180° about the beam."""
    return np.asarray(np.diag([-1.0, -1.0, 1.0]) @ orientation)


@dataclass(frozen=True)
class AxisFit:
    """A direction of the α axis that explains two patterns of one crystal at known tilts.

    Parameters
    ----------
    holder
        The goniometer with that axis.
    misfit_deg
        Angle that is left between the orientation expected and the one found.
    first_is_turned
        Whether the first orientation is right only turned by 180° about the beam.
    """

    holder: Holder
    misfit_deg: float
    first_is_turned: bool


def fit_alpha_axis(
    phase: Phase,
    first: tuple[FloatArray, Tilts],
    second: tuple[FloatArray, Tilts],
    holder: Holder,
) -> list[AxisFit]:
    """Return the directions of the α axis that fit two orientations of a crystal, best first.

    All directions are tried, both senses of β, and either pattern turned by 180° about the beam;
    of each combination the best is returned.

    Parameters
    ----------
    phase
        The crystal.
    first, second
        Orientations (3, 3) with the tilts at which they were found.
    holder
        The goniometer, of which axis and sense of β are replaced.
    """
    rotations = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    fits = []
    for beta_sign in (1, -1):
        for turns in ((False, False), (True, False), (False, True), (True, True)):
            start = half_turned(first[0]) if turns[0] else first[0]
            end = half_turned(second[0]) if turns[1] else second[0]
            best = min(
                _axis_misfits(start, end, (first[1], second[1]), holder, beta_sign, rotations),
                key=lambda fit: fit[0],
            )
            fits.append(AxisFit(best[1], best[0], turns[0]))
    return sorted(fits, key=lambda fit: fit.misfit_deg)


def _axis_misfits(
    start: FloatArray,
    end: FloatArray,
    tilts: tuple[Tilts, Tilts],
    holder: Holder,
    beta_sign: int,
    rotations: FloatArray,
) -> Iterator[tuple[float, Holder]]:
    """Yield misfit and holder for every whole degree, then finely about the best of them."""

    def at(azimuth_deg: float) -> tuple[float, Holder]:
        tried = replace(
            holder, alpha_azimuth_deg=azimuth_deg % 360, alpha_sign=1, beta_sign=beta_sign
        )
        turned = tried.rotation(*tilts[1]) @ tried.rotation(*tilts[0]).T @ start
        return misorientation_deg(turned, end, rotations), tried

    coarse = [at(azimuth) for azimuth in range(360)]
    yield from coarse
    middle = min(coarse, key=lambda fit: fit[0])[1].alpha_azimuth_deg
    yield from (at(middle + step / 20) for step in range(-20, 21))


def _without_opposites(family: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Return one of each pair uvw, -uvw of a family (n, 3)."""
    return [member for member in family if tuple(member) >= tuple(-member)]
