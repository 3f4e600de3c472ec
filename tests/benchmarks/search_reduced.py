"""Halving against the exhaustive search on a reduced space, both run to the end on one core.

216 plain CNNs learn five phases from small simulated patterns. The exhaustive search trains every
one in full; the halving searches, one per seed, with other weights and another order of patterns
than the exhaustive one, may spend a tenth of that. The questions: is the winner of halving among
the best five of the exhaustive ranking, and how well does each rung's ranking agree with it?

    python -m tests.benchmarks.search_reduced --output FOLDER

The same command goes on where it was stopped. About half an hour for the exhaustive part on one
core, and a tenth of it for each seed.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

from saed_desktop.paths import resources_dir
from trainer.cli import main as saed_trainer
from trainer.search.layout import result_files
from trainer.search.members import ranking
from trainer.search.results import merge
from trainer.search.settings import load_settings

PHASES = ("delta-PuZr", "alpha-Zr", "PuO2", "beta-Pu", "Zr3O_R32")
PER_PHASE = 300
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
dense_layers = [1, 2, 4]
first_nodes = [16, 64]
batch_norm = [false, true]
learning_rate = [0.01, 0.001, 0.0001]
batch_size = [16, 32]
width = [8]
[finals]
candidates = 0
size = {SIZE_PX}
[data]
test_fraction = 0.0
validation_fraction = 0.6
jobs = 1
"""

FULL_EPOCHS = 4
REPEATED = 64
EXHAUSTIVE = f"""
[search]
relatives = 0.0
[[rungs]]
epochs = {FULL_EPOCHS}
size = {SIZE_PX}
rotations = 8
[[rungs]]
epochs = {FULL_EPOCHS}
size = {SIZE_PX}
rotations = 8
keep = {REPEATED}
seeds = 2
"""
"""Everything in full, once; the best again with two more seeds, which say how much was luck."""

HALVING = f"""
[[rungs]]
epochs = 1
size = {SIZE_PX}
rotations = 1
[[rungs]]
epochs = 1
size = {SIZE_PX}
rotations = 8
keep = 20
[[rungs]]
epochs = {FULL_EPOCHS}
size = {SIZE_PX}
rotations = 8
keep = 6
"""


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


def search(
    folder: Path, data: Path, name: str, strategy: str, rungs: str, seed: int, *, shards: int = 1
) -> float:
    """Run a search to its end and return the processor seconds of its trainings."""
    config, own = folder / f"{name}.toml", folder / name
    config.write_text(COMMON + rungs, encoding="utf-8")
    status = saed_trainer(
        ["search", "run", "--config", str(config), "--strategy", strategy, "--seed", str(seed),
         "--data", str(data), "--cache-dir", str(folder / "cache"), "--output", str(own),
         "--engine", "here" if shards == 1 else "local", "--shards", str(shards),
         "--device", "cpu", "--precision", "fp32"]
    )  # fmt: skip
    assert status == 0
    n_rungs = len(load_settings(own).rungs)
    return sum(
        result.cpu_seconds
        for rung in range(n_rungs)
        for result in merge(result_files(own, rung)).by_key.values()
    )


def scores_of(folder: Path, rung: int) -> dict[int, float]:
    """Return the score of every architecture of a rung."""
    by_key = merge(result_files(folder, rung)).by_key
    return {r.index: r.score or 0.0 for r in by_key.values()}


def spearman(a: dict[int, float], b: dict[int, float]) -> float:
    """Return the rank correlation over the architectures that both have."""
    shared = sorted(set(a) & set(b))
    ranks = [_ranks(np.array([values[i] for i in shared])) for values in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def judge(folder: Path, seed: int, truth: dict[int, float], order: list[int]) -> dict:
    """Return how one halving search did against the exhaustive ranking."""
    own = folder / f"halving-{seed}"
    n_rungs = len(load_settings(own).rungs)
    rungs = [scores_of(own, rung) for rung in range(n_rungs)]
    last = ranking(merge(result_files(own, n_rungs - 1)).by_key.values())
    samples = sum(
        r.samples * r.flops
        for rung in range(n_rungs)
        for r in merge(result_files(own, rung)).by_key.values()
    )
    places = [order.index(r.index) + 1 for r in last]
    return {
        "seed": seed,
        "winner": last[0].index,
        "winner_place": places[0],
        "winner_exhaustive_score": truth[last[0].index],
        "best_place_among_finalists": min(places),
        "spearman": [round(spearman(rung, truth), 3) for rung in rungs],
        "rung_sizes": [len(rung) for rung in rungs],
        "training_arithmetic": samples,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5, help="halving searches")
    parser.add_argument("--shards", type=int, default=1, help="processes of the exhaustive part")
    parser.add_argument(
        "--only-halving", action="store_true", help="run the halving searches and judge nothing"
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    folder = args.output.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    data = simulate(folder)
    if args.only_halving:
        for seed in range(1, args.seeds + 1):
            search(folder, data, f"halving-{seed}", "halving", HALVING, seed)
        return 0
    whole = search(folder, data, "exhaustive", "exhaustive", EXHAUSTIVE, 0, shards=args.shards)
    results = merge(result_files(folder / "exhaustive", 0)).by_key.values()
    truth = {r.index: r.score or 0.0 for r in results}
    order = [r.index for r in ranking(results)]
    arithmetic = sum(r.samples * r.flops for r in results)
    rows = []
    for seed in range(1, args.seeds + 1):
        spent = search(folder, data, f"halving-{seed}", "halving", HALVING, seed)
        row = judge(folder, seed, truth, order)
        row["cpu_share"] = round(spent / whole, 4)
        row["arithmetic_share"] = round(row.pop("training_arithmetic") / arithmetic, 4)
        rows.append(row)
        sys.stdout.write(json.dumps(row) + "\n")
    found = sum(row["winner_place"] <= 5 for row in rows)
    top = {order[i]: round(truth[order[i]], 4) for i in range(5)}
    values = np.array(sorted(truth.values()))
    summary = {
        "architectures": len(truth),
        "exhaustive_cpu_minutes": round(whole / 60, 1),
        "exhaustive_top_5": top,
        "score_quantiles_0_50_90_100": [
            round(float(q), 3) for q in np.quantile(values, [0, 0.5, 0.9, 1])
        ],
        "halving_winner_in_top_5": f"{found} of {len(rows)}",
        "finalists_hold_a_top_5": f"{sum(r['best_place_among_finalists'] <= 5 for r in rows)} "
        f"of {len(rows)}",
        "within_a_tenth": all(row["cpu_share"] <= ALLOWED_SHARE for row in rows),
        "halving": rows,
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=1))
    sys.stdout.write(json.dumps(summary) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
