"""The tilt guide: which goniometer angles bring another zone axis into the beam.

A double-tilt holder turns the specimen about the α axis, fixed to the column and lying in the
image plane, and about the β axis, which stands across it and is carried along by α:
S(α, β) = R(a, α)·R(b, β). (Liu, J. Appl. Cryst. 27 (1994) 755; Q. Liu's and others' programs use
the same model.) Which way the axes point in the image is a property of the microscope and the
camera length; it is measured once, with a crystal whose tilt is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import Indices, zone_axes
from saed_desktop.simulation.goniometer import Holder
from saed_desktop.simulation.orientation import BEAM_TO_VIEWER


@dataclass(frozen=True)
class TiltTarget:
    """Goniometer angles that bring one zone axis into the beam.

    Parameters
    ----------
    zone_axis
        The member of the family that is reached with the least tilt.
    alpha_deg, beta_deg
        Goniometer angles to set.
    distance_deg
        Angle between the present beam direction and the zone axis.
    is_reachable
        Whether the holder goes that far.
    """

    zone_axis: Indices
    alpha_deg: float
    beta_deg: float
    distance_deg: float
    is_reachable: bool


def tilt_to_direction(
    orientation: FloatArray,
    direction: npt.ArrayLike,
    holder: Holder,
    *,
    alpha_deg: float = 0.0,
    beta_deg: float = 0.0,
) -> tuple[float, float]:
    """Return the goniometer angles (α, β) in degrees that turn a crystal direction to the viewer.

    Parameters
    ----------
    orientation
        Rotation (3, 3) from the crystal's Cartesian frame to the laboratory frame, now.
    direction
        Cartesian crystal direction (3,).
    holder
        The holder.
    alpha_deg, beta_deg
        The angles at which the pattern was taken.
    """
    vector = np.asarray(direction, dtype=np.float64)
    vector = vector / np.linalg.norm(vector)
    # fixed to the specimen, as it would lie with the holder at zero
    resting = holder.rotation(alpha_deg, beta_deg).T @ orientation @ vector
    alpha_axis, beta_axis, _ = holder.axes
    along_alpha, along_beta, along_beam = (
        resting @ np.stack([alpha_axis, beta_axis, BEAM_TO_VIEWER]).T
    )
    # β brings the direction into the plane across α. The frame (a, b, viewer) is left-handed, so
    # a right-handed turn about b carries the viewer's direction towards -a and a towards viewer
    beta = np.arctan2(along_alpha, along_beam)
    in_plane = np.hypot(along_alpha, along_beam)
    alpha = -np.arctan2(along_beta, in_plane)
    return (
        float(holder.alpha_sign * np.rad2deg(alpha)),
        float(holder.beta_sign * np.rad2deg(beta)),
    )


def tilt_guide(
    phase: Phase,
    orientation: FloatArray,
    holder: Holder,
    *,
    alpha_deg: float = 0.0,
    beta_deg: float = 0.0,
    max_index: int = 3,
    targets: Sequence[Indices] | None = None,
) -> list[TiltTarget]:
    """Return how to reach zone axes from an indexed pattern, the nearest first.

    Parameters
    ----------
    phase
        The crystal.
    orientation
        Its orientation (3, 3), as indexed.
    holder
        The holder.
    alpha_deg, beta_deg
        The angles at which the pattern was taken.
    max_index
        Zone axes up to this index, unless targets are given.
    targets
        One member of each family of interest.
    """
    families = targets if targets is not None else zone_axes(phase, max_index=max_index)
    found = []
    for family in families:
        members = phase.space_group.equivalent_uvw(family)
        vectors = phase.lattice.directions(members)
        cosine = -(vectors @ orientation[2]) / np.linalg.norm(vectors, axis=1)
        nearest = int(np.argmax(cosine))
        alpha, beta = tilt_to_direction(
            orientation, vectors[nearest], holder, alpha_deg=alpha_deg, beta_deg=beta_deg
        )
        u, v, w = (int(i) for i in members[nearest])
        found.append(
            TiltTarget(
                (u, v, w),
                alpha,
                beta,
                float(np.rad2deg(np.arccos(np.clip(cosine[nearest], -1, 1)))),
                holder.reaches(alpha, beta),
            )
        )
    return sorted(found, key=lambda target: (not target.is_reachable, target.distance_deg))
