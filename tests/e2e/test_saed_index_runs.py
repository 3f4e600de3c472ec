"""`saed-index` over many files: tables, processes, watching, and runs that are cut short."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.results.text import CSV_COLUMNS
from saed_desktop.running.batch import BatchJob, answers_by_file
from tests.kinematical_images import SCALE


def test_several_processes_give_the_same_answers_in_the_same_order(folder, index):
    arguments = (folder, "--network", "none", "--scale", SCALE, "--json")
    _, one, _ = index(*arguments)
    status, two, _ = index(*arguments, "--jobs", 2)

    def answers(text):
        return [{**json.loads(line), "seconds": 0} for line in text.splitlines()]

    assert answers(one) == answers(two)
    assert status == 1


def test_output_files(folder, index, tmp_path):
    for suffix in (".csv", ".json", ".html"):
        target = tmp_path / f"out{suffix}"
        index(folder, "--network", "none", "--scale", SCALE, "--output", target)
        assert target.exists()
        assert not list(tmp_path.glob("*.part"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["status"] for row in rows] == ["indexed", "unknown", "error", "error"]
    assert rows[0]["zone_axis"] == "1 1 0"
    assert len((tmp_path / "out.json").read_text(encoding="utf-8").splitlines()) == 4
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "PuO\u2082" in page
    assert "a_good.png" in page
    assert "4 patterns." in page


def answered(text):
    return {Path(line.partition(":")[0]).name for line in text.strip().splitlines()}


def without_seconds(path):
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return [{**row, "seconds": ""} for row in csv.DictReader(stream)]
    if path.suffix == ".json":
        lines = path.read_text(encoding="utf-8").splitlines()
        return [{**json.loads(line), "seconds": 0} for line in lines]
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".html"])
def test_a_killed_run_is_taken_up_again(folder, index, tmp_path, suffix):
    whole, target = tmp_path / f"whole{suffix}", tmp_path / f"out{suffix}"
    common = ("--network", "none", "--scale", SCALE, "--output")
    index(folder, *common, whole)
    command = [sys.executable, "-m", "saed_desktop.cli", folder, *common, target]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.kill()
    process.communicate()
    assert not target.exists()
    with (tmp_path / f"out{suffix}.part").open("ab") as stream:
        stream.write(b'{"stamp":[1,')  # as a machine that lost its power leaves it
    _, out, _ = index(folder, *common, target, "--resume")
    assert 1 <= len(answered(out)) <= 3  # only what was missing is answered again
    assert without_seconds(target) == without_seconds(whole)
    assert [p.name for p in tmp_path.iterdir() if ".part" in p.name] == []


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_complete_file_is_gone_on_with(folder, index, tmp_path, suffix):
    folder = Path(shutil.copytree(folder, tmp_path / "own"))
    target = tmp_path / f"out{suffix}"
    common = ("--network", "none", "--scale", SCALE, "--output", target)
    index(folder, *common)
    before = without_seconds(target)
    status, out, _ = index(folder, *common, "--resume")
    # what could not be read is tried again, and no row is written twice
    bad = {"c_broken.png", "d_text.dm3"}
    assert (status, answered(out)) == (1, bad)
    assert sorted(map(str, without_seconds(target))) == sorted(map(str, before))
    # a file that is new, and one that has changed since
    shutil.copy(folder / "a_good.png", folder / "e_new.png")
    shutil.copy(folder / "a_good.png", folder / "c_broken.png")
    later = time.time() + 5
    os.utime(folder / "c_broken.png", (later, later))
    _, out, _ = index(folder, *common, "--resume")
    assert answered(out) == {"e_new.png", *bad}
    after = without_seconds(target)
    assert len(after) == len(before) + 1
    assert [Path(row["file"]).name for row in after].count("c_broken.png") == 1


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_run_that_an_older_version_left_is_gone_on_with(folder, index, tmp_path, suffix):
    # it wrote the rows themselves into FILE.part; half a row is what a killed one leaves
    target, part = tmp_path / f"out{suffix}", tmp_path / f"out{suffix}.part"
    common = ("--network", "none", "--scale", SCALE, "--output", target)
    index(folder, *common)
    lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
    whole = without_seconds(target)
    kept = len(lines) - 2
    part.write_text("".join(lines[:kept]) + lines[kept][:25], encoding="utf-8")
    target.unlink()
    _, out, _ = index(folder, *common, "--resume")
    assert len(answered(out)) == 2
    assert without_seconds(target) == whole
    assert not part.exists()


def test_answers_by_other_settings_are_not_mixed(folder, index, tmp_path):
    target = tmp_path / "out.csv"
    common = ("--network", "none", "--output", target)
    index(folder, *common, "--scale", SCALE)
    index(folder / "a_good.png", *common, "--scale", SCALE, "--resume")
    part = tmp_path / "out.csv.part"
    # a run that was killed at once
    with part.open("wb") as stream:
        stream.write(json.dumps({"head": {"settings": {"network": "x"}}}).encode() + b"\n")
    status, out, err = index(folder, *common, "--scale", SCALE, "--resume")
    assert status == 2
    assert "other settings" in err
    assert out == ""
    assert part.exists()


def test_resuming_a_foreign_table_is_refused(folder, index, tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("a,b\n1,2\n", encoding="utf-8")
    status, _, err = index(folder, "--network", "none", "--output", target, "--resume")
    assert status == 2
    assert "no table" in err
    assert target.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_a_watched_folder_is_answered_as_it_fills(folder, tmp_path):
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
    # that is how a watch ends: its file is whole
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2
    assert not (tmp_path / "out.json.part").exists()


def test_an_empty_folder_says_so(tmp_path, index):
    grains = tmp_path / "grains"
    grains.mkdir()
    status, _, err = index(grains, "--network", "none")
    assert status == 2
    assert "no pattern file" in err and "--recursive" not in err
    (grains / "first").mkdir()
    assert "--recursive looks into" in index(grains, "--network", "none")[2]


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


@pytest.mark.parametrize("count", [160, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_files_with_some_bad_ones_give_a_line_each(tmp_path, index, count):
    image = np.random.default_rng(0).poisson(20, (64, 64)).astype(np.uint8)
    Image.fromarray(image).save(tmp_path / "f0000.png")
    good = (tmp_path / "f0000.png").read_bytes()
    for i in range(1, count):
        (tmp_path / f"f{i:04d}.png").write_bytes(good if i % 20 else good[: 10 + i])
    status, out, _ = index(tmp_path, "--network", "none", "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert sum(r["status"] == "error" for r in records) == count // 20 - 1
    assert [Path(r["file"]).name for r in records] == [f"f{i:04d}.png" for i in range(count)]


def test_a_worker_that_is_killed_takes_only_its_own_file(tmp_path, monkeypatch):
    # a file that kills whoever reads it, as a fault in a compiled library would
    image = np.random.default_rng(0).poisson(20, (64, 64)).astype(np.uint8)
    for i in range(6):
        Image.fromarray(image).save(tmp_path / f"f{i}.png")
    files = sorted(tmp_path.glob("*.png"))
    monkeypatch.setenv("SAED_TEST_DEADLY", str(files[2]))
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(__file__).parent / "crashing_reader"), *sys.path])
    )
    records = [
        record
        for _path, group in answers_by_file(files, BatchJob(bundled_phases()), jobs=2)
        for record in group
    ]
    by_file = {Path(r.file).name: r.status for r in records}
    assert set(by_file) == {f"f{i}.png" for i in range(6)}
    assert by_file["f2.png"] == "error"
    assert sum(status == "error" for status in by_file.values()) == 1
