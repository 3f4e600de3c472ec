"""Reflections are prepared crystal by crystal: interrupted anywhere, taken up, shared."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.paths import resources_dir
from trainer.data.interruption import PreparationStopped
from trainer.data.preparation import crystal_file, prepare_reflections
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import LibraryTask

NAMES = ("alpha-Zr", "delta-PuZr", "PuO")
RANGES = OrientationRanges()


def tasks(names=NAMES):
    phases = [read_phase(resources_dir() / "phases" / f"{name}.cif") for name in names]
    return [LibraryTask(phase, label, 2, 0) for label, phase in enumerate(phases)]


def prepare(wanted, folder, lines=None, **options):
    told = [] if lines is None else lines
    return prepare_reflections(wanted, RANGES, folder, line=told.append, **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return prepare(tasks(), tmp_path_factory.mktemp("whole"))


def test_what_was_finished_is_kept_when_it_is_stopped(tmp_path, whole):
    asked = []

    def after_three_orientations():
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(PreparationStopped):
        prepare(tasks(), tmp_path, is_stopped=after_three_orientations)
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "crystals").iterdir()}
    assert list(kept) == [crystal_file(tasks()[0], RANGES, tmp_path)]
    lines = []
    again = prepare(tasks(), tmp_path, lines)
    assert "2 crystals" in lines[0] and "1 are kept" in lines[0] and "about" in lines[0]
    assert all(file.stat().st_mtime_ns == written for file, written in kept.items())
    np.testing.assert_array_equal(again.label, whole.label)
    np.testing.assert_array_equal(again.log_dynamical, whole.log_dynamical)


def test_a_changed_list_computes_only_what_is_new(tmp_path, whole):
    prepare(tasks(), tmp_path)
    lines = []
    other = prepare(tasks(("PuO", "alpha-Zr")), tmp_path, lines)
    assert lines == []
    np.testing.assert_array_equal(
        other.log_kinematical[other.label == 1], whole.log_kinematical[whole.label == 0]
    )


def test_a_damaged_crystal_is_computed_again(tmp_path, whole):
    prepare(tasks(), tmp_path)
    file = crystal_file(tasks()[1], RANGES, tmp_path)
    file.write_bytes(file.read_bytes()[:1000])
    np.testing.assert_array_equal(prepare(tasks(), tmp_path).q_xy, whole.q_xy)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_signal_ends_a_preparation_at_once_and_leaves_no_run_folder(tmp_path):
    folder = tmp_path / "cifs"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(resources_dir() / "phases" / f"{name}.cif", folder)
    command = [
        sys.executable, "-m", "trainer", "train", "--network", "spots", "--phases", str(folder),
        "--orientations", "4000", "--others", "0", "--output", str(tmp_path / "run"),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    # where the machine is slow, a note of how long it will take comes first
    assert any("computing reflections" in line for line in process.stdout)
    time.sleep(0.5)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    # two seconds are the promise; a busy machine gets some more
    assert time.monotonic() - asked < 10
    assert process.returncode == 75
    assert "the same command goes on" in out
    assert not (tmp_path / "run").exists()
