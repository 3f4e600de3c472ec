import csv
import json
import math
import sys

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.trainer.search_spaces import HALVING, SPACE
from trainer.search.analysis import (
    RungResults,
    agreement,
    main_effects,
    pareto_front,
    rung_results,
    scored_architectures,
    spearman,
)
from trainer.search.layout import shard_folder
from trainer.search.results import RESULTS, Result, TrialStatus, append_result
from trainer.search.settings import check_or_create_search_folder, make_settings

tomllib = pytest.importorskip("tomllib")


def made_up_score(architecture, seed):
    """Deeper is better by ten points, the middle rate by five; seeds differ by a hundredth."""
    point = architecture.point
    rate = {0.01: 0.0, 0.001: 0.05, 0.0001: -0.05}[point.learning_rate]
    return 0.5 + 0.1 * point.conv_layers + rate + 0.01 * seed


@pytest.fixture
def finished(tmp_path):
    """A finished search with made-up results."""
    settings = make_settings(tomllib.loads(SPACE + HALVING))
    check_or_create_search_folder(tmp_path, settings)
    keys = [[(i, 0) for i in range(12)], [(i, 0) for i in range(6, 12)], [(7, 0), (7, 1)]]
    for rung, own in enumerate(keys):
        for index, seed in own:
            architecture = settings.space.at(index)
            score = made_up_score(architecture, seed)
            append_result(
                shard_folder(tmp_path, rung, 0) / RESULTS,
                Result(index, seed, TrialStatus.DONE, score=score, correct=round(200 * score), n=200,
                       log_loss=1 - score, curve=((1.0, 0.3), (0.5, score)), parameters=100 + index,
                       flops=1000 * (index + 1), device_seconds=3.0),
            )  # fmt: skip
    failed = Result(3, 9, TrialStatus.FAILED, reason="out of memory")
    append_result(shard_folder(tmp_path, 0, 1) / RESULTS, failed)
    return tmp_path, settings


def test_the_front_holds_what_nothing_cheaper_surpasses():
    costs, scores = [5, 1, 2, 2, 9, 3], [0.8, 0.3, 0.5, 0.6, 0.8, 0.4]
    assert pareto_front(costs, scores) == [1, 3, 0]


def test_effects_are_those_that_were_put_in(finished):
    folder, settings = finished
    effects = main_effects(settings, rung_results(folder, settings))
    assert set(effects) == {"conv_layers", "first_nodes", "learning_rate"}
    shallow, deep = effects["conv_layers"]
    assert deep.mean - shallow.mean == pytest.approx(0.1)
    assert (shallow.kept_share, deep.kept_share) == (0.0, 1.0)
    means = [effect.mean for effect in effects["learning_rate"]]
    assert np.diff(means) == pytest.approx([0.05, -0.1])
    assert effects["first_nodes"][0].mean == pytest.approx(effects["first_nodes"][1].mean)


def test_the_ranking_takes_seeds_together(finished):
    folder, settings = finished
    rungs = rung_results(folder, settings)
    assert [len(rung.results) for rung in rungs] == [12, 6, 2]
    (winner,) = scored_architectures(rungs[-1])
    assert winner.index == 7
    assert winner.score == pytest.approx(0.755)
    assert winner.sd == pytest.approx(0.01 / math.sqrt(2))
    assert winner.interval.low < 0.755 < winner.interval.high
    # the interval is that of 200 patterns, not of 400: the seeds saw the same ones
    assert winner.interval.high - winner.interval.low == pytest.approx(0.119, abs=0.002)


def test_rank_correlation_agrees_with_scipy():
    generator = np.random.default_rng(1)
    a, b = generator.integers(0, 6, 40), generator.integers(0, 6, 40)
    assert spearman(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert math.isnan(spearman([1, 1, 1], [1, 2, 3]))


def test_rungs_that_rank_alike_agree(finished):
    folder, settings = finished
    rungs = rung_results(folder, settings)[:2]
    assert agreement(rungs) == [("rung 0", "rung 1", 6, pytest.approx(1.0))]
    backwards = RungResults("b", tuple(
        Result(r.index, 0, TrialStatus.DONE, score=-r.score) for r in rungs[1].results), False)  # fmt: skip
    assert agreement([rungs[0], backwards])[0][3] == pytest.approx(-1.0)


def test_the_report_is_written(finished, saed_trainer):
    folder, _ = finished
    status, out, _ = saed_trainer("search", "report", folder)
    assert status == 0
    assert "architecture 7" in out
    page = (folder / "report" / "report.html").read_text()
    for words in (
        "What size buys",
        "Wilson",
        "Effect of each variable",
        "data:image/png",
        "test patterns have no say",
    ):
        assert words in page
    rows = list(csv.DictReader((folder / "report" / "ranking.csv").read_text().splitlines()))
    assert [(row["index"], row["trainings"]) for row in rows] == [("7", "2")]
    winner = json.loads((folder / "report" / "winner.json").read_text())
    assert winner["index"] == 7
    assert winner["network"].startswith("plain:")
    assert "export" in winner["export"]


def test_no_results_is_a_sentence(tmp_path, saed_trainer):
    check_or_create_search_folder(tmp_path, make_settings(tomllib.loads(SPACE + HALVING)))
    status, _, err = saed_trainer("search", "report", tmp_path)
    assert (status, "holds no results yet" in err) == (2, True)


def test_without_optuna_the_export_says_so(finished, saed_trainer, monkeypatch, tmp_path):
    folder, _ = finished
    monkeypatch.setitem(sys.modules, "optuna", None)
    status, _, err = saed_trainer("search", "report", folder, "--optuna", tmp_path / "x.db")
    assert (status, "needs the package optuna" in err) == (2, True)


def test_the_study_holds_every_training(finished, saed_trainer, tmp_path):
    optuna = pytest.importorskip("optuna")
    folder, _ = finished
    path = tmp_path / "study.db"
    assert saed_trainer("search", "report", folder, "--optuna", path)[0] == 0
    study = optuna.load_study(study_name=None, storage=f"sqlite:///{path}")
    assert len(study.trials) == 20
    assert study.best_trial.user_attrs["index"] == 7
    assert study.best_trial.params["learning_rate"] == 0.001
