import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phases
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.solving.candidates import log_zone_prior
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.paths import resources_dir


@pytest.mark.parametrize("phase", read_phases(resources_dir() / "phases"), ids=lambda p: p.name)
def test_each_family_has_one_representative(phase):
    table = phase_table(phase, 0.9)
    families = {
        frozenset(map(tuple, phase.space_group.equivalent_hkl(hkl).tolist()))
        for hkl in table.points.hkl
    }
    chosen = [tuple(hkl) for hkl in table.points.hkl[table.points.representative].tolist()]
    assert len(chosen) == len(families)
    assert all(sum(hkl in family for hkl in chosen) == 1 for family in families)


@pytest.mark.parametrize(
    ("symbol", "cell", "sites", "normal"),
    [
        # layers of graphite and of boron nitride along c: (001) itself is extinct
        ("P 63/m m c", (2.461, 2.461, 6.708, 90, 90, 120),
         [("C", (0, 0, 0.25)), ("C", (1 / 3, 2 / 3, 0.25))], (0, 0, 1)),
        # of MoO3 along b, the longest axis of Pbnm
        ("P b n m", (3.963, 13.856, 3.697, 90, 90, 90),
         [("Mo", (0.0867, 0.1016, 0.25)), ("O", (0.4994, 0.4352, 0.25)),
          ("O", (0.5212, 0.0866, 0.25)), ("O", (0.0373, 0.2214, 0.25))], (0, 1, 0)),
        ("P 63/m m c", (2.951, 2.951, 4.684, 90, 90, 120), [("Ti", (1 / 3, 2 / 3, 0.25))], None),
        ("F m -3 m", (4.05, 4.05, 4.05, 90, 90, 90), [("Al", (0, 0, 0))], None),
        # twice the cell along c by a slight shift only: a superstructure, no layers
        ("P 4/m m m", (3.9, 3.9, 7.8, 90, 90, 90),
         [("Ti", (0, 0, 0.01)), ("Ti", (0, 0, 0.49))], None),
    ],
)  # fmt: skip
def test_crystals_of_layers_are_plates_and_others_are_not(symbol, cell, sites, normal):
    atoms = tuple(Site(element, xyz) for element, xyz in sites)
    crystal = Phase("x", Lattice(*cell), space_group_from_symbol(symbol), atoms)
    found = phase_table(crystal, 1.0).plate_normal
    if normal is None:
        assert found is None
    else:
        assert abs(found @ np.array(normal)) == pytest.approx(1)


def test_a_plate_seen_flat_is_as_usual_as_a_short_axis():
    cell = Lattice(2.461, 2.461, 6.708, 90, 90, 120)
    atoms = (Site("C", (0, 0, 0.25)), Site("C", (1 / 3, 2 / 3, 0.25)))
    crystal = Phase("graphite", cell, space_group_from_symbol("P 63/m m c"), atoms)
    table = phase_table(crystal, 1.0)
    assert log_zone_prior(table, (0, 0, 1), 0.0) == 0
    # an axis as long that is not the plates' normal is rarer
    assert log_zone_prior(table, (2, 1, 1), 0.0) < -1
