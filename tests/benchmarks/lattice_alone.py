"""Crystal system and space group from the spot lattice alone, on prototypes that were never seen.

    python -m tests.benchmarks.lattice_alone [--crystals 60] [--seeds 1 2] [--output FILE.md]

Crystals are public structures and those of the bundled library whose prototype is in neither the
training nor the calibration split of the lattice statistics; a prototype is drawn, then one of its
members, each in three zones: Bloch waves drawn by the second camera (`independent/camera.py`) and
searched by the program, the scale stated to 2 %. "Lists" are spoilt as in `indexing_truth` (30 %
missing, 20 % foreign, scale 3 % off). The guess of the commonest names the commonest system, and
the five commonest space groups, of the crystals that the statistics were fitted to.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.lattice.features import lattice_features
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
from saed_desktop.indexing.lattice.zone_lattice import zone_lattice
from tests.benchmarks.judge import listed_pattern, pictured_pattern
from tests.benchmarks.library_against_public import STRUCTURES
from tests.benchmarks.library_search import public_structures
from trainer.judge.crystals import CrystalPool, prototype_key, split_of
from trainer.judge.observed import DrawnPattern
from trainer.judge.scores import calibration_error, share
from trainer.lattice.crystals import space_group_label
from trainer.lattice.draw import LatticeExamples
from trainer.lattice.training import joint_of, summed

ZONES = 3


@dataclass(frozen=True, eq=False)
class Zones:
    """Zones with a sure lattice, with and without their scale, and how many had none."""

    with_scale: LatticeExamples
    without_scale: LatticeExamples
    n_drawn: int


def unseen_prototypes(folder: Path) -> list[list[Phase]]:
    """Return the crystals of each prototype that was not fitted."""
    members: dict[str, list[Phase]] = {}
    for phase in (*public_structures(folder, 1300.0), *CrystalPool("test").phases):
        if split_of(phase) == "test":
            members.setdefault(prototype_key(phase), []).append(phase)
    return list(members.values())


def drawn_zones(
    prototypes: list[list[Phase]], count: int, seeds: list[int], *, pictures: bool
) -> Zones:
    scaled: list[np.ndarray] = []
    free: list[np.ndarray] = []
    label: list[int] = []
    crystal: list[int] = []
    drawn = 0
    for seed in seeds:
        rng = np.random.default_rng((seed, int(pictures), 16))
        for number in range(count):
            members = prototypes[int(rng.integers(len(prototypes)))]
            phase = members[int(rng.integers(len(members)))]
            for _ in range(ZONES):
                found = (pictured_pattern if pictures else listed_pattern)(phase, rng)
                drawn += 1
                features = None if found is None else both_features(found)
                if features is None:
                    continue
                scaled.append(features[0])
                free.append(features[1])
                label.append(space_group_label(phase))
                crystal.append(seed * 10_000 + number)
    of_all = LatticeExamples(np.array(scaled), np.array(label), np.array(crystal))
    return Zones(of_all, replace(of_all, features=np.array(free)), drawn)


def both_features(found: DrawnPattern) -> tuple[np.ndarray, np.ndarray] | None:
    lattice = found.spot_lattice
    if lattice is None or not lattice.is_sure:
        return None
    zone = zone_lattice(found.observation, lattice)
    if zone is None:
        return None
    free = replace(zone, scale=None, scale_sigma=np.inf)
    return lattice_features(zone), lattice_features(free)


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


def table(found: LatticeStatistics, many: list[tuple[str, Zones]]) -> str:
    lines = [
        "| | n | system % | in first two % | Bravais lattice % | space group % | in first five % | "
        "calibration error | log loss |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, zones in many:
        label = zones.with_scale.label
        prior = np.repeat(found.log_prior[None], len(label), axis=0)
        lines.append(row(f"{kind}, guess of the commonest", prior, label))
        for what, examples in (
            ("", zones.with_scale),
            (", no scale", zones.without_scale),
        ):
            single = found.log_probabilities(examples.features)
            lines.append(row(f"{kind}, one zone{what}", single, label))
            together, of_crystals = joint_of(found, single, examples)
            lines.append(row(f"{kind}, two or three zones{what}", together, of_crystals))
        sure = f"{len(label)} of {zones.n_drawn} {kind} had a sure lattice."
        lines.append(f"<!-- {sure} -->")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--crystals", type=int, default=60, help="of each seed")
    parser.add_argument("--lists", type=int, default=100, help="crystals of each seed in lists")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--statistics", type=Path, help="others than those of the program")
    parser.add_argument("--folder", type=Path, default=STRUCTURES)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = read_statistics(options.statistics) if options.statistics else bundled_statistics()
    prototypes = unseen_prototypes(options.folder)
    many = []
    for kind, count in (("pictures", options.crystals), ("lists", options.lists)):
        if count:
            zones = drawn_zones(prototypes, count, options.seeds, pictures=kind == "pictures")
            many.append((kind, zones))
    text = f"{len(prototypes)} prototypes.\n\n{table(found, many)}"
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
