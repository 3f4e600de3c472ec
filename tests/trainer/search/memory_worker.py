"""A worker with little memory: `python -m tests.trainer.search.memory_worker SEARCH MB SHARD`.

The bound is what the process holds once everything is loaded, and so many megabytes more, so that
a test need not know how large Python and torch are here.
"""

import sys
from pathlib import Path

import torch

from trainer.search.memory import bounded_memory, held_bytes
from trainer.search.patterns import PatternStore
from trainer.search.settings import load_settings
from trainer.search.worker import Worker


def main() -> int:
    folder, spare_mb, shard = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    cpu = torch.device("cpu")
    settings = load_settings(folder)
    # what every training needs besides its network: imports, patterns
    PatternStore(settings, cpu).open(
        settings.rungs[0], settings.space.at(0).spec(settings.rungs[0].size, settings.crop_px)
    )
    limit_gb = (held_bytes() + spare_mb * 1e6) / 1e9
    with bounded_memory(cpu, limit_gb):
        assert Worker(folder, settings, shard, cpu).work(0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
