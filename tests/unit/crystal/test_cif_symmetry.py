"""The symmetry that a structure file states, in the ways that people and programs state it."""

import gemmi
import numpy as np
import pytest

from tests.unit.crystal.made_cif import AL, cif, contents, read


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
