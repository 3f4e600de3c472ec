"""Twin laws are what the textbooks list: how many variants, which misorientation."""

import numpy as np
import pytest

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.crystal.twin_laws import twin_laws
from saed_desktop.simulation.orientation import misorientation_deg, proper_rotations


def crystal(symbol, *cell):
    return Phase("x", Lattice(*cell), space_group_from_symbol(symbol), (Site("Fe", (0, 0, 0)),))


@pytest.mark.parametrize(
    ("symbol", "cell", "names", "angles_deg"),
    [
        ("F m -3 m", (4, 4, 4), {"Σ3 twin on (111)": 4}, {60.0}),
        ("F d -3 m:2", (4, 4, 4), {"Σ3 twin on (111)": 4}, {60.0}),
        ("I m -3 m", (3, 3, 3), {"Σ3 twin on (112)": 12}, {60.0}),
        # c/a = 1.624 of magnesium: 86.3° for {10-12}, 56.1° for {10-11} (Partridge 1967)
        ("P 63/m m c", (3.209, 3.209, 5.211, 90, 90, 120), {}, {86.3, 56.1}),
    ],
)
def test_laws_and_misorientations_of_common_lattices(symbol, cell, names, angles_deg):
    phase = crystal(symbol, *cell)
    laws = twin_laws(phase)
    symmetry = proper_rotations(phase.lattice, phase.space_group.laue_rotations)
    found = {round(misorientation_deg(law.rotation, np.eye(3), symmetry), 1) for law in laws}
    assert angles_deg <= found
    for name, count in names.items():
        assert len(laws) == count
        assert any(law.name == name for law in laws)
    for law in laws:
        np.testing.assert_allclose(law.rotation @ law.rotation, np.eye(3), atol=1e-9)
        np.testing.assert_allclose(law.rotation @ law.normal, law.normal, atol=1e-9)
        assert misorientation_deg(law.rotation, np.eye(3), symmetry) > 1


def test_a_crystal_of_low_symmetry_has_mirrors_and_half_turns():
    laws = twin_laws(crystal("P 1 21/c 1", 5.15, 5.21, 5.32, 90, 99.2, 90))
    names = {law.name for law in laws}
    assert "twin on (100)" in names
    assert "twin on (001)" in names
    # the two-fold axis is the crystal's own, and so is the mirror across it
    assert "twin on (010)" not in names
    assert any("half a turn" in name for name in names)
