"""`saed-trainer benchmark`: a bundle over labelled patterns, through the desktop's own answer.

Nothing is prepared for it: each file is opened, searched for spots, asked of the network and
indexed as when a user opens it. What comes out is what users will meet.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from saed_desktop.errors import UsageError, user_message
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.results.atomic import atomic_text, write_json
from saed_desktop.running.process_pool import PoolTask, map_in_processes
from trainer.data.manifest import LabelledFile, read_manifest
from trainer.data.structure_files import read_structures
from trainer.job_estimate import ANSWERING_SECONDS, JobEstimate
from trainer.measure.answer_records import (
    MeasuredAnswer,
    answers_file,
    measured_answer,
    require_same_settings,
)
from trainer.measure.benchmark_scores import MIXES, figures
from trainer.measure.benchmark_table import table
from trainer.progress import Progress
from trainer.run_log import log_line

RECORDS = "records.jsonl"
FIGURES, TABLE = "figures.json", "figures.md"


@dataclass(frozen=True)
class _Job:
    """Settings that every process indexes with."""

    network: Path | None
    phases: tuple[Path, ...] | None
    scale_sigma: float
    ignore_scale: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "network", help="bundle (.saednet); 'none' measures spot indexing alone", metavar="BUNDLE"
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="PATH", help="labelled folder or CSV list"
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="where answers and figures go; the same command again goes on with what is there",
    )
    parser.add_argument(
        "--phases",
        type=Path,
        nargs="+",
        metavar="CIF|DIR",
        help="structure files of the candidates, or a folder of them (the bundled nine)",
    )
    parser.add_argument(
        "--scale-sigma",
        type=float,
        default=2.0,
        metavar="PERCENT",
        help="standard uncertainty of the list's scales (2)",
    )
    parser.add_argument(
        "--ignore-scale", action="store_true", help="answer as if no scale were known"
    )
    parser.add_argument(
        "--mix",
        choices=sorted(MIXES),
        default="uniform",
        help="how much each class counts: as it is there, all alike, or as in the paper's test set",
    )
    parser.add_argument(
        "--group",
        nargs="+",
        action="append",
        default=[],
        metavar="PHASE",
        help="phases that count as one in the merged figures; may be given several times",
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at work (1)")


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what answering the patterns will take."""
    count = len(read_manifest(args.data))
    begun = (args.output / RECORDS).is_file()
    seconds = count * ANSWERING_SECONDS / max(args.jobs, 1)
    return JobEstimate(images=count, seconds=seconds, is_begun=begun)


def run(args: argparse.Namespace) -> int:
    """Answer every labelled pattern and write the figures."""
    if args.jobs < 1 or args.scale_sigma <= 0:
        raise UsageError("--jobs is at least 1 and --scale-sigma above 0.")
    network = None if args.network == "none" else Path(args.network)
    bundle = open_bundle(network) if network else None
    manifest = read_manifest(args.data)
    phases = tuple(args.phases) if args.phases else None
    names = sorted(phase.name for phase in read_structures(phases))
    job = _Job(network, phases, args.scale_sigma / 100, args.ignore_scale)
    args.output.mkdir(parents=True, exist_ok=True)
    records_file = args.output / RECORDS
    require_same_settings(
        records_file,
        {
            "network_sha256": bundle.sha256 if bundle else None,
            "phases": names,
            "scale_sigma_percent": args.scale_sigma,
            "ignore_scale": args.ignore_scale,
        },
    )
    store = answers_file(records_file)
    known = {answer.file for _, answer in store.items()}
    left = [file for file in manifest.files if str(file.path) not in known]
    with Progress("patterns", len(left)) as progress:
        for record in _answers(left, job, args.jobs):
            store.append(record)
            progress.advance(1)
    wanted = {str(file.path) for file in manifest.files}
    by_file = {answer.file: answer for _, answer in store.items()}
    records = [answer for name, answer in by_file.items() if name in wanted]
    found = figures(records, names, mix=args.mix, groups=args.group)
    write_json(args.output / FIGURES, found)
    text = table(found)
    with atomic_text(args.output / TABLE) as stream:
        stream.write(text)
    log_line(text)
    return 0


def _answers(files: list[LabelledFile], job: _Job, jobs: int) -> Iterator[MeasuredAnswer]:
    if jobs == 1:
        setup = _setup(job)
        for file in files:
            yield _record(file, setup)
        return
    yield from map_in_processes(files, PoolTask(partial(_setup, job), _record, _lost), size=jobs)


def _setup(job: _Job) -> tuple[_Job, IndexingSetup]:
    session = NetworkSession(open_bundle(job.network)) if job.network else None
    return job, IndexingSetup(tuple(read_structures(job.phases)), session)


def _record(file: LabelledFile, prepared: tuple[_Job, IndexingSetup]) -> MeasuredAnswer:
    job, setup = prepared
    try:
        pattern = read_pattern(file.path)
        stated = Calibration.unknown() if job.ignore_scale else file.stated(job.scale_sigma)
        if stated is not None:
            pattern = pattern.with_calibration(stated)
        solution = index_pattern(pattern, setup)
        return measured_answer(solution, file.phase, file=str(file.path), specimen=file.specimen)
    except Exception as error:  # one file must not end the run
        return _failed(file, user_message(error))


def _failed(file: LabelledFile, message: str) -> MeasuredAnswer:
    return MeasuredAnswer(
        truth=file.phase, file=str(file.path), specimen=file.specimen, error=message
    )


def _lost(file: LabelledFile) -> MeasuredAnswer:
    return _failed(file, f"{file.path.name} crashed the program that read it.")
