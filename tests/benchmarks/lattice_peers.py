"""The lattice statistics beside networks on pictures and profiles, and what the split is worth.

    saed-trainer lattice draw --output train --seed 21 --crystals 10000
    saed-trainer lattice draw --split calibration --seed 21 --crystals 1000 --output calibration
    saed-trainer lattice draw --split test --seed 21 --crystals 1000 --output test
    python -m tests.benchmarks.lattice_peers train calibration test --keep FOLDER

All are trained on the same zones with a scale, with the same loss, and calibrated on the same.
Some crystals of the training split are kept out of it: a twentieth of the crystals drawn ("another
cell of a structure that was trained"), and an eighth of the structures ("another structure of a
prototype that was trained", as where crystals of a database are split at random). The test split has
prototypes that were not trained. `--zones` adds those of `lattice_alone --keep`.
"""

import argparse
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.ensemble import RandomForestClassifier

from saed_desktop.indexing.lattice.space_groups import (
    BRAVAIS,
    SYSTEMS,
    bravais_of_classes,
    space_group_classes,
    system_of_classes,
)
from tests.benchmarks.lattice_alone import in_first
from tests.benchmarks.peers.lattice_networks import PEERS, Calibrated, logits_of, trained
from trainer.judge.crystals import prototype_numbers
from trainer.judge.scores import share
from trainer.lattice.draw import DrawnZones, LatticeExamples, load_zones
from trainer.lattice.training import (
    LatticeTraining,
    calibrated,
    fit_statistics,
    joint_of,
    summed,
)
from trainer.networks.torchvision_guard import timm

EPOCHS = {"resnet": 10, "cnn": 30}
_CELL_SHARE, _STRUCTURE_SHARE = 1 / 20, 1 / 8
_TREES, _LEAF = 300, 3
Answers = Callable[[DrawnZones], np.ndarray]
"""Logits (n, classes) of zones."""


@dataclass(frozen=True, eq=False)
class Method:
    """A way to read zones, calibrated."""

    name: str
    answers: Answers
    calibration: Calibrated


def scaled(zones: DrawnZones) -> DrawnZones:
    return zones[np.isfinite(zones.scale)]


def parts_of(zones: DrawnZones, seed: int) -> tuple[DrawnZones, dict[str, DrawnZones]]:
    """Return the zones to train on, and those kept out, by what of them was trained."""
    rng = np.random.default_rng((seed, 1))
    drawn = np.unique(zones.crystal)
    is_cell = np.isin(zones.crystal, drawn[rng.random(len(drawn)) < _CELL_SHARE])
    chance = np.array([zlib.crc32(f"{name} {seed}".encode()) / 2**32 for name in zones.name])
    is_structure = chance < _STRUCTURE_SHARE
    train = ~is_structure & ~is_cell
    prototype = prototype_numbers(list(zones.name), seed)
    is_seen = np.isin(zones.name, zones.name[train])
    of_seen = np.isin(prototype, prototype[train])
    return zones[train], {
        "another cell of a trained structure": zones[is_cell & is_seen],
        "another structure of a trained prototype": zones[is_structure & of_seen],
    }


def forest(zones: DrawnZones, seed: int) -> Answers:
    trees = RandomForestClassifier(_TREES, min_samples_leaf=_LEAF, random_state=seed)
    trees.fit(zones.features, zones.label)

    def answers(asked: DrawnZones) -> np.ndarray:
        found = np.full((len(asked), len(space_group_classes())), 1e-4)
        found[:, trees.classes_] += trees.predict_proba(asked.features)
        return np.log(found)

    return answers


def statistics(zones: DrawnZones, seed: int, log: Callable[[str], None]) -> Answers:
    found = fit_statistics(zones, LatticeTraining(seed=seed), log=log)
    return lambda asked: found.log_probabilities(asked.features)


