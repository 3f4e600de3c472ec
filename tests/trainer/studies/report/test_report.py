import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.trainer.conftest import REPOSITORY
from trainer.cli import main
from trainer.predictions import (
    PredictionTable,
    TableError,
    read_table,
    write_authors_table,
    write_table,
)
from trainer.studies.report.figures import uncut_density
from trainer.studies.report.page import printed_parameters
from trainer.studies.report.reference import TABLE_III
from trainer.studies.report.rows import read_rows

PUBLISHED = next(
    (
        REPOSITORY / up / "shared" / "published"
        for up in ("..", "../..")
        if (REPOSITORY / up / "shared" / "published").is_dir()
    ),
    None,
)
FIXTURE = Path(__file__).parent / "predictions"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.skipif(PUBLISHED is None, reason="the published tables are not at ../shared/published")
def test_published_tables_give_the_published_table(tmp_path, saed_trainer):
    status, out, _ = saed_trainer("report", "--predictions", PUBLISHED, "--output", tmp_path)
    assert status == 0
    rows = read_csv(tmp_path / "table.csv")
    assert [row["network"] for row in rows] == [row.title for row in TABLE_III]
    for ours, theirs in zip(rows, TABLE_III, strict=True):
        assert ours["pretrained"] == ("yes" if theirs.pretrained else "no")
        assert int(ours["parameters"]) == theirs.parameters
        for column in ("best_accuracy", "mean_accuracy", "best_f1", "mean_f1"):
            assert float(ours[column]) == getattr(theirs, column), (theirs.folder, column)
    assert "majority-class baseline: 41.2 %" in out
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<strong>41.2 %</strong>" in page
    assert "69.6 to 83.1 %" in page  # Wilson interval of the best training
    assert page.count("data:image/png;base64,") == 3 + len(TABLE_III)
    assert "http" not in page


def test_runs_of_one_network_are_told_apart(tmp_path, saed_trainer):
    table = read_table(next((FIXTURE / "299-an").glob("*.csv")))
    for name, seed in (("cold/run", 3), ("warm/run", 5)):
        folder = tmp_path / name
        for k in range(2):
            repeat = folder / f"repeat-{k:02d}"
            repeat.mkdir(parents=True)
            write_table(repeat / "predictions.csv", table)
            (repeat / "result.json").write_text(json.dumps({"seed": seed + k}))
        facts = {"title": "SpotNetwork", "pretrained": False, "parameters": 5}
        (folder / "run.json").write_text(json.dumps(facts))
    runs = [tmp_path / "cold" / "run", tmp_path / "warm" / "run"]
    status, out, _ = saed_trainer("report", "--predictions", *runs, "--output", tmp_path / "out")
    assert status == 0
    titles = [row["network"] for row in read_csv(tmp_path / "out" / "table.csv")]
    assert titles == ["SpotNetwork [cold/run, seeds 3–4]", "SpotNetwork [warm/run, seeds 5–6]"]
    assert all(title in out for title in titles)
    told = [(row["seed"], row["folder"]) for row in read_csv(tmp_path / "out" / "runs.csv")]
    cold, warm = map(str, runs)
    assert told == [("3", cold), ("4", cold), ("5", warm), ("6", warm)]


def test_a_density_is_not_cut_off():
    values = np.array([70.0, 71.0, 74.0])
    at, density = uncut_density(values)
    assert at[0] < 70 < 74 < at[-1]
    assert max(density[0], density[-1]) < 0.02 * density.max()
    assert np.trapezoid(density, at) == pytest.approx(1, abs=0.01)


@pytest.fixture(scope="module")
def fixture_report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    assert main(["report", "--predictions", str(FIXTURE), "--output", str(folder)]) == 0
    return folder


def test_figures_come_for_pages_and_for_papers(fixture_report, tmp_path, saed_trainer):
    assert saed_trainer("report", "--predictions", FIXTURE, "--output", tmp_path / "two")[0] == 0
    figures = fixture_report / "figures"
    assert (figures / "violin_accuracy.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (figures / "violin_accuracy.pdf").read_bytes()[:5] == b"%PDF-"
    svg = (figures / "violin_accuracy.svg").read_text()
    assert "299-AN" in svg  # text is text, not outlines
    assert svg == (tmp_path / "two" / "figures" / "violin_accuracy.svg").read_text()


def test_fixture_gives_what_was_counted_by_hand(fixture_report):
    rows = {row["network"]: row for row in read_csv(fixture_report / "table.csv")}
    # first training 3 of 4 right, second 2 of 4
    assert rows["299-AN"]["best_accuracy"] == "75.00"
    assert rows["299-AN"]["mean_accuracy"] == "62.50"
    # F1 of the first: class 0 0.8, class 1 2/3; support 2 and 2
    assert rows["299-AN"]["best_f1"] == "0.733"
    runs = [row for row in read_csv(fixture_report / "runs.csv") if row["network"] == "299-AN"]
    assert [float(row["accuracy"]) for row in runs] == [0.75, 0.5]
    assert float(runs[0]["balanced_accuracy"]) == 0.75
    assert float(runs[0]["majority_baseline"]) == 0.5
    # an unknown folder is called by its name, and nothing is made up about it
    assert rows["own-network"]["pretrained"] == ""
    assert rows["own-network"]["parameters"] == ""
    assert rows["own-network"]["best_accuracy"] == "50.00"
    for figure in ("violin_accuracy", "violin_f1", "recall", "confusion_own-network"):
        assert (fixture_report / "figures" / f"{figure}.png").read_bytes().startswith(b"\x89PNG")


def test_published_rounding_is_in_two_steps():
    # of 1,000 patterns: an F1 of 0.709498 is printed as 0.710, by way of 0.7095
    (row,) = (r for r in read_rows([FIXTURE]) if r.slug == "299-an")
    row.__dict__["scores"] = tuple(
        type("S", (), {"weighted_f1": value})() for value in (0.709498, 0.6)
    )
    assert row.printed_f1 == ("0.710", "0.655")


def test_run_folders_are_rows(tmp_path, saed_trainer):
    run = tmp_path / "runs" / "mine"
    names = ("alpha-Zr", "PuO2")
    for k in range(2):
        probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4 + 0 * k]])
        table = PredictionTable(
            names, np.array([0, 1, k]), probabilities.argmax(axis=1), probabilities, ("a", "b", "c")
        )
        write_table(run / f"repeat-{k:02d}" / "predictions.csv", table)
    facts = {"title": "ResNet-50", "pretrained": True, "parameters": 23526473}
    (run / "run.json").write_text(json.dumps(facts))
    for given in (run, run.parent):
        status, _, _ = saed_trainer("report", "--predictions", given, "--output", tmp_path / "out")
        assert status == 0
        (row,) = read_csv(tmp_path / "out" / "table.csv")
        assert row["network"] == "ResNet-50"
        assert row["pretrained"] == "yes"
        assert row["best_accuracy"] == "100.00"
        (run_row, _) = read_csv(tmp_path / "out" / "runs.csv")
        assert float(run_row["auroc"]) == 1


