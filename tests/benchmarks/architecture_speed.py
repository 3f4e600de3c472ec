"""Distance of training from the limits of the device, and which limit it is, by architecture.

Arithmetic: the operations of one step over the rate of a large matrix product in the same
precision. Memory: what the layers read and write in one step over the rate of a large copy. A step
can be no quicker than the slower of the two (the roofline); what is left is overhead.

    python -m tests.benchmarks.architecture_speed --batch-size 4 --threads 1
"""

import argparse
import json
import sys
import time
from collections.abc import Callable

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from trainer.data.loader import Batch
from trainer.distributed import World
from trainer.networks.registry import NetworkOptions, build
from trainer.task import ClassificationTask, TaskOptions, uses_bf16

NETWORKS = ("299-an", "resnet-50", "efficientnet-b3", "vgg16-usual", "vit-l-16")


def seconds_of(work: Callable[[], object], device: torch.device, repeats: int) -> float:
    """Return the shortest time of some repeats, after one that does not count."""
    work()
    best = float("inf")
    for _ in range(repeats):
        synchronise(device)
        start = time.perf_counter()
        work()
        synchronise(device)
        best = min(best, time.perf_counter() - start)
    return best


def synchronise(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def flop_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Return operations per second of a large matrix product."""
    n = 8192 if device.type == "cuda" else 2048
    a, b = (torch.rand(n, n, device=device, dtype=dtype) for _ in range(2))
    return 2 * n**3 / seconds_of(lambda: a @ b, device, 5)


def byte_rate(device: torch.device) -> float:
    """Return bytes per second, read and written, of a large copy."""
    source = torch.rand(2**28 if device.type == "cuda" else 2**26, device=device)
    target = torch.empty_like(source)
    return 2 * source.nbytes / seconds_of(lambda: target.copy_(source), device, 5)


def bytes_of_step(
    network: nn.Module, image: torch.Tensor, bytes_per_value: int, *, passes: int = 3
) -> int:
    """Return what the layers read and write in a step: once forward and twice backward.

    A frozen body is passed once, and its weights are only read.
    """
    total = 0

    def add(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        nonlocal total
        del module
        tensors = [t for t in (*inputs, output) if isinstance(t, torch.Tensor)]
        total += sum(t.numel() for t in tensors) * bytes_per_value

    leaves = [m for m in network.modules() if not list(m.children())]
    handles = [leaf.register_forward_hook(add) for leaf in leaves]
    with torch.no_grad():
        network(image)
    for handle in handles:
        handle.remove()
    parameters = sum(p.numel() for p in network.parameters())
    # weights are read twice, their gradient written once and read by Adam with two moments
    return passes * total + (8 if passes == 3 else 1) * 4 * parameters


def measure(
    name: str,
    args: argparse.Namespace,
    limits: tuple[float, float],
    *,
    pretrained: bool = False,
    size: int = 0,
) -> dict[str, object]:
    """Return images per second and shares of the limits of one architecture.

    Of a pre-trained one the body is only asked for features, and the head learns.
    """
    world = World(device=torch.device(args.device))
    options = NetworkOptions(network=name, pretrained=pretrained, size=size)
    # random weights take as long as trained ones
    network = build(options, 9, load_weights=False).to(world.device)
    spec = network.input_specs[0]
    n = args.batch_size
    batch = Batch(
        {"image": torch.rand(n, *spec.shape, device=world.device)},
        torch.randint(9, (n,), device=world.device),
    )
    task_options = TaskOptions(ema=0.0, precision=args.precision, compile=args.compile)
    width = 2 if uses_bf16(task_options, world.device) else 4
    moved = bytes_of_step(network, batch.inputs["image"], width, passes=1 if pretrained else 3)
    task = ClassificationTask(network, task_options, world)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(learning, fused=world.device.type == "cuda")

    def step() -> None:
        task.learn(batch, global_size=n, last=True)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        task.logits(batch)
    # backward takes twice as many; torch's own count of it forgets that convolutions have groups
    operations = (1 if pretrained else 3) * counter.get_total_flops()
    seconds = seconds_of(step, world.device, args.repeats)
    by_arithmetic, by_memory = operations / limits[0], moved / limits[1]
    return {
        "network": name,
        "pretrained": pretrained,
        "size": spec.size,
        "images_per_second": round(n / seconds, 3),
        "gflop_per_image": round(operations / n / 1e9, 1),
        "gbyte_per_image": round(moved / n / 1e9, 2),
        "share_of_arithmetic_limit": round(by_arithmetic / seconds, 3),
        "share_of_memory_limit": round(by_memory / seconds, 3),
        "limited_by": "arithmetic" if by_arithmetic > by_memory else "memory",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    device = torch.device(args.device)
    dtype = torch.bfloat16 if args.precision == "bf16" else torch.float32
    limits = flop_rate(device, dtype), byte_rate(device)
    heading = {
        "device": args.device, "precision": args.precision, "threads": args.threads,
        "gflop_per_second": round(limits[0] / 1e9, 1),
        "gbyte_per_second": round(limits[1] / 1e9, 1),
    }  # fmt: skip
    sys.stdout.write(json.dumps(heading) + "\n")
    for name in args.networks:
        sys.stdout.write(json.dumps(measure(name, args, limits)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
