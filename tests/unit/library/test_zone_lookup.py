"""Look-ups of measured lattices: chi squared against lengths laid by hand, and what is left out."""

import numpy as np
import pytest

from saed_desktop.library.bundled import bundled_entries
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.library_index import index_of
from saed_desktop.library.zone_fit import MeasuredLattice
from saed_desktop.library.zone_lookup import WAYS_TO_LAY, _misfits, look_up
from saed_desktop.library.zones import NODES

PER_PX = 0.004


def lattice_of(hkl, phase, *, scale=PER_PX, log_weight=0.0, off=1.0):
    """Return the lattice of a zone as it would be measured without any error but `off`."""
    g = phase.lattice.g_vectors(np.array(hkl))
    flat = np.array([[np.linalg.norm(g[0]), 0], [0, 0]])
    along = g[0] / flat[0, 0]
    flat[1] = g[1] @ along, np.linalg.norm(g[1] - (g[1] @ along) * along)
    n = len(NODES)
    return MeasuredLattice(
        basis_px=flat / PER_PX * off,
        points=NODES,
        spot=np.ones((n, 2), dtype=bool),
        seen=np.ones((n, 2), dtype=bool),
        log_intensity=np.zeros((n, 2)),
        limit=np.full((n, 2), -5.0),
        scale=scale,
        scale_sigma=0.02,
        scale_range=(PER_PX / 2, PER_PX * 2),
        log_weight=log_weight,
    )


def crystal(name):
    place = next(i for i, e in enumerate(bundled_entries()) if e.name == name)
    return place, bundled_entries()[place].phase


@pytest.mark.parametrize("is_scale_known", [True, False])
@pytest.mark.parametrize("ratio", [1.0, 1.0004, 1.3])
def test_misfits_are_those_of_lengths_laid_by_hand(ratio, is_scale_known):
    rng = np.random.default_rng(3)
    measured = np.array([[0.2, 0.0], [rng.uniform(-0.004, 0.0), 0.2 * ratio]]) / PER_PX
    lattice = lattice_of([[1, 0, 0], [0, 1, 0]], crystal("Al")[1])
    scale = PER_PX if is_scale_known else None
    lattice = MeasuredLattice(**{**vars(lattice), "basis_px": measured, "scale": scale})
    first = rng.uniform(0.15, 0.25, 40)
    pair = np.stack([np.stack([first, 0 * first], 1),
                     np.stack([rng.uniform(-0.02, 0, 40), first * ratio], 1)], 1)  # fmt: skip
    lengths = np.linalg.norm([pair[:, 0], pair[:, 1], pair.sum(axis=1)], axis=2).T
    log_q = np.log(lengths).astype(np.float32)
    found = _misfits(log_q, lattice)
    seen = np.log(np.linalg.norm([measured[0], measured[1], measured.sum(axis=0)], axis=1))
    for k, way in enumerate(WAYS_TO_LAY):
        laid = np.einsum("ij,njx->nix", way, pair)
        off = seen - np.log(np.linalg.norm([laid[:, 0], laid[:, 1], laid.sum(1)], axis=2)).T
        expected = ((off - off.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / 0.015**2
        log_scale = -off.mean(axis=1)
        if is_scale_known:
            expected += ((log_scale - np.log(PER_PX)) / 0.02) ** 2
        else:
            expected += ((log_scale - np.log(PER_PX)) / (np.log(4) / 4.4)) ** 2
        within = expected < 25
        assert np.abs(found[within, k] - expected[within]).max(initial=0) < 0.05
        # what is not compared is far off; what is compared and far off stays so
        assert (found[~within, k] > 24.9).all()


@pytest.mark.parametrize(
    ("name", "hkl"),
    [("Al", [[1, 1, -1], [1, -1, 1]]), ("TiO2-rutile", [[1, 1, 0], [0, 0, 1]]),
     ("alpha-Ti", [[1, 0, 0], [0, 0, 1]])],
)  # fmt: skip
def test_a_zone_is_found_among_all(name, hkl):
    place, phase = crystal(name)
    index = index_of(bundled_collection())
    everything = np.ones(index.n_structures, dtype=bool)
    hits = look_up(index, [lattice_of(hkl, phase, off=1.01)], everything)
    mine = hits.owner == place
    assert mine.any()
    wanted = np.cross(*hkl) / np.gcd.reduce(np.cross(*hkl))
    normals = np.cross(hits.hkl[mine][:, 0], hits.hkl[mine][:, 1])
    normals = normals / np.gcd.reduce(normals, axis=1)[:, None]
    own = {tuple(v) for v in (phase.space_group.laue_rotations @ wanted).round().astype(int)}
    assert any(tuple(v) in own for v in normals.astype(int))
    # without it no hit is its
    everything[place] = False
    assert place not in look_up(index, [lattice_of(hkl, phase)], everything).owner


def test_what_is_left_out_fits_worse_in_size_and_shape():
    phase = crystal("Al")[1]
    index = index_of(bundled_collection())
    everything = np.ones(index.n_structures, dtype=bool)
    zones = ([[1, 1, -1], [1, -1, 1]], [[2, 0, 0], [0, 2, 0]])
    lattices = [lattice_of(z, phase, log_weight=-w) for w, z in enumerate(zones)]
    every = look_up(index, lattices, everything)
    few = look_up(index, lattices, everything, most_compared=50)
    assert 50 <= len(few) < len(every)
    assert few.geometry.min() >= np.sort(every.geometry)[-len(few)] - 1e-6
    assert few.n_fitting == every.n_fitting == len(np.unique(every.owner))
    assert set(few.lattice.tolist()) <= {0, 1}


def test_no_lattice_gives_no_hit():
    index = index_of(bundled_collection())
    assert len(look_up(index, [], np.ones(index.n_structures, dtype=bool))) == 0
