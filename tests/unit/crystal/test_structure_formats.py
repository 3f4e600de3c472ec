"""Structures of other programs are the same crystals as their CIF."""

from dataclasses import replace

import gemmi
import numpy as np
import pytest

from saed_desktop.crystal.cif import phase_from_cif, read_phase
from saed_desktop.crystal.contents import composition
from saed_desktop.crystal.structure_names import is_structure_name
from saed_desktop.errors import PhaseError

RUTILE = (
    "P 42/m n m",
    (4.594, 4.594, 2.959, 90, 90, 90),
    [("Ti", 0, 0, 0), ("O", 0.3053, 0.3053, 0)],
)
MONAZITE_LIKE = (
    "P 1 21/n 1", (6.79, 7.02, 6.47, 90, 103.4, 90),
    [("La", 0.2815, 0.1607, 0.1007), ("P", 0.3048, 0.163, 0.6121), ("O", 0.2503, 0.0077, 0.4477)],
)  # fmt: skip


def written_cif(group, cell, sites):
    edges = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = ["data_x", f"_symmetry_space_group_name_H-M '{group}'"]
    lines += [f"_cell_{name} {value}" for name, value in zip(edges, cell, strict=True)]
    lines += [
        "loop_",
        *(f"_atom_site_{n}" for n in ("label", "type_symbol", "fract_x", "fract_y", "fract_z")),
    ]
    lines += [f"{e}1 {e} {x} {y} {z}" for e, x, y, z in sites]
    return "\n".join(lines) + "\n"


def whole_cell(group, cell, sites):
    """Vectors (3, 3), elements and fractional coordinates of all atoms, by gemmi."""
    structure = gemmi.make_small_structure_from_block(
        gemmi.cif.read_string(written_cif(group, cell, sites)).sole_block()
    )
    atoms = structure.get_all_unit_cell_sites()
    vectors = np.array(structure.cell.orth.mat.tolist()).T
    return vectors, [a.element.name for a in atoms], np.array([a.fract.tolist() for a in atoms])


def poscar(vectors, elements, xyz, *, cartesian=False, scale=1.0, selective=False):
    order = sorted(set(elements))
    rows = [i for e in order for i, own in enumerate(elements) if own == e]
    factor = (-abs(np.linalg.det(vectors))) if scale == "volume" else scale
    shown = vectors if scale == "volume" else vectors / scale
    places = xyz @ vectors / (1 if scale == "volume" else scale) if cartesian else xyz
    lines = ["made", f"{factor}", *(" ".join(f"{x:.9f}" for x in row) for row in shown)]
    lines += [" ".join(order), " ".join(str(elements.count(e)) for e in order)]
    lines += ["Selective dynamics"] if selective else []
    lines += ["Cartesian" if cartesian else "Direct"]
    flags = " T T F" if selective else ""
    return "\n".join([*lines, *(" ".join(f"{x:.9f}" for x in places[i]) + flags for i in rows)])


def extended_xyz(vectors, elements, xyz):
    lattice = " ".join(f"{x:.9f}" for x in vectors.ravel())
    rows = zip(elements, xyz @ vectors, strict=True)
    return "\n".join(
        [
            str(len(elements)),
            f'Lattice="{lattice}" Properties=id:I:1:species:S:1:pos:R:3 pbc="T T T"',
        ]
        + [f"{i} {e} " + " ".join(f"{x:.9f}" for x in at) for i, (e, at) in enumerate(rows)]
    )


def shelx(group, cell, sites):
    entry = gemmi.find_spacegroup_by_name(group)
    operations = entry.operations()
    symops = [op for op in operations.sym_ops if op.triplet() != "x,y,z"]
    kept, known = [], {"x,y,z", "-x,-y,-z"}
    for op in symops:
        inverse = gemmi.Op("-x,-y,-z") * op
        if op.triplet() not in known:
            kept.append(op.triplet().upper())
            known |= {op.triplet(), inverse.wrap().triplet()}
    names = sorted({e for e, *_ in sites})
    lines = [
        "TITL made",
        "CELL 0.71073 " + " ".join(map(str, cell)),
        "ZERR 2 0 0 0 0 0 0",
        "LATT 1",
    ]
    lines += [f"SYMM {text}" for text in kept] + [
        "SFAC " + " ".join(names),
        "UNIT 1 1 1",
        "FVAR 0.5",
    ]
    phase = phase_from_cif(written_cif(group, cell, sites).encode(), "x.cif")
    for (e, x, y, z), n in zip(sites, phase.multiplicities, strict=True):
        share = 10 + n / phase.space_group.order
        lines.append(
            f"{e.upper()}1 {names.index(e) + 1} {10 + x:.5f} {y:.5f} {z:.5f} {share:.5f} 0.01 ="
        )
        lines.append("   0.01 0.01 0 0 0")
    return "\n".join([*lines, "HKLF 4", "END", "Q1 1 0.1 0.1 0.1 11.0 0.05 1.2"])


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
