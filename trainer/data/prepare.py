"""`saed-trainer prepare`: check labelled patterns, split them, decode them into the cache."""

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.results.atomic import write_json
from trainer.data.array_cache import ArrayCache, default_cache_dir, default_jobs, open_array_cache
from trainer.data.manifest import Manifest, labels_of, read_manifest, write_manifest
from trainer.data.measured_plan import DataOptions
from trainer.data.split import split
from trainer.data.stored_input import StoredInputSpec
from trainer.job_estimate import PREPARING_SECONDS, JobEstimate

FEW_PATTERNS = 5
"""A class with fewer patterns is pointed out: nothing measured on it means much."""


@dataclass
class Findings:
    """Findings of the check of labelled patterns, as sentences.

    Parameters
    ----------
    problems
        What makes results wrong and has to be settled by a person.
    remarks
        What was left out or is worth knowing.
    """

    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    defaults = DataOptions()
    parser.add_argument(
        "--data", type=Path, required=True, metavar="PATH", help="labelled folder or CSV list"
    )
    parser.add_argument(
        "--test", type=Path, metavar="PATH", help="labelled test patterns; else --data is split"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where train.csv, test.csv go"
    )
    parser.add_argument(
        "--test-fraction",
        type=float,
        default=defaults.test_fraction,
        metavar="SHARE",
        help="share set apart for the test (default: %(default)s)",
    )
    parser.add_argument(
        "--split-by",
        choices=("phase", "specimen"),
        default=defaults.split_by,
        help="share out each phase by itself, or whole specimens (default: %(default)s)",
    )
    parser.add_argument(
        "--split-seed", type=int, default=defaults.split_seed, help="seed (default: %(default)s)"
    )
    parser.add_argument(
        "--crop", type=int, default=800, metavar="PX", help="side of the crop (default: 800)"
    )
    parser.add_argument(
        "--rotations",
        type=int,
        default=defaults.rotations,
        metavar="N",
        help="rotations that training will use (default: %(default)s)",
    )
    parser.add_argument("--cache-dir", type=Path, metavar="DIR", help="folder for decoded patterns")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes that decode")
    parser.add_argument(
        "--write-images",
        action="store_true",
        help="also write the rotated crops as PNG files, as the published data set has them",
    )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what checking and decoding the patterns will take."""
    lists = [read_manifest(path) for path in (args.data, args.test) if path is not None]
    count = sum(len(manifest) for manifest in lists)
    notes = ("patterns that are decoded already take no time",)
    seconds = count * PREPARING_SECONDS / (args.jobs or default_jobs())
    return JobEstimate(images=count, seconds=seconds, notes=notes)


def run(args: argparse.Namespace) -> int:
    """Check and split labelled patterns; 0 where nothing is left to be settled by a person."""
    if not 0 <= args.test_fraction < 1 or min(args.rotations, args.crop - 15) < 1:
        raise UsageError(
            "--test-fraction is at least 0 and below 1, --rotations at least 1, --crop at least 16."
        )
    train = read_manifest(args.data)
    test = read_manifest(args.test) if args.test else None
    stored_spec = StoredInputSpec(
        InputSpec("image", InputKind.IMAGE, args.crop, crop_px=args.crop),
        rotated=args.rotations > 1,
    )
    findings = Findings()
    whole = Manifest(train.source, train.files + (test.files if test else ()))
    cache = _opened(whole, stored_spec, args)
    kept_train, kept_test = _clean(whole, cache, len(train), findings)
    left = whole.subset(kept_train)
    if test is None and args.test_fraction > 0:
        larger, smaller = split(left, args.test_fraction, by=args.split_by, seed=args.split_seed)
        parts = {"train": left.subset(larger), "test": left.subset(smaller)}
    else:
        parts = {"train": left, "test": whole.subset(kept_test)}
    labels_of(parts.values())
    _judge_classes(parts, findings)
    for name, part in parts.items():
        if len(part):
            write_manifest(args.output / f"{name}.csv", part.files)
    if args.write_images:
        _write_images(parts, stored_spec, args)
    _write_summary(args.output, parts, findings)
    sys.stdout.write(_text(parts, findings, args.output))
    return 1 if findings.problems else 0


def _opened(whole: Manifest, stored_spec: StoredInputSpec, args: argparse.Namespace) -> ArrayCache:
    def told(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\rdecoding {done} of {total}" + ("\n" if done == total else ""))

    return open_array_cache(
        whole.files,
        stored_spec,
        args.cache_dir or default_cache_dir(),
        jobs=args.jobs or default_jobs(),
        progress=told,
    )


def _clean(
    whole: Manifest, cache: ArrayCache, n_train: int, findings: Findings
) -> tuple[list[int], list[int]]:
    """Return the training and test files that are left when the unusable ones are out."""
    for _, problem in sorted(cache.problems.items()):
        findings.remarks.append(f"Left out, unreadable: {problem}")
    copies: dict[str, list[int]] = defaultdict(list)
    for i, content in enumerate(cache.contents):
        if i not in cache.problems:
            copies[content].append(i)
    left_out = set(cache.problems)
    for same in copies.values():
        if len(same) > 1:
            left_out |= _judge_copies(whole, same, n_train, findings)
    kept = [i for i in range(len(whole)) if i not in left_out]
    return [i for i in kept if i < n_train], [i for i in kept if i >= n_train]


def _judge_copies(whole: Manifest, same: list[int], n_train: int, findings: Findings) -> set[int]:
    """Return which of several files with equal pixels are left out, and say why."""
    names = " = ".join(str(whole.files[i].path) for i in same)
    phases = sorted({whole.files[i].phase for i in same})
    if len(phases) > 1:
        findings.problems.append(
            f"Left out, the same image is labelled {' and '.join(phases)}: {names}"
        )
        return set(same)
    in_train = [i for i in same if i < n_train]
    in_test = [i for i in same if i >= n_train]
    if in_train and in_test:
        findings.remarks.append(f"Left out of training, the test holds the same image: {names}")
        return {*in_train, *in_test[1:]}
    findings.remarks.append(f"Kept once, the same image: {names}")
    return set(same[1:])


def _judge_classes(parts: dict[str, Manifest], findings: Findings) -> None:
    train, test = parts["train"], parts["test"]
    for phase in sorted(set(train.counts) | set(test.counts)):
        n_train, n_test = train.counts.get(phase, 0), test.counts.get(phase, 0)
        if n_train == 0:
            findings.problems.append(f"No training pattern shows {phase}.")
        elif len(test) and n_test == 0:
            findings.remarks.append(f"No test pattern shows {phase}.")
        if 0 < n_train + n_test < FEW_PATTERNS:
            findings.remarks.append(f"Only {n_train + n_test} pattern(s) show {phase}.")
    both = {f.specimen for f in train.files} & {f.specimen for f in test.files} - {""}
    if both:
        findings.problems.append(
            f"{len(both)} specimen(s) stand on both sides ({', '.join(sorted(both)[:5])}): the "
            "test then measures memory; split with --split-by specimen."
        )


def _write_images(
    parts: dict[str, Manifest], stored_spec: StoredInputSpec, args: argparse.Namespace
) -> None:
    import torch

    from trainer.data.rotation import rotate_and_crop, rotation_plan

    plan = rotation_plan(args.rotations, args.crop)
    for name, part in parts.items():
        if not len(part):
            continue
        cache = _opened(part, stored_spec, args)
        n_angles = args.rotations if name == "train" else 1
        angles = torch.arange(n_angles)
        for file, row in zip(part.files, cache.rows, strict=True):
            kept = torch.from_numpy(np.asarray(cache.array[row]))
            crops = rotate_and_crop(kept.expand(n_angles, -1, -1), angles, plan).numpy()
            folder = args.output / "images" / name / file.phase
            folder.mkdir(parents=True, exist_ok=True)
            for i, crop in enumerate(crops):
                degrees = f"{360 * i / args.rotations:g}"
                path = folder / f"{file.path.stem}-{row:05d}-{degrees}.png"
                if not cv2.imwrite(str(path), crop):
                    raise OSError(f"cannot write {path}")


def _write_summary(output: Path, parts: dict[str, Manifest], findings: Findings) -> None:
    summary: dict[str, Any] = {
        "counts": {name: part.counts for name, part in parts.items()},
        "problems": findings.problems,
        "remarks": findings.remarks,
    }
    write_json(output / "prepare.json", summary)


def _text(parts: dict[str, Manifest], findings: Findings, output: Path) -> str:
    phases = sorted({phase for part in parts.values() for phase in part.counts})
    width = max(len(phase) for phase in [*phases, "phase"])
    lines = [f"{'phase':{width}}  {'train':>6}  {'test':>6}"]
    for phase in phases:
        counts = [parts[name].counts.get(phase, 0) for name in ("train", "test")]
        lines.append(f"{phase:{width}}  {counts[0]:>6}  {counts[1]:>6}")
    totals = [len(parts[name]) for name in ("train", "test")]
    lines.append(f"{'all':{width}}  {totals[0]:>6}  {totals[1]:>6}")
    lines += [f"note: {remark}" for remark in findings.remarks]
    lines += [f"PROBLEM: {problem}" for problem in findings.problems]
    lines.append(f"Lists are in {output}.")
    return "\n".join(lines) + "\n"
