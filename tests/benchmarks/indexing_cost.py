"""Cost of indexing by phases, zone axes and spots; and of one 2k image, step by step.

    python -m tests.benchmarks.indexing_cost [--pictures N] [--output FILE.md]

Times are processor time of one thread, the best of three; OpenCV's own threads are off.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import tifffile

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.pipeline import IndexingSetup, answer, bundled_phases
from saed_desktop.indexing.solving.hypotheses.basis_pairs import FULL_SEARCH, find_basis_pairs
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.benchmarks.crystals import fifty_crystals
from tests.benchmarks.independent.third_camera import Crystals, draw
from tests.benchmarks.indexing_truth import draw_truth, spoilt


def seconds_of(work: Callable[[], object], repeats: int = 3) -> float:
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return float(best)


def observed(phase: Phase, least_spots: int, seed: int = 0):
    """Return a spoilt pattern of a phase with at least so many spots."""
    rng = np.random.default_rng(seed)
    best = None
    for _ in range(60):
        truth = draw_truth(phase, rng)
        if truth is None:
            continue
        observation, spots, _, _ = spoilt(truth, rng)
        if best is None or len(spots) > len(best[1]):
            best = observation, spots
        if len(best[1]) >= least_spots:
            break
    assert best is not None
    return best


def index(observation: Observation, spots, phases: list[Phase], search=FULL_SEARCH) -> None:
    basis_pairs = find_basis_pairs(observation, find_spot_lattice(spots, tolerance_px=2.4))
    for phase in phases:
        match_phase(phase, observation, basis_pairs, search=search)


def growth() -> list[str]:
    crystals = fifty_crystals()
    by_name = {c.name: c for c in crystals}
    observation, spots = observed(by_name["ZrO2_mono"], 30)
    index(observation, spots, crystals)  # tables are made once
    lines = ["| what | value | s/pattern | patterns/s |", "|---|--:|--:|--:|"]
    for n in (1, 3, 10, 30, 50):
        s = seconds_of(lambda n=n: index(observation, spots, crystals[:n]))
        lines.append(f"| phases | {n} | {s:.3f} | {1 / s:.1f} |")
    for n in (30, 100, 300, 1000):
        search = replace(FULL_SEARCH, n_tried=n)
        s = seconds_of(lambda search=search: index(observation, spots, crystals[:10], search))
        lines.append(f"| orientations tried per phase, at most | {n} | {s:.3f} | {1 / s:.1f} |")
    for name, least in (("beta-Zr", 8), ("ZrO2_mono", 20), ("beta-Pu", 60), ("alpha-Pu", 90)):
        observation, spots = observed(by_name[name], least)
        s = seconds_of(lambda o=observation, p=spots: index(o, p, crystals[:10]))
        lines.append(f"| spots, ten phases | {len(spots)} | {s:.3f} | {1 / s:.1f} |")
    fresh = crystals[:10]
    phase_table.cache_clear()
    first = seconds_of(lambda: [phase_table(p, 1.5) for p in fresh], repeats=1)
    lines.append(f"| tables of ten phases, once per program | 10 | {first:.3f} | |")
    return lines


def big_image(path: Path, phase: Phase) -> None:
    rng = np.random.default_rng(1)
    side, scale = 2048, 0.0016
    orientation = orientation_of_zone(phase.lattice, (0, 1, 0), in_plane_deg=17, tilt_deg=0.4)
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.5), orientation, thickness_angstrom=300
    )
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    middle = np.array([1031.0, 1012.0])
    image = 30 + 300 / (1 + (np.hypot(columns - middle[0], rows - middle[1]) / 150) ** 2)
    places = np.vstack([[[0, 0]], shown.q_xy]) / scale + middle
    heights = np.concatenate([[40_000], 9000 * (shown.intensity / shown.intensity[0]) ** 0.7])
    for (x, y), height in zip(places, heights, strict=True):
        if 30 < x < side - 30 and 30 < y < side - 30:
            part = np.s_[int(y) - 25 : int(y) + 26, int(x) - 25 : int(x) + 26]
            gap = (columns[part] - x) ** 2 + (rows[part] - y) ** 2
            image[part] += height * np.exp(-gap / 50)
    tifffile.imwrite(path, rng.poisson(image).astype(np.uint16))


def one_image() -> list[str]:
    crystals = fifty_crystals()
    phases = tuple(crystals[:10])
    phase = next(c for c in crystals if c.name == "ZrO2_mono")
    phases = tuple({p.name: p for p in (phase, *phases)}.values())[:10]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.tif"
        big_image(path, phase)
        known = Calibration.known(0.0016, ScaleSource.USER)
        pattern = read_pattern(path).with_calibration(known)
        prepared = prepare(pattern)
        solution = answer(prepared, IndexingSetup(phases))
        reading = seconds_of(lambda: read_pattern(path))
        preparing = seconds_of(lambda: prepare(pattern))
        indexing = seconds_of(lambda: answer(prepared, IndexingSetup(phases)))
    total = reading + preparing + indexing
    best = solution.candidates[0]
    return [
        "| step of one 2048 × 2048 image, ten phases | s |", "|---|--:|",
        f"| reading (16-bit TIFF) | {reading:.3f} |",
        f"| preparing: mask, centre, {len(prepared.diffracted)} spots, net, kind | {preparing:.3f} |",
        f"| indexing and refining | {indexing:.3f} |",
        f"| together ({best.phase} {best.zone_axis}; true: {phase.name} (0, 1, 0)) | {total:.3f} |",
    ]  # fmt: skip


def varied_pictures(count: int, seed: int = 5) -> list[str]:
    """Return the mean cost of varied pictures, drawn by the third camera, of the nine phases."""
    phases = bundled_phases()
    crystals, setup = Crystals(list(phases)), IndexingSetup(phases)
    seconds: dict[str, list[float]] = {"prepare": [], "known": [], "unknown": []}
    for index in range(count):
        picture = draw(crystals, seed, index, "b", sides=(800, 1024, 1280, 1536, 2048))
        image = picture.image_yx
        scale = Calibration.known(picture.scale, ScaleSource.USER, 0.02)
        known, unknown = Pattern(image, scale), Pattern(image)
        seconds["prepare"].append(seconds_of(lambda p=known: prepare(p), repeats=1))
        for name, pattern in (("known", known), ("unknown", unknown)):
            ready = prepare(pattern)
            seconds[name].append(seconds_of(lambda p=ready: answer(p, setup), repeats=1))
    lines = [f"| {count} varied pictures, 800 to 2048 px | mean s | median s | longest s |",
             "|---|--:|--:|--:|"]  # fmt: skip
    names = {
        "prepare": "preparing",
        "known": "nine phases, scale known to 2 %",
        "unknown": "nine phases, no scale",
    }
    for key, name in names.items():
        taken = np.array(seconds[key])
        lines.append(
            f"| {name} | {taken.mean():.3f} | {np.median(taken):.3f} | {taken.max():.3f} |"
        )
    return lines


def start_up() -> str:
    """Return the seconds from a fresh interpreter to the first answer's modules and phases."""
    code = (
        "import time; from saed_desktop.indexing.pipeline import bundled_phases;"
        "bundled_phases(); print(time.process_time())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    return f"Start-up, importing and reading nine CIFs: {float(done.stdout):.2f} s, once."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path)
    parser.add_argument("--pictures", type=int, default=40, metavar="N", help="varied pictures")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    text = "\n".join(
        ["# What indexing costs", "", "    python -m tests.benchmarks.indexing_cost", "",
         *__doc__.split("\n\n", 2)[2].strip().splitlines(), "", *growth(), "", *one_image(), "",
         *varied_pictures(options.pictures), "",
         start_up(), ""]
    )  # fmt: skip
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
