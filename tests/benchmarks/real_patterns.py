"""Answers to the measured patterns beside the checkout, failures included.

    python -m tests.benchmarks.real_patterns [--patterns FOLDER] [--output FILE.md]

Every pattern is read, prepared and indexed twice: against the nine bundled phases, none of which
it is, and against twelve common crystals, the stated one among them. Nothing is set by hand but
the scale where somebody stated one: the number beside a scale bar, or a calibration by the
microscope's owner. Right means: the stated material is named or cannot be told from the one
named, and the zone axis is the stated one; for rings, that the material is named by them or not
told apart; for halos and disks, that no crystal is named.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.errors import SaedError
from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.indexing.pipeline import IndexingSetup, answer, bundled_phases
from saed_desktop.indexing.solution import Solution
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.prepare import calibration_from_bar, prepare
from saed_desktop.pattern.readers import find_patterns, read_pattern
from saed_desktop.results.record import Status

PATTERNS = Path(__file__).resolve().parents[3] / "shared" / "patterns"

Indices = tuple[int, int, int]


@dataclass(frozen=True)
class Stated:
    """The phase stated for a pattern; its README says by whom and how surely.

    Parameters
    ----------
    material
        Name of the crystal among `common_crystals`; empty where nobody stated it.
    zone
        Zone axis, None where not stated.
    bar
        The number beside the scale bar, 1/nm.
    scale
        A calibration stated apart from the file, 1/Å per pixel.
    single
        Whether it is a pattern of one crystal; None where that is not known.
    """

    material: str = ""
    zone: Indices | None = None
    bar: float | None = None
    scale: float | None = None
    single: bool | None = None
    alike: tuple[str, ...] = ()
    """Crystals of the same structure whose lattice parameters differ by less than the scale's
    uncertainty."""


_FCC = ("Al", "Ag", "Au")
STATED = {
    "diff+1.8.bmp": Stated("Al", None, scale=1 / 158.34, single=False),
    "diff+21.5.bmp": Stated("Al", (1, 1, 2), scale=1 / 158.34, single=True, alike=_FCC),
    "Amorphous.hspy": Stated(single=False),
    "Au_100cm.tif": Stated("Au", single=False),
    "bismuth.dm3": Stated(single=False),
    "bismuth.dm4": Stated(single=False),
    "26.png": Stated(single=False),
    "panel_a_110.png": Stated("Al", (1, 1, 0), bar=5, single=True, alike=_FCC),
    "panel_b_112.png": Stated("Al", (1, 1, 2), scale=0.00694, single=True, alike=_FCC),
    "test_diffraction_pattern.dm3": Stated(single=False),
    "64x64_diffraction_acquire.emi": Stated(single=False),
    "64x64_diffraction_acquire_1.ser": Stated(single=False),
    "Camera Ceta Diffraction Micro.emd": Stated(single=False),
    "graphite.tif": Stated("graphite", (0, 0, 1), single=True),
    "LNMO SAED.jpg": Stated("LiNi0.5Mn1.5O4", (1, 1, 2), bar=10, single=True),
    "Ag_Nano1.bmp": Stated("Ag", bar=2, single=False),
    "Au_Nano_1.bmp": Stated("Au", bar=2, single=False),
    "panel_middle.png": Stated("Si", (0, 0, 1), bar=5, single=True),
    "30cmx08+SAED.png": Stated(bar=2, single=True),
    "00129.mrc": Stated("Si", single=True),
    "00362.mrc": Stated("Si", (1, 1, 1), single=True),
    "00437.mrc": Stated("Si", (3, 3, 2), single=True),
    "00577.mrc": Stated("Si", (1, 1, 0), single=True),
}


def common_crystals() -> tuple[Phase, ...]:
    """Return twelve crystals that microscopists meet, the stated ones among them."""

    def cubic(name: str, symbol: str, a: float, *sites: tuple[str, float]) -> Phase:
        atoms = tuple(Site(element, (x, x, x)) for element, x in sites)
        return Phase(
            name, Lattice(a, a, a, 90, 90, 90), space_group_from_symbol(symbol), atoms, name
        )

    spinel = "F d -3 m:2"
    lnmo = Phase(
        "LiNi0.5Mn1.5O4",
        Lattice(8.17, 8.17, 8.17, 90, 90, 90),
        space_group_from_symbol(spinel),
        (
            Site("Li", (0.125, 0.125, 0.125)),
            Site("Mn", (0.5, 0.5, 0.5), 0.75),
            Site("Ni", (0.5, 0.5, 0.5), 0.25),
            Site("O", (0.263, 0.263, 0.263)),
        ),
    )
    graphite = Phase(
        "graphite",
        Lattice(2.461, 2.461, 6.708, 90, 90, 120),
        space_group_from_symbol("P 63/m m c"),
        (Site("C", (0, 0, 0.25)), Site("C", (1 / 3, 2 / 3, 0.25))),
    )
    titanium = Phase(
        "alpha-Ti",
        Lattice(2.951, 2.951, 4.684, 90, 90, 120),
        space_group_from_symbol("P 63/m m c"),
        (Site("Ti", (1 / 3, 2 / 3, 0.25)),),
    )
    titanate = Phase(
        "SrTiO3",
        Lattice(3.905, 3.905, 3.905, 90, 90, 90),
        space_group_from_symbol("P m -3 m"),
        (Site("Sr", (0, 0, 0)), Site("Ti", (0.5, 0.5, 0.5)), Site("O", (0.5, 0.5, 0))),
    )
    return (
        cubic("Al", "F m -3 m", 4.0495, ("Al", 0)),
        cubic("Ag", "F m -3 m", 4.0862, ("Ag", 0)),
        cubic("Au", "F m -3 m", 4.0782, ("Au", 0)),
        cubic("Cu", "F m -3 m", 3.6149, ("Cu", 0)),
        cubic("bcc-Fe", "I m -3 m", 2.8665, ("Fe", 0)),
        cubic("Si", spinel, 5.431, ("Si", 0.125)),
        cubic("MgO", "F m -3 m", 4.212, ("Mg", 0), ("O", 0.5)),
        cubic("GaAs", "F -4 3 m", 5.653, ("Ga", 0), ("As", 0.25)),
        lnmo,
        graphite,
        titanium,
        titanate,
    )


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    file: str
    stated: str
    kind: str
    nine: str
    common: str
    outcome: str


def look_at(path: Path, nine: tuple[Phase, ...], common: tuple[Phase, ...]) -> Row:
    stated = STATED.get(path.name, Stated())
    words = _stated_words(stated)
    try:
        pattern = read_pattern(path)
        if stated.scale is not None:
            known = Calibration.known(stated.scale, ScaleSource.USER)
            pattern = pattern.with_calibration(known)
        elif stated.bar is not None:
            pattern = pattern.with_calibration(calibration_from_bar(pattern, stated.bar))
        prepared = prepare(pattern)
        by_nine = answer(prepared, IndexingSetup(nine))
        by_common = answer(prepared, IndexingSetup(common))
    except SaedError as error:
        return Row(path.name, words, "not read", "", "", f"failed: {error.sentence}")
    kind = f"{prepared.kind.value}, {len(prepared.diffracted)} spots"
    return Row(
        path.name,
        words,
        kind,
        _answer_words(by_nine),
        _answer_words(by_common),
        _outcome(stated, by_nine, by_common, common),
    )


def _stated_words(stated: Stated) -> str:
    parts = [stated.material or "not stated"]
    if stated.zone:
        parts.append("⟨{} {} {}⟩".format(*stated.zone))
    if stated.single is False:
        parts.append("no single crystal's zone")
    if stated.bar or stated.scale:
        parts.append("scale stated")
    return ", ".join(parts)


def _answer_words(solution: Solution) -> str:
    others = [name for name in solution.prediction_set if name != solution.phase]
    also = f" (or {', '.join(others)})" if others else ""
    if solution.phase is not None and _is_by_rings(solution):
        return f"{solution.phase}{also}, by its rings"
    if solution.prepared.kind in NOT_INDEXABLE:
        return "not indexable"
    if solution.status is not Status.INDEXED:
        return "none fits"
    best = next(c for c in solution.candidates if c.phase == solution.phase)
    zone = "[{} {} {}]".format(*best.zone_axis)
    found = f"{best.spots - best.unexplained} of {best.spots} spots"
    return (
        f"{best.phase} {zone}{also}, {found}, score {best.score:.2f}, "
        f"scale {best.scale_inv_angstrom_per_px:.5f}"
    )


def _is_by_rings(solution: Solution) -> bool:
    """Tell whether it is the rings that name the phase, and no single crystal."""
    named = any(c.phase == solution.phase for c in solution.candidates)
    return solution.rings is not None and not named


def _outcome(
    stated: Stated, by_nine: Solution, by_common: Solution, common: tuple[Phase, ...]
) -> str:
    named = by_common.status is Status.INDEXED
    parts = []
    if stated.single is False:
        parts.append(_outcome_of_many_crystals(stated, by_common) if named else "right")
    elif stated.zone is None:
        parts.append("no truth to compare with")
    elif not named:
        parts.append("wrong: nothing named")
    else:
        parts.append(_compared(stated, by_common, common))
    one_crystal = by_nine.status is Status.INDEXED and not _is_by_rings(by_nine)
    if one_crystal and len(by_nine.prediction_set) == 1:
        parts.append(f"**{by_nine.phase} named alone among the nine**")
    return "; ".join(parts)


def _outcome_of_many_crystals(stated: Stated, solution: Solution) -> str:
    if not _is_by_rings(solution):
        return "wrong: a crystal is named"
    if not stated.material:
        return "no truth to compare with"
    if stated.material not in solution.prediction_set:
        return f"wrong: {solution.phase} for {stated.material}"
    return (
        "right" if solution.phase == stated.material else f"right, with {solution.phase} as likely"
    )


def _compared(stated: Stated, solution: Solution, common: tuple[Phase, ...]) -> str:
    allowed = {stated.material, *stated.alike}
    phase = next(p for p in common if p.name == stated.material)
    own = [c for c in solution.candidates if c.phase in allowed]
    zone = phase.space_group.canonical_uvw(stated.zone)
    zone_right = bool(own) and phase.space_group.canonical_uvw(own[0].zone_axis) == zone
    if not allowed & set(solution.prediction_set):
        also = "right" if zone_right else "wrong"
        return (
            f"wrong: {solution.phase} for {stated.material}; zone axis of {stated.material} {also}"
        )
    if not zone_right:
        return "wrong: zone axis {}".format("[{} {} {}]".format(*own[0].zone_axis))
    return "right" if solution.phase in allowed else f"right, with {solution.phase} as likely"


def report(rows: list[Row], command: str) -> str:
    judged = [r for r in rows if r.outcome.startswith(("right", "wrong", "failed"))]
    right = sum(r.outcome.startswith("right") for r in judged)
    alone = sum("named alone" in r.outcome for r in rows)
    lines = [
        "# Measured patterns", "", f"    {command}", "",
        *__doc__.split("\n\n", 2)[2].strip().splitlines(), "",
        f"{right} of {len(judged)} patterns with a stated truth are right; of {len(rows)} patterns "
        f"{alone} get one of the nine bundled phases named alone, which none of them is.", "",
        "| file | stated | kind found | among the nine | among twelve common crystals | outcome |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {r.file} | {r.stated} | {r.kind} | {r.nine} | {r.common} | {r.outcome} |" for r in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patterns", type=Path, default=PATTERNS)
    parser.add_argument("--output", type=Path, help="write the table here as well")
    options = parser.parse_args()
    if not options.patterns.is_dir():
        sys.stdout.write("There is no folder of measured patterns beside the checkout: skipped.\n")
        return 0
    nine, common = bundled_phases(), common_crystals()
    files = find_patterns([options.patterns], recursive=True)
    text = report(
        [look_at(path, nine, common) for path in files],
        "python -m tests.benchmarks.real_patterns",
    )
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
