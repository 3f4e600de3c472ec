"""Other descriptions of a crystal: without symmetry, on other axes, with another origin."""

import itertools

import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup


def described_otherwise(phase, rng, *, primitive=True, shears=2):
    """Return a crystal in P 1 on permuted and sheared axes, with another origin."""
    basis = _shortest_primitive(phase) if primitive else np.eye(3)
    for _ in range(shears):
        i, j = rng.choice(3, 2, replace=False)
        step = np.eye(3)
        step[i, j] = rng.choice([-1, 1])
        basis = step @ basis
    basis = basis[rng.permutation(3)]
    basis *= np.sign(np.linalg.det(basis))
    rows = basis @ phase.lattice.direct
    elements, positions, occupancies, b_iso = phase.cell_atoms
    moved = positions @ np.linalg.inv(basis) + rng.random(3)
    moved -= np.floor(moved)
    sites = []
    for i, xyz in enumerate(moved):
        same = [s for s in sites if s.element == elements[i]]
        if all(_distance(xyz, s.xyz, rows) > 0.05 for s in same):
            place = tuple(float(x) for x in np.round(xyz, 5))
            sites.append(Site(elements[i], place, float(occupancies[i]), float(b_iso[i])))
    return Phase(
        phase.name, _lattice_of(rows), SpaceGroup(("x,y,z",), "P 1", 1), tuple(sites), phase.formula
    )


def _shortest_primitive(phase):
    """Return the three shortest lattice vectors (rows) that span one primitive cell."""
    centring = phase.space_group.centring_vectors
    steps = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    points = (centring[:, None, :] + steps[None, :, :]).reshape(-1, 3)
    points = points[np.abs(points).max(axis=1) > 1e-6]
    points = points[np.argsort(np.linalg.norm(phase.lattice.directions(points), axis=1))][:30]
    for three in itertools.combinations(points, 3):
        if abs(abs(np.linalg.det(np.array(three))) - 1 / len(centring)) < 1e-6:
            return np.array(three)
    raise AssertionError("no primitive cell")


def _distance(a, b, rows):
    difference = np.asarray(a) - np.asarray(b)
    return np.linalg.norm((difference - np.round(difference)) @ rows)


def _lattice_of(rows):
    length = np.linalg.norm(rows, axis=1)

    def angle(i, j):
        return float(np.rad2deg(np.arccos(rows[i] @ rows[j] / (length[i] * length[j]))))

    return Lattice(*(float(x) for x in length), angle(1, 2), angle(0, 2), angle(0, 1))
