"""One difficulty at a time: what is drawn, what is kept, what is refused."""

import json
import shutil
from dataclasses import asdict

import pytest
from PIL import Image

from saed_desktop import paths
from trainer.data.ranges import Ranges
from trainer.studies.stress_factors import CALM, FACTORS, UNKNOWN_SCALE

LEVELS = [(factor, level) for factor in FACTORS for level in factor.levels]


def flat(ranges: Ranges) -> dict[str, object]:
    return {f"{group}.{key}": v for group, own in asdict(ranges).items() for key, v in own.items()}


@pytest.mark.parametrize(("factor", "level"), LEVELS, ids=lambda v: getattr(v, "name", v))
def test_a_level_changes_its_own_factor_and_nothing_else(factor, level):
    calm, there = flat(Ranges.from_json(CALM)), flat(factor.ranges(level))
    changed = {key for key in calm if calm[key] != there[key]}
    own = set(factor.keys) | {f"{g}.{key}" for g, keys in factor.also.items() for key in keys}
    assert changed <= own


def test_levels_go_from_calm_to_hard_and_say_what_they_are():
    for factor in FACTORS:
        assert len(set(factor.levels)) == len(factor.levels) >= 5
        labels = [factor.label(level) for level in factor.levels]
        assert len(set(labels)) == len(labels)
    scale = FACTORS[0]
    assert scale.scale(UNKNOWN_SCALE) == "unknown"
    assert scale.label(UNKNOWN_SCALE) == "unknown"
    assert FACTORS[1].scale(1.0) == 0.01


@pytest.fixture(scope="module")
def two_phases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phases")
    for name in ("PuO2", "alpha-Zr"):
        shutil.copy(paths.resources_dir() / "phases" / f"{name}.cif", folder)
    return folder


def test_curves_of_spot_indexing_alone(two_phases, tmp_path, saed_trainer):
    command = [
        "stress", "none", "--output", tmp_path, "--phases", *sorted(two_phases.iterdir()),
        "--factors", "missing", "width", "--count", 2, "--orientations", 3, "--size", 320,
    ]  # fmt: skip
    status, out, err = saed_trainer(*command)
    assert status == 0, err
    assert "| spots that are not there | named right |" in out
    found = json.loads((tmp_path / "stress.json").read_text())
    width, missing = found["factors"]
    assert [row["n"] for row in missing["levels"]] == [4] * 5
    assert missing["levels"][0]["answer"]["share"] >= 0.75
    assert width["levels"][1]["answer"]["share"] >= 0.75
    assert "network" not in missing["levels"][0]
    with Image.open(tmp_path / "stress.png") as picture:
        assert picture.width > 600
    lines = (tmp_path / "levels.jsonl").read_text().splitlines()
    spots = [sum(a["spots"] for a in json.loads(line)["answers"]) for line in lines[5:]]
    # the same crystals and the same draw at every level, so that fewer spots are there each time
    assert spots == sorted(spots, reverse=True)
    assert spots[-1] < 0.75 * spots[0]

    # a line that was cut off is answered anew, and nothing else is
    (tmp_path / "levels.jsonl").write_text("\n".join([*lines[:-1], lines[-1][:40]]))
    status, again, err = saed_trainer(*command)
    assert status == 0, err
    assert "levels: 1 done" in again
    redone = (tmp_path / "levels.jsonl").read_text().splitlines()
    assert redone[:-1] == lines[:-1]
    assert json.loads((tmp_path / "stress.json").read_text()) == found

    network = paths.resources_dir() / "networks" / "saed-nine-phases.saednet"
    for other in ([*command, "--seed", 1], [command[0], network, *command[2:]]):
        status, _, err = saed_trainer(*other)
        assert status == 2
        assert "holds answers of another network, other phases or other settings" in err
    assert (tmp_path / "levels.jsonl").read_text().splitlines() == redone
    # answers of which nothing says what they are of
    (tmp_path / "settings.json").unlink()
    assert saed_trainer(*command)[0] == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--count", 0], "at least 1"),
        (["--size", 5000], "between 64 and 4096"),
        (["--factors", "moon"], "invalid choice: 'moon'"),
        (["--phases", "/no/such"], "There is no file /no/such"),
    ],
)
def test_impossible_wishes_get_a_sentence(options, words, tmp_path, saed_trainer):
    status, _, err = saed_trainer("stress", "none", "--output", tmp_path / "x", *options)
    assert status != 0
    assert words in err
