"""Training speed of 299-AN: the trainer against a re-statement of the published loop.

The published scripts read and decode one PNG file per sample, rotated beforehand, in the worker
processes of a loader; they train in float32 with the channels outermost. The re-statement below
does the same with OpenCV's decoder, which is quicker than theirs. Both learn from the same
patterns, in this process and on the same number of threads; on a CPU the time is processor time.

    python -m tests.benchmarks.training_speed --size 800 --batch-size 16 --steps 3 --threads 1
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import cv2
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from trainer.checkpoint import TrainingProgress
from trainer.cli import main as saed_trainer
from trainer.config import make_config
from trainer.data.data_plan import plan_data
from trainer.data.loader import prefetched
from trainer.data.stored_input import region_side
from trainer.distributed import World
from trainer.networks.base import image_spec
from trainer.session import open_session

GFLOP_OF_STEP = {800: 12.6, 256: 1.2}
"""Floating-point operations of one training image of 299-AN, in 10⁹."""


class PublishedFiles(Dataset):
    """One rotated PNG file per sample."""

    def __init__(self, folder: Path) -> None:
        self.files = sorted(folder.rglob("*.png"))
        self.phases = sorted({path.parent.name for path in self.files})

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        path = self.files[index]
        image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        return torch.tensor(image).unsqueeze(0).float(), self.phases.index(path.parent.name)


def published_network(size: int, n_classes: int) -> nn.Module:
    """Return 299-AN layer by layer as published: ReLU, pool, norm, and a sigmoid at the end."""
    layers: list[nn.Module] = []
    channels, side = 1, size
    for _ in range(6):
        layers += [nn.Conv2d(channels, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(32)]
        channels, side = 32, (side - 2) // 2
    layers.append(nn.Flatten())
    width = 32 * side * side
    for _ in range(4):
        layers += [nn.Linear(width, 64), nn.ReLU(), nn.BatchNorm1d(64)]
        width = 64
    return nn.Sequential(*layers, nn.Linear(width, n_classes), nn.Sigmoid())


def published_speed(folder: Path, args: argparse.Namespace) -> float:
    """Return images per second of the published loop."""
    device = torch.device(args.device)
    data = PublishedFiles(folder)
    loader = DataLoader(
        data, batch_size=args.batch_size, shuffle=True, num_workers=args.workers, drop_last=True
    )
    network = published_network(args.size, len(data.phases)).to(device).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
    clock = Clock(args, device)
    while not clock.is_done:
        for images, labels in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(images.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
            if clock.step_done():
                break
    return clock.images_per_second


def our_speed(data: Path, cache: Path, args: argparse.Namespace) -> float:
    """Return images per second of the trainer."""
    world = World(device=torch.device(args.device))
    config = make_config(
        {
            "network": {"network": "299-an", "size": args.size, "crop": args.size},
            "data": {"data": data, "cache_dir": cache, "test_fraction": 0.0,
                     "validation_fraction": 0.0, "jobs": 1},
            "loop": {"batch_size": args.batch_size},
            "task": {"precision": args.precision, "compile": args.compile},
        }
    )  # fmt: skip
    specs = (image_spec(args.size, args.size, channels=1),)
    plan = plan_data(config.data)
    plan.fill(specs, lambda line: None)
    session = open_session(config, world, plan.open(specs, world.device), data / "run", 0)
    clock = Clock(args, world.device)
    while not clock.is_done:
        session.progress = TrainingProgress(epoch=session.progress.epoch + 1)
        batches = prefetched(
            session.data.train, session.progress.epoch, session.own_parts(0), config.data.prefetch
        )
        for batch in batches:
            session.count(session.task.learn(batch, global_size=args.batch_size, last=True))
            session.step()
            if clock.step_done():
                break
        batches.close()
    return clock.images_per_second


class Clock:
    """Counts steps and takes the time of those after the warm-up."""

    def __init__(self, args: argparse.Namespace, device: torch.device) -> None:
        self._args, self._device = args, device
        self._done = 0
        self._start = 0.0
        # on a CPU the processor time of this process, so that a busy machine does not decide
        own = device.type == "cpu" and not args.workers
        self._now = time.process_time if own else time.perf_counter
        self.images_per_second = 0.0

    @property
    def is_done(self) -> bool:
        return self._done >= self._args.warmup + self._args.steps

    def step_done(self) -> bool:
        self._done += 1
        if self._done in (self._args.warmup, self._args.warmup + self._args.steps):
            if self._device.type == "cuda":
                torch.cuda.synchronize()
            if self._done == self._args.warmup:
                self._start = self._now()
            else:
                seconds = self._now() - self._start
                self.images_per_second = self._args.steps * self._args.batch_size / seconds
        return self.is_done


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=800)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--workers", type=int, default=0, help="loader processes of the published loop"
    )
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        side = region_side(args.size, rotated=True)
        data = write_toy_set(folder / "set", dict.fromkeys(TOY_PHASES, 2), side_px=side)
        saed_trainer(
            ["prepare", "--data", str(data), "--output", str(folder / "prepared"), "--write-images",
             "--test-fraction", "0", "--crop", str(args.size), "--jobs", "1",
             "--cache-dir", str(folder / "cache")]
        )  # fmt: skip
        theirs = published_speed(folder / "prepared" / "images" / "train", args)
        ours = our_speed(data, folder / "cache", args)
    result = {
        **vars(args),
        "published_images_per_second": round(theirs, 3),
        "trainer_images_per_second": round(ours, 3),
        "ratio": round(ours / theirs, 2),
    }
    if args.size in GFLOP_OF_STEP:
        result["trainer_gflop_per_second"] = round(ours * GFLOP_OF_STEP[args.size], 1)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
