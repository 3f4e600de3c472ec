"""Everything that waits for a GPU, as one command of less than ten minutes.

Throughput and the share of the roofline of the nine rows of Table III, NCCL on one GPU, bf16 against
fp32, the search's throughput, and 299-AN by the published protocol on a simulated set of the
paper's counts. Each part is written down as soon as it is done, so that what runs out of time
costs only what follows; the same command goes on with what is missing.

    # on any machine, 5 to 20 min of a CPU: the reflections, from which the sets are drawn
    saed-trainer simulate --reflections library.npz --orientations 500 --seed 11 --count 1 --output any
    # on the machine with the GPU
    python -m tests.benchmarks.gpu --reflections library.npz --output OUT

`OUT/gpu.md` is the page, `OUT/results.json` the numbers. `--tiny` tries all of it on a CPU.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from tests.benchmarks import architecture_speed, search_speed
from trainer.networks.registry import NetworkOptions, build
from trainer.studies.report.reference import TABLE_III

TRAIN_COUNTS = (19, 25, 34, 4, 26, 235, 36, 194, 17)
TEST_COUNTS = (4, 10, 8, 2, 3, 61, 6, 47, 7)
"""The paper's counts in the order of a library of the nine phases: PuO, PuO2, Zr3O_R-3c, ..."""


@dataclass(frozen=True)
class Plan:
    """Sizes of a run, and the device."""

    device: str
    reflections: Path
    output: Path
    rows: tuple[tuple[str, bool, int], ...]
    batch: int
    search_sizes: tuple[int, ...]
    together: tuple[int, ...]
    size: int
    epochs: int
    rotations: int
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]


def plan_of(args: argparse.Namespace) -> Plan:
    """Return the sizes of the real run, or of a trial on a CPU."""
    if not args.tiny:
        rows = tuple((row.network, row.pretrained, 0) for row in TABLE_III)
        return Plan(
            args.device, args.reflections, args.output, rows, 32, (64, 128, 256, 400, 800), (1, 2, 4, 8),
            800, 20, 24, TRAIN_COUNTS, TEST_COUNTS,
        )  # fmt: skip
    rows = (("299-an", False, 192), ("resnet-50", False, 32), ("resnet-50", True, 32))
    few = tuple(2 for _ in TRAIN_COUNTS)
    return Plan(
        args.device, args.reflections, args.output, rows, 2, (64,), (1, 2), 192, 1, 2, few, few
    )  # fmt: skip


def machine(plan: Plan) -> dict[str, Any]:
    """Return what the machine is called and what runs on it."""
    name = platform.processor() or platform.machine()
    if plan.device == "cuda":
        name = torch.cuda.get_device_name()
    return {
        "device": name,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d"),
    }


def rows(plan: Plan) -> dict[str, Any]:
    """Return throughput and share of the roofline of every row."""
    device = torch.device(plan.device)
    args = argparse.Namespace(
        device=plan.device, batch_size=plan.batch, repeats=3, precision="bf16", compile=False
    )
    limits = (
        architecture_speed.flop_rate(device, torch.bfloat16),
        (architecture_speed.byte_rate(device)),
    )
    measured = []
    for network, pretrained, size in plan.rows:
        try:
            measured.append(
                architecture_speed.measure(network, args, limits, pretrained=pretrained, size=size)
            )
        except torch.OutOfMemoryError:
            measured.append({"network": network, "pretrained": pretrained, "problem": "memory"})
        if plan.device == "cuda":
            torch.cuda.empty_cache()
    return {"tflop_per_second": limits[0] / 1e12, "gbyte_per_second": limits[1] / 1e9,
            "rows": measured}  # fmt: skip


def collectives(plan: Plan) -> dict[str, Any]:
    """Return whether gradients that went through NCCL (gloo on a CPU) are those that did not."""
    backend = "nccl" if plan.device == "cuda" else "gloo"
    device = torch.device(plan.device)
    store = dist.HashStore()
    dist.init_process_group(backend, store=store, rank=0, world_size=1)
    try:
        torch.manual_seed(0)
        network = build(NetworkOptions(network="299-an", size=192), 9).to(device)
        image, label = torch.rand(8, 1, 192, 192, device=device), torch.arange(8, device=device)

        def gradients(runner: nn.Module) -> list[torch.Tensor]:
            network.zero_grad()
            nn.functional.cross_entropy(runner(image), label).backward()
            return [p.grad.clone() for p in network.parameters() if p.grad is not None]

        alone = gradients(network)
        wrapped = gradients(DistributedDataParallel(network))
        largest = max(float((a - b).abs().max()) for a, b in zip(alone, wrapped, strict=True))
        value = torch.ones(2**26 if plan.device == "cuda" else 2**16, device=device)
        seconds = architecture_speed.seconds_of(lambda: dist.all_reduce(value), device, 3)
    finally:
        dist.destroy_process_group()
    return {"backend": backend, "largest_difference": largest,
            "all_reduce_gbyte_per_second": value.nbytes / seconds / 1e9}  # fmt: skip


