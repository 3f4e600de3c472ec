"""Structure files as people have them: what is sound is read, what was assumed is remarked."""

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.crystal.contents import composition, parsed_formula
from saed_desktop.errors import PhaseError

CUBIC = "4.05 4.05 4.05 90 90 90"


def cif(
    atoms, *, cell=CUBIC, group="'F m -3 m'", columns="label type_symbol fract_x fract_y fract_z",
    extra="", symmetry_tag="_symmetry_space_group_name_H-M",
):  # fmt: skip
    edges = dict(zip(
        ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"),
        cell.split(), strict=True,
    ))  # fmt: skip
    lines = [
        "data_made",
        *(f"_cell_{name} {value}" for name, value in edges.items() if value != "-"),
    ]
    lines += [f"{symmetry_tag} {group}"] if group else []
    lines += [extra, "loop_", *(f"_atom_site_{name}" for name in columns.split()), atoms, ""]
    return "\n".join(lines)


def read(text, name="made.cif"):
    return phase_from_cif(text.encode() if isinstance(text, str) else text, name)


def contents(phase):
    return {element: round(count, 3) for element, count in composition(phase).items()}


AL = "Al1 Al 0 0 0"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_text_of_any_program(encoding):
    text = cif(AL, extra="_publ_author_name 'Müller'")
    assert contents(read(text.encode(encoding))) == {"Al": 4}
    for ending in ("\r\n", "\r"):
        assert contents(read(text.replace("\n", ending).encode(encoding))) == {"Al": 4}


@pytest.mark.parametrize(
    ("spelling", "symbol", "count"),
    [
        ("'P2_1/c'", "P 1 21/c 1", 4), ("'P2(1)/c'", "P 1 21/c 1", 4), ("'P 21/c'", "P 1 21/c 1", 4),
        ("'P 1 2_1/c 1'", "P 1 21/c 1", 4), ("P2~1~/c", "P 1 21/c 1", 4), ("'p 21/c'", "P 1 21/c 1", 4),
        ("'P 2_{1}/c'", "P 1 21/c 1", 4), ("'P 21/c (No. 14)'", "P 1 21/c 1", 4),
        ("'P 21/C'", "P 1 21/c 1", 4), ("P 21/c", "P 1 21/c 1", 4), ("'P 2₁/c'", "P 1 21/c 1", 4),
    ],
)  # fmt: skip
def test_spellings_of_a_monoclinic_symbol(spelling, symbol, count):
    phase = read(cif("Zr Zr .27 .04 .21", cell="5.15 5.21 5.32 90 99.2 90", group=spelling))
    assert phase.space_group.symbol == symbol
    assert phase.n_atoms == count


@pytest.mark.parametrize(
    ("spelling", "choice"),
    [("'F d -3 m S'", "1"), ("'F d -3 m Z'", "2"), ("'F d -3 m :1'", "1"), ("'F d -3 m:2'", "2"),
     ("'F d -3 m (1)'", "1"), ("'F d -3 m origin choice 2'", "2"), ("'Fd-3m O1'", "1"),
     ("'F d -3 m (origin 2)'", "2"), ("'Fd-3mZ'", "2"), ("'F d 3 m S'", "1")],
)  # fmt: skip
def test_suffixes_of_the_origin(spelling, choice):
    at = {"1": "0 0 0", "2": ".125 .125 .125"}[choice]
    phase = read(cif(f"Si Si {at}", cell="5.43 5.43 5.43 90 90 90", group=spelling))
    assert phase.space_group.symbol == f"F d -3 m:{choice}"
    assert phase.n_atoms == 8
    assert not any("origin" in remark for remark in phase.remarks)


