"""Reflections are prepared crystal by crystal: interrupted anywhere, taken up, shared."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.paths import resources_dir
from trainer.data import shipped_others
from trainer.data.interruption import PreparationStopped
from trainer.data.preparation import crystal_file, prepare_reflections, seconds_left
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import LibraryTask
from trainer.data.simulation_options import SimulationOptions
from trainer.data.structures import PER_OTHER_CRYSTAL, other_crystals

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
    assert "2 crystals" in lines[0] and "1 are at hand" in lines[0] and "about" in lines[0]
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


def test_shipped_crystals_are_not_computed(tmp_path, monkeypatch):
    crystals = other_crystals(3, 0)
    wanted = [LibraryTask(c, 4, PER_OTHER_CRYSTAL, k) for k, c in enumerate(crystals)]
    computed = prepare(wanted, tmp_path / "cache")
    parts = [prepare([task], tmp_path / "cache") for task in wanted]
    shipped_others.save_others(
        {shipped_others.task_digest(t, RANGES): p for t, p in zip(wanted, parts, strict=True)},
        tmp_path / "others.npz",
    )
    monkeypatch.setattr(shipped_others, "FILE", tmp_path / "others.npz")
    shipped_others.shipped_others.cache_clear()
    try:
        lines = []
        found = prepare(wanted, tmp_path / "empty", lines)
        assert lines == []
        assert seconds_left(wanted, RANGES, tmp_path / "empty") == 0
        np.testing.assert_array_equal(found.label, np.full(15, 4))
        np.testing.assert_allclose(found.q_xy, computed.q_xy, atol=5e-5)
        np.testing.assert_allclose(found.excitation_error, computed.excitation_error, atol=1e-3)
        for name in ("log_kinematical", "log_dynamical"):
            ours, theirs = getattr(found, name), getattr(computed, name)
            np.testing.assert_allclose(ours, theirs, atol=0.04)
            # what is not there stays exactly so
            np.testing.assert_array_equal(ours == -16, theirs < -15.97)
        # another crystal of the name, another seed, other ranges: nothing of it fits
        lattice = replace(crystals[0].lattice, a=crystals[0].lattice.a * 1.01)
        others = (
            replace(wanted[0], phase=replace(crystals[0], lattice=lattice)),
            replace(wanted[0], seed=7),
        )
        known = shipped_others.shipped_others()
        assert shipped_others.task_digest(wanted[0], RANGES) in known
        assert all(shipped_others.task_digest(task, RANGES) not in known for task in others)
        tilted = OrientationRanges(tilt_sigma_deg=2.0)
        assert shipped_others.task_digest(wanted[0], tilted) not in known
    finally:
        shipped_others.shipped_others.cache_clear()


def test_what_is_shipped_are_the_usual_others():
    options = SimulationOptions()
    known = shipped_others.shipped_others()
    wanted = [
        shipped_others.task_digest(
            LibraryTask(crystal, 0, PER_OTHER_CRYSTAL, options.simulation_seed + k), RANGES
        )
        for k, crystal in enumerate(other_crystals(options.others, options.simulation_seed))
    ]
    assert len(known) >= 80
    assert wanted[: len(known)] == list(known)


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
