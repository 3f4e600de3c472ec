"""A user's own phases: ten common crystals as CIF files, and the measured patterns that show them.

    python -m tests.benchmarks.own_phases FOLDER

What a user with crystals of his own would have: FOLDER/cifs for `saed-trainer train --phases`, and
FOLDER/patterns.csv, the patterns beside the checkout whose material somebody stated, for
`saed-trainer benchmark --data`. Al stands for Al, Ag and Au, whose lattice parameters differ by
less than these scales are good for.
"""

import argparse
from pathlib import Path

from saed_desktop.crystal.phase import Phase
from tests.benchmarks.real_patterns import PATTERNS, common_crystals
from trainer.data.manifest import LabelledFile, write_manifest

LEFT_OUT = ("Ag", "Au")
SIX = ("Al", "Si", "MgO", "GaAs", "alpha-Ti", "SrTiO3")
"""For patterns by the independent renderer; chosen before anything was measured on them."""

# scales in 1/Å per pixel, as the patterns' own notes have them: calibrations, bars, or fitted
# from the stated material (the last five, which test agreement and are no independent label)
MEASURED = {
    "diff+21.5.bmp": ("Al", 1 / 158.34, 0.02),
    "panel_a_110.png": ("Al", 0.00694, 0.02),
    "panel_b_112.png": ("Al", 0.00694, 0.02),
    "panel_middle.png": ("Si", 0.00667, 0.02),
    "LNMO SAED.jpg": ("LiNi0.5Mn1.5O4", 0.00606, 0.03),
    "00129.mrc": ("Si", 0.005524, 0.02),
    "00362.mrc": ("Si", 0.005524, 0.02),
    "00437.mrc": ("Si", 0.005524, 0.02),
    "00577.mrc": ("Si", 0.005524, 0.02),
    "graphite.tif": ("graphite", 0.002877, 0.02),
}


def cif_text(phase: Phase) -> str:
    """Return a structure as CIF text, symmetry operations listed."""
    lattice = phase.lattice
    cell = [lattice.a, lattice.b, lattice.c]
    cell += [lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg]
    names = ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"]
    lines = [f"data_{phase.name}"]
    lines += [f"_cell_{name} {value:.6g}" for name, value in zip(names, cell, strict=True)]
    lines += ["loop_", "_space_group_symop_operation_xyz"]
    lines += [f"'{triplet}'" for triplet in phase.space_group.triplets]
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += [f"_atom_site_fract_{axis}" for axis in "xyz"]
    lines += ["_atom_site_occupancy", "_atom_site_B_iso_or_equiv"]
    for i, site in enumerate(phase.sites, 1):
        numbers = [*(f"{x:.8f}" for x in site.xyz), f"{site.occupancy:g}", f"{site.b_iso:g}"]
        lines.append(f"{site.element}{i} {site.element} {' '.join(numbers)}")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patterns", type=Path, default=PATTERNS)
    parser.add_argument("--six", action="store_true", help="six phases, no measured patterns")
    args = parser.parse_args()
    (args.folder / "cifs").mkdir(parents=True, exist_ok=True)
    for phase in common_crystals():
        if phase.name in SIX if args.six else phase.name not in LEFT_OUT:
            path = args.folder / "cifs" / f"{phase.name}.cif"
            path.write_text(cif_text(phase), encoding="utf-8")
    if args.six:
        return 0
    files = {path.name: path for path in args.patterns.rglob("*") if path.name in MEASURED}
    rows = [
        LabelledFile(files[name], material, name, scale, sigma)
        for name, (material, scale, sigma) in MEASURED.items()
        if name in files
    ]
    write_manifest(args.folder / "patterns.csv", rows)
    print(f"{args.folder}: {len(rows)} of {len(MEASURED)} patterns found")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
