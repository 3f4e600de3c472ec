"""`saed-trainer ceiling`: the accuracy of the best possible answer to a set of patterns.

Two phases of which one shows the same pattern as the other, but for the stated errors of scale,
positions and intensities, cannot be told apart by anyone. Of such a tie the best answer names the
phase that is most often seen standing so. What an ideal observer reaches in this way stands beside
what a network reaches.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from saed_desktop.arrays import FloatArray
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.errors import UsageError
from saed_desktop.network.labels import OTHER, PAPER_LABELS
from saed_desktop.simulation.kinematical import ReciprocalPoints
from trainer.data.class_shares import PAPER_COUNTS
from trainer.data.ranges import OrientationRanges
from trainer.data.structure_files import read_structures
from trainer.job_estimate import ANSWERING_SECONDS, JobEstimate
from trainer.progress import Progress
from trainer.studies.noise_free import from_reflections
from trainer.studies.ties import Errors, rival_points, tied_plausibility

UNKNOWN_SCALE_ERROR = 0.3
_RESOLUTION = 0.004
_SIGMAS = 2.0
"""Half width of what counts as agreement, in standard uncertainties of the scale."""


@dataclass(frozen=True, eq=False)
class StoredReflections:
    """Noise-free patterns of known phases.

    Parameters
    ----------
    q_xy
        Positions (n, m, 2) in 1/Å.
    log_intensity
        Natural logarithms of the intensities (n, m).
    label
        Index of each pattern's phase among the names (n,).
    names
        The phases.
    """

    q_xy: FloatArray
    log_intensity: FloatArray
    label: npt.NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def load(cls, path: Path, *, seed: int = 0) -> "StoredReflections":
        """Read computed reflections: a library of `saed-trainer simulate`, or a list of patterns.

        Of a library, which holds several thicknesses, one is drawn for each pattern.

        Raises
        ------
        UsageError
            If the file holds none.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                label, names = data["label"], tuple(str(name) for name in data["names"])
                if "log_dynamical" in data:
                    log = data["log_dynamical"]
                    drawn = np.random.default_rng(seed).integers(log.shape[2], size=len(log))
                    log = np.take_along_axis(log, drawn[:, None, None], axis=2)[..., 0]
                else:
                    log = data["log_intensity"]
                if not names:
                    raise ValueError("its phases have no names")
                return cls(data["q_xy"].astype(float), log.astype(float), label, names)
        except FileNotFoundError as error:
            raise UsageError(f"There is no file {path}.") from error
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(f"{path} holds no computed reflections ({error}).") from error

    def some(self, skip: int, limit: int | None) -> npt.NDArray[np.int64]:
        """Return places of the patterns of each phase after the first `skip`, up to `limit`."""
        chosen = [np.flatnonzero(self.label == k)[skip:][:limit] for k in range(len(self.names))]
        return np.concatenate(chosen)

    def name_of(self, i: int) -> str:
        """Return the phase of a pattern."""
        return self.names[self.label[i]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "reflections",
        type=Path,
        metavar="FILE.npz",
        help="computed reflections of the patterns: the file that 'simulate' and 'train' keep",
    )
    parser.add_argument(
        "--phases",
        type=Path,
        nargs="+",
        metavar="CIF|DIR",
        help="structure files of the phases to choose from (the bundled nine)",
    )
    parser.add_argument(
        "--scale-sigma",
        default="2",
        metavar="PERCENT|unknown",
        help="standard uncertainty of the scale (2)",
    )
    parser.add_argument(
        "--intensity-sigma",
        type=float,
        default=1.1,
        metavar="X",
        help="standard deviation of the logarithm of an intensity about its kinematical one; "
        "0: brightness takes no part (1.1)",
    )
    parser.add_argument(
        "--dynamic-range",
        type=float,
        default=4.5,
        metavar="X",
        help="reflections fainter than exp(-X) of the brightest are not seen (4.5)",
    )
    parser.add_argument(
        "--energy-kev",
        type=float,
        default=200.0,
        metavar="X",
        help="energy of the electrons of all patterns (200)",
    )
    parser.add_argument(
        "--skip",
        type=int,
        default=0,
        metavar="N",
        help="patterns of each phase to leave out first (0)",
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", help="patterns of each phase (all there are)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the thicknesses (0)")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="processes (1)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what comparing all patterns with all phases will take."""
    patterns = StoredReflections.load(args.reflections, seed=args.seed)
    count = len(patterns.some(args.skip, args.limit))
    seconds = count * ANSWERING_SECONDS / max(args.processes, 1)
    return JobEstimate(images=count, seconds=seconds)


def run(args: argparse.Namespace) -> int:
    """Compute and print the ceiling."""
    phases = read_structures(args.phases)
    patterns = StoredReflections.load(args.reflections, seed=args.seed)
    missing = sorted(set(patterns.names) - {phase.name for phase in phases} - {OTHER})
    if missing:
        raise UsageError(f"There is no structure of {', '.join(missing)}; name it with --phases.")
    if args.skip < 0 or (args.limit is not None and args.limit < 1) or args.processes < 1:
        raise UsageError("--skip is at least 0, --limit and --processes are at least 1.")
    if not 10 <= args.energy_kev <= 3000:
        raise UsageError("--energy-kev is between 10 and 3000.")
    errors = _errors(args.scale_sigma, args.intensity_sigma, args.dynamic_range)
    names = [phase.name for phase in phases]
    chosen = [i for i in patterns.some(args.skip, args.limit) if patterns.name_of(i) in names]
    if not chosen:
        raise UsageError(f"{args.reflections} holds no pattern of these phases after --skip.")
    truth = np.array([names.index(patterns.name_of(i)) for i in chosen], dtype=np.int64)
    work = partial(_tied, structures=args.phases, errors=errors, energy_kev=args.energy_kev)
    tasks = [(patterns.q_xy[i], patterns.log_intensity[i]) for i in chosen]
    with Progress("patterns", len(tasks), stream=sys.stderr) as progress, ExitStack() as stack:
        answers: Iterable[FloatArray] = map(work, tasks)
        if args.processes > 1:
            context = get_context("spawn")
            pool = ProcessPoolExecutor(args.processes, mp_context=context)
            answers = stack.enter_context(pool).map(work, tasks)
        rows = []
        for row in answers:
            rows.append(row)
            progress.advance(1)
    plausibility = np.array(rows)
    figures = {mix: ceiling(plausibility, truth, prior) for mix, prior in _mixes(names).items()}
    if args.json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        sys.stdout.write(_text(figures, names))
    return 0


def ceiling(
    plausibility: FloatArray, truth: npt.NDArray[np.int64], prior: FloatArray
) -> dict[str, Any]:
    """Return the accuracy of the best answer, when each class is as frequent as its prior.

    Parameters
    ----------
    plausibility
        How often each phase stands so that it shows the pattern (n, phases); 0: it never does.
    truth
        The patterns' own phases (n,).
    prior
        Frequency of each phase (phases,).
    """
    n = len(truth)
    counts = np.bincount(truth, minlength=len(prior))
    weight = (prior / np.maximum(counts, 1))[truth]
    weight = weight / weight.sum()
    own = plausibility[np.arange(n), truth] > 0
    chance = plausibility * prior
    # where not even the own phase shows the pattern, nothing is known of ties
    chance[~own] = 0
    chance[np.flatnonzero(~own), truth[~own]] = 1
    best = np.isclose(chance, chance.max(axis=1, keepdims=True))
    # among equally likely ones any answer is as good as the other
    right = best[np.arange(n), truth] / best.sum(axis=1)
    accuracy, deviation = _weighted_mean(right, weight)
    judged, judged_deviation = _weighted_mean(right, weight * own)
    recall = [float(right[truth == k].mean()) if counts[k] else None for k in range(len(prior))]
    seen = [value for value in recall if value is not None]
    return {
        "patterns": n,
        "accuracy": accuracy,
        "standard_error": deviation,
        "balanced_accuracy": float(np.mean(seen)),
        "tied": float(weight @ ((chance > 0).sum(axis=1) > 1)),
        "own_phase_not_reproduced": float(weight @ ~own),
        "accuracy_where_reproduced": judged if own.any() else None,
        "standard_error_where_reproduced": judged_deviation if own.any() else None,
        "recall": recall,
    }


def _weighted_mean(values: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Return the mean and its standard error, NaN where nothing has any weight."""
    if not weight.any():
        return np.nan, np.nan
    share = weight / weight.sum()
    mean = float(share @ values)
    return mean, float(np.sqrt((share**2) @ (values - mean) ** 2))


def _errors(scale_sigma: str, intensity_sigma: float, dynamic_range: float) -> Errors:
    try:
        scale = (
            UNKNOWN_SCALE_ERROR if scale_sigma == "unknown" else _SIGMAS * float(scale_sigma) / 100
        )
    except ValueError:
        scale = -1.0
    if not 0 <= scale < 0.5:
        raise UsageError(f"--scale-sigma is a percentage or 'unknown', not {scale_sigma}.")
    if intensity_sigma < 0:
        raise UsageError("--intensity-sigma is at least 0.")
    if dynamic_range <= 0:
        raise UsageError("--dynamic-range is above 0.")
    return Errors(
        scale=scale,
        log_intensity=intensity_sigma or None,
        faintest_log=-dynamic_range,
        dynamical=True,
    )


@lru_cache(maxsize=1)
def _rivals(structures: tuple[Path, ...] | None, errors: Errors) -> tuple[ReciprocalPoints, ...]:
    return tuple(rival_points(phase, errors) for phase in read_structures(structures))


def _tied(
    task: tuple[FloatArray, FloatArray],
    *,
    structures: Sequence[Path] | None,
    errors: Errors,
    energy_kev: float,
) -> FloatArray:
    q_xy, log_intensity = task
    wavelength = wavelength_angstrom(energy_kev)
    pattern = from_reflections(q_xy, log_intensity, _RESOLUTION, wavelength, errors.faintest_log)
    rivals = _rivals(tuple(structures) if structures else None, errors)
    ranges = OrientationRanges()
    return np.array([tied_plausibility(points, pattern, errors, ranges) for points in rivals])


def _mixes(names: Sequence[str]) -> dict[str, FloatArray]:
    mixes = {"uniform": np.full(len(names), 1 / len(names))}
    if set(names) == set(PAPER_LABELS):
        counts = dict(zip(PAPER_LABELS, PAPER_COUNTS, strict=True))
        shares = np.array([float(counts[name]) for name in names])
        mixes["paper"] = shares / shares.sum()
    return mixes


def _text(figures: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> str:
    lines = []
    for mix, found in figures.items():
        lines.append(
            f"{mix} mix: {100 * found['accuracy']:.1f} ± {100 * found['standard_error']:.1f} % "
            f"of {found['patterns']} patterns at best; balanced "
            f"{100 * found['balanced_accuracy']:.1f} %; tied with another phase "
            f"{100 * found['tied']:.1f} %, reproduced not even by their own "
            f"{100 * found['own_phase_not_reproduced']:.1f} %"
        )
        if 0 < found["own_phase_not_reproduced"] < 1:
            lines.append(
                "  those count as told apart; without them "
                f"{100 * found['accuracy_where_reproduced']:.1f} ± "
                f"{100 * found['standard_error_where_reproduced']:.1f} %"
            )
        recalls = [
            f"{name} {100 * value:.0f}"
            for name, value in zip(names, found["recall"], strict=True)
            if value is not None
        ]
        lines.append("  by phase: " + ", ".join(recalls))
    return "\n".join(lines) + "\n"
