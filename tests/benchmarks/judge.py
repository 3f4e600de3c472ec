"""The judge against spot indexing's own posterior, on crystals and patterns that are not its trainer's.

    python -m tests.benchmarks.judge FOLDER [--patterns 150] [--seeds 1 2 3]

Crystals are the public structures whose prototype the judge was not trained on (`--all`: whatever
their prototype). "Lists" are spoilt as in `indexing_truth`: 30 % of the spots missing, 20 %
foreign, scale 3 % off, ellipse 2 %, beam 5 px off. "Pictures" are Bloch waves drawn by the second
camera (`independent/camera.py`), searched by the program, the scale stated to 2 %. The candidates
are the crystal, three to five near misses (other members of its prototype, strained, ordered,
other polymorphs), what a search of the public structures names first, and others, ten in all; each
pattern counts a second time without its crystal. "Library" is the search among all public
structures (below 1,300 Å³), whose 25 first are judged. Near misses that are made (resized, strained,
ordered) betray themselves to a network that was trained on such ones; "none made" leaves them out.
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.deciding.fit_tokens import fit_tokens
from saed_desktop.indexing.library.library_answer import QUICK
from saed_desktop.indexing.library.library_search import measured_lattices
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.library.elements import ElementFilter, element_mask
from saed_desktop.library.search import search
from saed_desktop.library.zone_index import ZoneIndex, build_index
from saed_desktop.library.zones import zones_of
from saed_desktop.network.judge import Judge
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.simulation.bloch import BlochCalculator
from tests.benchmarks.independent.camera import shoot
from tests.benchmarks.indexing_truth import draw_truth, spoilt
from tests.benchmarks.library_against_public import STRUCTURES
from tests.benchmarks.library_search import public_structures
from trainer.data.reflection_library import draw_orientations
from trainer.judge.calibration import JudgeCalibration
from trainer.judge.candidates import ORDERED, RESIZED, STRAINED, draw_candidates
from trainer.judge.crystals import CrystalPool, split_of
from trainer.judge.examples import NOT_LISTED, Examples, example, tokens_of
from trainer.judge.observed import ORIENTATION_RANGES, DrawnPattern
from trainer.judge.scores import indexing_probabilities_of, judged, scores, share, table

COUNT = 25


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
    """The public structures with their search index."""

    phases: tuple[Phase, ...]
    index: ZoneIndex
    drawn: tuple[int, ...]

    @classmethod
    def read(cls, folder: Path, *, unseen: bool) -> "Public":
        phases = tuple(public_structures(folder, 1300.0))
        masks = np.array([element_mask({s.element for s in p.sites}) for p in phases], np.uint64)
        index = build_index((zones_of(p) for p in phases), masks, "benchmark")
        drawn = [i for i, p in enumerate(phases) if not unseen or split_of(p) != "train"]
        return cls(phases, index, tuple(drawn))


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


def drawn_examples(public: Public, count: int, seed: int, *, pictures: bool) -> Examples:
    pool = PublicPool("test", public=public.phases)
    pool.__dict__["index"] = public.index
    rng = np.random.default_rng((seed, int(pictures)))
    found: list[Examples] = []
    while len(found) < count:
        phase = public.phases[public.drawn[int(rng.integers(len(public.drawn)))]]
        pattern = (pictured_pattern if pictures else listed_pattern)(phase, rng)
        if pattern is None:
            continue
        listed = draw_candidates(phase, pattern, pool, rng, absent_share=0.0)
        one = example(pattern, listed, phase.name)
        if one is not None:
            found.append(one)
    return Examples.joined(found)


def without_truth(examples: Examples) -> Examples:
    """Return the patterns whose candidates do not hold their crystal any more."""
    present = examples.present.copy()
    rows = np.flatnonzero(examples.label >= 0)
    present[rows, examples.label[rows]] = False
    values = {**vars(examples), "present": present, "label": np.full(len(examples), NOT_LISTED)}
    found = Examples(**values)
    return found[present.any(axis=1)]


def without_made(examples: Examples) -> Examples:
    """Return the patterns with candidates of the structures' own alone."""
    present = examples.present & ~np.isin(examples.kinds, (RESIZED, STRAINED, ORDERED))
    return Examples(**{**vars(examples), "present": present})


def evidence_of(judge: Judge, examples: Examples) -> np.ndarray:
    evidence = np.full(examples.present.shape, -np.inf)
    for i in range(len(examples)):
        tokens = tokens_of(examples, i)
        posterior = examples.log_posterior[i, examples.present[i]].astype(float)
        odds = judge.log_odds(tokens.reflections, tokens.spots, tokens.numbers, posterior)
        evidence[i, examples.present[i]] = odds
    return evidence


@dataclass
class LibraryRanks:
    """Ranks of the truth in the shortlist, from 0, by spot indexing and by the judge."""

    indexing: list[int] = field(default_factory=list)
    judge: list[int] = field(default_factory=list)
    indexing_loss: list[float] = field(default_factory=list)
    judge_loss: list[float] = field(default_factory=list)
    in_set: list[bool] = field(default_factory=list)
    set_size: list[int] = field(default_factory=list)
    unseen: list[bool] = field(default_factory=list)


