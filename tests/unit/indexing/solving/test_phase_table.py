import pytest

from saed_desktop.crystal.cif import read_phases
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.paths import resources_dir


@pytest.mark.parametrize("phase", read_phases(resources_dir() / "phases"), ids=lambda p: p.name)
def test_each_family_has_one_representative(phase):
    table = phase_table(phase, 0.9)
    families = {
        frozenset(map(tuple, phase.space_group.equivalent_hkl(hkl).tolist()))
        for hkl in table.points.hkl
    }
    chosen = [tuple(hkl) for hkl in table.points.hkl[table.representative].tolist()]
    assert len(chosen) == len(families)
    assert all(sum(hkl in family for hkl in chosen) == 1 for family in families)