def search(plan: Plan) -> dict[str, Any]:
    """Return patterns per second of small networks, alone and in stacks."""
    words = ["--device", plan.device, "--seconds", "1", "--batch-size", str(max(plan.batch // 2, 4)),
             "--sizes", *map(str, plan.search_sizes), "--together", *map(str, plan.together)]  # fmt: skip
    return dict(json.loads(_output_of([sys.executable, "-m", search_speed.__name__, *words])))


def precision(plan: Plan) -> dict[str, Any]:
    """Return test accuracies of a short modern training in bf16 and in fp32, three seeds each."""
    found = {}
    for kind in ("bf16", "fp32"):
        run = plan.output / f"run-{kind}"
        _train(
            plan,
            run,
            "--precision",
            kind,
            "--repeats",
            "3",
            "--epochs",
            str(max(plan.epochs // 4, 1)),
        )
        found[kind] = _summary(run)
    return found


def protocol(plan: Plan) -> dict[str, Any]:
    """Return what 299-AN reaches by the published protocol, and how long it takes."""
    run = plan.output / "run-protocol"
    start = time.monotonic()
    _train(plan, run, "--protocol", "hpec2023", "--repeats", "1", "--epochs", str(plan.epochs))
    seconds = time.monotonic() - start
    shown = sum(plan.train_counts) * plan.rotations * plan.epochs
    majority = max(plan.test_counts) / sum(plan.test_counts)
    return {**_summary(run), "presentations": shown, "seconds": seconds, "majority": majority}


PARTS: tuple[tuple[str, Callable[[Plan], dict[str, Any]]], ...] = (
    ("machine", machine),
    ("rows", rows),
    ("collectives", collectives),
    ("search", search),
    ("protocol", protocol),
    ("precision", precision),
)


def _train(plan: Plan, run: Path, *words: str) -> None:
    """Train 299-AN on the simulated set, which is drawn first where there is none."""
    sides = {"train": (plan.train_counts, 5), "test": (plan.test_counts, 6)}
    for side, (counts, seed) in sides.items():
        folder = plan.output / side
        if not (folder / "patterns.csv").is_file():
            # the crop's diagonal, so that a turned crop has no black corners
            _output_of(
                [sys.executable, "-m", "trainer", "simulate", "--reflections", str(plan.reflections), "--size",
                 str(round(1.42 * plan.size) + 8), "--counts", *map(str, counts), "--seed", str(seed),
                 "--scale", "unknown", "--format", "png", "--device", plan.device,
                 "--output", str(folder)]
            )  # fmt: skip
    _output_of(
        [sys.executable, "-m", "trainer", "train", "--network", "299-an", "--size", str(plan.size),
         "--data", str(plan.output / "train" / "patterns.csv"),
         "--test", str(plan.output / "test" / "patterns.csv"), "--validation-fraction", "0",
         "--rotations", str(plan.rotations), "--device", plan.device,
         "--cache-dir", str(plan.output / "cache"), "--output", str(run), *words]
    )  # fmt: skip


def _summary(run: Path) -> dict[str, Any]:
    scores = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    return {name: scores[name]["all"] for name in ("accuracy", "balanced_accuracy")}


def _output_of(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:5])} ...: {done.stderr.strip()[-400:]}")
    return done.stdout.splitlines()[-1] if done.stdout else ""


def page(results: dict[str, Any]) -> str:
    """Return the results as a page."""
    lines = ["# Measured on a GPU", ""]
    for name, found in results.items():
        lines += [f"## {name.capitalize()}", ""]
        if name == "rows" and "rows" in found:
            lines += _table_of_rows(found)
        else:
            lines += [f"- {key}: {_text(value)}" for key, value in found.items()]
        lines.append("")
    return "\n".join(lines)


def _table_of_rows(found: dict[str, Any]) -> list[str]:
    lines = [
        f"Arithmetic limit {found['tflop_per_second']:.1f} TFLOP/s (bf16 product), memory limit "
        f"{found['gbyte_per_second']:.0f} GB/s (copy).",
        "",
        "| network | pre-trained | size | images/s | of the arithmetic | of the memory limit |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in found["rows"]:
        head = f"| {row['network']} | {'yes' if row['pretrained'] else 'no'} "
        if "problem" in row:
            lines.append(f"{head}| | out of {row['problem']} | | |")
        else:
            lines.append(
                f"{head}| {row['size']} | {row['images_per_second']} | "
                f"{row['share_of_arithmetic_limit']} | {row['share_of_memory_limit']} |"
            )
    return lines


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--reflections", type=Path, required=True, help="reflections of the nine phases"
    )
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--parts", nargs="+", default=[name for name, _ in PARTS])
    parser.add_argument("--tiny", action="store_true", help="a trial of a minute on a CPU")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        parser.error("this machine has no GPU that torch can use; --device cpu --tiny tries it")
    plan = plan_of(args)
    args.output.mkdir(parents=True, exist_ok=True)
    file = args.output / "results.json"
    results: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    for name, measure in PARTS:
        if name not in args.parts or (name in results and "problem" not in results[name]):
            continue
        start = time.monotonic()
        try:
            results[name] = measure(plan)
        except RuntimeError as error:  # one part must not cost the others
            results[name] = {"problem": str(error)}
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
        file.write_text(json.dumps(results, indent=1))
        (args.output / "gpu.md").write_text(page(results))
    return 1 if any("problem" in found for found in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
