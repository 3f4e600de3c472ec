"""Halving against the exhaustive search on a reduced space, both run to the end on one core.

216 plain CNNs learn five phases from small simulated patterns. The exhaustive search trains every
one in full, and the best 40 of them with two more seeds: their mean is the ranking that counts, and
how well the seeds agree says what a ranking by one training is worth. The halving searches, one per
seed, none of it a seed of the exhaustive search, may spend a tenth of one training of each.

    python -m tests.benchmarks.search_reduced --output FOLDER

The same command goes on where it was stopped; `--only-judge` judges what is there. About 25
processor minutes for the exhaustive search, 10 for its repeats, 2 for each halving search. Cost is
counted as arithmetic (three passes per pattern learnt, one per pattern validated), which does not
depend on what else the machine does, and as processor time.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from saed_desktop.paths import resources_dir
from trainer.cli import main as saed_trainer
from trainer.search.analysis import spearman
from trainer.search.layout import result_files
from trainer.search.results import Result, merge
from trainer.search.rung_trials import ranked_architectures
from trainer.search.settings import load_settings

PHASES = ("delta-PuZr", "alpha-Zr", "PuO2", "beta-Pu", "Zr3O_R32")
PER_PHASE = 2000
CROP_PX = 44
SIZE_PX = 32
SIDE_PX = 64
ALLOWED_SHARE = 0.1

RANGES = {
    "orientation": {"max_index": 1, "random_share": 0.0, "tilt_sigma_deg": 0.4, "bend_share": 1.0},
    "spots": {
        "q_max": [0.95, 1.05], "dynamic_range": [5.0, 7.5], "second_grain_share": 0.0,
        "second_phase_share": 0.0, "saturation_share": 0.0, "beam_stop_share": 0.0,
        "intensity_power": [0.5, 0.7], "strong_ellipse_share": 0.0,
    },
    "image": {
        "spot_sigma": [11.0, 16.0], "disk_share": 0.0, "spot_counts": [500.0, 10000.0],
        "center_offset": [0.0, 0.02], "background": [0.15, 1.5], "halo_share": 0.0,
        "ring_share": 0.0, "kikuchi_share": 0.0, "beam_radius": [14.0, 22.0],
        "beam_counts": [1.0, 3.0], "bloom_share": 0.0, "stop_share": 0.0, "dead_line_share": 0.0,
        "film_share": 0.0, "export_share": 1.0, "export_gamma": [0.35, 0.6], "log_share": 0.0,
        "inverted_share": 0.0, "text_share": 0.0, "jpeg_share": 0.0,
    },
}  # fmt: skip
"""Clean patterns of low-index zone axes at one scale: what a small CNN can learn in seconds."""

COMMON = f"""
crop = {CROP_PX}
[space]
name = "reduced"
[space.axes]
conv_layers = [1, 2, 3]
dense_layers = [1, 3, 6]
first_nodes = [8, 64]
batch_norm = [false, true]
learning_rate = [0.01, 0.001, 0.0001]
width = [8, 16]
batch_size = [32]
[finals]
candidates = 0
size = {SIZE_PX}
[data]
test_fraction = 0.0
validation_fraction = 0.15
jobs = 1
"""
"""Ends and middle of the variables of Table II that a small image allows, and two widths."""

FULL = f"""
[[rungs]]
epochs = 5
size = {SIZE_PX}
rotations = 1
schedule = "cosine"
"""
REPEATED = 40
EXHAUSTIVE = f"""
[search]
relatives = 0.0
{FULL}
{FULL}
keep = {REPEATED}
seeds = 2
"""
"""Everything in full, once; the best again with two more seeds, which say how much was luck."""

SHORT = FULL.replace("epochs = 5", "epochs = 1")
HALVING = f"""
{SHORT}
share = 0.1
{SHORT}
share = 0.4
keep = 24
{SHORT}
keep = 8
{FULL}
keep = 3
seeds = 2
"""
"""The last rung's two seeds halve the luck of what decides (tests/benchmarks/results/search.md)."""

FIRST_SEED = 60
"""Of the halving searches; 10 to 50 went into a last rung of four architectures and one seed."""