# from structures at their origin choice 2, shifted to choice 1 by gemmi's own transformation
TWO_ORIGINS = {
    "silicon": ("F d -3 m", "5.431 5.431 5.431 90 90 90", [("Si", 0.125, 0.125, 0.125)], {"Si": 8}),
    "spinel": (
        "F d -3 m", "8.083 8.083 8.083 90 90 90",
        [("Mg", 0.125, 0.125, 0.125), ("Al", 0.5, 0.5, 0.5), ("O", 0.2624, 0.2624, 0.2624)],
        {"Mg": 8, "Al": 16, "O": 32},
    ),
    "anatase": (
        "I 41/a m d", "3.785 3.785 9.514 90 90 90",
        [("Ti", 0.0, 0.75, 0.125), ("O", 0.0, 0.25, 0.0816)], {"Ti": 4, "O": 8},
    ),
    "zircon": (
        "I 41/a m d", "6.607 6.607 5.982 90 90 90",
        [("Zr", 0.0, 0.75, 0.125), ("Si", 0.0, 0.25, 0.375), ("O", 0.0, 0.0661, 0.1953)],
        {"Zr": 4, "Si": 4, "O": 16},
    ),
    "cuprite": (
        "P n -3 m", "4.27 4.27 4.27 90 90 90", [("Cu", 0.0, 0.0, 0.0), ("O", 0.25, 0.25, 0.25)],
        {"Cu": 4, "O": 2},
    ),
    "iron selenide": (
        "P 4/n m m", "3.77 3.77 5.52 90 90 90", [("Fe", 0.75, 0.25, 0.0), ("Se", 0.25, 0.25, 0.267)],
        {"Fe": 2, "Se": 2},
    ),
}  # fmt: skip


def at_choice(group, sites, choice):
    """Shift sites from origin choice 2 to another, as gemmi's table says how."""
    if choice == "2":
        return sites
    one, two = (gemmi.find_spacegroup_by_name(f"{group}:{n}") for n in "12")
    # the shift that turns the operations of one choice into those of the other
    from_two = {op.wrap().triplet() for op in two.operations()}
    grid = np.array(np.meshgrid(*[np.arange(8) / 8] * 3)).reshape(3, -1).T
    for shift in grid:
        moved = gemmi.Op("x,y,z")
        moved.tran = [round(24 * value) for value in shift]
        shifted = {(moved.inverse() * op * moved).wrap().triplet() for op in one.operations()}
        if shifted == from_two:
            return [(e, *(np.array(xyz) + shift)) for e, *xyz in sites]
    raise AssertionError(group)


@pytest.mark.parametrize("choice", ["1", "2"])
@pytest.mark.parametrize("name", TWO_ORIGINS)
@pytest.mark.parametrize("hint", ["formula", "multiplicities", "distances"])
def test_the_origin_is_decided_by_what_the_file_says(name, choice, hint):
    group, cell, sites, expected = TWO_ORIGINS[name]
    placed = at_choice(group, sites, choice)
    extra, columns = "", "label fract_x fract_y fract_z"
    rows = [f"{e} {x:.5f} {y:.5f} {z:.5f}" for e, x, y, z in placed]
    if hint == "formula":
        extra = "_chemical_formula_sum '" + " ".join(f"{e}{n}" for e, n in expected.items()) + "'"
        extra += "\n_cell_formula_units_Z 1"
    elif hint == "multiplicities":
        columns += " site_symmetry_multiplicity"
        rows = [f"{row} {expected[site[0]]}" for row, site in zip(rows, placed, strict=True)]
    phase = read(cif("\n".join(rows), cell=cell, group=f"'{group}'", columns=columns, extra=extra))
    assert any("origin" in remark for remark in phase.remarks)
    undecided = any("nothing in the file" in remark for remark in phase.remarks)
    if (
        hint == "formula" and name in ("cuprite", "iron selenide", "zircon", "anatase")
    ) or undecided:
        # both choices have the same contents there; then the distances must decide, or say so
        assert contents(phase) == expected or undecided
    else:
        assert contents(phase) == expected
        assert phase.space_group.symbol.endswith(f":{choice}")


