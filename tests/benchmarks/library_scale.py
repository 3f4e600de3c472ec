"""A library of a hundred thousand structures: disk, memory, and the time of a search.

    python -m tests.benchmarks.library_scale [--structures 100000] [--drawn 5000] [--folder FOLDER]

`--drawn` random crystals of realistic cells and groups are computed; the rest are copies of them
with cells up to 8 % larger or smaller, since lengths are all that a copy changes in the index.
Patterns are drawn of random members and spoilt as in `indexing_truth`; each is searched in a new
process (cold: the files' pages are given up first, where the system lets us) and twice more in the
same one (warm).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.library.collection import FileCollection
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.library_index import index_of, index_of_file
from saed_desktop.library.search import search
from saed_desktop.library.store import LibraryFile, structure_of_phase, structure_row
from saed_desktop.library.zones import LOG_STEP, zones_of
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from tests.benchmarks.indexing_truth import draw_truth, spoilt
from trainer.data.structures import random_crystal

COUNT = 25


def scaled(phase: Phase, factor: float, name: str) -> Phase:
    cell = phase.lattice
    lattice = Lattice(cell.a * factor, cell.b * factor, cell.c * factor,
                      cell.alpha_deg, cell.beta_deg, cell.gamma_deg)  # fmt: skip
    return replace(phase, lattice=lattice, name=name)


def make_library(path: Path, structures: int, drawn: int) -> float:
    """Fill a library and return the processor time of the zones of one structure, in ms."""
    rng = np.random.default_rng(5)
    spent = 0.0
    with LibraryFile(path, writable=True) as library:
        rows = []
        for i in range(drawn):
            phase = random_crystal(i, seed=77)
            start = time.process_time()
            zones = zones_of(phase)
            spent += time.process_time() - start
            for copy in range(i, structures, drawn):
                factor = 1.0 if copy == i else float(np.exp(rng.uniform(-0.08, 0.08)))
                moved = zones.copy()
                moved["q"] = moved["q"] - round(np.log(factor) / LOG_STEP)
                one = scaled(phase, factor, f"random-{copy}")
                structure = structure_of_phase(one, file=f"{copy}.cif", library="")
                rows.append(structure_row(structure, file=f"{copy}.cif", zones=moved.tobytes()))
            if len(rows) > 2000:
                library.add(rows, [])
                rows = []
        library.add(rows, [])
        library.finish()
    return 1000 * spent / drawn


def give_up_pages(path: Path) -> None:
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def one_search(path: Path, seed: int) -> dict[str, float]:
    """Search for one pattern, three times, in this process."""
    rng = np.random.default_rng(seed)
    started = time.perf_counter()
    library = FileCollection(path)
    truth = None
    while truth is None:
        place = int(rng.integers(len(library.masks)))
        (structure,) = library.structures([place])
        truth = draw_truth(structure.phase, rng)
    observation, spots, *_ = spoilt(truth, rng)
    lattices = measured_lattices(observation, find_spot_lattice(spots, tolerance_px=2.4))
    drawn = time.perf_counter() - started

    def phases(places):
        return [s.phase for s in library.structures(places)]

    result: dict[str, float] = {"drawing": drawn}
    for name in ("cold", "warm_1", "warm"):
        start, spent = time.perf_counter(), time.process_time()
        found = search(index_of(library), lattices, phases, count=COUNT)
        result[name] = time.perf_counter() - start
        result[f"{name}_processor"] = time.process_time() - spent
    places = found.places.tolist()
    result["rank"] = places.index(place) if place in places else -1
    known = ElementFilter(allowed=structure.elements)
    found_known = search(index_of(library), lattices, phases, elements=known, count=COUNT)
    places = found_known.places.tolist()
    result["rank_with_elements"] = places.index(place) if place in places else -1
    result["fitting"] = found.n_fitting
    result["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--structures", type=int, default=100_000)
    parser.add_argument("--drawn", type=int, default=5000)
    parser.add_argument("--patterns", type=int, default=10)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--search", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    path = folder / f"random-{options.structures}.saedlib"
    if options.search is not None:
        print(json.dumps(one_search(path, options.search)))
        return 0
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        zones_ms = make_library(path, options.structures, options.drawn)
        start = time.process_time()
        index_of_file(path)
        indexing = time.process_time() - start
        print(
            f"zones {zones_ms:.1f} ms a structure; index of all made in {indexing:.1f} s "
            f"(peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB)"
        )
    files = [path, path.with_name(path.name + ".zones")]
    sizes = [f.stat().st_size / 1e6 for f in files]
    print(f"{options.structures} structures: library {sizes[0]:.0f} MB, index {sizes[1]:.0f} MB")
    runs = []
    for seed in range(options.patterns):
        for file in files:
            give_up_pages(file)
        command = [sys.executable, "-m", "tests.benchmarks.library_scale", "--structures",
                   str(options.structures), "--folder", str(folder), "--search", str(seed)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    for name in ("cold", "cold_processor", "warm", "warm_processor", "memory_mb", "fitting"):
        values = np.array([run[name] for run in runs])
        print(f"{name}: median {np.median(values):.2f}, largest {values.max():.2f}")
    for name in ("rank", "rank_with_elements"):
        places = [int(run[name]) for run in runs]
        print(f"{name} of the truth in the shortlist of {COUNT} (-1: not in it): {places}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
