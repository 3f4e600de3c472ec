"""Training steps on one core with and without what `trainer.allocator` does: time and memory.

    python -m tests.benchmarks.kept_memory

Each is a process of its own, in turns; processor time, so that other work on the machine counts
little.
"""

import argparse
import statistics
import subprocess
import sys

STEP = """
import resource, sys, time
import torch
from trainer.allocator import keep_freed_memory
from trainer.networks.registry import NetworkOptions, build

network, size, batch, kept = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "kept"
torch.set_num_threads(1)
torch.manual_seed(0)
if kept:
    assert keep_freed_memory()
net = build(NetworkOptions(network=network, size=size), 9)
optimizer = torch.optim.AdamW(net.parameters())
images, labels = torch.rand(batch, 1, size, size), torch.randint(9, (batch,))

def step():
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(net(images), labels).backward()
    optimizer.step()

step()
start = time.process_time()
for _ in range(5):
    step()
seconds = (time.process_time() - start) / 5
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
CASES = (("299-an", 256, 16), ("299-an", 800, 4), ("resnet-50", 224, 8))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    print("| network | pixels | batch | s a step, freed | kept | times | MB, freed | kept |")
    print("|---|---|---|---|---|---|---|---|")
    for network, size, batch in CASES:
        found = {"freed": [], "kept": []}
        for _ in range(rounds):
            for name, rows in found.items():
                rows.append(measured(network, size, batch, name))
        seconds, megabytes = (
            {name: statistics.median(row[i] for row in rows) for name, rows in found.items()}
            for i in (0, 1)
        )
        print(
            f"| {network} | {size} | {batch} | {seconds['freed']:.2f} | {seconds['kept']:.2f} "
            f"| {seconds['freed'] / seconds['kept']:.2f} | {megabytes['freed']:.0f} "
            f"| {megabytes['kept']:.0f} |"
        )


def measured(network: str, size: int, batch: int, name: str) -> tuple[float, float]:
    """Return processor seconds of a step and the process's largest size in MB."""
    command = [sys.executable, "-c", STEP, network, str(size), str(batch), name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


if __name__ == "__main__":
    main()
