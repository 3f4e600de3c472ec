"""Crystal system and space group from the spot lattice alone, on prototypes that were never seen.

    python -m tests.benchmarks.lattice_alone [--crystals 60] [--seeds 1 2] [--keep FOLDER]

Crystals are public structures and those of the bundled library whose prototype is in neither the
training nor the calibration split of the lattice statistics; a prototype is drawn, then one of its
members, each in three zones: Bloch waves drawn by the second camera (`independent/camera.py`) and
searched by the program, the scale stated to 2 %. "Lists" are spoilt as in `indexing_truth` (30 %
missing, 20 % foreign, scale 3 % off). `--keep` keeps the zones of each kind, so that they are
drawn once. The guess of the commonest names the commonest system, and
the five commonest space groups, of the crystals that the statistics were fitted to.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.lattice.space_groups import (
    BRAVAIS,
    SYSTEMS,
    bravais_of_classes,
    system_of_classes,
)
from saed_desktop.indexing.lattice.statistics import (
    LatticeStatistics,
    bundled_statistics,
    read_statistics,
)
from tests.benchmarks.judge_sets import listed_pattern, pictured_pattern
from tests.benchmarks.library_against_public import STRUCTURES
from tests.benchmarks.library_search import public_structures
from trainer.judge.crystals import CrystalPool, prototype_key, split_of
from trainer.judge.scores import calibration_error, share
from trainer.lattice.crystals import space_group_label
from trainer.lattice.draw import DrawnZones, zone_row, zones_of_rows
from trainer.lattice.training import joint_of, summed, without_scale

ZONES = 3


def unseen_prototypes(folder: Path) -> list[list[Phase]]:
    """Return the crystals of each prototype that was not fitted."""
    members: dict[str, list[Phase]] = {}
    for phase in (*public_structures(folder, 1300.0), *CrystalPool("test").phases):
        if split_of(phase) == "test":
            members.setdefault(prototype_key(phase), []).append(phase)
    return list(members.values())


def drawn_zones(
    prototypes: list[list[Phase]], count: int, seeds: list[int], *, pictures: bool
) -> DrawnZones:
    """Return the zones with a sure lattice."""
    rows: list[dict[str, Any]] = []
    for seed in seeds:
        rng = np.random.default_rng((seed, int(pictures), 16))
        for number in range(count):
            members = prototypes[int(rng.integers(len(prototypes)))]
            phase = members[int(rng.integers(len(members)))]
            for _ in range(ZONES):
                found = (pictured_pattern if pictures else listed_pattern)(phase, rng)
                row = None if found is None else zone_row(found)
                if row is not None:
                    truth = {"label": space_group_label(phase), "name": phase.name}
                    rows.append({**row, **truth, "crystal": seed * 10_000 + number})
    return zones_of_rows(rows)


def row(name: str, log_p: np.ndarray, label: np.ndarray) -> str:
    n, rows = len(label), np.arange(len(label))
    cells = [name, str(n)]
    system = summed(log_p, system_of_classes(), len(SYSTEMS))
    right = system.argmax(axis=1) == system_of_classes()[label]
    cells.append(share(int(right.sum()), n))
    cells.append(share(int(in_first(system, system_of_classes()[label], 2).sum()), n))
    lattice = summed(log_p, bravais_of_classes(), len(BRAVAIS))
    cells.append(share(int((lattice.argmax(axis=1) == bravais_of_classes()[label]).sum()), n))
    cells += [share(int(in_first(log_p, label, k).sum()), n) for k in (1, 5)]
    cells.append(f"{calibration_error(system.max(axis=1), right):.3f}")
    own = np.maximum(system[rows, system_of_classes()[label]], 1e-9)
    cells.append(f"{float(-np.log(own).mean()):.2f}")
    return "| " + " | ".join(cells) + " |"


def in_first(values: np.ndarray, label: np.ndarray, k: int) -> np.ndarray:
    best = np.argsort(-values, axis=1, kind="stable")[:, :k]
    return np.asarray((best == label[:, None]).any(axis=1))


def table(found: LatticeStatistics, many: dict[str, DrawnZones], n_drawn: dict[str, int]) -> str:
    lines = [
        "| | n | system % | in first two % | Bravais lattice % | space group % | in first five % | "
        "calibration error | log loss |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, zones in many.items():
        prior = np.repeat(found.log_prior[None], len(zones), axis=0)
        lines.append(row(f"{kind}, guess of the commonest", prior, zones.label))
        for what, examples in (("", zones), (", no scale", without_scale(zones))):
            single = found.log_probabilities(examples.features)
            lines.append(row(f"{kind}, one zone{what}", single, zones.label))
            together, of_crystals = joint_of(found, single, examples)
            lines.append(row(f"{kind}, two or three zones{what}", together, of_crystals))
        lines.append(f"<!-- {len(zones)} of {n_drawn[kind]} {kind} had a sure lattice. -->")
    return "\n".join(lines)


def kept(path: Path | None, draw: Callable[[], DrawnZones]) -> DrawnZones:
    """Return zones of a file, or drawn and kept in it."""
    if path is not None and path.exists():
        return DrawnZones.load(path)
    zones = draw()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        zones.save(path)
    return zones


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--crystals", type=int, default=60, help="of each seed")
    parser.add_argument("--lists", type=int, default=100, help="crystals of each seed in lists")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--statistics", type=Path, help="others than those of the program")
    parser.add_argument("--folder", type=Path, default=STRUCTURES)
    parser.add_argument("--keep", type=Path, help="folder that keeps the zones")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = read_statistics(options.statistics) if options.statistics else bundled_statistics()
    prototypes = unseen_prototypes(options.folder)
    many, n_drawn = {}, {}
    for kind, count in (("pictures", options.crystals), ("lists", options.lists)):
        if count:
            seeds = "-".join(map(str, options.seeds))
            path = options.keep and options.keep / f"{kind}-{seeds}.npz"
            is_picture = kind == "pictures"
            draw = partial(drawn_zones, prototypes, count, options.seeds, pictures=is_picture)
            many[kind], n_drawn[kind] = kept(path, draw), ZONES * count * len(options.seeds)
    text = f"{len(prototypes)} prototypes.\n\n{table(found, many, n_drawn)}"
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
