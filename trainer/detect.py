"""`saed-trainer detect`: draw images, find their spots as the desktop does, keep the lists."""

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from saed_desktop.errors import UsageError
from saed_desktop.network.labels import OTHER
from trainer.data.detected import detect
from trainer.data.ranges import Ranges
from trainer.data.reflection_library import ReflectionLibrary
from trainer.job_estimate import DRAWING_SECONDS, PREPARING_SECONDS, JobEstimate
from trainer.options import add_renamed
from trainer.progress import Progress
from trainer.run_log import log_line

_PART = 250
_OTHER_WEIGHT = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    add_renamed(
        parser.add_mutually_exclusive_group(required=True),
        "--reflections",
        "--bank",
        type=Path,
        metavar="FILE.npz",
        help="computed reflections: what 'simulate' and 'train' keep",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder for the lists; the same command again goes on with what is in it",
    )
    parser.add_argument(
        "--count", type=int, default=10_000, metavar="N", help="images to draw and search (10000)"
    )
    parser.add_argument(
        "--size", type=int, default=640, metavar="PX", help="side of the images (640)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="seed; the same seed gives the same lists (0)"
    )
    parser.add_argument(
        "--ranges",
        type=Path,
        metavar="JSON",
        help="file with ranges to draw from that differ from the simulator's own",
    )
    parser.add_argument(
        "--processes", type=int, default=1, metavar="N", help="processes at work (1)"
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what drawing and searching the images will take."""
    each = DRAWING_SECONDS + PREPARING_SECONDS
    parts = range(-(-args.count // _PART))
    done = sum(_list_file(args, k).is_file() for k in parts) * _PART
    left = max(args.count - done, 0)
    seconds = left * each * (args.size / 800) ** 2 / args.processes
    return JobEstimate(images=args.count, seconds=seconds, is_begun=done > 0)


def run(args: argparse.Namespace) -> int:
    """Draw and search images, in parts that are kept as they come."""
    if args.count < 1 or args.processes < 1:
        raise UsageError("--count and --processes are at least 1.")
    if not 64 <= args.size <= 4096:
        raise UsageError("--size must lie between 64 and 4096 pixels.")
    Ranges.read(args.ranges)
    ReflectionLibrary.load(args.reflections)
    args.output.mkdir(parents=True, exist_ok=True)
    files = [_list_file(args, k) for k in range(-(-args.count // _PART))]
    missing = [(k, path) for k, path in enumerate(files) if not path.is_file()]
    with Progress("images", len(missing) * _PART) as progress:
        jobs = [
            (path, args.reflections, args.ranges, args.size, args.seed + k) for k, path in missing
        ]
        if args.processes == 1:
            for job in jobs:
                _detect_part(job)
                progress.advance(_PART)
        else:
            with ProcessPoolExecutor(args.processes, mp_context=get_context("spawn")) as pool:
                for _ in pool.map(_detect_part, jobs):
                    progress.advance(_PART)
    log_line(f"{args.output} holds the spot lists of {len(files) * _PART} images.")
    return 0


def _list_file(args: argparse.Namespace, part: int) -> Path:
    return Path(args.output) / f"lists-{args.seed}-{part:04d}.npz"


def _detect_part(job: tuple[Path, Path, Path | None, int, int]) -> None:
    path, library_file, ranges, side_px, seed = job
    library = ReflectionLibrary.load(library_file)
    shares = np.array([_OTHER_WEIGHT if name == OTHER else 1.0 for name in library.names])
    detect(
        library, Ranges.read(ranges), count=_PART, seed=seed, side_px=side_px, class_shares=shares
    ).save(path)
