"""The page of a structure against textbook numbers and files read back."""

import numpy as np
import pytest

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.workspace.phase_page import phase_page, spacing_lines


def page_of(name):
    return phase_page(named(bundled_collection(), name))


def test_aluminium_has_the_lines_of_the_powder_file():
    lines = {line.label: line for line in page_of("Al").lines}
    # ICDD 4-787 and its multiplicities
    for label, d, multiplicity in (
        ("111", 2.338, 8), ("200", 2.024, 6), ("220", 1.431, 12), ("311", 1.221, 24),
    ):  # fmt: skip
        assert lines[label].d_angstrom == pytest.approx(d, abs=0.002)
        assert lines[label].multiplicity == multiplicity
    assert lines["111"].relative == 100
    assert not {"100", "110", "210"} & set(lines)


def test_hexagonal_families_have_four_indices_without_needless_bars():
    labels = [line.label for line in page_of("alpha-Ti").lines]
    assert labels[:5] == ["10-10", "0002", "10-11", "10-12", "11-20"]
    # 0001 and 0003 are extinct by the screw axis
    assert "0001" not in labels


@pytest.mark.parametrize("name", ["Si", "Fe3C", "beta-Pu", "TiO2-rutile", "Cr23C6"])
def test_multiplicities_sum_to_all_reflections(name):
    phase = named(bundled_collection(), name).phase
    lines = spacing_lines(phase, count=25)
    d = [line.d_angstrom for line in lines]
    assert d == sorted(d, reverse=True)
    # as many reflections as the list says lie within its last spacing but one
    limit = 1 / d[-1] - 1e-6
    hkl = phase.lattice.hkl_within(limit)
    hkl = hkl[~phase.space_group.absent(hkl)]
    inside = [line for line in lines if 1 / line.d_angstrom < limit]
    assert sum(line.multiplicity for line in inside) == len(hkl)
    strongest = max(inside, key=lambda line: line.structure_factor_angstrom)
    own = np.abs(phase.structure_factors(hkl)).max()
    assert strongest.structure_factor_angstrom == pytest.approx(own, rel=1e-6)


def test_a_page_tells_cell_sites_and_zone_axes():
    page = page_of("TiO2-rutile")
    facts = dict(page.facts)
    assert facts["Space group"].endswith("(No. 136)") and facts["Atoms in the cell"] == "6"
    assert [(s.element, s.multiplicity) for s in page.sites] == [("Ti", 2), ("O", 4)]
    assert "[001]" in [zone.label for zone in page.zones]
    for zone in page.zones:
        q = zone.pattern.q_xy
        nearest = q[np.argmin(np.hypot(*q.T))]
        assert abs(nearest[1]) < 1e-6 or np.hypot(*nearest) > 0
        first = q[np.hypot(*q.T) < 1.001 * np.hypot(*q.T).min()]
        # the nearest reflection is on the right
        assert np.abs(first[:, 1]).min() < 1e-6 and first[:, 0].max() > 0
    read = phase_from_cif(page.cif.encode(), "x.cif")
    assert read.lattice.a == pytest.approx(4.594, abs=0.01) and len(read.sites) == 2
