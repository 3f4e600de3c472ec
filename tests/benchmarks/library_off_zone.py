"""Patterns off every short zone axis, searched for in the bundled library.

    python -m tests.benchmarks.library_off_zone [--patterns 24] [--seed 92] [--shortlist-only]

Drawn as in `off_zone`, 5 to 15° off every zone axis of low index, of structures of the bundled
library (primitive cells of 45 Å³ and more, cells below 600 Å³: smaller ones rarely show the dozen
spots that are asked for), on a scale stated with an error of 1.5 %. Nothing is known of the
elements. Counted is the truth among the structures that are judged, once if the lengths of the
spots bring a third of 120 as on a zone axis, and as the search does it; then its rank in the end.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np

from saed_desktop.indexing.library import shortlist as shortlists
from saed_desktop.indexing.library.library_answer import answer_from_library
from saed_desktop.indexing.library.shortlist import LibrarySetup, shortlist
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from tests.benchmarks.off_zone import draw
from tests.benchmarks.tables import counts_table, stated_scale

LARGEST, SMALLEST_PRIMITIVE = 600.0, 45.0


@dataclass(frozen=True)
class Row:
    """One pattern; the rank counts from 1, 0 is not listed."""

    name: str
    off_deg: float
    spots: int
    on_lattice: int
    by_a_third: bool
    listed: bool
    judged: int
    rank: int
    seconds: float


def pool() -> list[LibraryStructure]:
    return [
        s
        for s in bundled_collection().all()
        if s.phase.lattice.volume < LARGEST
        and s.phase.lattice.volume / len(s.phase.space_group.centring_vectors) > SMALLEST_PRIMITIVE
    ]


def look_at(name: str, off_deg: float, prepared: PreparedPattern, *, judges: bool) -> Row:
    setup = LibrarySetup((bundled_collection(),))
    lattice = prepared.spot_lattice
    with patch.object(shortlists, "_is_on_lattice", lambda _view: True):
        as_on_zone = name in shortlist([prepared], setup).structures
    start = time.process_time()
    if judges:
        found = answer_from_library(prepared, setup)
        listed = found.shortlist.structures
        order = [c.phase for c in found.solution.candidates]
    else:
        listed, order = shortlist([prepared], setup).structures, []
    return Row(
        name,
        off_deg,
        len(prepared.diffracted),
        0 if lattice is None else int(lattice.members.sum()),
        as_on_zone,
        name in listed,
        len(listed),
        order.index(name) + 1 if name in order else 0,
        time.process_time() - start,
    )


def report(rows: list[Row], command: str, *, judges: bool) -> str:
    n = len(rows)
    counts = [
        ("truth judged, a third of 120 by lengths", sum(r.by_a_third for r in rows), n),
        ("truth judged, as the search does it", sum(r.listed for r in rows), n),
    ]
    if judges:
        counts += [
            (f"in the first {most} in the end", sum(0 < r.rank <= most for r in rows), n)
            for most in (5, 20)
        ]
    lines = [
        "# Patterns off every short zone axis, searched for in the library", "",
        f"    {command}", "",
        *(__doc__ or "").split("\n\n", 2)[2].strip().splitlines(), "",
        *counts_table(counts), "",
        "| structure | off | spots | on a lattice | judged | listed before | now | rank | s |",
        "|---|--:|--:|--:|--:|---|---|--:|--:|",
    ]  # fmt: skip
    lines += [
        f"| {r.name} | {r.off_deg:.1f}° | {r.spots} | {r.on_lattice} | {r.judged} | "
        f"{'yes' if r.by_a_third else 'no'} | {'yes' if r.listed else 'no'} | "
        f"{r.rank or '–'} | {r.seconds:.1f} |"
        for r in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patterns", type=int, default=24)
    parser.add_argument("--seed", type=int, default=92)
    parser.add_argument("--shortlist-only", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    structures = pool()
    rows = []
    for _ in range(options.patterns):
        structure = structures[int(rng.integers(len(structures)))]
        image, _, off_deg, scale = draw(structure.phase, rng)
        prepared = prepare(Pattern(image, stated_scale(scale, rng, is_known=True), 200.0))
        rows.append(look_at(structure.name, off_deg, prepared, judges=not options.shortlist_only))
    words = f"--patterns {options.patterns} --seed {options.seed}"
    words += " --shortlist-only" if options.shortlist_only else ""
    command = f"python -m tests.benchmarks.library_off_zone {words}"
    sys.stdout.write(report(rows, command, judges=not options.shortlist_only))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
