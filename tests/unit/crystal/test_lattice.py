import gemmi
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.errors import PhaseError

lengths = st.floats(2.0, 30.0)
angles = st.floats(65.0, 115.0)


@given(lengths, lengths, lengths, angles, angles, angles)
def test_volume_and_d_spacings_equal_gemmis(a, b, c, alpha, beta, gamma):
    ours = Lattice(a, b, c, alpha, beta, gamma)
    theirs = gemmi.UnitCell(a, b, c, alpha, beta, gamma)
    assert ours.volume == pytest.approx(theirs.volume, rel=1e-9)
    for hkl in ((1, 0, 0), (0, 2, 1), (3, -1, 2), (-2, -2, 5)):
        assert ours.d_spacings(hkl) == pytest.approx(theirs.calculate_d(hkl), rel=1e-9)


@given(lengths, lengths, lengths, angles, angles, angles)
def test_direct_and_reciprocal_are_dual(a, b, c, alpha, beta, gamma):
    lattice = Lattice(a, b, c, alpha, beta, gamma)
    assert np.allclose(lattice.direct @ lattice.reciprocal.T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize(
    ("a", "hkl", "d"),
    [
        # powder diffraction standards: Si (NIST 640), Al, Au
        (5.4309, (1, 1, 1), 3.1355),
        (5.4309, (2, 2, 0), 1.9201),
        (5.4309, (3, 1, 1), 1.6375),
        (4.0494, (2, 0, 0), 2.0247),
        (4.0786, (1, 1, 1), 2.3548),
    ],
)
def test_published_d_spacings_of_cubic_crystals(a, hkl, d):
    assert Lattice(a, a, a).d_spacings(hkl) == pytest.approx(d, abs=2e-4)


def test_published_d_spacings_of_hexagonal_zirconium():
    zirconium = Lattice(3.232, 3.232, 5.147, 90, 90, 120)
    published = {(1, 0, 0): 2.798, (0, 0, 2): 2.573, (1, 0, 1): 2.459, (1, 0, 2): 1.894}
    for hkl, d in published.items():
        assert zirconium.d_spacings(hkl) == pytest.approx(d, abs=2e-3)


def test_hkl_within_is_complete_and_sorted():
    lattice = Lattice(5.15, 5.21, 5.32, 90, 99.2, 90)
    found = lattice.hkl_within(0.9)
    length = np.linalg.norm(lattice.g_vectors(found), axis=1)
    assert np.all(np.diff(length) > -1e-9)
    span = np.arange(-8, 9)
    brute = np.stack(np.meshgrid(span, span, span), -1).reshape(-1, 3)
    brute = brute[np.linalg.norm(lattice.g_vectors(brute), axis=1) <= 0.9]
    assert len(found) == len(brute) - 1  # without 000
    assert {tuple(h) for h in found} == {tuple(h) for h in brute} - {(0, 0, 0)}


@pytest.mark.parametrize(
    "cell",
    [
        (0, 1, 1, 90, 90, 90),
        (3, 3, 3, 90, 90, 180),
        (3, 3, float("nan"), 90, 90, 90),
        (3, 3, 3, 30, 30, 120),
    ],
)
def test_impossible_cells_are_refused_with_a_sentence(cell):
    with pytest.raises(PhaseError, match="cell"):
        Lattice(*cell)
