"""The conventional cell is the crystal's own, however it is described."""

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.setting import conventional, setting_of
from saed_desktop.crystal.symmetry import SpaceGroup, space_group_from_symbol
from saed_desktop.paths import resources_dir
from tests.settings import described_otherwise
from trainer.data.structures import random_crystal, real_others

BUNDLED = read_phases(resources_dir() / "phases")


def cubic(name, symbol, a, *sites):
    return Phase(name, Lattice(a, a, a), space_group_from_symbol(symbol), sites)


def is_exact(phase):
    """Whether no site stands so near a special place that reading it has moved it there."""
    rotations, translations = phase.space_group.symmetry_operations
    for site in phase.sites:
        images = rotations @ np.array(site.xyz) + translations
        difference = images[:, None, :] - images[None, :, :]
        difference -= np.round(difference)
        distance = np.linalg.norm(difference @ phase.lattice.direct, axis=-1)
        if ((distance > 1e-3) & (distance < 0.1)).any():
            return False
    return True


RANDOM = [random_crystal(i, seed=7) for i in range(40)]
CRYSTALS = [
    *real_others(),
    *BUNDLED,
    *(crystal for crystal in RANDOM if crystal.n_atoms < 60 and is_exact(crystal)),
]


def strengths(phase, q_max=0.8):
    """All |F| per volume up to a length, sorted: the crystal's own, whatever its axes."""
    hkl = phase.lattice.hkl_within(q_max)
    hkl = hkl[~phase.space_group.centring_absent(hkl)]
    return np.sort(np.abs(phase.structure_factors(hkl))) / phase.lattice.volume


@pytest.mark.parametrize("phase", CRYSTALS, ids=lambda phase: phase.name)
def test_any_description_leads_to_the_same_crystal(phase):
    rng = np.random.default_rng(phase.n_atoms)
    expected = strengths(conventional(phase))
    for primitive in (True, False):
        other = described_otherwise(phase, rng, primitive=primitive)
        found = conventional(other)
        assert len(found.space_group.laue_rotations) == len(
            conventional(phase).space_group.laue_rotations
        )
        np.testing.assert_allclose(strengths(found), expected, atol=2e-3 * expected.max())


@pytest.mark.parametrize("phase", CRYSTALS[::3], ids=lambda phase: phase.name)
def test_directions_and_planes_go_there_and_back(phase):
    other = described_otherwise(phase, np.random.default_rng(1))
    setting = setting_of(other)
    if setting is None:
        assert len(phase.space_group.laue_rotations) == 2
        return
    whole = setting.conventional
    hkl = whole.lattice.hkl_within(0.6)
    hkl = hkl[~whole.space_group.centring_absent(hkl)]
    own = setting.own_hkl(hkl)
    # the same vectors in space, and as strong
    turned = other.lattice.g_vectors(own) @ setting.rotation.T
    np.testing.assert_allclose(turned, whole.lattice.g_vectors(hkl), atol=2e-4)
    np.testing.assert_allclose(
        np.abs(other.structure_factors(own)) / other.lattice.volume,
        np.abs(whole.structure_factors(hkl)) / whole.lattice.volume,
        atol=2e-3 * strengths(whole).max(),
    )
    for uvw in [(1, 0, 0), (1, 1, 0), (1, 1, 1), (2, 1, 0), (3, -1, 2)]:
        there = other.lattice.directions(setting.own_uvw(uvw)) @ setting.rotation.T
        expected = whole.lattice.directions(uvw)
        np.testing.assert_allclose(
            there / np.linalg.norm(there), expected / np.linalg.norm(expected), atol=2e-4
        )
    remembered = conventional(other).own
    assert remembered.lattice == other.lattice
    assert remembered.symbol == "P 1"


def test_what_states_all_its_symmetry_stays_in_its_own_setting():
    pbnm = Phase(
        "MoO3",
        Lattice(3.963, 13.855, 3.696),
        space_group_from_symbol("P b n m"),
        (
            Site("Mo", (0.0867, 0.1016, 0.25)),
            Site("O", (0.5, 0.435, 0.25)),
            Site("O", (0.5, 0.087, 0.25)),
            Site("O", (0.04, 0.221, 0.25)),
        ),
    )
    assert conventional(pbnm) is pbnm
    for phase in BUNDLED:
        assert conventional(phase) is phase


def test_kinds_that_share_places_in_other_ratios_are_other_atoms():
    def mixture(*shares):
        places = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
        sites = [
            Site(element, place, share)
            for place, gold in zip(places, shares, strict=True)
            for element, share in (("Au", gold), ("Cu", round(1 - gold, 2)))
        ]
        return Phase("AuCu", Lattice(3.9, 3.9, 3.9), SpaceGroup(("x,y,z",), "P 1", 1), tuple(sites))

    assert conventional(mixture(0.5, 0.5, 0.5, 0.5)).space_group.symbol == "F m -3 m"
    assert conventional(mixture(0.7, 0.4, 0.4, 0.4)).space_group.symbol == "P m -3 m"
    ordered = conventional(mixture(0.9, 0.9, 0.1, 0.1))
    assert ordered.space_group.symbol == "P 4/m m m"
    assert ordered.lattice.a == pytest.approx(3.9 / np.sqrt(2))


def test_a_supercell_whose_atoms_repeat_is_the_small_cell():
    doubled = Phase(
        "Fe",
        Lattice(2.866, 2.866, 2 * 2.866),
        space_group_from_symbol("P 4/m m m"),
        (Site("Fe", (0, 0, 0)), Site("Fe", (0.5, 0.5, 0.25)), Site("Fe", (0, 0, 0.5))),
    )
    found = conventional(doubled)
    assert found.space_group.symbol == "I m -3 m"
    assert found.lattice.c == pytest.approx(2.866)


def test_split_places_that_no_symmetry_describes_are_left_alone():
    split = Phase(
        "split",
        Lattice(4.0, 5.0, 6.0, 81, 95, 103),
        SpaceGroup(("x,y,z",), "P 1", 1),
        (
            Site("O", (0.1, 0.2, 0.3), 0.5),
            Site("O", (0.1, 0.2, 0.31), 0.5),
            Site("Ti", (0.6, 0.1, 0.9)),
        ),
    )
    assert conventional(split) is split
    overlapping = Phase(
        "overlapping",
        Lattice(4.0, 4.0, 4.0),
        SpaceGroup(("x,y,z",), "P 1", 1),
        (Site("O", (0, 0, 0), 0.5), Site("O", (0.0005, 0, 0), 0.5)),
    )
    assert conventional(overlapping).n_atoms >= 1
