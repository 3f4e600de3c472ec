"""Error of the direct beam on an independent third camera, against the stated sigma.

    python -m tests.benchmarks.center [--patterns N] [--seed S] [--variant b] [--image-only]

Half of the fifty crystals (those that the weights were not fitted on), tilted up to 3°, the beam
0.2 to 100 times as strong as the strongest reflection, 35 % behind stops of four kinds, up to 8 %
of the side off the middle, 16-bit and 8-bit exports (clipped, with a gamma, inverted, JPEG). The
program gets the scale to 2 % and ten candidate crystals, the true one among them; --image-only
leaves the place to the image. `--fit` fits the weights on variant "a" and the other half of the
crystals, and prints them.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.pattern import center as center_room
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.proportion import wilson_interval
from tests.benchmarks.crystals import fifty_crystals
from tests.benchmarks.independent.third_camera import Crystals, Picture, draw

WITHIN_PX = 3.0
_CANDIDATES = 10


@dataclass(frozen=True)
class Case:
    """One picture with what was found."""

    picture: Picture
    error_px: float
    sigma_px: float
    n_places: int
    n_spots: int
    phase_right: bool
    seconds: float

    @property
    def is_right(self) -> bool:
        return self.error_px <= WITHIN_PX

    @property
    def is_held(self) -> bool:
        return self.error_px <= 2 * self.sigma_px

    @property
    def is_hard(self) -> bool:
        return self.picture.ratio < 1 or self.picture.stop != "none"


def run_case(crystals: Crystals, seed: int, index: int, variant: str, image_only: bool) -> Case:
    picture = draw(crystals, seed, index, variant)
    scale = Calibration.known(picture.scale, ScaleSource.USER, 0.02)
    pattern = Pattern(picture.image_yx, calibration=scale)
    start = time.process_time()
    prepared = prepare(pattern)
    phase_right = False
    if not image_only:
        solution = answer(prepared, IndexingSetup(_candidates(crystals, picture, seed, index)))
        prepared, phase_right = solution.prepared, picture.phase in solution.prediction_set
    seconds = time.process_time() - start
    return Case(
        replace_image(picture),
        float(np.hypot(*(np.array(prepared.center.xy) - picture.beam_xy))),
        prepared.center.sigma_px,
        sum(p > 0.02 for p in prepared.center.probabilities),
        len(prepared.spots),
        phase_right,
        seconds,
    )


def replace_image(picture: Picture) -> Picture:
    """Return the picture's truth without its pixels, which would fill the memory."""
    picture.image_yx = np.zeros((0, 0), np.float32)
    return picture


def _candidates(crystals: Crystals, picture: Picture, seed: int, index: int):
    rng = np.random.default_rng([seed, index, 77])
    true = next(p for p in crystals.phases if p.name == picture.phase)
    others = [p for p in crystals.phases if p.name != picture.phase]
    chosen = rng.choice(len(others), _CANDIDATES - 1, replace=False)
    return (true, *(others[i] for i in chosen))


def table(cases: list[Case]) -> str:
    def line(name: str, chosen: list[Case]) -> str:
        n = len(chosen)
        right, held = sum(c.is_right for c in chosen), sum(c.is_held for c in chosen)
        if not n:
            return f"| {name} | 0 | | |"
        place, sigma = wilson_interval(right, n), wilson_interval(held, n)
        return (
            f"| {name} | {n} | {right / n:.1%} ({place.low:.1%} to {place.high:.1%}) "
            f"| {held / n:.1%} ({sigma.low:.1%} to {sigma.high:.1%}) |"
        )

    def bins(name: str, value, edges) -> list[str]:
        return [
            line(f"{name} {a:g} to {b:g}", [c for c in cases if a <= value(c.picture) < b])
            for a, b in pairwise(edges)
        ]

    lines = [
        f"| | n | beam within {WITHIN_PX:g} px | stated 2 sigma holds |", "|---|---|---|---|",
        line("all", cases),
        line("beam weaker than the strongest spot, or a stop", [c for c in cases if c.is_hard]),
        line("neither", [c for c in cases if not c.is_hard]),
        *bins("beam / strongest spot", lambda p: p.ratio, (0.2, 0.5, 1, 2, 5, 10, 100.1)),
        *(line(f"stop: {s}", [c for c in cases if c.picture.stop == s])
          for s in ("none", "needle", "bar", "disk", "semi-transparent")),
        *bins("tilt (°)", lambda p: p.tilt_deg, (0, 1, 2, 3.01)),
        *bins("off the middle (share of the side)", lambda p: p.offset, (0, 0.03, 0.055, 0.081)),
        line("16 bit", [c for c in cases if not c.picture.is_export]),
        line("8-bit export", [c for c in cases if c.picture.is_export]),
        line("one place stated", [c for c in cases if c.n_places <= 1]),
        line("two places or more stated", [c for c in cases if c.n_places > 1]),
    ]  # fmt: skip
    return "\n".join(lines)


