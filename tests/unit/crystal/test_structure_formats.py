"""Structures of other programs are the same crystals as their CIF."""

from dataclasses import replace

import gemmi
import numpy as np
import pytest

from saed_desktop.crystal.cif import phase_from_cif, read_phase
from saed_desktop.crystal.contents import composition
from saed_desktop.crystal.structure_names import is_structure_name
from saed_desktop.errors import PhaseError
from tests.structure_texts import extended_xyz, poscar, shelx, whole_cell, written_cif

RUTILE = (
    "P 42/m n m",
    (4.594, 4.594, 2.959, 90, 90, 90),
    [("Ti", 0, 0, 0), ("O", 0.3053, 0.3053, 0)],
)
MONAZITE_LIKE = (
    "P 1 21/n 1", (6.79, 7.02, 6.47, 90, 103.4, 90),
    [("La", 0.2815, 0.1607, 0.1007), ("P", 0.3048, 0.163, 0.6121), ("O", 0.2503, 0.0077, 0.4477)],
)  # fmt: skip


FORMATS = {
    "POSCAR": lambda c: poscar(*whole_cell(*c)),
    "CONTCAR": lambda c: poscar(*whole_cell(*c), cartesian=True, scale=1.3),
    "volume.vasp": lambda c: poscar(*whole_cell(*c), scale="volume", selective=True),
    "a.xyz": lambda c: extended_xyz(*whole_cell(*c)),
    "a.res": lambda c: shelx(*c),
}


@pytest.mark.parametrize("crystal", [RUTILE, MONAZITE_LIKE], ids=["rutile", "monazite"])
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_crystal_as_its_cif(tmp_path, name, crystal):
    expected = phase_from_cif(written_cif(*crystal).encode(), "x.cif")
    path = tmp_path / name
    path.write_text(FORMATS[name](crystal))
    assert is_structure_name(path)
    phase = read_phase(path)
    own, theirs = composition(phase), composition(expected)
    assert own == pytest.approx(theirs, abs=1e-3)
    lattice, other = phase.lattice, expected.lattice
    assert [lattice.a, lattice.b, lattice.c, lattice.beta_deg] == pytest.approx(
        [other.a, other.b, other.c, other.beta_deg], abs=1e-4
    )
    hkl = other.hkl_within(0.7)
    still = tuple(replace(site, b_iso=0.5) for site in phase.sites)
    ours = np.abs(replace(phase, sites=still).structure_factors(hkl))
    reference = np.abs(expected.structure_factors(hkl))
    assert np.abs(ours - reference).max() < 1e-3 * reference.max()


def test_the_occupancy_of_shelx_counts_the_symmetry_of_the_place(tmp_path):
    text = shelx(*RUTILE).replace("10.12500", "10.06250")
    (tmp_path / "a.res").write_text(text)
    assert composition(read_phase(tmp_path / "a.res"))["Ti"] == pytest.approx(1.0, abs=1e-3)


def test_mmcif_and_pdb(tmp_path):
    structure = gemmi.Structure()
    structure.cell = gemmi.UnitCell(5, 6, 7, 90, 100, 90)
    structure.spacegroup_hm = "P 1 21 1"
    residue, chain, model = gemmi.Residue(), gemmi.Chain("A"), gemmi.Model(1)
    residue.name, residue.seqid = "X", gemmi.SeqId("1")
    atom = gemmi.Atom()
    atom.name, atom.element, atom.pos = "ZN", gemmi.Element("Zn"), gemmi.Position(1, 2, 3)
    residue.add_atom(atom)
    chain.add_residue(residue)
    model.add_chain(chain)
    structure.add_model(model)
    structure.setup_entities()
    (tmp_path / "a.pdb").write_text(structure.make_pdb_string())
    (tmp_path / "a.cif").write_text(structure.make_mmcif_document().as_string())
    for name in ("a.pdb", "a.cif"):
        phase = read_phase(tmp_path / name)
        assert composition(phase) == {"Zn": 2}
        place = structure.cell.fractionalize(atom.pos)
        assert phase.sites[0].xyz == pytest.approx(place.tolist(), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.xyz", "2\nmolecule\nO 0 0 0\nH 0 0 1\n", "no unit cell: it holds a molecule"),
        ("a.xsf", "CRYSTAL\n", "XCrySDen file, which is not read; save it as CIF"),
        ("POSCAR", "x\n1\n4 0 0\n0 4 0\n0 0 4\n1\nDirect\n0 0 0\n0 0 0", "which elements"),
        ("POSCAR", "x\n1\n4 0 0\n0 4 0\n0 0 4\nAl\n3\nDirect\n0 0 0\n", "ends before its 3 atoms"),
        ("a.res", "CELL 0.7 4 4 4 90 90 90\nSFAC Al\nLATT 99\nAL1 1 0 0 0 11.0 0.05\n", "damaged SHELX"),
        ("a.vasp", "nothing of the kind", "readable CIF"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(PhaseError, match=words) as caught:
        read_phase(tmp_path / name)
    assert "\n" not in caught.value.sentence


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_of_every_format_are_a_crystal_or_a_sentence(tmp_path, name):
    whole = FORMATS[name](RUTILE).encode()
    rng = np.random.default_rng(0)
    odd = [b"", b"-", b"0", b"nan", b"1e308", b"x", b"99999999", b":", b"="]
    for _ in range(60):
        words = whole.split(b" ")
        words[rng.integers(len(words))] = odd[rng.integers(len(odd))]
        text = b" ".join(words)
        if rng.random() < 0.3:
            text = text[: rng.integers(len(text))]
        try:
            phase_from_cif(text, name)
        except PhaseError as error:
            assert "\n" not in error.sentence