def library_ranks(
    public: Public, judge: Judge, count: int, seed: int, *, elements: bool
) -> LibraryRanks:
    rng = np.random.default_rng((seed, 77))
    ranks = LibraryRanks()
    while len(ranks.indexing) < count:
        k = int(rng.integers(len(public.phases)))
        pattern = listed_pattern(public.phases[k], rng)
        if pattern is None:
            continue
        observation, lattice = pattern.observation, pattern.spot_lattice
        allowed = tuple(sorted({s.element for s in public.phases[k].sites}))
        found = search(
            public.index,
            measured_lattices(observation, lattice),
            lambda places: [public.phases[int(i)] for i in places],
            elements=ElementFilter(allowed=allowed) if elements else None,
            count=COUNT,
        )
        pairs = find_basis_pairs(observation, lattice)
        fits = {
            int(i): candidates[0]
            for i in found.places
            if (candidates := match_phase(public.phases[int(i)], observation, pairs, search=QUICK))
        }
        phases = [public.phases[i] for i in fits]
        best = list(fits.values())
        tokens = fit_tokens(best, phases, observation, lattice)
        posterior = np.array([c.log_posterior for c in best])
        odds = judge.log_odds(tokens.reflections, tokens.spots, tokens.numbers, posterior)
        mine = list(fits).index(k) if k in fits else -1
        for values, kept, losses in (
            (posterior, ranks.indexing, ranks.indexing_loss),
            (odds, ranks.judge, ranks.judge_loss),
        ):
            kept.append(int((values > values[mine]).sum()) if mine >= 0 else 999)
            lost = np.logaddexp.reduce(values) - values[mine] if mine >= 0 else np.nan
            losses.append(float(lost))
        chosen = odds >= odds.max(initial=-np.inf) - judge.card.set_log_odds
        ranks.in_set.append(mine >= 0 and bool(chosen[mine]))
        ranks.set_size.append(int(chosen.sum()))
        ranks.unseen.append(split_of(public.phases[k]) != "train")
    return ranks


def library_table(rows: list[tuple[str, LibraryRanks]]) -> str:
    lines = [
        "| | n | first: indexing % | first: judge % | in five: indexing % | in five: judge % | "
        "set holds % | median set | log loss, indexing | judge |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, ranks in rows:
        n = len(ranks.indexing)
        cells = [name, str(n)]
        both = (ranks.indexing, ranks.judge)
        cells += [share(sum(r < limit for r in kept), n) for limit in (1, 5) for kept in both]
        cells += [share(sum(ranks.in_set), n), f"{np.median(ranks.set_size):g}"]
        cells += [f"{np.nanmean(values):.2f}" for values in (ranks.indexing_loss, ranks.judge_loss)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def part(ranks: LibraryRanks, mask: list[bool]) -> LibraryRanks:
    chosen = [i for i, m in enumerate(mask) if m]
    return LibraryRanks(*([values[i] for i in chosen] for values in vars(ranks).values()))


def joined(many: list[LibraryRanks]) -> LibraryRanks:
    return LibraryRanks(
        *([x for one in many for x in getattr(one, name)] for name in vars(many[0]))
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("judge", type=Path, help="folder of an exported judge")
    parser.add_argument("--patterns", type=int, default=150, help="of each kind and seed")
    parser.add_argument("--pictures", type=int, default=60, help="of each seed")
    parser.add_argument("--library", type=int, default=100, help="of each seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--all", action="store_true", help="prototypes that it was trained on too")
    parser.add_argument("--folder", type=Path, default=STRUCTURES)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    judge = Judge(options.judge)
    # its log odds are calibrated already
    calibration = JudgeCalibration(set_log_odds=judge.card.set_log_odds)
    public = Public.read(options.folder, unseen=not options.all)
    rows = []
    for name, count in (("lists", options.patterns), ("pictures", options.pictures)):
        if not count:
            continue
        parts = [
            drawn_examples(public, count, seed, pictures=name == "pictures")
            for seed in options.seeds
        ]
        examples = Examples.joined(parts)
        for of_what, chosen in ("", examples), (", none made", without_made(examples)):
            both = Examples.joined([chosen, without_truth(chosen)])
            indexing = indexing_probabilities_of(both)
            ours = judged(both, evidence_of(judge, both), calibration)
            for who, (found, sets) in ("indexing", indexing), ("judge", ours):
                row = f"{name}{of_what} ({len(examples)}), {who}"
                rows.append((row, scores(both, found, sets)))
        print(table(rows), flush=True)
    texts = [table(rows)] if rows else []
    if options.library:
        of_library = []
        for name, elements in (("elements unknown", False), ("elements known", True)):
            ranks = joined(
                [
                    library_ranks(public, judge, options.library, seed, elements=elements)
                    for seed in options.seeds
                ]
            )
            of_library += [(name, ranks), (f"{name}, unseen prototypes", part(ranks, ranks.unseen))]
        texts.append(library_table(of_library))
    text = "\n\n".join(texts)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
