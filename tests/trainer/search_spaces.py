"""Small searches for tests."""

from pathlib import Path

SPACE = """
crop = 64
[space]
name = "toy"
[space.axes]
conv_layers = [1, 2]
dense_layers = [1]
first_nodes = [8, 16]
dense_shape = ["constant"]
learning_rate = [0.01, 0.001, 0.0001]
batch_size = [16]
width = [4]
"""

HALVING = """
[[rungs]]
epochs = 1
size = 32
rotations = 2
[[rungs]]
epochs = 2
size = 32
rotations = 4
keep = 0.5
[finals]
candidates = 1
seeds = 2
epochs = 1
size = 64
rotations = 4
"""

EXHAUSTIVE = """
[[rungs]]
epochs = 2
size = 32
rotations = 2
[finals]
candidates = 0
size = 64
"""

DATA = """
[data]
test_fraction = 0.0
validation_fraction = 0.25
jobs = 1
"""


def write_config(path: Path, *parts: str) -> Path:
    """Write a configuration file of some of the parts above and return it."""
    path.write_text("".join((*parts, DATA)), encoding="utf-8")
    return path


def search_options(config: Path, data: Path, cache: Path, output: Path) -> list[str]:
    """Return the words of `saed-trainer search run`."""
    return [
        "search", "run", "--config", str(config), "--data", str(data), "--cache-dir", str(cache),
        "--output", str(output), "--device", "cpu",
    ]  # fmt: skip
