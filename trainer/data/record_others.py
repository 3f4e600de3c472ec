"""Compute the reflections of crystals of the class "other" that are shipped with the trainer.

    python -m trainer.data.record_others

What of it is in the cache serves; it can be stopped and goes on.
"""

import argparse
import sys

from trainer.data.array_cache import default_cache_dir
from trainer.data.preparation import prepare_reflections
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import LibraryTask, ReflectionLibrary
from trainer.data.shipped_others import FILE, save_others, task_digest
from trainer.data.simulation_options import SimulationOptions
from trainer.data.structures import PER_OTHER_CRYSTAL, other_crystals


def main() -> int:
    """Write the file."""
    options = SimulationOptions()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=options.others, metavar="N")
    count = int(parser.parse_args().count)
    ranges, folder = OrientationRanges(), default_cache_dir()
    libraries: dict[str, ReflectionLibrary] = {}
    for k, crystal in enumerate(other_crystals(count, options.simulation_seed)):
        task = LibraryTask(crystal, 0, PER_OTHER_CRYSTAL, options.simulation_seed + k)
        libraries[task_digest(task, ranges)] = prepare_reflections(
            [task], ranges, folder, line=_line
        )
    save_others(libraries, FILE)
    _line(f"{FILE}: {len(libraries)} crystals, {FILE.stat().st_size / 1e6:.1f} MB")
    return 0


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
