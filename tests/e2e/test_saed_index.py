"""`saed-index` as a user runs it on patterns: what it says of each, and what it refuses."""

import json
import math
import shutil

import numpy as np
import pytest

from saed_desktop.indexing.setup import bundled_phases
from saed_desktop.paths import resources_dir
from tests.bundles import small_bundle
from tests.kinematical_images import SCALE

KEYS = {
    "file",
    "status",
    "message",
    "verdict",
    "phase",
    "probability",
    "probabilities",
    "none_of_these",
    "prediction_set",
    "set_includes_none",
    "in_distribution",
    "candidates",
    "center_xy",
    "calibration",
    "network",
    "seconds",
}


def test_one_line_per_pattern_and_the_run_goes_on(folder, index):
    status, out, err = index(folder, "--network", "none", "--scale", SCALE)
    lines = out.strip().splitlines()
    assert status == 1
    assert len(lines) == 4
    assert lines[0].startswith("a_good.png: PuO2 [110]")
    assert "unknown" in lines[1]
    assert "damaged" in lines[2]
    assert "d_text.dm3 is not a DM3 file" in lines[3]
    assert err == ""


def test_json_has_the_documented_keys_and_nothing_else_is_printed(folder, index):
    _, out, err = index(folder, "--network", "none", "--scale", SCALE, "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    for record in records:
        assert set(record) >= KEYS
        assert record["status"] in ("indexed", "unknown", "error")
        assert record["verdict"] in ("agree", "network-only", "indexing-only", "disagree", "none")
    good = records[0]
    assert good["phase"] == "PuO2"
    assert good["calibration"] == {"scale_inv_angstrom_per_px": SCALE, "source": "user"}
    candidate = good["candidates"][0]
    assert candidate["zone_axis"] == [1, 1, 0]
    assert {
        "phase",
        "zone_axis",
        "score",
        "matched",
        "unexplained",
        "rms_residual_inv_angstrom",
        "scale_inv_angstrom_per_px",
        "rotation_deg",
    } <= set(candidate)
    assert sum(good["probabilities"].values()) + good["none_of_these"] == pytest.approx(1, abs=0.01)
    assert records[3]["message"]


def test_the_papers_network_answers_a_folder(folder, index):
    status, out, err = index(folder, "--network", "299-an-spots", "--scale", SCALE, "--json")
    assert status == 1, err
    good, unknown, *damaged = [json.loads(line) for line in out.splitlines()]
    assert all(record["status"] == "error" for record in damaged)
    assert good["network"]["name"] == "299-an-spots"
    assert good["phase"] == "PuO2"
    assert sum(good["probabilities"].values()) + good["none_of_these"] == pytest.approx(1, abs=0.01)
    assert unknown["status"] == "unknown"


def test_units_of_the_scale(folder, index):
    _, first, _ = index(folder / "a_good.png", "--network", "none", "--scale", SCALE, "--json")
    _, second, _ = index(
        folder / "a_good.png",
        "--network",
        "none",
        "--scale",
        10 * SCALE,
        "--unit",
        "1/nm",
        "--json",
    )
    a, b = json.loads(first), json.loads(second)
    assert a["calibration"] == b["calibration"]
    assert a["candidates"] == b["candidates"]


def test_a_files_own_scale_can_be_called_uncertain(index):
    # the net of a cube: without a good scale PuO and delta would fit as well
    file = resources_dir() / "patterns" / "PuO2.tif"
    sure, doubted = (
        json.loads(index(file, "--json", *words)[1])["probabilities"]["PuO2"]
        for words in ((), ("--scale-sigma", 15))
    )
    assert sure > 0.9
    assert doubted < sure - 0.15
    stated = index(file, "--json", "--scale-sigma", 15)[1]
    assert json.loads(stated)["calibration"]["source"] == "file"


def test_camera_constant_instead_of_a_scale(folder, index):
    # 200 kV: λ = 0.02508 Å; 15 µm / (0.02508 Å · L) = 0.0042 1/Å
    length = 15e-3 / (0.0250793 * SCALE)
    _, out, _ = index(
        folder / "a_good.png",
        "--network",
        "none",
        "--camera-length",
        length,
        "--pixel-size",
        15,
        "--energy",
        200,
        "--json",
    )
    assert json.loads(out)["calibration"]["scale_inv_angstrom_per_px"] == pytest.approx(
        SCALE, rel=1e-3
    )


def test_phases_of_the_users_own(folder, index):
    silicon = resources_dir() / "phases" / "alternates" / "gamma-Pu.cif"
    _, out, _ = index(
        folder / "a_good.png",
        "--network",
        "none",
        "--scale",
        SCALE,
        "--json",
        "--phase",
        resources_dir() / "phases" / "PuO2.cif",
        "--phase",
        silicon,
    )
    record = json.loads(out)
    assert set(record["probabilities"]) == {"PuO2", "gamma-Pu"}
    assert record["phase"] == "PuO2"


def test_a_network_by_file(folder, index, tmp_path):
    bundle = small_bundle(tmp_path / "mine.saednet")
    _, out, _ = index(folder / "a_good.png", "--network", bundle.path, "--scale", SCALE, "--json")
    record = json.loads(out)
    assert record["network"] == {"name": "mine", "sha256": bundle.sha256}
    assert record["verdict"] in ("agree", "disagree")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.png"], "no file or folder"),
        (["{folder}", "--scale", "-1"], "positive"),
        (["{folder}", "--scale", "1", "--unit", "furlong"], "no unit"),
        (["{folder}", "--scale-sigma", "400"], "at most 100 percent"),
        (["{folder}", "--camera-length", "500"], "together"),
        (["{folder}", "--scale", "1", "--camera-length", "5", "--pixel-size", "5"], "either"),
        (["{folder}", "--network", "nobody"], "no network"),
        (["{folder}", "--phase", "nowhere.cif"], "no file"),
        (["{folder}", "--output", "x.docx"], "must end in"),
        (["{folder}", "--jobs", "0"], "at least 1"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(folder, index, arguments, words):
    network = [] if "--network" in arguments else ["--network", "none"]
    status, out, err = index(*[a.format(folder=folder) for a in arguments], *network)
    assert status == 2
    assert out == ""
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_phases_may_stand_before_or_behind_the_patterns(folder, index):
    cif = resources_dir() / "phases" / "PuO2.cif"
    common = ("--network", "none", "--scale", SCALE, "--json")
    _, first, _ = index("--phase", cif, folder / "a_good.png", *common)
    _, second, _ = index(folder / "a_good.png", "--phase", cif, *common)
    assert json.loads(first)["phase"] == json.loads(second)["phase"] == "PuO2"


def test_details_hold_the_hkl_of_every_spot_and_tilts(folder, index):
    _, out, _ = index(
        folder / "a_good.png",
        "--network",
        "none",
        "--scale",
        SCALE,
        "--json",
        "--details",
        "--holder",
        15,
        "--tilt",
        3.5,
        -2,
        "--tilt-limits",
        40,
        40,
    )
    record = json.loads(out)
    best = record["candidates"][0]
    spots = record["spot_list"]
    on_spots = [r for r in best["reflections"] if r["spot"] is not None]
    assert len(on_spots) == best["matched"]
    for reflection in on_spots:
        x, y = spots[reflection["spot"]]["xy"]
        assert np.hypot(x - reflection["xy"][0], y - reflection["xy"][1]) < 6
        assert len({h % 2 for h in reflection["hkl"]}) == 1  # fcc: all even or all odd
    here = best["tilts"][0]
    assert here["distance_deg"] < 3
    assert here["alpha_deg"] == pytest.approx(3.5, abs=3)
    assert all(abs(t["alpha_deg"]) <= 40 and abs(t["beta_deg"]) <= 40 for t in best["tilts"])


def test_joint_answers_per_folder(folder, index, tmp_path):
    for name in ("one", "two"):
        shutil.copy(folder / "a_good.png", tmp_path / f"{name}.png")
    _, out, _ = index(tmp_path, "--network", "none", "--scale", SCALE, "--joint", "--json")
    joint = json.loads(out.splitlines()[-1])["joint"]
    assert joint["phase"] == "PuO2"
    assert joint["supporting"] == 2
    _, text, _ = index(tmp_path, "--network", "none", "--scale", SCALE, "--joint")
    assert "2 of 2" in text.splitlines()[-1]


def test_a_scale_bar_is_measured(folder, index, tmp_path):
    import cv2

    picture = cv2.imread(str(folder / "a_good.png"), cv2.IMREAD_GRAYSCALE)
    bar_px = round(0.5 / SCALE)  # 5 1/nm
    cv2.rectangle(picture, (30, 760), (30 + bar_px - 1, 768), 255, -1)
    cv2.imwrite(str(tmp_path / "bar.png"), picture)
    arguments = ("--network", "none", "--scale-bar", 5, "--json")
    _, out, _ = index(tmp_path / "bar.png", *arguments)
    record = json.loads(out)
    assert record["calibration"]["source"] == "scale-bar"
    assert record["calibration"]["scale_inv_angstrom_per_px"] == pytest.approx(SCALE, rel=0.02)
    assert record["phase"] == "PuO2"
    status, out, _ = index(folder / "a_good.png", *arguments)
    assert status == 1
    assert "no scale bar" in json.loads(out)["message"]


def test_priors_of_the_user_move_the_probabilities(folder, index):
    command = (folder / "a_good.png", "--network", "none", "--json")
    before = json.loads(index(*command)[1])["probabilities"]
    likely = max(before, key=before.get)
    record = json.loads(index(*command, "--prior", f"{likely}=0")[1])
    after = record["probabilities"]
    assert after[likely] == 0
    assert sum(after.values()) + record["none_of_these"] == pytest.approx(1, abs=1e-3)
    # it is as if the phase were not on the list: what fits like it speaks for an unknown crystal
    others = [resources_dir() / "phases" / f"{name}.cif" for name in before if name != likely]
    listed = json.loads(index(*command, "--phase", *others)[1])
    assert record["none_of_these"] == listed["none_of_these"]
    assert {**listed["probabilities"], likely: 0.0} == after
    assert [c["phase"] for c in record["candidates"]] == [c["phase"] for c in listed["candidates"]]


def test_priors_that_exclude_every_candidate_are_refused(folder, index):
    priors = [f"--prior={phase.name}=0" for phase in bundled_phases()]
    status, _, err = index(folder, "--network", "none", *priors)
    assert status == 2 and "leaves no candidate" in err and err.count("\n") == 1


@pytest.mark.parametrize("prior", ["quartz=2", "PuO2=often", "PuO2=-1"])
def test_impossible_priors_are_explained(folder, index, prior):
    status, _, err = index(folder, "--prior", prior)
    assert status == 2
    assert err.count("\n") == 1


def test_the_cell_is_refined_where_asked(index):
    file = resources_dir() / "patterns" / "PuO2.tif"
    status, out, _ = index(file, "--network", "none", "--refine-cell", "--json")
    assert status == 0
    record = json.loads(out)
    cell = next(c for c in record["candidates"] if c["phase"] == "PuO2")["cell"]
    a, b = cell["parameters"]["a"], cell["parameters"]["b"]
    assert a == b
    # the simulated crystal has the lattice parameter of its CIF file, the scale its 3 %
    assert a["value"] == pytest.approx(5.396, abs=2 * a["sigma"])
    assert 0.05 < a["sigma"] < 0.3
    _, line, _ = index(file, "--network", "none", "--refine-cell")
    assert f"a = {a['value']:.2f} ± {a['sigma']:.2f} Å" in line


def test_why_says_what_speaks_for_the_likeliest_and_against_the_next(index):
    file = resources_dir() / "patterns" / "PuO2.tif"
    _, out, _ = index(file, "--network", "none", "--why", "--json")
    found = json.loads(out)["comparison"]
    assert found["first"] == "PuO2" and found["log_odds"] > math.log(10)
    assert sum(found["parts"].values()) == pytest.approx(found["log_odds"], abs=0.01)
    _, line, _ = index(file, "--network", "none", "--why", "--no-look-alikes")
    assert f"PuO2 {math.exp(found['log_odds']):.0f} times as likely as {found['second']}" in line
    # priors are told apart from what the pattern says
    _, out, _ = index(file, "--network", "none", "--why", "--json", "--prior", "PuO2=0.5")
    other = json.loads(out)["comparison"]
    assert other["parts"]["prior"] == pytest.approx(-math.log(2), abs=0.001)
    assert {**other["parts"], "prior": 0} == {**found["parts"], "prior": 0}
    _, out, _ = index(file, "--network", "none", "--json")
    assert "comparison" not in json.loads(out)


def test_without_a_scale_no_cell_is_refined(index):
    file = resources_dir() / "patterns" / "alpha-Zr_without-scale.png"
    _, line, _ = index(file, "--refine-cell")
    assert "scale" in line
    assert " Å" not in line