def test_the_authors_shape_of_a_table_is_no_second_training(tmp_path, saed_trainer):
    # as 'evaluate' leaves them
    table = PredictionTable(
        ("b", "a"), np.array([0, 1, 1]), np.array([0, 1, 0]), None, ("", "", "")
    )
    write_table(tmp_path / "figures" / "predictions.csv", table)
    write_authors_table(tmp_path / "figures" / "predictions-authors.csv", table)
    out = tmp_path / "out"
    status, _, err = saed_trainer("report", "--predictions", tmp_path / "figures", "--output", out)
    assert status == 0, err
    (row,) = read_csv(out / "runs.csv")
    assert float(row["accuracy"]) == pytest.approx(2 / 3, abs=1e-4)


def test_a_network_without_test_patterns_stands_by_its_validation(tmp_path, saed_trainer):
    run = tmp_path / "run"
    table = PredictionTable(("b", "a"), np.array([0, 1]), np.array([0, 1]), None, ("", ""))
    write_table(run / "repeat-00" / "validation.csv", table)
    write_authors_table(run / "repeat-00" / "validation-authors.csv", table)
    (run / "run.json").write_text(
        json.dumps({"title": "SpotNetwork", "pretrained": False, "parameters": 5})
    )
    status, out, err = saed_trainer("report", "--predictions", run, "--output", tmp_path / "out")
    assert status == 0, err
    assert "SpotNetwork, validation patterns" in out
    write_table(run / "repeat-00" / "predictions.csv", table)
    _, out, _ = saed_trainer("report", "--predictions", run, "--output", tmp_path / "out")
    assert "validation" not in out


def test_tables_survive_writing_and_reading(tmp_path):
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(3), size=20)
    table = PredictionTable(
        ("b", "a", "c"),
        generator.integers(3, size=20),
        probabilities.argmax(axis=1),
        probabilities,
        tuple(f"pattern, {i}.png" for i in range(20)),
    )
    write_table(tmp_path / "ours.csv", table)
    write_authors_table(tmp_path / "theirs.csv", table)
    ours, theirs = read_table(tmp_path / "ours.csv"), read_table(tmp_path / "theirs.csv")
    for read in (ours, theirs):
        np.testing.assert_array_equal(read.labels, table.labels)
        np.testing.assert_array_equal(read.predictions, table.predictions)
    assert ours.class_names == table.class_names
    assert ours.names == table.names
    np.testing.assert_allclose(ours.probabilities, probabilities, rtol=1e-8)
    first = (tmp_path / "theirs.csv").read_text().splitlines()[:2]
    assert first[0] == "Label,Prediction,Correct"
    label, prediction = table.labels[0], table.predictions[0]
    assert first[1] == f"tensor({label}),tensor({prediction}),{label == prediction}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no predictions"),
        ("Label,Prediction,Correct\n", "holds no predictions"),
        ("Label,Prediction,Correct\ntensor(1),tensor(x),True\n", "damaged row"),
        ("something,else\n1,2\n", "no table of predictions"),
        ("path,label,prediction,a,b\nx,a,c,0.5,0.5\n", "damaged row"),
    ],
)
def test_damaged_tables_are_named(tmp_path, text, words):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=words):
        read_table(path)


def test_nothing_to_report_is_a_sentence(tmp_path, saed_trainer):
    status, _, err = saed_trainer("report", "--predictions", tmp_path, "--output", tmp_path)
    assert status == 2
    assert "holds a table of predictions" in err


@pytest.mark.parametrize(
    ("count", "printed"),
    [(265_385, "0.265"), (10_709_345, "10.7"), (1_342_255_817, "1,300"), (23_520_201, "23.5"),
     (302_786_569, "302"), (None, "–")],
)  # fmt: skip
def test_parameters_as_the_paper_prints_them(count, printed):
    assert printed_parameters(count) == printed
