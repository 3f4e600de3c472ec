"""`saed-trainer simulate`: labelled patterns rendered from crystal structure files."""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tifffile
import torch
from PIL import Image

from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_text
from trainer.data.contact_sheet import contact_sheet
from trainer.data.detected import for_images
from trainer.data.image_simulator import ImageBatch, ImageSimulator
from trainer.data.manifest import OPTIONAL_COLUMNS, REQUIRED_COLUMNS
from trainer.data.ranges import Ranges
from trainer.data.reflection_library import (
    LibraryTask,
    ReflectionLibrary,
    compute_reflection_libraries,
    relative_cost,
    seconds_per_cost,
)
from trainer.data.sample_rng import SampleRng
from trainer.data.simulation_options import stated_scale
from trainer.data.spot_simulator import SpotSimulator
from trainer.data.structure_files import read_structures
from trainer.job_estimate import DRAWING_SECONDS, JobEstimate
from trainer.options import add_renamed
from trainer.progress import Progress
from trainer.run_log import log_line

TABLE = "patterns.csv"
_BATCH = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    parser.add_argument(
        "--phases",
        type=Path,
        nargs="+",
        metavar="CIF|DIR",
        help="structure files, or a folder of them; each file's stem is a class (those of "
        "--reflections, else the bundled nine)",
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to fill")
    parser.add_argument(
        "--count", type=int, default=20, metavar="N", help="patterns per phase (20)"
    )
    parser.add_argument(
        "--counts",
        type=int,
        nargs="+",
        metavar="N",
        help="patterns of each phase, in their order, instead of --count",
    )
    _add_what_is_drawn(parser)
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="processes (1)")
    parser.add_argument("--device", default="cpu", help="where images are drawn (cpu)")


