"""The search without candidates: what its index loses against trying every structure, and its time.

    python -m tests.benchmarks.library_search [--patterns 150] [--seed 2] [--output FILE.md]

Structures are the public files with a cell below 1,300 Å³ (`--largest`). Patterns are drawn of them
and spoilt as in `indexing_truth`: 30 % of the spots missing, 20 % foreign, scale 3 % off, ellipse
2 %, beam 5 px off. The index's shortlist is compared with the indexer's own ranking of all
structures; where the shortlist holds the truth, that ranking is not needed and is left out (it costs five
seconds a pattern). `--index-only` leaves out the judging of the shortlist.
"""

import argparse
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import PhaseError
from saed_desktop.indexing.library.library_answer import (
    QUICK,
)
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.indexing.library.shortlist import BY_LENGTHS, JUDGED
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.library.elements import element_mask
from saed_desktop.library.search import search
from saed_desktop.library.zone_index import build_index
from saed_desktop.library.zones import zones_of
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.proportion import wilson_interval
from tests.benchmarks.indexing_truth import draw_truth, spoilt
from tests.benchmarks.library_against_public import STRUCTURES

COUNT = JUDGED - int(BY_LENGTHS * JUDGED)
NOWHERE = 10_000


@dataclass(frozen=True)
class Case:
    """Ranks of the truth, from 0: in the shortlist, by trying all (None: not needed), at the end."""

    name: str
    shortlist: int
    exhaustive: int | None
    final: int
    search_s: float
    judging_s: float

    @property
    def lost(self) -> bool:
        return self.shortlist >= COUNT and self.exhaustive is not None and self.exhaustive < 20


def public_structures(folder: Path, largest: float) -> list[Phase]:
    phases = []
    for path in sorted(folder.rglob("*.cif")):
        try:
            phase = read_phase(path)
        except PhaseError:
            continue
        if phase.lattice.volume < largest:
            phases.append(phase)
    return phases


def run_case(
    phases: list[Phase], index, rng: np.random.Generator, *, scale: bool, judges: bool
) -> Case | None:
    k = int(rng.integers(len(phases)))
    truth = draw_truth(phases[k], rng)
    if truth is None:
        return None
    observation, spots, *_ = spoilt(truth, rng)
    lattice = find_spot_lattice(spots, tolerance_px=2.4)
    if not scale:
        observation = replace(observation, scale=None, scale_sigma=np.inf)
    start = time.process_time()
    lattices = measured_lattices(observation, lattice)
    found = search(index, lattices, lambda places: [phases[i] for i in places], count=COUNT)
    middle = time.process_time()
    pairs = find_basis_pairs(observation, lattice)

    def value(phase: Phase, **options) -> float:
        return max((c.log_posterior for c in match_phase(phase, observation, pairs, **options)),
                   default=-np.inf)  # fmt: skip

    judged = {int(i): value(phases[i], search=QUICK) for i in found.places if judges}
    end = time.process_time()
    places = found.places.tolist()
    shortlist = places.index(k) if k in places else NOWHERE
    final = sum(v > judged[k] for v in judged.values()) if k in judged else NOWHERE
    exhaustive = None
    if shortlist >= COUNT:
        every = np.array([value(phase) for phase in phases])
        exhaustive = int((every > every[k]).sum()) if np.isfinite(every[k]) else NOWHERE
    name = f"{phases[k].name} {truth.uvw}"
    return Case(name, shortlist, exhaustive, int(final), middle - start, end - middle)


def share(right: int, total: int) -> str:
    limits = wilson_interval(right, total)
    return f"{100 * right / max(total, 1):.1f} % ({100 * limits.low:.1f}–{100 * limits.high:.1f})"


def report(
    cases: list[Case], phases: list[Phase], build_ms: float, command: str, *, judges: bool
) -> str:
    n = len(cases)
    lost = [c for c in cases if c.lost]
    found = sum(c.shortlist < COUNT for c in cases)
    seconds = np.array([c.search_s + c.judging_s for c in cases])
    searching = np.array([c.search_s for c in cases])
    judging = [
        f"| truth first, in the end | {share(sum(c.final < 1 for c in cases), n)} |",
        f"| in the first five | {share(sum(c.final < 5 for c in cases), n)} |",
        f"| in the first twenty | {share(sum(c.final < 20 for c in cases), n)} |",
        f"| with the judging of {COUNT} structures | {np.median(seconds):.2f} s, "
        f"{np.percentile(seconds, 95):.2f} s |",
    ]
    lines = [
        "# Search without candidates", "", f"    {command}", "",
        *(__doc__ or "").split("\n\n", 2)[2].strip().splitlines(), "",
        f"{len(phases)} structures, {n} patterns; the index takes {build_ms:.1f} ms a structure to make.",
        "", "| | |", "|---|--:|",
        f"| truth in the shortlist of {COUNT} | {share(found, n)} |",
        f"| kept of what trying all would have ranked in its first 20 | "
        f"{share(found, found + len(lost))} |",
        f"| among its first twenty | {share(sum(c.shortlist < 20 for c in cases), n)} |",
        *(judging if judges else []),
        f"| processor time of the search, median and 95 % | {np.median(searching):.2f} s, "
        f"{np.percentile(searching, 95):.2f} s |",
        "",
        "Lost: " + ("; ".join(f"{c.name} (by trying all: {c.exhaustive + 1})" for c in lost) or "none") + ".",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patterns", type=int, default=150)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--largest", type=float, default=1300.0)
    parser.add_argument("--no-scale", action="store_true")
    parser.add_argument("--index-only", action="store_true")
    parser.add_argument("--folder", type=Path, default=STRUCTURES)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    phases = public_structures(options.folder, options.largest)
    masks = np.array([element_mask({s.element for s in p.sites}) for p in phases], dtype=np.uint64)
    start = time.process_time()
    index = build_index((zones_of(p) for p in phases), masks, "benchmark")
    build_ms = 1000 * (time.process_time() - start) / len(phases)
    rng = np.random.default_rng(options.seed)
    cases: list[Case] = []
    while len(cases) < options.patterns:
        case = run_case(
            phases, index, rng, scale=not options.no_scale, judges=not options.index_only
        )
        if case is not None:
            cases.append(case)
            if case.shortlist >= COUNT:
                print(case, flush=True)
    words = f"--patterns {options.patterns} --seed {options.seed}"
    words += " --no-scale" if options.no_scale else ""
    words += " --index-only" if options.index_only else ""
    words += f" --largest {options.largest:g}" if options.largest != 1300 else ""
    text = report(
        cases,
        phases,
        build_ms,
        f"python -m tests.benchmarks.library_search {words}",
        judges=not options.index_only,
    )
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
