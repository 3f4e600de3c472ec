"""`saed-index` as a user runs it: real files in, lines and tables out."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from saed_desktop import cli
from saed_desktop.crystal.cif import read_phase
from saed_desktop.paths import resources_dir
from saed_desktop.report import CSV_COLUMNS
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.bundles import small_bundle
from tests.unit.indexing.test_match import SCALE, draw

KEYS = {
    "file",
    "status",
    "message",
    "verdict",
    "phase",
    "probability",
    "probabilities",
    "prediction_set",
    "in_distribution",
    "candidates",
    "center_xy",
    "calibration",
    "network",
    "seconds",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a good pattern, noise, a damaged file and one that is no image."""
    root = tmp_path_factory.mktemp("patterns")
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    image = draw(phase, orientation_of_zone(phase.lattice, (1, 1, 0), in_plane_deg=23))
    high = np.percentile(image, 99.9)
    Image.fromarray((255 * np.clip(image / high, 0, 1)).astype(np.uint8)).save(root / "a_good.png")
    noise = np.random.default_rng(0).poisson(20, (256, 256)).astype(np.uint8)
    Image.fromarray(noise).save(root / "b_noise.tif")
    (root / "c_broken.png").write_bytes((root / "a_good.png").read_bytes()[:3000])
    (root / "d_text.dm3").write_text("this is no image")
    return root


def run(capsys, *arguments):
    status = cli.main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_one_line_per_pattern_and_the_run_goes_on(folder, capsys):
    status, out, err = run(capsys, folder, "--network", "none", "--scale", SCALE)
    lines = out.strip().splitlines()
    assert status == 1
    assert len(lines) == 4
    assert lines[0].startswith("a_good.png: PuO2 [1 1 0]")
    assert "unknown" in lines[1]
    assert "damaged" in lines[2]
    assert "d_text.dm3 is not a DM3 file" in lines[3]
    assert err == ""