def test_the_other_origin_where_only_that_makes_the_formula():
    text = cif(
        "Mg Mg 0 0 0\nAl Al .625 .625 .625\nO O .3874 .3874 .3874",
        cell="8.083 8.083 8.083 90 90 90", group="'F d -3 m:2'",
        extra="_chemical_formula_sum 'Mg Al2 O4'\n_cell_formula_units_Z 8",
    )  # fmt: skip
    phase = read(text)
    assert contents(phase) == {"Mg": 8, "Al": 16, "O": 32}
    assert any("whatever the file says" in remark for remark in phase.remarks)


@pytest.mark.parametrize(
    ("labels", "formula", "elements"),
    [
        (["Wat1", "Ow2", "OH3", "OW4"], "", ["O"] * 4), (["WatX12", "Ob1", "Oc2"], "", ["O"] * 3),
        (["W1"], "Ca S O4", ["O"]), (["W1"], "W O3", ["W"]), (["CA1"], "C6 H12 O6", ["C"]),
        (["CA1"], "Ca C O3", ["Ca"]), (["Ca1"], "C6", ["Ca"]), (["SiT1", "AlT2"], "", ["Si", "Al"]),
        (["Fe3+", "O2-", "Si4+"], "", ["Fe", "O", "Si"]), (["ZN1", "FE2"], "", ["Zn", "Fe"]),
        (["D1"], "", ["H"]), (["Os1"], "", ["Os"]), (["Co1", "CO2"], "Co O", ["Co", "Co"]),
        (["O-H"], "", ["O"]), (["M1Mg"], "Mg2 Si O4", ["Mg"]), (["O_1", "Al_2"], "", ["O", "Al"]),
    ],
)  # fmt: skip
def test_labels_without_a_type_symbol(labels, formula, elements):
    rows = "\n".join(f"{label} .{i + 1} .2{i} .3{i}" for i, label in enumerate(labels))
    extra = f"_chemical_formula_sum '{formula}'" if formula else ""
    columns = "label fract_x fract_y fract_z"
    phase = read(cif(rows, cell="9 9 9 90 90 90", group="'P 1'", columns=columns, extra=extra))
    assert [site.element for site in phase.sites] == elements


def test_isotopes_scatter_as_hydrogen_and_a_site_called_t_is_no_tritium():
    phase = read(cif("H1 D .1 .2 .3\nH2 T .4 .5 .6", group="'P 1'"))
    assert contents(phase) == {"H": 2}
    assert any("Deuterium" in remark for remark in phase.remarks)
    with pytest.raises(PhaseError, match="'T1' is no element"):
        read(cif("T1 .1 .2 .3", group="'P 1'", columns="label fract_x fract_y fract_z"))


def test_a_label_that_is_a_mixture_is_its_shares():
    rows = "'0.8Nb + 0.2Zr' 0 0 0"
    phase = read(cif(rows, columns="label fract_x fract_y fract_z"))
    assert contents(phase) == {"Nb": 3.2, "Zr": 0.8}
    assert any("mixture" in remark for remark in phase.remarks)


@pytest.mark.parametrize("label", ["Va", "Vac1", "Du2", "X"])
def test_vacancies_are_left_out_and_vanadium_is_not(label):
    row = f"{label} {label.rstrip('12')} .5 .5 .5"
    if label == "X":
        with pytest.raises(PhaseError, match="no element"):
            read(cif(f"{AL}\n{row}"))
        return
    phase = read(cif(f"{AL}\n{row}"))
    assert contents(phase) == {"Al": 4}
    assert any("Vacancies" in remark for remark in phase.remarks)
    assert contents(read(cif("V1 V 0 0 0"))) == {"V": 4}


def test_water_says_that_its_hydrogen_is_left_out():
    phase = read(cif("Wat1 .1 .2 .3", group="'P 1'", columns="label fract_x fract_y fract_z"))
    assert any("hydrogen of water" in remark for remark in phase.remarks)


