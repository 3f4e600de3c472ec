"""One crystal as CIF, POSCAR, extended XYZ and SHELX text."""

import gemmi
import numpy as np

from saed_desktop.crystal.cif import phase_from_cif


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