RUNGS = HALVING.count("[[rungs]]")


def simulate(folder: Path) -> Path:
    """Render the patterns once."""
    target = folder / "patterns"
    if (target / "patterns.csv").is_file():
        return target
    ranges = folder / "ranges.json"
    ranges.write_text(json.dumps(RANGES), encoding="utf-8")
    files = [str(resources_dir() / "phases" / f"{name}.cif") for name in PHASES]
    status = saed_trainer(
        ["simulate", "--phases", *files, "--size", str(SIDE_PX), "--count", str(PER_PHASE),
         "--orientations", "60", "--format", "png", "--ranges", str(ranges),
         "--output", str(target)]
    )  # fmt: skip
    assert status == 0
    return target


Scores = dict[int, float]


def search(folder: Path, data: Path, name: str, strategy: str, rungs: str, seed: int) -> None:
    """Run a search to its end."""
    config, own = folder / f"{name}.toml", folder / name
    config.write_text(COMMON + rungs, encoding="utf-8")
    status = saed_trainer(
        ["search", "run", "--config", str(config), "--strategy", strategy, "--seed", str(seed),
         "--data", str(data), "--cache-dir", str(folder / "cache"), "--output", str(own),
         "--engine", "here", "--device", "cpu", "--precision", "fp32"]
    )  # fmt: skip
    assert status == 0


def results_of(folder: Path, rung: int) -> list[Result]:
    """Return the results of a rung."""
    return list(merge(result_files(folder, rung)).by_key.values())


def mean_scores(results: Iterable[Result]) -> Scores:
    """Return the mean score of every architecture."""
    by_index: dict[int, list[float]] = defaultdict(list)
    for result in results:
        by_index[result.index].append(result.score or 0.0)
    return {index: float(np.mean(values)) for index, values in by_index.items()}


def arithmetic(results: Iterable[Result]) -> int:
    """Return the operations of some trainings: forwards and twice that backwards, validation."""
    return sum(r.flops * (3 * r.samples + r.epochs * (r.n or 0)) for r in results)


def cpu_seconds(results: Iterable[Result]) -> float:
    """Return the processor time of some trainings."""
    return sum(r.cpu_seconds for r in results)


def agreement(a: Scores, b: Scores) -> float:
    """Return the rank correlation over the architectures that both have."""
    shared = sorted(set(a) & set(b))
    return round(spearman([a[i] for i in shared], [b[i] for i in shared]), 3)


def place(scores: Scores, index: int) -> int:
    """Return which place an architecture has."""
    return 1 + sum(score > scores[index] for score in scores.values())


def top(scores: Scores, count: int = 5) -> list[int]:
    """Return the best architectures."""
    return sorted(scores, key=lambda index: -scores[index])[:count]


@dataclass(frozen=True)
class Truth:
    """Findings of the exhaustive search.

    Parameters
    ----------
    once
        Score of every architecture by one training.
    by_seed
        Scores of the best by each of three seeds.
    mean
        Their mean.
    operations, seconds
        What one training of each architecture cost.
    """

    once: Scores
    by_seed: list[Scores]
    mean: Scores
    operations: int
    seconds: float


def truth_of(folder: Path) -> Truth:
    """Return what the exhaustive search found; architectures without all their seeds left out."""
    first, again = (results_of(folder, rung) for rung in (0, 1))
    once = mean_scores(first)
    seeds = sorted({result.seed for result in again})
    repeats = [{r.index: r.score or 0.0 for r in again if r.seed == seed} for seed in seeds]
    whole = set.intersection(set(once), *map(set, repeats))
    by_seed = [{i: scores[i] for i in sorted(whole)} for scores in (once, *repeats)]
    mean = {i: float(np.mean([scores[i] for scores in by_seed])) for i in sorted(whole)}
    return Truth(once, by_seed, mean, arithmetic(first), cpu_seconds(first))


