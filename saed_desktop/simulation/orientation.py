"""Orientations as rotation matrices, in the one laboratory frame of the product.

Laboratory frame (right-handed): x to the right and y downwards in the image, z along the
electrons' flight, away from the viewer. So image row and column grow with y and x, and no flip
stands between a simulated and a measured pattern. A zone axis [uvw] points at the viewer,
against the beam, as is the custom: R·[uvw] is along -z.
"""

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.lattice import Lattice

BEAM_TO_VIEWER = np.array([0.0, 0.0, -1.0])
"""The laboratory direction that a zone axis is turned to: towards the viewer."""


def rotation_about(axis: npt.ArrayLike, angle_rad: float) -> FloatArray:
    """Return the rotation matrix (3, 3) about an axis (3,), right-handed, by Rodrigues' formula."""
    unit = np.asarray(axis, dtype=np.float64)
    unit = unit / np.linalg.norm(unit)
    cross = np.array(
        [[0, -unit[2], unit[1]], [unit[2], 0, -unit[0]], [-unit[1], unit[0], 0]], dtype=np.float64
    )
    return np.asarray(
        np.eye(3) + np.sin(angle_rad) * cross + (1 - np.cos(angle_rad)) * (cross @ cross)
    )


def rotation_between(start: npt.ArrayLike, end: npt.ArrayLike) -> FloatArray:
    """Return the smallest rotation (3, 3) that turns direction `start` into direction `end`."""
    a = np.asarray(start, dtype=np.float64)
    b = np.asarray(end, dtype=np.float64)
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    axis = np.cross(a, b)
    sine, cosine = float(np.linalg.norm(axis)), float(a @ b)
    if sine < 1e-12:
        if cosine > 0:
            return np.eye(3)
        # half a turn about anything perpendicular
        other = np.eye(3)[int(np.argmin(np.abs(a)))]
        return rotation_about(np.cross(a, other), np.pi)
    return rotation_about(axis, float(np.arctan2(sine, cosine)))


def orientation_of_zone(
    lattice: Lattice,
    uvw: npt.ArrayLike,
    *,
    in_plane_deg: float = 0.0,
    tilt_deg: float = 0.0,
    tilt_azimuth_deg: float = 0.0,
) -> FloatArray:
    """Return the orientation matrix (3, 3) of a crystal seen along a zone axis.

    Parameters
    ----------
    lattice
        The crystal's lattice.
    uvw
        Zone axis (3,), turned towards the viewer.
    in_plane_deg
        Rotation of the pattern in the image, clockwise as seen (from x towards y).
    tilt_deg
        Angle between the zone axis and the beam.
    tilt_azimuth_deg
        Direction of the tilt axis in the image, from x towards y.
    """
    upright = rotation_between(lattice.directions(uvw), BEAM_TO_VIEWER)
    spin = rotation_about([0, 0, 1], np.deg2rad(in_plane_deg))
    azimuth = np.deg2rad(tilt_azimuth_deg)
    tilt = rotation_about([np.cos(azimuth), np.sin(azimuth), 0], np.deg2rad(tilt_deg))
    return np.asarray(tilt @ spin @ upright)


def random_rotations(count: int, rng: "np.random.Generator") -> FloatArray:
    """Return rotation matrices (n, 3, 3) uniform over all orientations (Shoemake 1992)."""
    quaternions = rng.normal(size=(count, 4))
    quaternions /= np.linalg.norm(quaternions, axis=1, keepdims=True)
    w, x, y, z = quaternions.T
    return np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
            np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], -1),
            np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], -1),
        ],
        axis=1,
    )


def beam_direction(orientation: FloatArray) -> FloatArray:
    """Return the unit Cartesian crystal direction (..., 3) that points at the viewer."""
    return np.asarray(-orientation[..., 2, :])


def misorientation_deg(
    first: FloatArray, second: FloatArray, symmetry_rotations: FloatArray
) -> float:
    """Return the smallest rotation angle in degrees between two orientations of one crystal.

    Parameters
    ----------
    first, second
        Orientation matrices (3, 3).
    symmetry_rotations
        Proper rotations (n, 3, 3) of the crystal in its Cartesian frame.
    """
    relative = np.einsum("ij,njk,lk->nil", first, symmetry_rotations, second)
    cosine = (np.trace(relative, axis1=1, axis2=2) - 1) / 2
    return float(np.rad2deg(np.arccos(np.clip(cosine.max(), -1, 1))))


def proper_rotations(lattice: Lattice, laue_rotations: npt.ArrayLike) -> FloatArray:
    """Return the proper rotations (n, 3, 3) of a Laue group in the Cartesian crystal frame."""
    operations = np.asarray(laue_rotations, dtype=np.float64)
    proper = operations[np.linalg.det(operations) > 0]
    # x' = W x in fractional coordinates; Cartesian column r = Aᵀx with A's rows the axes
    to_cartesian = lattice.direct.T
    return np.asarray(to_cartesian @ proper @ np.linalg.inv(to_cartesian))