def network(key: str, zones: DrawnZones, options: argparse.Namespace) -> Answers:
    peer = PEERS[key]
    path = None if options.keep is None else options.keep / f"{key}-{options.seed}.pt"
    if path is not None and path.exists():
        one = peer.build()
        one.load_state_dict(torch.load(path, weights_only=True))
    else:
        one = trained(peer, zones, getattr(options, key), options.seed, log=_log)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(one.state_dict(), path)
    return lambda asked: logits_of(peer, one, asked)


def methods(
    zones: DrawnZones, others: DrawnZones, log_prior: np.ndarray, options: argparse.Namespace
) -> list[Method]:
    makers: dict[str, tuple[str, Callable[[], Answers]]] = {
        "ours": (
            "lattice statistics (ours)",
            lambda: statistics(zones, options.seed, _log),
        ),
        "forest": ("random forest on our features", lambda: forest(zones, options.seed)),
    }
    for key, peer in PEERS.items():
        makers[key] = (peer.name, lambda key=key: network(key, zones, options))
    found = []
    for key in options.methods:
        name, make = makers[key]
        answers = make()
        logits = LatticeExamples(answers(others), others.label, others.crystal)
        found.append(Method(name, answers, calibrated(Calibrated(log_prior), logits)))
        _log(f"{name} is ready")
    return found


def cells(log_p: np.ndarray, label: np.ndarray) -> str:
    system = summed(log_p, system_of_classes(), len(SYSTEMS))
    lattice = summed(log_p, bravais_of_classes(), len(BRAVAIS))
    n = len(label)
    right = (
        system.argmax(axis=1) == system_of_classes()[label],
        lattice.argmax(axis=1) == bravais_of_classes()[label],
        in_first(log_p, label, 1),
        in_first(log_p, label, 5),
    )
    own = np.maximum(system[np.arange(n), system_of_classes()[label]], 1e-9)
    return " | ".join([*(share(int(r.sum()), n) for r in right), f"{-np.log(own).mean():.2f}"])


def table(found: list[Method], tests: dict[str, DrawnZones], log_prior: np.ndarray) -> str:
    lines = [
        "| | n | system % | Bravais lattice % | space group % | in first five % | log loss |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for what, zones in tests.items():
        lines.append(f"| **{what}** | | | | | | |")
        prior = np.repeat(log_prior[None], len(zones), axis=0)
        n = len(zones)
        lines.append(f"| guess of the commonest, one zone | {n} | {cells(prior, zones.label)} |")
        together = []
        for method in found:
            single = method.calibration.log_probabilities(method.answers(zones))
            lines.append(f"| {method.name}, one zone | {n} | {cells(single, zones.label)} |")
            joint, label = joint_of(method.calibration, single, zones)
            row = f"| {method.name}, two or three | {len(label)} | {cells(joint, label)} |"
            together.append(row)
        lines += together
    return "\n".join(lines)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("train", type=Path, help="zones of the training split")
    parser.add_argument("calibration", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--zones", type=Path, help="folder that lattice_alone kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", nargs="+", default=["ours", "forest", *PEERS])
    for key, epochs in EPOCHS.items():
        parser.add_argument(f"--{key}", type=int, default=epochs, metavar="EPOCHS")
    parser.add_argument("--keep", type=Path, help="folder that keeps the networks")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    timm()
    whole = scaled(load_zones(options.train))
    train, tests = parts_of(whole, options.seed)
    tests["a prototype that was not trained"] = scaled(load_zones(options.test))
    if options.zones:
        for path in sorted(options.zones.glob("*.npz")):
            tests[f"the same, {path.stem} of lattice_alone"] = scaled(DrawnZones.load(path))
    counts = np.bincount(train.label, minlength=len(space_group_classes())) + 0.5
    log_prior = np.log(counts / counts.sum())
    others = scaled(load_zones(options.calibration))
    found = methods(train, others, log_prior, options)
    crystals, structures = len(np.unique(train.crystal)), len(np.unique(train.name))
    text = (
        f"{len(train)} zones of {crystals} crystals drawn, of {structures} structures, trained.\n\n"
        f"{table(found, tests, log_prior)}"
    )
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