def noise_of(truth: Truth) -> dict:
    """Return how well the exhaustive ranking repeats itself."""
    pairs = [(0, 1), (0, 2), (1, 2)]
    table = np.array([[scores[i] for i in truth.mean] for scores in truth.by_seed])
    others = [
        {i: float(np.mean([s[i] for k, s in enumerate(truth.by_seed) if k != own])) for i in scores}
        for own, scores in enumerate(truth.by_seed)
    ]
    return {
        "repeated": len(truth.mean),
        "sd_between_seeds": round(float(np.sqrt(table.var(axis=0, ddof=1).mean())), 4),
        "spearman_between_seeds": [agreement(truth.by_seed[a], truth.by_seed[b]) for a, b in pairs],
        "top_5_in_common": [
            len(set(top(truth.by_seed[a])) & set(top(truth.by_seed[b]))) for a, b in pairs
        ],
        # what a search that trains everything once would have said
        "place_of_a_seeds_best_by_the_others": [
            place(rest, top(own, 1)[0]) for own, rest in zip(truth.by_seed, others, strict=True)
        ],
    }


def judge(own: Path, truth: Truth) -> dict:
    """Return how one halving search did against the exhaustive ranking."""
    rungs = [results_of(own, rung) for rung in range(len(load_settings(own).rungs))]
    scores = [mean_scores(rung) for rung in rungs]
    finalists = ranked_architectures(rungs[-1])
    winner, best = finalists[0], max(truth.mean.values())
    flat = [result for rung in rungs for result in rung]
    known = truth.mean.get(winner)
    return {
        "winner": winner,
        "place_by_mean": None if known is None else place(truth.mean, winner),
        "place_by_one_training": place(truth.once, winner),
        "points_below_best_mean": None if known is None else round(100 * (best - known), 2),
        "best_finalist_place_by_mean": min(
            (place(truth.mean, i) for i in finalists if i in truth.mean), default=None
        ),
        "rung_sizes": [len(rung) for rung in rungs],
        "top_5_by_mean_in_rung": [len(set(top(truth.mean)) & set(rung)) for rung in scores],
        "spearman_with_one_training": [agreement(rung, truth.once) for rung in scores],
        "spearman_with_mean": [agreement(rung, truth.mean) for rung in scores],
        "arithmetic_share": round(arithmetic(flat) / truth.operations, 4),
        "cpu_share": round(cpu_seconds(flat) / truth.seconds, 4),
    }


def summary_of(truth: Truth, rows: dict[int, dict]) -> dict:
    """Return everything in figures."""
    found = [row["place_by_mean"] for row in rows.values()]
    n, spent = len(truth.once), max(row["arithmetic_share"] for row in rows.values())
    drawn = int(spent * n)
    return {
        "architectures": n,
        "exhaustive_cpu_minutes": round(truth.seconds / 60, 1),
        "top_5_by_mean": {i: round(truth.mean[i], 4) for i in top(truth.mean)},
        "noise": noise_of(truth),
        "halving_searches": len(rows),
        "winners_in_top_5_by_mean": sum(p is not None and p <= 5 for p in found),
        "winners_in_top_5_by_one_training": sum(
            row["place_by_one_training"] <= 5 for row in rows.values()
        ),
        # of architectures drawn at random for the same cost, in full and without any noise
        "chance_of_a_random_search": round(1 - math.comb(n - 5, drawn) / math.comb(n, drawn), 3),
        "within_a_tenth": spent <= ALLOWED_SHARE,
        "halving": rows,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5, help="halving searches")
    parser.add_argument("--only-judge", action="store_true", help="run nothing")
    args = parser.parse_args()
    torch.set_num_threads(1)
    folder = args.output.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    seeds = range(FIRST_SEED, FIRST_SEED + 10 * args.seeds, 10)
    names = {seed: f"halving-{seed}" for seed in seeds}
    if not args.only_judge:
        data = simulate(folder)
        search(folder, data, "exhaustive", "halving", EXHAUSTIVE, 0)
        for seed, name in names.items():
            search(folder, data, name, "halving", HALVING, seed)
    truth = truth_of(folder / "exhaustive")
    rows = {
        seed: judge(folder / name, truth)
        for seed, name in names.items()
        if result_files(folder / name, RUNGS - 1)
    }
    summary = summary_of(truth, rows)
    (folder / "summary.json").write_text(json.dumps(summary, indent=1))
    sys.stdout.write(json.dumps(summary) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
