"""CIF files made from structures."""

from saed_desktop.crystal.phase import Phase
from saed_desktop.library.formula import cell_contents, density_g_cm3, formula_text


def cif_text(phase: Phase, *, source: str = "", prototype: str = "", aliases: str = "") -> str:
    """Return a structure as the text of a CIF file.

    The symmetry operations are listed, so that no reader has to know the setting.

    Parameters
    ----------
    phase
        The structure.
    source
        Of the numbers.
    prototype
        Structure type.
    aliases
        Other names.
    """
    lattice = phase.lattice
    angles = (lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg)
    block = "".join(c if c.isalnum() or c in "-_.()" else "_" for c in phase.name)
    lines = [
        f"data_{block}",
        f"_chemical_name_common {_quoted(phase.name)}",
        f"_chemical_formula_sum {_quoted(_spaced(formula_text(cell_contents(phase))))}",
        *([f"_chemical_name_mineral {_quoted(aliases)}"] if aliases else []),
        *([f"_chemical_name_structure_type {_quoted(prototype)}"] if prototype else []),
        f"_exptl_crystal_density_diffrn {density_g_cm3(phase):.4f}",
        *(f"_cell_length_{n} {_number(getattr(lattice, n))}" for n in "abc"),
        *(
            f"_cell_angle_{n} {_number(a)}"
            for n, a in zip(("alpha", "beta", "gamma"), angles, strict=True)
        ),
        f"_cell_volume {lattice.volume:.4f}",
        f"_space_group_IT_number {phase.space_group.number or '?'}",
        f"_space_group_name_H-M_alt {_quoted(phase.space_group.symbol or '?')}",
        *([f"_publ_section_comment {_quoted(source)}"] if source else []),
        "loop_",
        "_space_group_symop_operation_xyz",
        *(f"'{triplet}'" for triplet in phase.space_group.triplets),
        "loop_",
        *(f"_atom_site_{name}" for name in _SITE_ITEMS),
        *_site_lines(phase),
    ]
    return "\n".join(lines) + "\n"


_SITE_ITEMS = (
    "label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "B_iso_or_equiv"
)  # fmt: skip


def _site_lines(phase: Phase) -> list[str]:
    lines = []
    for i, site in enumerate(phase.sites, start=1):
        # thirds and the like must not be cut short: an atom would leave its special position
        place = " ".join(f"{x:.10f}" for x in site.xyz)
        lines.append(
            f"{site.element}{i} {site.element} {place} {site.occupancy:.6g} {site.b_iso:.4g}"
        )
    return lines


def _number(value: float) -> str:
    return f"{value:.8g}"


def _spaced(formula: str) -> str:
    words = "".join(f" {c}" if c.isupper() else c for c in formula).split()
    return " ".join(words)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line}'" if "'" not in line else f'"{line.replace(chr(34), "")}"'
