"""`saed-trainer stress`: how far one thing at a time may go before the answers fail.

From a calm pattern each factor is turned up alone, through the desktop's own answer. The same
crystals, orientations and random numbers stand at every level, so that what changes along a curve
is the factor and not the draw.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from saed_desktop.errors import UsageError, user_message
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.results.atomic import atomic_text, write_json
from saed_desktop.running.process_pool import PoolTask, map_in_processes
from trainer.data.image_simulator import ImageBatch, ImageSimulator
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import (
    LibraryTask,
    ReflectionLibrary,
    compute_reflection_libraries,
)
from trainer.data.sample_rng import SampleRng
from trainer.data.spot_simulator import SpotSimulator
from trainer.data.structure_files import read_structures
from trainer.job_estimate import ANSWERING_SECONDS, DRAWING_SECONDS, JobEstimate
from trainer.measure.answer_records import (
    AnsweredLevel,
    MeasuredAnswer,
    levels_file,
    measured_answer,
    require_same_settings,
)
from trainer.progress import Progress
from trainer.run_log import log_line
from trainer.studies.stress_factors import FACTORS, Factor
from trainer.studies.stress_table import draw_curves, stress_figures, stress_table

RECORDS, FIGURES, TABLE, CURVES = "levels.jsonl", "stress.json", "stress.md", "stress.png"


@dataclass(frozen=True)
class _Job:
    """Settings that every process draws and indexes with."""

    network: Path | None
    phases: tuple[Path, ...] | None
    count: int
    orientations: int
    size: int
    seed: int


@dataclass(frozen=True)
class _Level:
    """One point of a curve."""

    factor: Factor
    level: float

    @property
    def key(self) -> str:
        return f"{self.factor.name}={self.level:g}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "network", help="bundle (.saednet); 'none' measures spot indexing alone", metavar="BUNDLE"
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="where answers, table and curves go; the same command again goes on",
    )
    parser.add_argument(
        "--phases",
        type=Path,
        nargs="+",
        metavar="CIF|DIR",
        help="structure files, or a folder of them (the bundled nine)",
    )
    parser.add_argument(
        "--factors",
        nargs="+",
        choices=[factor.name for factor in FACTORS],
        default=[factor.name for factor in FACTORS],
        metavar="NAME",
        help=f"which: {', '.join(factor.name for factor in FACTORS)} (all)",
    )
    parser.add_argument(
        "--count", type=int, default=6, metavar="N", help="patterns of each phase at a level (6)"
    )
    parser.add_argument(
        "--orientations",
        type=int,
        default=24,
        metavar="N",
        help="orientations of each phase that they are drawn from (24)",
    )
    parser.add_argument(
        "--size", type=int, default=640, metavar="PX", help="side of the images (640)"
    )
    parser.add_argument("--seed", type=int, default=0, help="same seed, same patterns (0)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at work (1)")


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what drawing and answering all levels will take."""
    phases = len(read_structures(args.phases))
    levels = sum(len(factor.levels) for factor in FACTORS if factor.name in args.factors)
    count = levels * args.count * phases
    each = ANSWERING_SECONDS + DRAWING_SECONDS * (args.size / 800) ** 2
    begun = (args.output / RECORDS).is_file()
    return JobEstimate(images=count, seconds=count * each / max(args.jobs, 1), is_begun=begun)


