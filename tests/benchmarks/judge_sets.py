"""Patterns with candidates that the judge is measured on, drawn once and kept.

    python -m tests.benchmarks.judge_sets FOLDER [--sets lists …] [--patterns 60] [--seeds 1 2 3]

Crystals are the public structures whose prototype the judge was not trained on. "Lists" are spoilt
as in `indexing_truth`: 30 % of the spots missing, 20 % foreign, scale 3 % off, ellipse 2 %, beam
5 px off. "Pictures" are Bloch waves drawn by the second camera (`independent/camera.py`), searched
by the program, the scale stated to 2 %. Their candidates are the crystal, three to five near misses
(other members of its prototype, strained, ordered, other polymorphs), what a search of the public
structures names first, and others, ten in all. "Library" and "library-pictures" are searches among
all public structures (below 1,300 Å³), elements unknown, with as many structures judged as the
program judges by its index; "library-elements" is told the elements. "Measured" are the measured
patterns of `library_measured`, among twelve common crystals and out of the bundled library.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import SaedError
from saed_desktop.indexing.library.library_answer import QUICK
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.indexing.library.shortlist import BY_LENGTHS, JUDGED, LibrarySetup, shortlist
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.elements import ElementFilter, element_mask
from saed_desktop.library.search import search
from saed_desktop.library.zone_index import ZoneIndex, build_index
from saed_desktop.library.zones import zones_of
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.simulation.bloch import BlochCalculator
from tests.benchmarks.independent.camera import shoot
from tests.benchmarks.indexing_truth import draw_truth, spoilt
from tests.benchmarks.library_against_public import STRUCTURES
from tests.benchmarks.library_measured import REDRAWN, prepared_pattern, stated_patterns
from tests.benchmarks.library_search import public_structures
from tests.benchmarks.real_patterns import PATTERNS, common_crystals
from trainer.data.reflection_library import draw_orientations
from trainer.judge.candidates import (
    OTHER,
    SEARCHED,
    TRUTH,
    CandidateList,
    draw_candidates,
)
from trainer.judge.crystals import CrystalPool, split_of
from trainer.judge.examples import Examples, example
from trainer.judge.observed import ORIENTATION_RANGES, DrawnPattern

DRAWN = ("lists", "pictures", "library", "library-elements", "library-pictures")
SETS = (*DRAWN, "measured", "measured-library")
SEARCHED_COUNT = JUDGED - int(BY_LENGTHS * JUDGED)


@dataclass(frozen=True, eq=False)
class PublicPool(CrystalPool):
    """Public structures as a pool to draw near misses and others from."""

    public: tuple[Phase, ...] = ()

    @property
    def phases(self) -> tuple[Phase, ...]:
        return self.public

    def draw(self, rng: np.random.Generator) -> Phase:
        return self.public[int(rng.integers(len(self.public)))]


@dataclass(frozen=True, eq=False)
class Public:
    """The public structures with their search index, and places of those of unseen prototypes."""

    phases: tuple[Phase, ...]
    index: ZoneIndex
    unseen: tuple[int, ...]

    @classmethod
    def read(cls, folder: Path) -> "Public":
        phases = tuple(public_structures(folder, 1300.0))
        masks = np.array([element_mask({s.element for s in p.sites}) for p in phases], np.uint64)
        index = build_index((zones_of(p) for p in phases), masks, "benchmark")
        unseen = [i for i, p in enumerate(phases) if split_of(p) != "train"]
        return cls(phases, index, tuple(unseen))


def listed_pattern(phase: Phase, rng: np.random.Generator) -> DrawnPattern | None:
    truth = draw_truth(phase, rng)
    if truth is None:
        return None
    observation, spots, *_ = spoilt(truth, rng)
    return DrawnPattern(observation, find_spot_lattice(spots, tolerance_px=2.4), False)


def pictured_pattern(phase: Phase, rng: np.random.Generator) -> DrawnPattern | None:
    """Return a pattern of Bloch waves, drawn by the second camera and searched by the program."""
    orientation = draw_orientations(phase, 1, ORIENTATION_RANGES, rng)[0]
    calculator = BlochCalculator(phase, q_max=1.6, max_beams=150, for_many=False)
    waves = calculator.pattern(orientation, [float(rng.uniform(150, 1100))])
    log_i = np.log(np.maximum(waves.intensity[0, 1:], 1e-13))
    shot = shoot(waves.q_xy[1:], log_i, rng)
    stated = shot.scale * np.exp(rng.normal(0, 0.02))
    calibration = Calibration.known(stated, ScaleSource.USER, 0.02)
    prepared = prepare(Pattern(shot.image.astype(np.float32), calibration, 200.0))
    observation = observe(prepared)
    if len(observation) < 6:
        return None
    return DrawnPattern(observation, prepared.spot_lattice, True)


def drawn_examples(public: Public, name: str, seed: int) -> Iterator[Examples]:
    """Draw one pattern after the other, without end."""
    pool = PublicPool("test", public=public.phases)
    pool.__dict__["index"] = public.index
    rng = np.random.default_rng((seed, DRAWN.index(name)))
    draw = pictured_pattern if "pictures" in name else listed_pattern
    while True:
        place = public.unseen[int(rng.integers(len(public.unseen)))]
        phase = public.phases[place]
        pattern = draw(phase, rng)
        if pattern is None:
            continue
        if name.startswith("library"):
            elements = name == "library-elements"
            listed = searched(public, place, pattern, elements=elements)
            one = example(pattern, listed, phase.name, QUICK)
        else:
            listed = draw_candidates(phase, pattern, pool, rng, absent_share=0.0)
            one = example(pattern, listed, phase.name)
        if one is not None:
            yield one


def searched(public: Public, truth: int, pattern: DrawnPattern, *, elements: bool) -> CandidateList:
    """Return what a search of the public structures lists for a pattern."""
    allowed = tuple(sorted({s.element for s in public.phases[truth].sites}))
    found = search(
        public.index,
        measured_lattices(pattern.observation, pattern.spot_lattice),
        lambda places: [public.phases[int(i)] for i in places],
        elements=ElementFilter(allowed=allowed) if elements else None,
        count=SEARCHED_COUNT,
    )
    places = [int(i) for i in found.places]
    kinds = tuple(TRUTH if i == truth else SEARCHED for i in places)
    # two files may hold structures of one name
    phases = tuple(replace(public.phases[i], name=f"{i}: {public.phases[i].name}") for i in places)
    return CandidateList(phases, kinds)


def measured_examples(name: str) -> Iterator[Examples]:
    """Read the measured patterns whose crystal is stated."""
    folders = [folder for folder in (PATTERNS, REDRAWN) if folder.is_dir()]
    for path, stated in stated_patterns(folders):
        right = {stated.material, *stated.alike}
        try:
            prepared = prepared_pattern(path, stated)
        except SaedError:
            continue
        pattern = DrawnPattern(observe(prepared), prepared.spot_lattice, True)
        if name == "measured":
            phases: tuple[Phase, ...] = common_crystals()
        else:
            phases = shortlist([prepared], LibrarySetup((bundled_collection(),))).phases
        # several may be right, one is kept
        own = next((p.name for p in phases if p.name == stated.material), None)
        own = own or next((p.name for p in phases if p.name in right), None)
        phases = tuple(p for p in phases if p.name == own or p.name not in right)
        kinds = tuple(TRUTH if p.name == own else OTHER for p in phases)
        effort = {} if name == "measured" else {"search": QUICK}
        one = example(pattern, CandidateList(phases, kinds), path.name, **effort)
        if one is not None:
            yield one


def keep(folder: Path, name: str, seed: int, count: int, make: Callable[[], Iterator[Examples]]):
    path = folder / f"{name}-{seed}.npz"
    if path.exists():
        return
    parts = []
    for one in make():
        parts.append(one)
        if len(parts) == count:
            break
    if parts:
        Examples.joined(parts).save(path)
        print(f"{path}: {len(parts)}", flush=True)


def load_set(folder: Path, name: str) -> list[Examples]:
    """Return the examples of each seed of a set."""
    return [Examples.load(path) for path in sorted(folder.glob(f"{name}-[0-9]*.npz"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path, help="folder for the sets; those there are kept")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--patterns", type=int, default=60, help="of each drawn set and seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--folder", type=Path, default=STRUCTURES)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for name in (n for n in options.sets if n not in DRAWN):
        keep(options.output, name, 0, 1000, lambda name=name: measured_examples(name))
    drawn = [name for name in options.sets if name in DRAWN]
    public = Public.read(options.folder) if drawn else None
    for seed in options.seeds:
        for name in drawn:

            def make(name=name, seed=seed) -> Iterator[Examples]:
                return drawn_examples(public, name, seed)

            keep(options.output, name, seed, options.patterns, make)
    return 0


if __name__ == "__main__":
    sys.exit(main())
