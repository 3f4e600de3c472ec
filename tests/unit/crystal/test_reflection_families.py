"""Families of equivalent reflections."""

import numpy as np
import pytest

from saed_desktop.crystal.reflection_families import reflection_families
from saed_desktop.library.collection import bundled_collection, named


@pytest.mark.parametrize(
    ("name", "sizes"),
    # the orders of general and special positions of the Laue classes m-3m, 6/mmm and 2/m
    [("Al", {6, 8, 12, 24, 48}), ("alpha-Ti", {2, 6, 12, 24}), ("ZrO2-monoclinic", {2, 4})],
)
def test_families_are_those_of_the_laue_class(name, sizes):
    phase = named(bundled_collection(), name).phase
    hkl = phase.lattice.hkl_within(1.5)
    families = reflection_families(phase.space_group, hkl)
    assert set(np.bincount(families.family)) <= sizes
    for i in range(0, len(hkl), 17):
        mine = hkl[families.family == families.family[i]]
        expected = phase.space_group.equivalent_hkl(hkl[i])
        assert set(map(tuple, mine.tolist())) == set(map(tuple, expected.tolist()))


def test_each_family_has_one_representative_and_one_member():
    phase = named(bundled_collection(), "Al").phase
    hkl = phase.lattice.hkl_within(1.5)
    families = reflection_families(phase.space_group, hkl)
    assert (np.bincount(families.family[families.representative]) == 1).all()
    assert (families.family[families.member] == np.arange(len(families.member))).all()


def test_of_no_reflection_there_is_no_family():
    phase = named(bundled_collection(), "Al").phase
    families = reflection_families(phase.space_group, np.zeros((0, 3), dtype=np.int64))
    assert len(families.member) == len(families.family) == len(families.representative) == 0