def run(args: argparse.Namespace) -> int:
    """Answer the patterns of every level; write table and curves."""
    if min(args.count, args.orientations, args.jobs) < 1:
        raise UsageError("--count, --orientations and --jobs are at least 1.")
    if not 64 <= args.size <= 4096:
        raise UsageError("--size must lie between 64 and 4096 pixels.")
    network = None if args.network == "none" else Path(args.network)
    bundle = open_bundle(network) if network else None
    phases = tuple(args.phases) if args.phases else None
    names = sorted(phase.name for phase in read_structures(phases))
    job = _Job(network, phases, args.count, args.orientations, args.size, args.seed)
    chosen = [factor for factor in FACTORS if factor.name in args.factors]
    levels = [_Level(factor, level) for factor in chosen for level in factor.levels]
    args.output.mkdir(parents=True, exist_ok=True)
    records = args.output / RECORDS
    require_same_settings(
        records,
        {
            **_drawn_as(job),
            "network_sha256": bundle.sha256 if bundle else None,
            "phases": names,
        },
    )
    store = levels_file(records)
    known = {level.key: level for _, level in store.items()}
    left = [level for level in levels if level.key not in known]
    with Progress("levels", len(left)) as progress:
        for record in _answers(left, job, args.jobs):
            store.append(record)
            known[record.key] = record
            progress.advance(1)
    found = stress_figures([known[level.key] for level in levels], chosen)
    write_json(args.output / FIGURES, found)
    text = stress_table(found)
    with atomic_text(args.output / TABLE) as stream:
        stream.write(text)
    draw_curves(found, args.output / CURVES)
    log_line(text)
    return 0


def _drawn_as(job: _Job) -> dict[str, int]:
    return {
        "count": job.count,
        "orientations": job.orientations,
        "size": job.size,
        "seed": job.seed,
    }


def _answers(levels: list[_Level], job: _Job, jobs: int) -> Iterator[AnsweredLevel]:
    if jobs == 1:
        prepared = _prepared(job)
        for level in levels:
            yield _record(level, prepared)
        return
    yield from map_in_processes(
        levels, PoolTask(partial(_prepared, job), _record, _lost), size=jobs
    )


@dataclass(eq=False)
class _Bench:
    """The indexing setup, and the reflections that patterns are drawn from."""

    job: _Job
    setup: IndexingSetup
    libraries: dict[OrientationRanges, ReflectionLibrary]

    def library(self, ranges: OrientationRanges) -> ReflectionLibrary:
        """Return the reflections of all phases, computed once for all levels that share them."""
        if ranges not in self.libraries:
            tasks = [
                LibraryTask(phase, label, self.job.orientations, self.job.seed)
                for label, phase in enumerate(self.setup.phases)
            ]
            names = [phase.name for phase in self.setup.phases]
            self.libraries[ranges] = compute_reflection_libraries(tasks, ranges).named(names)
        return self.libraries[ranges]


def _prepared(job: _Job) -> _Bench:
    torch.set_num_threads(1)
    session = NetworkSession(open_bundle(job.network)) if job.network else None
    return _Bench(job, IndexingSetup(tuple(read_structures(job.phases)), session), {})


def _record(level: _Level, bench: _Bench) -> AnsweredLevel:
    ranges = level.factor.ranges(level.level)
    library = bench.library(ranges.orientation)
    stage = ImageSimulator(ranges.image, bench.job.size)
    answers: list[MeasuredAnswer] = []
    for label, phase in enumerate(bench.setup.phases):
        shares = np.eye(len(bench.setup.phases))[label]
        source = SpotSimulator(library, ranges.spots, shares, level.factor.scale(level.level))
        for index in range(bench.job.count):
            sample_rng = SampleRng(bench.job.seed, label, [index])
            pattern = _pattern(stage.draw(source.draw(sample_rng), sample_rng))
            answers.append(_answer(pattern, phase.name, bench.setup))
    return AnsweredLevel(key=level.key, drawn=_drawn_as(bench.job), answers=tuple(answers))


def _pattern(drawn: ImageBatch) -> Pattern:
    """Return a picture of one as a file would hold it, with the scale it states."""
    scale = float(drawn.stated_scale[0])
    calibration = Calibration.unknown()
    if np.isfinite(scale):
        calibration = Calibration.known(scale, ScaleSource.USER, float(drawn.scale_sigma[0]))
    return Pattern(drawn.image[0].cpu().numpy().astype(np.float32), calibration)


def _answer(pattern: Pattern, truth: str, setup: IndexingSetup) -> MeasuredAnswer:
    try:
        return measured_answer(index_pattern(pattern, setup), truth)
    except Exception as error:  # one pattern must not end the run
        return MeasuredAnswer(truth=truth, error=user_message(error))


def _lost(level: _Level) -> AnsweredLevel:
    raise UsageError(f"The process that answered {level.key} crashed; the same command goes on.")