def test_hydrogen_without_a_position_is_left_out_and_a_metal_is_not():
    phase = read(cif(f"{AL}\nH1 H ? ? ?\nH2 H . . ."))
    assert contents(phase) == {"Al": 4}
    assert any("H1, H2" in remark for remark in phase.remarks)
    with pytest.raises(PhaseError, match="site Cu1 has no position"):
        read(cif(f"{AL}\nCu1 Cu ? ? ?"))


@pytest.mark.parametrize(("text", "value"), [("1/3", 1 / 3), ("0.3333(2)", 0.3333), (".25", 0.25),
                                             ("-1/4", -0.25), ("2.5e-1", 0.25), ("1.", 1.0)])  # fmt: skip
def test_numbers_as_files_write_them(text, value):
    phase = read(cif(f"Mg Mg {text} 0 0", group="'P 1'"))
    assert phase.sites[0].xyz[0] == pytest.approx(value)


@pytest.mark.parametrize("occupancy", ["1.02", "1.05(2)"])
def test_occupancies_a_little_over_one_are_one(occupancy):
    columns = "label type_symbol fract_x fract_y fract_z occupancy"
    phase = read(cif(f"{AL} {occupancy}", columns=columns))
    assert contents(phase) == {"Al": 4}
    assert any("was taken as 1" in remark for remark in phase.remarks)
    with pytest.raises(PhaseError, match=r"occupancy 1\.5"):
        read(cif(f"{AL} 1.5", columns=columns))


@pytest.mark.parametrize(
    ("cell", "group", "angles"),
    [
        ("8.58 8.71 17.03 - - -", "'P 21 21 21'", (90, 90, 90)),
        ("4 - - - - -", "'F m -3 m'", (90, 90, 90)), ("3.2 - 5.2 - - -", "'P 63/m m c'", (90, 90, 120)),
        ("5 6 7 - 101 -", "'P 21/c'", (90, 101, 90)), ("4 - 6 90 90 -", "'P 4/m m m'", (90, 90, 90)),
    ],
)  # fmt: skip
def test_what_the_cell_lacks_follows_from_the_symmetry(cell, group, angles):
    phase = read(cif("Li Li .18 .68 .25", cell=cell, group=group))
    lattice = phase.lattice
    assert (lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg) == angles
    assert any("stated in part" in remark for remark in phase.remarks)


def test_what_symmetry_does_not_give_is_named():
    with pytest.raises(PhaseError, match="does not state beta"):
        read(cif(AL, cell="5 6 7 90 - 90", group="'P -1'"))
    with pytest.raises(PhaseError, match="no unit cell"):
        read(cif(AL, cell="- - - 90 90 90"))


@pytest.mark.parametrize("edge", ["1e-308", "1e6", "nan", "-4", "0"])
def test_impossible_edges_are_refused(edge):
    with pytest.raises(PhaseError):
        read(cif(AL, cell=f"{edge} {edge} {edge} 90 90 90"))


def test_a_cell_in_nm_is_remarked():
    phase = read(cif(AL, cell="0.405 0.405 0.405 90 90 90"))
    assert any("0.29 Å apart. Is the cell given in nm?" in remark for remark in phase.remarks)


@pytest.mark.parametrize("value", ["1e308", "-1e308", "123456"])
@pytest.mark.filterwarnings("error")
def test_a_position_far_outside_is_a_sentence(value):
    with pytest.raises(PhaseError, match="site Al1 stands far outside"):
        read(cif(f"Al1 Al {value} 0 0"))


def test_a_cell_in_pm_is_remarked():
    phase = read(cif(AL, cell="405 405 405 90 90 90"))
    assert any("Is the cell given in pm?" in remark for remark in phase.remarks)


