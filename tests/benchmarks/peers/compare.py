"""The same patterns, phases and core: pyxem's template matching, py4DSTEM's ACOM, and us.

    python -m tests.benchmarks.peers.compare FOLDER --pyxem PYTHON --py4dstem PYTHON
        [--patterns 60] [--output FILE.md]

The two arguments are the interpreters of the environments where the others are installed
(`pip install pyxem` and `pip install py4DSTEM`). Template matching gets the images, ACOM the
spot lists; we answer both, once each. Everybody searches in steps of 2°, in one thread; times are processor time, so that a
busy machine does not distort them. A
direction is right if the beam is within 3° of the true one in the crystal, up to its symmetry.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.pattern.spots import Spots
from saed_desktop.simulation.orientation import beam_direction
from tests.benchmarks.peers import patterns

HERE = Path(__file__).parent
SCALE_SIGMA = 0.01


def answer_of(phases: dict[str, Phase], candidate) -> dict:
    if candidate is None:
        return {"phase": "", "uvw": [0, 0, 1]}
    lattice = phases[candidate.phase].lattice
    uvw = np.linalg.solve(lattice.direct.T, beam_direction(candidate.orientation))
    return {"phase": candidate.phase, "uvw": uvw.tolist()}


def ours_on_spots(facts: dict, phases: dict[str, Phase]) -> dict:
    side = patterns.SIDE_PX
    middle = ((side - 1) / 2, (side - 1) / 2)
    answers = []
    start = time.process_time()
    for listed in facts["spots"]:
        xy, intensity = np.array(listed["xy_px"]), np.array(listed["intensity"])
        ones = np.ones(len(xy))
        # a spot list has no noise of its own: the faintest one listed sets the detection limit
        significance = np.clip(7 * intensity / intensity.min(), 7, 500)
        order = np.argsort(-significance)
        xy, intensity, significance = xy[order], intensity[order], significance[order]
        spots = Spots(xy + middle, 0.5 * ones, intensity, intensity, 2 * ones, significance)
        observation = Observation(
            xy, 0.5 * ones, np.log(intensity), significance, middle, 1.0, facts["scale"],
            SCALE_SIGMA, 200.0, np.zeros((side, side), bool), np.arange(len(xy)),
        )  # fmt: skip
        basis_pairs = find_basis_pairs(observation, find_spot_lattice(spots, tolerance_px=1.5))
        found = [c for p in phases.values() for c in match_phase(p, observation, basis_pairs)]
        best = max(found, key=lambda c: c.log_posterior, default=None)
        answers.append(answer_of(phases, best))
    seconds = time.process_time() - start
    return {"tool": "ours, spot lists", "build_s": 0.0, "seconds": seconds, "answers": answers}


def ours_on_images(facts: dict, images: np.ndarray, phases: dict[str, Phase]) -> dict:
    setup = IndexingSetup(tuple(phases.values()))
    calibration = Calibration.known(facts["scale"], ScaleSource.USER, SCALE_SIGMA)
    answers = []
    start = time.process_time()
    for image in images:
        solution = index_pattern(Pattern(image, calibration, 200.0), setup)
        best = solution.candidates[0] if solution.candidates else None
        answers.append(answer_of(phases, best))
    seconds = time.process_time() - start
    return {"tool": "ours, images", "build_s": 0.0, "seconds": seconds, "answers": answers}


def direction_error_deg(phase: Phase, found: list[float], true: list[float]) -> float:
    rotations = phase.space_group.laue_rotations
    family = phase.lattice.directions(rotations @ np.array(found))
    fixed = phase.lattice.directions(np.array(true))
    lengths = np.linalg.norm(family, axis=1) * np.linalg.norm(fixed)
    cosine = np.abs(family @ fixed) / np.maximum(lengths, 1e-12)
    return float(np.rad2deg(np.arccos(np.clip(cosine.max(), -1, 1))))


def row_of(result: dict, facts: dict, phases: dict[str, Phase]) -> str:
    counts = {True: [0, 0, 0], False: [0, 0, 0]}
    for answer, truth in zip(result["answers"], facts["truths"], strict=True):
        count = counts[truth["on_zone"]]
        count[0] += 1
        if answer["phase"] == truth["phase"]:
            count[1] += 1
            error = direction_error_deg(phases[truth["phase"]], answer["uvw"], truth["uvw"])
            count[2] += error < 3.0
    n = len(facts["truths"])
    cells = [f"{counts[k][i]}/{counts[k][0]}" for k in (True, False) for i in (1, 2)]
    start = result["build_s"]
    first = result.get("first_call_s")
    start_words = f"{start:.1f} s" + (f" + {first:.1f} s compiling" if first else "")
    return (
        f"| {result['tool']} | {' | '.join(cells)} | {n / result['seconds']:.2f} | {start_words} |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pyxem", type=Path)
    parser.add_argument("--py4dstem", type=Path)
    parser.add_argument("--patterns", type=int, default=60)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    sys.argv = ["patterns", str(options.folder), "--patterns", str(options.patterns)]
    patterns.main()
    cv2.setNumThreads(1)
    facts = json.loads((options.folder / "patterns.json").read_text())
    images = np.load(options.folder / "images.npy")
    folder = resources_dir() / "phases"
    phases = {name: read_phase(folder / f"{name}.cif") for name in patterns.PHASES}
    one_core = {**os.environ, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    one_core.pop("PYTHONPATH", None)
    for python, script in ((options.pyxem, "templates.py"), (options.py4dstem, "acom.py")):
        if python is not None:
            command = [str(python), str(HERE / script), str(options.folder)]
            subprocess.run(command, check=True, env=one_core)
    results = [
        json.loads((options.folder / f"{name}.json").read_text())
        for name in ("templates", "acom")
        if (options.folder / f"{name}.json").exists()
    ]
    results += [ours_on_images(facts, images, phases), ours_on_spots(facts, phases)]
    text = "\n".join(
        [
            "# Against template matching and ACOM", "",
            "    python -m tests.benchmarks.peers.compare FOLDER --pyxem PYTHON --py4dstem PYTHON "
            f"--patterns {options.patterns}", "",
            *__doc__.split("\n\n", 2)[2].strip().splitlines(), "",
            f"Phases: {', '.join(patterns.PHASES)}. Patterns: " +
            " ".join(patterns.__doc__.split("\n\n")[2].split()), "",
            "| | phase, near a zone axis | and direction | phase, any orientation | and direction "
            "| patterns/s | before the first pattern |",
            "|---|--:|--:|--:|--:|--:|---|",
            *(row_of(result, facts, phases) for result in results), "",
        ]
    )  # fmt: skip
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
