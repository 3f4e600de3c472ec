"""Measured patterns whose crystal is known, searched for in the bundled library.

    python -m tests.benchmarks.library_measured [--output FILE.md]

Every pattern of one crystal that the folders beside the checkout state the material of is answered
by the library alone, with its stated scale (`real_patterns`; for two cameras whose files state
none, or a wrong one, the scale that the source fitted to other frames of the specimen), once
knowing nothing of the elements, once knowing those of the material, as from a spectrum: nothing
else may be in it. Counted is the rank of the true structure among all that are listed; where the
source leaves several materials of one structure open (fcc of a = 4.0 to 4.1 Å), any of them is the
truth. The families are structures of one type, the lines of the answer.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.errors import SaedError
from saed_desktop.indexing.library.library_answer import (
    answer_from_library,
)
from saed_desktop.indexing.library.shortlist import LibrarySetup
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.elements import ElementFilter
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.prepare import PreparedPattern, calibration_from_bar, prepare
from saed_desktop.pattern.readers import find_patterns, read_pattern
from tests.benchmarks.real_patterns import PATTERNS, STATED, Stated
from tests.benchmarks.tables import counts_table

REDRAWN = PATTERNS.parent / "handouts" / "measured"
REDRAWN_STATED = {
    "1_half_lattice_centre_Si111.png": Stated("Si", (1, 1, 1), scale=0.00556, single=True),
    "2_MoO3_010_weak_forbidden.tif": Stated("MoO3", (0, 1, 0), scale=0.0106, single=True),
    "4_Ag111_third_422.png": Stated("Ag", (1, 1, 1), scale=0.00641, single=True),
    "6_Si_offzone_network_only.png": Stated("Si", scale=0.00556, single=True),
}
CALIBRATED = {
    "00129.mrc": 0.005524, "00362.mrc": 0.005524, "00437.mrc": 0.005524, "00577.mrc": 0.005524,
    "graphite.tif": 0.002877,
}  # fmt: skip
ELEMENTS = {
    "Al": ("Al",), "Ag": ("Ag",), "Au": ("Au",), "Si": ("Si",), "graphite": ("C",),
    "LiNi0.5Mn1.5O4": ("Li", "Ni", "Mn", "O"), "MoO3": ("Mo", "O"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One pattern: ranks of the truth, from 1, without and with its elements; 0 for not listed."""

    file: str
    truth: str
    spots: int
    rank: int
    family_rank: int
    rank_with_elements: int
    listed_with_elements: int
    seconds: float
    first: str


def stated_patterns(folders: list[Path]) -> list[tuple[Path, Stated]]:
    known = STATED | REDRAWN_STATED
    found = []
    for folder in folders:
        for path in find_patterns([folder], recursive=True):
            stated = known.get(path.name, Stated())
            if stated.material and stated.single:
                found.append((path, stated))
    return found


def prepared_pattern(path: Path, stated: Stated) -> PreparedPattern:
    pattern = read_pattern(path)
    scale = CALIBRATED.get(path.name, stated.scale)
    if scale is not None:
        pattern = pattern.with_calibration(Calibration.known(scale, ScaleSource.USER))
    elif stated.bar is not None:
        pattern = pattern.with_calibration(calibration_from_bar(pattern, stated.bar))
    return prepare(pattern)


def look_at(path: Path, stated: Stated) -> Row:
    truth = {stated.material, *stated.alike}
    prepared = prepared_pattern(path, stated)
    library = (bundled_collection(),)
    start = time.process_time()
    found = answer_from_library(prepared, LibrarySetup(library))
    seconds = time.process_time() - start
    names = [c.phase for c in found.solution.candidates]
    record = found.to_record(file="").library
    families = [set(f.phases) for f in record.families] if record else []
    elements = tuple(sorted({e for name in truth for e in ELEMENTS[name]}))
    told = answer_from_library(prepared, LibrarySetup(library, ElementFilter(allowed=elements)))
    own = [c.phase for c in told.solution.candidates]
    return Row(
        path.name,
        " or ".join(sorted(truth)),
        len(prepared.diffracted),
        _rank([name in truth for name in names]),
        _rank([bool(family & truth) for family in families]),
        _rank([name in truth for name in own]),
        len(own),
        seconds,
        names[0] if names else "nothing",
    )


def _rank(is_right: list[bool]) -> int:
    return is_right.index(True) + 1 if True in is_right else 0


def report(rows: list[Row], command: str) -> str:
    n = len(rows)

    def within(limit: int, ranks: list[int]) -> int:
        return sum(0 < rank <= limit for rank in ranks)

    told, untold = [r.rank_with_elements for r in rows], [r.rank for r in rows]
    counts = [
        ("elements given: truth in the first five (goal 95 %)", within(5, told), n),
        ("elements not given: truth in the first twenty (goal 85 %)", within(20, untold), n),
        ("elements not given: truth in the first five", within(5, untold), n),
        ("its family in the first five", within(5, [r.family_rank for r in rows]), n),
        ("its family in the first twenty", within(20, [r.family_rank for r in rows]), n),
    ]
    lines = [
        "# Measured patterns, searched for in the library", "", f"    {command}", "",
        *(__doc__ or "").split("\n\n", 2)[2].strip().splitlines(), "",
        *counts_table(counts), "",
        "| file | truth | spots | rank | its family | with elements | of | first | s |",
        "|---|---|--:|--:|--:|--:|--:|---|--:|",
    ]  # fmt: skip
    lines += [
        f"| {r.file} | {r.truth} | {r.spots} | {r.rank or '–'} | {r.family_rank or '–'} | "
        f"{r.rank_with_elements or '–'} | {r.listed_with_elements} | {r.first} | {r.seconds:.1f} |"
        for r in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, help="write the table here as well")
    options = parser.parse_args()
    folders = [folder for folder in (PATTERNS, REDRAWN) if folder.is_dir()]
    if not folders:
        sys.stdout.write("There is no folder of measured patterns beside the checkout: skipped.\n")
        return 0
    rows = []
    for path, stated in stated_patterns(folders):
        try:
            rows.append(look_at(path, stated))
        except SaedError as error:
            sys.stdout.write(f"{path.name}: {error.sentence}\n")
    text = report(rows, "python -m tests.benchmarks.library_measured")
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