def test_a_number_alone_is_its_group_in_the_standard_setting():
    for tag in ("_symmetry_Int_Tables_number", "_space_group_IT_number"):
        phase = read(cif(AL, group="225", symmetry_tag=tag))
        assert phase.space_group.symbol == "F m -3 m"


@pytest.mark.parametrize(
    "operations", ["'X,Y,Z'\n'-X,-Y,-Z'", "'x, y, z'\n'-x, -y, -z'", "+x,+y,+z\n-x,-y,-z",
                   "1 'x,y,z'\n2 '-x,-y,-z'"],
)  # fmt: skip
def test_spellings_of_operations(operations):
    tags = "_symmetry_equiv_pos_as_xyz\n"
    if operations.startswith("1"):
        tags = "_symmetry_equiv_pos_site_id\n" + tags
    phase = read(cif("Zr Zr .1 .2 .3", group="", extra=f"loop_\n{tags}{operations}"))
    assert phase.n_atoms == 2


@pytest.mark.parametrize("suffix", ["", ":R", ":H", " R", " H"])
def test_rhombohedral_axes_whatever_the_symbol_says(suffix):
    rows = "Al Al .3522 .3522 .3522\nO O .5563 .9437 .25"
    cell = "5.128 5.128 5.128 55.28 55.28 55.28"
    phase = read(cif(rows, cell=cell, group=f"'R -3 c{suffix}'"))
    assert phase.space_group.symbol == "R -3 c:R"
    assert contents(phase) == {"Al": 4, "O": 6}
    on_hexagonal = read(
        cif("Al Al 0 0 .3522\nO O .3063 0 .25", cell="4.759 4.759 12.99 90 90 120",
            group=f"'R -3 c{suffix}'")
    )  # fmt: skip
    assert contents(on_hexagonal) == {"Al": 12, "O": 18}


def test_a_cell_with_another_unique_axis():
    phase = read(cif("Zr Zr .27 .04 .21", cell="5.15 5.32 5.21 90 90 99.2", group="'P 21/b'"))
    assert phase.n_atoms == 4
    assert phase.space_group.number == 14


@pytest.mark.parametrize(
    ("hall", "number", "count"),
    [("F 4d 2 3 -1d", 227, 8), ("-P 2ybc", 14, 4), ("-F 4 2 3", 225, 4)],
)
def test_hall_symbols_alone(hall, number, count):
    cell = "5 6 7 90 99 90" if number == 14 else "5.43 5.43 5.43 90 90 90"
    at = ".1 .2 .3" if number == 14 else "0 0 0"
    tag = "_space_group_name_Hall"
    phase = read(cif(f"Si Si {at}", cell=cell, group=f"'{hall}'", symmetry_tag=tag))
    assert phase.space_group.number == number
    assert phase.n_atoms == count


def test_a_list_without_the_identity():
    operations = (
        "loop_\n_symmetry_equiv_pos_as_xyz\n'1/2-x,1/2+y,1/2+z'\n'1/2+x,1/2-y,z'\n'-x,-y,1/2+z'"
    )
    phase = read(
        cif("Li Li .18 .68 .25", cell="10.3 8.2 5 90 90 90", group="'P n a 21'", extra=operations)
    )
    assert phase.space_group.symbol == "P n a 21"
    assert phase.n_atoms == 4
    assert any("identity" in remark for remark in phase.remarks)


def test_no_symmetry_at_all_is_p1_and_said():
    rows = "Al1 Al 0 0 0\nAl2 Al .5 .5 0\nAl3 Al .5 0 .5\nAl4 Al 0 .5 .5"
    phase = read(cif(rows, group=""))
    assert phase.n_atoms == 4
    assert any("states no symmetry" in remark for remark in phase.remarks)


SPLIT = "label type_symbol fract_x fract_y fract_z occupancy"