def fit(crystals: Crystals, patterns: int, seed: int, penalty: float = 0.05) -> np.ndarray:
    """Return weights of the signs by a conditional logit on variant "a"."""
    signs, is_true, owner = [], [], []
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    original = center_room.features

    def watched(scene, points):
        found = original(scene, points)
        seen[:] = [(found, points)]
        return found

    center_room.features = watched
    try:
        for index in range(patterns):
            picture = draw(crystals, seed, index, "a")
            prepare(Pattern(picture.image_yx))
            found, points = seen[0]
            near = np.hypot(*(points - np.array(picture.beam_xy)).T) < WITHIN_PX
            if near.any():
                signs.append(found)
                is_true.append(near)
                owner.append(np.full(len(found), len(signs) - 1))
    finally:
        center_room.features = original
    return conditional_logit(
        np.concatenate(signs), np.concatenate(is_true), np.concatenate(owner), penalty
    )


def conditional_logit(
    signs: np.ndarray, is_true: np.ndarray, owner: np.ndarray, penalty: float, steps: int = 2500
) -> np.ndarray:
    """Return the weights that make the true places likeliest, shrunk a little (Adam)."""
    spread = signs.std(axis=0) + 1e-6
    rows, count = signs / spread, int(owner.max()) + 1
    starts = np.searchsorted(owner, np.arange(count))
    weight, first, second = (np.zeros(rows.shape[1]) for _ in range(3))
    for step in range(1, steps + 1):
        value = rows @ weight
        share = np.exp(value - np.maximum.reduceat(value, starts)[owner])
        of_all = share / np.add.reduceat(share, starts)[owner]
        of_true = (
            share * is_true / np.maximum(np.add.reduceat(share * is_true, starts), 1e-300)[owner]
        )
        slope = ((of_all - of_true)[:, None] * rows).sum(axis=0) / count + penalty * weight / 10
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        rate = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        weight -= 0.03 * first / (1 - 0.9**step) / rate
    return weight / spread


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patterns", type=int, default=200)
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--variant", choices=("a", "b"), default="b")
    parser.add_argument("--image-only", action="store_true")
    parser.add_argument("--fit", action="store_true", help="fit the weights instead")
    parser.add_argument("--output", type=Path, help="write the table here as well")
    options = parser.parse_args()
    halves = fifty_crystals()
    if options.fit:
        weights = fit(Crystals(halves[::2]), options.patterns, options.seed)
        names = ", ".join(f"{w:.3f}" for w in weights)
        sys.stdout.write(f"{names}\n")
        return 0
    crystals = Crystals(halves[1::2] if options.variant == "b" else halves[::2])
    cases = [
        run_case(crystals, options.seed, i, options.variant, options.image_only)
        for i in range(options.patterns)
    ]
    text = table(cases)
    mean = np.mean([c.seconds for c in cases])
    text += f"\n\n{mean:.2f} s of processor time a picture"
    if not options.image_only:
        right = np.mean([c.phase_right for c in cases])
        text += f"; the true crystal named or in the set: {right:.1%}"
    sys.stdout.write(text + ".\n")
    if options.output:
        command = "python -m tests.benchmarks.center " + " ".join(sys.argv[1:])
        about = "\n".join(__doc__.split("\n\n", 2)[2].strip().splitlines())
        options.output.write_text(f"# The direct beam\n\n    {command}\n\n{about}\n\n{text}.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
