"""CIF texts made of what a test is about, and what was read of them."""

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.crystal.contents import composition

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