@pytest.mark.parametrize(
    ("row", "formula", "expected"),
    [
        ("O3 O 0.532 0.062 0.151 0.12", "", 12 * 0.12),
        ("O3 O 0.532 0.064 0.151 0.12", "", 6 * 0.12),
        ("O3 O 0.532 0.062 0.151 0.5", "O3", 3),
        ("O3 O 0.532 0.062 0.151 0.5", "O6", 6),
        ("O3 O 0.532 0.062 0.151 1.0", "", 6),
        ("O3 O 0.3333 0.6667 0.151 1.0", "", 2),
        ("O3 O 0.3333 0.6667 0.151 0.2", "", 2 * 0.2),
    ],
)
def test_split_positions_beside_a_mirror(row, formula, expected):
    extra = f"_chemical_formula_sum '{formula}'\n_cell_formula_units_Z 1" if formula else ""
    phase = read(
        cif(
            row, cell="5.318 5.318 12.837 90 90 120", group="'P 63 m c'", columns=SPLIT, extra=extra
        )
    )
    assert contents(phase)["O"] == pytest.approx(expected)


def test_a_broken_loop_elsewhere_does_not_cost_the_crystal():
    broken = "loop_\n_publ_author_name\n_publ_author_address\n'A. Author'\n"
    text = cif(AL) + broken
    phase = read(text)
    assert contents(phase) == {"Al": 4}
    assert any("break the rules" in remark for remark in phase.remarks)
    twice = cif(AL, extra="_cell_measurement_temperature 300\n_cell_measurement_temperature 301")
    assert contents(read(twice)) == {"Al": 4}


def test_atoms_that_symmetry_makes_of_others_count_once():
    rows = "Al1 Al 0 0 0\nAl2 Al .5 .5 0\nAl3 Al .5 0 .5\nAl4 Al 0 .5 .5"
    phase = read(cif(rows))
    assert contents(phase) == {"Al": 4}
    assert any("count once" in remark for remark in phase.remarks)


def test_other_contents_than_stated_are_remarked():
    phase = read(cif(AL, extra="_chemical_formula_sum 'Al2 O3'\n_cell_formula_units_Z 2"))
    assert any("Al4, where the file states Al2 O3 × 2" in remark for remark in phase.remarks)


def test_names_of_the_newer_dictionary_and_magnetic_operations():
    text = cif("Mn Mn .25 .25 .25", group="", extra=(
        "loop_\n_space_group_symop_magn_operation.id\n_space_group_symop_magn_operation.xyz\n"
        "1 x,y,z,+1\n2 -x,-y,-z,-1\n"
    ))  # fmt: skip
    assert read(text).n_atoms == 2
    dotted = text.replace("_cell_length", "_cell.length").replace("_cell_angle", "_cell.angle")
    dotted = dotted.replace("_atom_site_", "_atom_site.")
    assert read(dotted).n_atoms == 2


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_crystal_or_a_sentence(text):
    try:
        read(f"data_x\n{text}\n" + cif(AL))
        read(cif(AL, extra=text))
    except PhaseError as error:
        assert "\n" not in error.sentence


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_is_a_crystal_or_a_sentence(data):
    whole = bytearray(
        cif(f"{AL}\nO1 O .25 .25 .25", extra="_chemical_formula_sum 'Al O2'").encode()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(whole) - 1))
        whole[position] = data.draw(st.integers(0, 255))
    try:
        read(bytes(whole))
    except PhaseError as error:
        assert "\n" not in error.sentence


@pytest.mark.parametrize(
    ("text", "counts"),
    [("Al2 O3", {"Al": 2, "O": 3}), ("'C6 H12 O6'", {"C": 6, "H": 12, "O": 6}),
     ("Ca0.5Mg0.5 C O3", {"Ca": 0.5, "Mg": 0.5, "C": 1, "O": 3}), ("(Mg,Fe)2 SiO4", {}), ("?", {}),
     ("Xx2", {})],
)  # fmt: skip
def test_formulas(text, counts):
    assert parsed_formula(text) == counts