def _add_what_is_drawn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=int, default=0, help="seed; the same seed gives the same patterns (0)"
    )
    parser.add_argument(
        "--size", type=int, default=800, metavar="PX", help="side of the images (800)"
    )
    parser.add_argument(
        "--orientations",
        type=int,
        default=200,
        metavar="N",
        help="orientations computed per phase, from which patterns are drawn (200)",
    )
    parser.add_argument(
        "--scale",
        default="0.01",
        metavar="SIGMA|unknown|mixed",
        help="relative error of the scale stated in patterns.csv, 'unknown', or 'mixed' (0.01)",
    )
    parser.add_argument(
        "--ranges",
        type=Path,
        metavar="JSON",
        help="file with ranges to draw from that differ from the simulator's own",
    )
    parser.add_argument(
        "--format",
        choices=("auto", "png", "tiff"),
        default="auto",
        help="8-bit exports as PNG and counts as 16-bit TIFF (auto), or all as one of them",
    )
    add_renamed(
        parser,
        "--reflections",
        "--bank",
        type=Path,
        metavar="FILE.npz",
        help="keep computed reflections in this file, or use those that it holds",
    )
    parser.add_argument(
        "--contact-sheet",
        type=Path,
        metavar="PNG",
        help="also draw the first patterns on one sheet",
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what the drawing will take."""
    if args.reflections is not None and args.reflections.exists():
        tasks, names = [], ReflectionLibrary.load(args.reflections).names
    else:
        phases = read_structures(args.phases)
        tasks, names = _library_tasks(args, phases), tuple(phase.name for phase in phases)
    count = sum(_counts(args, names))
    orientation = Ranges.read(args.ranges).orientation
    reflections = sum(map(relative_cost, tasks))
    if tasks:
        reflections *= seconds_per_cost(tasks[0], orientation) / args.processes
    drawing = count * DRAWING_SECONDS * (args.size / 800) ** 2 / args.processes
    return JobEstimate(images=count, seconds=reflections + drawing)


def run(args: argparse.Namespace) -> int:
    """Render the patterns."""
    ranges = Ranges.read(args.ranges)
    if not 64 <= args.size <= 4096:
        raise UsageError("--size must lie between 64 and 4096 pixels.")
    kept = (
        ReflectionLibrary.load(args.reflections)
        if args.reflections is not None and args.reflections.exists()
        else None
    )
    if kept is not None and not kept.names:
        raise UsageError(
            f"{args.reflections} does not say which phases it holds; name another file."
        )
    phases = [] if kept is not None and args.phases is None else read_structures(args.phases)
    names = tuple(phase.name for phase in phases) or (kept.names if kept is not None else ())
    if kept is not None and kept.names != names:
        raise UsageError(
            f"{args.reflections} holds {', '.join(kept.names)}; name the same phases, none, or "
            "another file."
        )
    counts = _counts(args, names)
    library = kept if kept is not None else _computed_library(args, phases, ranges)
    source = SpotSimulator(library, for_images(ranges.spots), scale=stated_scale(args.scale))
    stage = ImageSimulator(ranges.image, args.size, args.device)
    torch.set_num_threads(max(1, args.processes))
    args.output.mkdir(parents=True, exist_ok=True)
    sheet: list[tuple[npt.NDArray[np.float32], str]] = []
    with atomic_text(args.output / TABLE) as stream:
        table = csv.writer(stream)
        table.writerow([*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS])
        with Progress("patterns", sum(counts)) as progress:
            for label, name in enumerate(names):
                for start in range(0, counts[label], _BATCH):
                    indices = np.arange(start, min(start + _BATCH, counts[label]))
                    batch = _batch(source, stage, label, len(names), indices, args.seed)
                    for row in _write(batch, name, indices, args):
                        table.writerow(row)
                    sheet += _for_sheet(batch, name, room=4 - start // _BATCH * _BATCH)
                    progress.advance(len(indices))
    if args.contact_sheet is not None:
        contact_sheet(sheet, args.contact_sheet)
    log_line(
        f"{args.output} holds {sum(counts)} patterns of {len(names)} classes; see {TABLE} there."
    )
    return 0


def _counts(args: argparse.Namespace, names: Sequence[str]) -> list[int]:
    counts = list(args.counts) if args.counts else [args.count] * len(names)
    if len(counts) != len(names):
        raise UsageError(f"--counts has {len(counts)} numbers for {len(names)} classes.")
    if min(counts) < 0 or sum(counts) == 0:
        raise UsageError("There must be at least one pattern.")
    return counts


def _library_tasks(args: argparse.Namespace, phases: Sequence[Phase]) -> list[LibraryTask]:
    return [
        LibraryTask(phase, label, args.orientations, args.seed)
        for label, phase in enumerate(phases)
    ]


def _computed_library(
    args: argparse.Namespace, phases: Sequence[Phase], ranges: Ranges
) -> ReflectionLibrary:
    tasks = _library_tasks(args, phases)
    with Progress("reflections", len(tasks)) as progress:
        library = compute_reflection_libraries(
            tasks,
            ranges.orientation,
            processes=args.processes,
            on_progress=lambda done, total: progress.advance(1),
        ).named([phase.name for phase in phases])
    if args.reflections is not None:
        library.save(args.reflections)
    return library


def _batch(
    source: SpotSimulator,
    stage: ImageSimulator,
    label: int,
    n_phases: int,
    indices: npt.NDArray[np.int64],
    seed: int,
) -> ImageBatch:
    shares = np.zeros(n_phases)
    shares[label] = 1
    own = SpotSimulator(source.library, source.ranges, shares, source.scale)
    sample_rng = SampleRng(seed, label, indices)
    return stage.draw(own.draw(sample_rng), sample_rng)


def _write(
    batch: ImageBatch, name: str, indices: npt.NDArray[np.int64], args: argparse.Namespace
) -> list[list[str]]:
    folder = args.output / name
    folder.mkdir(exist_ok=True)
    rows = []
    for i, index in enumerate(indices):
        image = batch.image[i].cpu().numpy()
        as_png = bool(batch.is_export[i]) if args.format == "auto" else args.format == "png"
        path = folder / f"{name}_{index:05d}.{'png' if as_png else 'tif'}"
        scale = float(batch.stated_scale[i])
        if as_png:
            Image.fromarray(_eight_bits(image, is_export=bool(batch.is_export[i]))).save(path)
        else:
            _write_counts(path, image, scale)
        stated = ["", ""] if np.isnan(scale) else [f"{scale:.8f}", f"{batch.scale_sigma[i]:.4f}"]
        # every simulated pattern is a crystal of its own
        rows.append([path.relative_to(args.output).as_posix(), name, f"{name}-{index}", *stated])
    return rows


def _write_counts(path: Path, image: npt.NDArray[np.float32], scale: float) -> None:
    """Write counts as 16-bit TIFF that states its scale the way ImageJ does."""
    counts = np.clip(np.rint(image), 0, 65_535).astype(np.uint16)
    if np.isnan(scale):
        tifffile.imwrite(path, counts)
        return
    per_inv_nm = 1 / (10 * scale)
    tifffile.imwrite(
        path,
        counts,
        imagej=True,
        resolution=(per_inv_nm, per_inv_nm),
        metadata={"unit": "1/nm"},
    )


def _eight_bits(image: npt.NDArray[np.float32], *, is_export: bool) -> npt.NDArray[np.uint8]:
    if not is_export:
        low, high = np.percentile(image, [0.5, 99.8])
        image = 255 * np.clip((image - low) / max(float(high - low), 1e-6), 0, 1) ** 0.5
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _for_sheet(
    batch: ImageBatch, name: str, *, room: int
) -> list[tuple[npt.NDArray[np.float32], str]]:
    return [
        (batch.image[i].cpu().numpy(), name) for i in range(min(max(room, 0), len(batch.label)))
    ]


if __name__ == "__main__":
    sys.exit("Use `saed-trainer simulate`.")