def test_json_has_the_documented_keys_and_nothing_else_is_printed(folder, capsys):
    _, out, err = run(capsys, folder, "--network", "none", "--scale", SCALE, "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    for record in records:
        assert set(record) >= KEYS
        assert record["status"] in ("indexed", "unknown", "error")
        assert record["verdict"] in ("agree", "network-only", "physics-only", "disagree", "none")
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
    assert sum(good["probabilities"].values()) == pytest.approx(1, abs=0.01)
    assert records[3]["message"]


def test_units_of_the_scale(folder, capsys):
    _, first, _ = run(
        capsys, folder / "a_good.png", "--network", "none", "--scale", SCALE, "--json"
    )
    _, second, _ = run(
        capsys,
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


def test_camera_constant_instead_of_a_scale(folder, capsys):
    # 200 kV: λ = 0.02508 Å; 15 µm / (0.02508 Å · L) = 0.0042 1/Å
    length = 15e-3 / (0.0250793 * SCALE)
    _, out, _ = run(
        capsys,
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


def test_several_processes_give_the_same_answers_in_the_same_order(folder, capsys):
    arguments = (folder, "--network", "none", "--scale", SCALE, "--json")
    _, one, _ = run(capsys, *arguments)
    status, two, _ = run(capsys, *arguments, "--jobs", 2)

    def answers(text):
        return [{**json.loads(line), "seconds": 0} for line in text.splitlines()]

    assert answers(one) == answers(two)
    assert status == 1


def test_output_files(folder, capsys, tmp_path):
    for suffix in (".csv", ".json", ".html"):
        target = tmp_path / f"out{suffix}"
        run(capsys, folder, "--network", "none", "--scale", SCALE, "--output", target)
        assert target.exists()
        assert not list(tmp_path.glob("*.part"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["status"] for row in rows] == ["indexed", "unknown", "error", "error"]
    assert rows[0]["zone_axis"] == "1 1 0"
    assert len((tmp_path / "out.json").read_text(encoding="utf-8").splitlines()) == 4
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "PuO2" in page
    assert "a_good.png" in page


def test_phases_of_the_users_own(folder, capsys):
    silicon = resources_dir() / "phases" / "alternates" / "gamma-Pu.cif"
    _, out, _ = run(
        capsys,
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


def test_a_network_by_file(folder, capsys, tmp_path):
    bundle = small_bundle(tmp_path / "mine.saednet")
    _, out, _ = run(
        capsys, folder / "a_good.png", "--network", bundle.path, "--scale", SCALE, "--json"
    )
    record = json.loads(out)
    assert record["network"] == {"name": "mine", "sha256": bundle.sha256}
    assert record["verdict"] in ("agree", "disagree")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.png"], "no file or folder"),
        (["{folder}", "--scale", "-1"], "positive"),
        (["{folder}", "--scale", "1", "--unit", "furlong"], "no unit"),
        (["{folder}", "--camera-length", "500"], "together"),
        (["{folder}", "--scale", "1", "--camera-length", "5", "--pixel-size", "5"], "either"),
        (["{folder}", "--network", "nobody"], "no network"),
        (["{folder}", "--phase", "nowhere.cif"], "no file"),
        (["{folder}", "--output", "x.docx"], "must end in"),
        (["{folder}", "--jobs", "0"], "at least 1"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(folder, capsys, arguments, words):
    network = [] if "--network" in arguments else ["--network", "none"]
    status, out, err = run(capsys, *[a.format(folder=folder) for a in arguments], *network)
    assert status == 2
    assert out == ""
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_phases_may_stand_before_or_behind_the_patterns(folder, capsys):
    cif = resources_dir() / "phases" / "PuO2.cif"
    common = ("--network", "none", "--scale", SCALE, "--json")
    _, first, _ = run(capsys, "--phase", cif, folder / "a_good.png", *common)
    _, second, _ = run(capsys, folder / "a_good.png", "--phase", cif, *common)
    assert json.loads(first)["phase"] == json.loads(second)["phase"] == "PuO2"


def test_details_hold_the_hkl_of_every_spot_and_tilts(folder, capsys):
    _, out, _ = run(
        capsys,
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


def test_joint_answers_per_folder(folder, capsys, tmp_path):
    import shutil

    for name in ("one", "two"):
        shutil.copy(folder / "a_good.png", tmp_path / f"{name}.png")
    _, out, _ = run(capsys, tmp_path, "--network", "none", "--scale", SCALE, "--joint", "--json")
    joint = json.loads(out.splitlines()[-1])["joint"]
    assert joint["phase"] == "PuO2"
    assert joint["supporting"] == 2
    _, text, _ = run(capsys, tmp_path, "--network", "none", "--scale", SCALE, "--joint")
    assert "2 of 2" in text.splitlines()[-1]


def test_a_scale_bar_is_measured(folder, capsys, tmp_path):
    import cv2

    picture = cv2.imread(str(folder / "a_good.png"), cv2.IMREAD_GRAYSCALE)
    bar_px = round(0.5 / SCALE)  # 5 1/nm
    cv2.rectangle(picture, (30, 760), (30 + bar_px - 1, 768), 255, -1)
    cv2.imwrite(str(tmp_path / "bar.png"), picture)
    arguments = ("--network", "none", "--scale-bar", 5, "--json")
    _, out, _ = run(capsys, tmp_path / "bar.png", *arguments)
    record = json.loads(out)
    assert record["calibration"]["source"] == "scale-bar"
    assert record["calibration"]["scale_inv_angstrom_per_px"] == pytest.approx(SCALE, rel=0.02)
    assert record["phase"] == "PuO2"
    status, out, _ = run(capsys, folder / "a_good.png", *arguments)
    assert status == 1
    assert "no scale bar" in json.loads(out)["message"]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_broken_run_is_taken_up_again(folder, capsys, tmp_path, suffix):
    target = tmp_path / f"out{suffix}"
    common = ("--network", "none", "--scale", SCALE, "--output", target)
    run(capsys, folder, *common)
    whole = target.read_text(encoding="utf-8")
    lines = whole.splitlines(keepends=True)
    # as a killed run leaves it: two rows and half of the third
    header = 1 if suffix == ".csv" else 0
    target.unlink()
    part = tmp_path / f"out{suffix}.part"
    part.write_text("".join(lines[: header + 2]) + lines[header + 2][:25], encoding="utf-8")
    _, out, _ = run(capsys, folder, *common, "--resume")
    assert len(out.strip().splitlines()) == 2  # only what was missing is answered again
    again = target.read_text(encoding="utf-8").splitlines()
    assert len(again) == len(lines)
    assert again[: header + 2] == [line.rstrip("\n") for line in lines[: header + 2]]
    assert not part.exists()


def test_resuming_a_foreign_table_is_refused(folder, capsys, tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("a,b\n1,2\n", encoding="utf-8")
    status, _, err = run(capsys, folder, "--network", "none", "--output", target, "--resume")
    assert status == 2
    assert "no table" in err
    assert target.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_a_watched_folder_is_answered_as_it_fills(folder, tmp_path):
    import shutil
    import signal
    import time

    incoming = tmp_path / "incoming"
    incoming.mkdir()
    target = tmp_path / "out.json"
    command = [
        sys.executable,
        "-m",
        "saed_desktop.cli",
        str(incoming),
        "--network",
        "none",
        "--watch",
        "--json",
        "--scale",
        str(SCALE),
        "--output",
        str(target),
    ]
    # where the tests run in the background, Ctrl+C is ignored, and a new process inherits that
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, inherited)
    try:
        content = (folder / "a_good.png").read_bytes()
        with (incoming / "slow.png").open("wb") as stream:
            # a camera that writes slowly: never answered half
            for start in range(0, len(content), len(content) // 3 + 1):
                stream.write(content[start : start + len(content) // 3 + 1])
                stream.flush()
                time.sleep(0.7)
        first = json.loads(process.stdout.readline())
        shutil.copy(folder / "b_noise.tif", incoming / "next.tif")
        second = json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (Path(first["file"]).name, first["status"]) == ("slow.png", "indexed")
    assert Path(second["file"]).name == "next.tif"
    assert process.returncode == 130
    assert "stopped" in err
    # what was answered is kept, ready to be resumed
    assert len((tmp_path / "out.json.part").read_text(encoding="utf-8").splitlines()) == 2


def test_an_empty_folder_says_so(tmp_path, capsys):
    status, _, err = run(capsys, tmp_path, "--network", "none")
    assert status == 2
    assert "no pattern file" in err


def test_as_a_program_with_a_closed_pipe(folder):
    command = [sys.executable, "-m", "saed_desktop.cli", str(folder), "--network", "none"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    piped = subprocess.run(
        ["sh", "-c", " ".join(command) + " | head -n 1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in piped.stderr


def test_a_thousand_files_with_fifty_bad_ones_give_a_thousand_lines(tmp_path, capsys):
    image = np.random.default_rng(0).poisson(20, (64, 64)).astype(np.uint8)
    Image.fromarray(image).save(tmp_path / "f0000.png")
    good = (tmp_path / "f0000.png").read_bytes()
    for i in range(1, 1000):
        (tmp_path / f"f{i:04d}.png").write_bytes(good if i % 20 else good[: 10 + i])
    status, out, _ = run(capsys, tmp_path, "--network", "none", "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert len(records) == 1000
    assert sum(r["status"] == "error" for r in records) == 49
    assert [Path(r["file"]).name for r in records] == [f"f{i:04d}.png" for i in range(1000)]


def test_a_worker_that_is_killed_takes_only_its_own_file(tmp_path, monkeypatch):
    # a file that kills whoever reads it, as a fault in a compiled library would
    from saed_desktop.indexing.batch import BatchJob, answer_files
    from saed_desktop.indexing.pipeline import bundled_phases

    image = np.random.default_rng(0).poisson(20, (64, 64)).astype(np.uint8)
    for i in range(6):
        Image.fromarray(image).save(tmp_path / f"f{i}.png")
    files = sorted(tmp_path.glob("*.png"))
    monkeypatch.setenv("SAED_TEST_DEADLY", str(files[2]))
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(__file__).parent / "deadly"), *sys.path])
    )
    records = [
        r for group in answer_files(files, BatchJob(bundled_phases()), jobs=2) for r in group
    ]
    by_file = {Path(r["file"]).name: r["status"] for r in records}
    assert set(by_file) == {f"f{i}.png" for i in range(6)}
    assert by_file["f2.png"] == "error"
    assert sum(status == "error" for status in by_file.values()) == 1


def test_priors_of_the_user_move_the_probabilities(folder, capsys):
    command = (folder / "a_good.png", "--network", "none", "--json")
    before = json.loads(run(capsys, *command)[1])["probabilities"]
    likely = max(before, key=before.get)
    after = json.loads(run(capsys, *command, "--prior", f"{likely}=0")[1])["probabilities"]
    assert after[likely] == 0
    assert sum(after.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("prior", ["quartz=2", "PuO2=often", "PuO2=-1"])
def test_impossible_priors_are_explained(folder, capsys, prior):
    status, _, err = run(capsys, folder, "--prior", prior)
    assert status == 2
    assert err.count("\n") == 1
