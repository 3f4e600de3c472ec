"""Structure files as people have them: what is sound is read, what was assumed is remarked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saed_desktop.crystal.contents import parsed_formula
from saed_desktop.errors import PhaseError
from tests.unit.crystal.made_cif import AL, cif, contents, read


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_text_of_any_program(encoding):
    text = cif(AL, extra="_publ_author_name 'Müller'")
    assert contents(read(text.encode(encoding))) == {"Al": 4}
    for ending in ("\r\n", "\r"):
        assert contents(read(text.replace("\n", ending).encode(encoding))) == {"Al": 4}


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
