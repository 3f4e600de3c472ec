from pathlib import Path

import gemmi
import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase, read_phases
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.scattering import atomic_scattering_factors
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.errors import PhaseError, UsageError
from saed_desktop.paths import resources_dir

PHASES = sorted((resources_dir() / "phases").rglob("*.cif"))


@pytest.mark.parametrize("path", PHASES, ids=lambda p: p.stem)
def test_structure_factors_equal_gemmis(path: Path):
    phase = read_phase(path)
    structure = gemmi.read_small_structure(str(path))
    structure.change_occupancies_to_crystallographic()
    calculator = gemmi.StructureFactorCalculatorE(structure.cell)
    hkl = phase.lattice.hkl_within(0.8)[:150]
    theirs = np.array(
        [calculator.calculate_sf_from_small_structure(structure, tuple(map(int, h))) for h in hkl]
    )
    ours = phase.structure_factors(hkl)
    assert np.abs(ours - theirs).max() < 2e-3 * np.abs(theirs).max()


@pytest.mark.parametrize("path", PHASES, ids=lambda p: p.stem)
def test_absences_are_zero_and_equivalents_equal(path: Path):
    phase = read_phase(path)
    hkl = phase.lattice.hkl_within(0.8)
    strength = np.abs(phase.structure_factors(hkl))
    absent = phase.space_group.absent(hkl)
    assert strength[absent].max(initial=0) < 1e-4 * strength.max()
    for chosen in hkl[:: max(1, len(hkl) // 15)]:
        family = phase.space_group.equivalent_hkl(chosen)
        values = np.abs(phase.structure_factors(family))
        assert np.ptp(values) < 1e-3 * strength.max()


def test_the_nine_phases_have_their_published_contents():
    atoms = {
        "alpha-Zr": (2, 194),
        "beta-Pu": (34, 12),
        "delta-PuZr": (8, 225),
        "kappa-PuZr2": (3, 191),
        "PuO": (8, 225),
        "PuO2": (12, 225),
        "Zr3O_R32": (48, 155),
        "Zr3O_R-3c": (24, 167),
        "ZrO2_mono": (12, 14),
    }
    phases = {phase.name: phase for phase in read_phases(resources_dir() / "phases")}
    assert {n: (p.n_atoms, p.space_group.number) for n, p in phases.items()} == atoms


@pytest.mark.parametrize(
    ("energy_kev", "wavelength"), [(80, 0.04176), (100, 0.03701), (200, 0.02508), (300, 0.01969)]
)
def test_wavelengths_equal_the_textbook(energy_kev, wavelength):
    # Williams & Carter, Transmission Electron Microscopy, table 1.2
    assert wavelength_angstrom(energy_kev) == pytest.approx(wavelength, abs=1e-5)


def test_energy_must_be_positive():
    with pytest.raises(UsageError):
        wavelength_angstrom(0)


def test_scattering_factors_follow_the_rutherford_tail():
    # f(g) → 2Z/(a0·(2π g)²)·... falls as 1/g² and rises with Z (Mott-Bethe)
    g = np.array([2.0, 3.0])
    gold = atomic_scattering_factors("Au", g)
    assert gold[0] / gold[1] == pytest.approx((3 / 2) ** 2, rel=0.35)
    assert atomic_scattering_factors("Au", 2.0) > atomic_scattering_factors("Al", 2.0)


def test_unknown_element_is_refused():
    with pytest.raises(PhaseError, match="Xx"):
        atomic_scattering_factors("Xx", 0.5)


def test_special_positions_are_counted_once_despite_rounded_coordinates():
    group = space_group_from_symbol("P 63/m m c")
    zirconium = Phase(
        "Zr",
        Lattice(3.232, 3.232, 5.147, 90, 90, 120),
        group,
        (Site("Zr", (0.3333, 0.6667, 0.25)),),
    )
    assert zirconium.n_atoms == 2


def _cif(cell="5 5 5 90 90 90", group="P m -3 m", atoms="Na1 Na 0 0 0 1.0", extra=""):
    a, b, c, al, be, ga = cell.split()
    return (
        f"data_x\n_cell_length_a {a}\n_cell_length_b {b}\n_cell_length_c {c}\n"
        f"_cell_angle_alpha {al}\n"
        f"_cell_angle_beta {be}\n_cell_angle_gamma {ga}\n_symmetry_space_group_name_H-M '{group}'\n"
        f"{extra}loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n"
        f"_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n{atoms}\n"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "atom sites|readable CIF"),
        ("\x00\x01\x02 not a cif", "readable CIF|atom sites"),
        (_cif(group="Q 9"), "space group"),
        (_cif(cell="0 5 5 90 90 90"), "cell"),
        (_cif(cell="5 5 5 90 90 190"), "cell"),
        (_cif(cell="5 6 7 90 90 90"), "does not have the symmetry"),
        (_cif(atoms="Zz1 Zz 0 0 0 1.0"), "no element"),
        (_cif(atoms="Na1 Na 0 0 0 7.5"), "occupancy"),
        (_cif(extra="loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'x+1/3,y,z'\n"), "form a group"),
        (
            _cif(extra="loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,banana'\n"),
            "symmetry operation|readable",
        ),
    ],
)
def test_bad_structure_files_give_one_sentence(tmp_path, text, words):
    path = tmp_path / "bad.cif"
    path.write_text(text)
    with pytest.raises(PhaseError, match=words) as caught:
        read_phase(path)
    assert "\n" not in caught.value.sentence


def test_missing_structure_file_is_named(tmp_path):
    with pytest.raises(PhaseError, match=r"nowhere\.cif"):
        read_phase(tmp_path / "nowhere.cif")


def test_operations_win_over_a_wrong_symbol_and_say_so(tmp_path):
    path = tmp_path / "wrong.cif"
    operations = "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'\n"
    path.write_text(_cif(group="P m -3 m", extra=operations))
    phase = read_phase(path)
    assert phase.space_group.order == 2
    assert any("not those of" in remark for remark in phase.remarks)


def test_partial_occupancies_scale_the_structure_factor(tmp_path):
    full, half = tmp_path / "full.cif", tmp_path / "half.cif"
    full.write_text(_cif())
    half.write_text(_cif(atoms="Na1 Na 0 0 0 0.5"))
    ratio = read_phase(half).structure_factors([1, 0, 0]) / read_phase(full).structure_factors(
        [1, 0, 0]
    )
    assert abs(ratio[0]) == pytest.approx(0.5)


def test_a_cell_of_thousands_of_atoms_is_refused_quickly(tmp_path):
    path = tmp_path / "huge.cif"
    rng = np.random.default_rng(0)
    atoms = "\n".join(
        f"C{i} C {x:.4f} {y:.4f} {z:.4f} 1.0" for i, (x, y, z) in enumerate(rng.random((6000, 3)))
    )
    path.write_text(_cif(cell="90 90 90 90 90 90", group="P 1", atoms=atoms))
    with pytest.raises(PhaseError, match="atoms"):
        read_phase(path)
