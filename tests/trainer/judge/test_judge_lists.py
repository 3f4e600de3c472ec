"""The crystals that the judge is trained on, and the lists of candidates among which they stand."""

import numpy as np
import pytest

pytest.importorskip("torch")


from saed_desktop.crystal.cif import read_phase, read_phases
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.rendering import SCALE, spot_image
from trainer.judge import draw
from trainer.judge.candidates import (
    ORDERED,
    RESIZED,
    SEARCHED,
    STRAINED,
    TRUTH,
    CandidateList,
    named_candidates,
)
from trainer.judge.crystals import CrystalPool, prototype_key, prototype_numbers, split_of
from trainer.judge.examples import Examples, example
from trainer.judge.near_misses import ordered, resized, strained
from trainer.judge.observed import DrawnPattern


@pytest.fixture(scope="module")
def pu_o2():
    return read_phase(resources_dir() / "phases" / "PuO2.cif")


def test_no_prototype_stands_on_two_sides():
    named = {split: CrystalPool(split) for split in ("calibration", "test")}
    calibration, test = (set(pool.keys) for pool in named.values())
    assert len(calibration) > 20
    assert len(test) > 20
    assert not calibration & test
    rng = np.random.default_rng(2)
    for split, pool in named.items():
        assert {split_of(pool.draw_random(rng)) for _ in range(5)} == {split}


def test_truths_are_altered_as_near_misses_are():
    rng = np.random.default_rng(5)
    pool = CrystalPool("calibration")
    names = [pool.draw(rng).name for _ in range(60)]
    for kind in ("resized", "strained", "ordered"):
        assert any(name.endswith(kind) for name in names)
    assert any("," not in name for name in names)
    first = pool.phases[0]
    altered = strained(first, rng)
    assert pool.parent(altered) is first
    assert pool.parent(first) is None


def test_a_prototype_has_one_key_whatever_its_elements_and_size(pu_o2):
    other = resized(pu_o2, np.random.default_rng(0))
    assert prototype_key(other) == prototype_key(pu_o2)
    assert split_of(other) == split_of(pu_o2)
    assert abs(np.log(other.lattice.a / pu_o2.lattice.a)) <= 0.03


def test_near_misses_are_near_and_are_not_the_crystal(pu_o2):
    rng = np.random.default_rng(3)
    for make in (strained, ordered):
        for _ in range(6):
            other = make(pu_o2, rng)
            ratio = other.lattice.volume / pu_o2.lattice.volume
            assert abs(ratio - np.round(ratio)) < 0.06
            assert prototype_key(other) != prototype_key(pu_o2)


def test_prototypes_that_are_kept_back_are_whole():
    pool = CrystalPool("test")
    names = [p.name for p in pool.phases[:40]]
    names += [f"{name}, resized" for name in names] + [f"{names[0]}, ordered, resized"]
    numbers = prototype_numbers(names, 1)
    assert (numbers[:40] == numbers[40:80]).all()
    assert numbers[80] == numbers[0]
    keys = pool.keys[:40]
    for key in set(keys):
        assert len({n for n, k in zip(numbers[:40], keys, strict=True) if k == key}) == 1
    assert len(set(numbers)) > 10
    assert (prototype_numbers(names, 2) != numbers).any()


def test_named_phases_are_such_as_users_name():
    rng = np.random.default_rng(8)
    pool = CrystalPool("test")
    lists, alike = [], 0
    for _ in range(60):
        truth = pool.draw_library(rng)
        lists.append(named_candidates(truth, pool, rng, absent_share=0.2))
        own = {s.element for s in truth.sites}
        alike += sum({s.element for s in p.sites} <= own for p in lists[-1].phases)
    counts = [len(one.phases) for one in lists]
    assert min(counts) == 3
    assert max(counts) == 10
    assert all(len({p.name for p in one.phases}) == len(one.phases) for one in lists)
    absent = np.mean([one.truth < 0 for one in lists])
    assert 0.05 < absent < 0.4
    assert alike > 60  # more than the truths
    assert {kind for one in lists for kind in one.kinds} >= {TRUTH, RESIZED, STRAINED, ORDERED}


def test_the_candidates_of_an_example_are_those_of_the_program_s_answer():
    phases = read_phases(resources_dir() / "phases")
    image, _ = spot_image(phases[2].name, zone=(0, 1, 1))
    prepared = prepare(Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.02), 200.0))
    kinds = tuple(TRUTH if p is phases[2] else SEARCHED for p in phases)
    pattern = DrawnPattern(observe(prepared), prepared.spot_lattice, True)
    found = example(pattern, CandidateList(phases, kinds), phases[2].name)
    assert found is not None
    best = answer(prepared, IndexingSetup(phases)).candidates
    assert len(best) >= 3
    values = found.log_posterior[0, found.present[0]]
    assert values == pytest.approx([c.log_posterior for c in best], rel=1e-5)
    assert best[found.label[0]].phase == phases[2].name


def test_candidates_out_of_a_library_are_what_its_search_lists(monkeypatch):
    pool = CrystalPool("test")
    pool.__dict__["phases"] = pool.phases[:14]
    monkeypatch.setattr(draw, "_pool", lambda split, whole: pool)
    found = Examples.joined([draw.draw_library_example("test", 3, i) for i in range(5)])
    # patterns have as many candidates as they have; the rest is padding
    counts = found.present.sum(axis=1)
    assert found.present.shape[1] == counts.max() > counts.min()
    assert not found.reflections[~found.present].any()
    listed = found.label >= 0
    assert listed.sum() >= 2
    kinds = found.kinds[np.arange(5), np.maximum(found.label, 0)]
    assert (kinds[listed] == TRUTH).all()
    others = found.present & (np.arange(found.present.shape[1]) != found.label[:, None])
    assert (found.kinds[others] == SEARCHED).all()
