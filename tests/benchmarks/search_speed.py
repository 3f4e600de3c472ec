"""Several small networks on one device: one after the other, or as one batch of networks.

For each size the same architecture is trained alone and in stacks; the figure is patterns learnt
per second, counted once per network. What is quicker is what `trainer.search.worker.TOGETHER` says
for the device.

    python -m tests.benchmarks.search_speed --device cpu --sizes 64 128 256 --together 1 2 4 8

On a CPU the time is processor time of this process, so that a busy machine does not decide. With
a GPU also the share of the memory bandwidth that `--bandwidth` (GB/s) names: the traffic counted
is that of the activations, written and read once forwards and once backwards.
"""

import argparse
import json
import sys

import torch

from trainer.networks.cnn_299an import KERNEL
from trainer.search.settings import make_settings
from trainer.search.space import make_space
from trainer.search.throughput import measure


def activation_bytes(architecture, size: int, element: int) -> int:
    """Return the bytes of all activations of one pattern."""
    total, side = 0, size
    for _ in range(architecture.point.conv_layers):
        side -= KERNEL - 1
        total += architecture.width * side * side
        side //= 2
        total += 2 * architecture.width * side * side
    return total * element


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 256])
    parser.add_argument("--together", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--conv-layers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--bandwidth", type=float, default=0.0, help="GB/s of the device")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    device = torch.device(args.device)
    axes = {"conv_layers": [args.conv_layers], "batch_size": [args.batch_size]}
    architecture = make_space({"name": "speed", "axes": axes}).at(0)
    settings = make_settings({"search": {"precision": args.precision}})
    rates: dict[int, dict[int, float]] = {}
    shares: dict[int, dict[int, float]] = {}
    for size in args.sizes:
        rates[size], shares[size] = {}, {}
        for together in args.together:
            pace = measure(
                settings, architecture, size, device,
                together=together, batch=args.batch_size, seconds=args.seconds,
            )  # fmt: skip
            rates[size][together] = round(1 / pace.learn_seconds, 1)
            if args.bandwidth:
                moved = 4 * activation_bytes(architecture, size, 2)
                shares[size][together] = round(
                    moved / pace.learn_seconds / (args.bandwidth * 1e9), 3
                )
    best = {size: max(own, key=own.__getitem__) for size, own in rates.items()}
    result = {
        **vars(args),
        "images_per_second": rates,
        "best": best,
        "share_of_bandwidth": shares if args.bandwidth else None,
    }
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
