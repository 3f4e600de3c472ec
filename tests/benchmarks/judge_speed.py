"""The judge's processor time for the best 16, 25 and 32 fits of a pattern, part by part.

    python -m tests.benchmarks.judge_speed [--patterns 8] [--rounds 15] [--seed 1]

Patterns of library structures are drawn as for its training; candidates are what a search of the
library lists, fitted as the program fits them. Of each part the least of all rounds is kept, on one
thread, and the mean over the patterns is printed. "In all" is `judged_shares`, as the program calls
it.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from saed_desktop.indexing.deciding.by_judge import bundled_judge, judged_shares
from saed_desktop.indexing.deciding.fit_features import fit_features
from saed_desktop.indexing.deciding.fit_tokens import fit_numbers
from saed_desktop.indexing.deciding.posterior import best_per_phase
from saed_desktop.indexing.deciding.unknown_crystal import log_odds_against_unknown
from saed_desktop.indexing.deciding.verdict import is_acceptable_fit
from saed_desktop.indexing.library.library_answer import QUICK
from saed_desktop.indexing.solution import Candidate
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phases
from trainer.judge.candidates import CandidateList, library_candidates
from trainer.judge.crystals import CrystalPool
from trainer.judge.observed import DrawnPattern, draw_pattern

COUNTS = (16, 25, 32)
LISTED = 48
PARTS = ("numbers of the fits", "odds against an unknown crystal", "features", "graph", "in all")


def least(action: Callable[[], object], rounds: int) -> float:
    """Return the least processor time of an action, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time_ns()
        action()
        times.append(time.process_time_ns() - start)
    return min(times) / 1e6


def drawn(count: int, seed: int) -> list[tuple[DrawnPattern, CandidateList, list[Candidate]]]:
    """Return patterns that have enough fits, with their lists and the best of each phase."""
    pool, rng = CrystalPool("test", whole=True), np.random.default_rng(seed)
    found: list[tuple[DrawnPattern, CandidateList, list[Candidate]]] = []
    number = 0
    while len(found) < count:
        number += 1
        phase = pool.draw_library(rng)
        pattern = draw_pattern(phase, seed, number, picture=False)
        if pattern is None or pattern.observation.scale is None:
            continue
        listed = library_candidates(phase, pattern, pool, count=LISTED)
        pairs = find_basis_pairs(pattern.observation, pattern.spot_lattice)
        fits = match_phases(listed.phases, pattern.observation, pairs, search=QUICK)
        best = best_per_phase(fits)
        if len(best) >= max(COUNTS):
            found.append((pattern, listed, best))
    return found


def timed(
    pattern: DrawnPattern, listed: CandidateList, best: list[Candidate], rounds: int
) -> list[float]:
    """Return the time of each part, and of all."""
    by_name = {phase.name: phase for phase in listed.phases}
    phases = [by_name[c.phase] for c in best]
    observation, lattice, judge = pattern.observation, pattern.spot_lattice, bundled_judge()
    numbers = fit_numbers(best, phases, observation, lattice)
    odds = np.array(log_odds_against_unknown(best, phases, observation, lattice))
    posterior = np.array([c.log_posterior for c in best])

    def features():
        accepted = np.array([is_acceptable_fit(c) for c in best])
        return fit_features(numbers, posterior, odds, accepted)

    found = features()
    actions = (
        lambda: fit_numbers(best, phases, observation, lattice),
        lambda: log_odds_against_unknown(best, phases, observation, lattice),
        features,
        lambda: judge.judge(found.values, found.behind, float(found.odds), is_scaled=True),
        lambda: judged_shares(judge, best, phases, observation, lattice),
    )
    return [least(action, rounds) for action in actions]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patterns", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cases = drawn(options.patterns, options.seed)
    spots = [len(pattern.observation) for pattern, _, _ in cases]
    print(f"{len(cases)} patterns of {min(spots)} to {max(spots)} spots, processor time in ms\n")
    print("| fits | " + " | ".join(PARTS) + " | most in all |")
    print("|--:" * (len(PARTS) + 2) + "|")
    for count in COUNTS:
        rows = np.array([timed(p, ls, best[:count], options.rounds) for p, ls, best in cases])
        values = [f"{value:.2f}" for value in (*rows.mean(axis=0), rows[:, -1].max())]
        print(f"| {count} | " + " | ".join(values) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
