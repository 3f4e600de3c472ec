"""All frames of a file, answered like a folder: kept at once, resumed, in processes."""

import numpy as np
import pytest

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.results.store import AnswerStore
from saed_desktop.running.batch import answer_frames, failed_record
from saed_desktop.running.frames import answer_frame_range
from saed_desktop.workspace.choice import SetupChoice
from saed_desktop.workspace.folder_run import job_of
from saed_desktop.workspace.frame_run import FrameRun
from tests.rendering import SCALE, spot_image


@pytest.fixture(scope="module")
def scan_file(tmp_path_factory):
    """A scan of 2 × 3 small patterns: two phases, and one place without any pattern."""
    delta, _ = spot_image("delta-PuZr", (0, 0, 1), side=256, scale=2 * SCALE)
    puo2, _ = spot_image("PuO2", (1, 1, 0), side=256, scale=2 * SCALE, seed=3)
    nothing = np.random.default_rng(0).poisson(5, delta.shape)
    frames = np.stack([delta, delta, puo2, nothing, puo2, puo2]).reshape(2, 3, 256, 256)
    path = tmp_path_factory.mktemp("scan") / "scan.npy"
    np.save(path, np.clip(frames, 0, 65535).astype(np.uint16))
    return path


@pytest.fixture
def job(tmp_path, monkeypatch):
    from saed_desktop.running.batch import CalibrationOverride

    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    choice = SetupChoice("none", ("delta-PuZr", "PuO2"))
    return job_of(choice, CalibrationOverride(scale_inv_angstrom_per_px=2 * SCALE))


EXPECTED = ["delta-PuZr", "delta-PuZr", "PuO2", None, "PuO2", "PuO2"]


def test_a_run_is_stopped_resumed_and_goes_on_where_it_was(tmp_path, scan_file, job):
    store = AnswerStore(tmp_path / "answers.jsonl")
    run = FrameRun(scan_file, job, store)
    assert run.open() == []
    steps = []
    steps.extend(run.go(jobs=1, is_cancelled=lambda: len(steps) > 2))
    assert [s.done for s in steps[:3]] == [0, 1, 2] and steps[0].total == 6
    again = FrameRun(scan_file, job, AnswerStore(tmp_path / "answers.jsonl"))
    known = again.open()
    assert [row.frame for row in known] == list(range(len(known))) and len(known) >= 2
    rows = known + [row for step in again.go(jobs=2) for row in step.rows]
    assert [row.frame for row in rows] == list(range(6))
    assert [row.phase for row in rows] == EXPECTED
    assert all(row.path == scan_file for row in rows)
    assert again.picture_of(rows[4])[:2] == b"\xff\xd8"
    # the journal exports as that of a folder does
    assert [r.frame for r in store.latest()] == list(range(6))
    # a third time there is nothing to do, and no process starts
    third = FrameRun(scan_file, job, AnswerStore(tmp_path / "answers.jsonl"))
    assert len(third.open()) == 6 and [s.done for s in third.go()] == [6]


def test_errors_at_the_end_are_tried_again(tmp_path, scan_file, job):
    """A run that was killed by a full memory leaves errors that say nothing of the frames."""
    store = AnswerStore(tmp_path / "answers.jsonl")
    FrameRun(scan_file, job, store).open()
    (answer,) = answer_frames(scan_file, job, job.indexing_setup(), first=0, stop=1)
    store.append([answer], None, is_partial=True)
    for frame in range(1, 4):
        store.append([failed_record(scan_file, "It crashed.", frame)], None, is_partial=True)
    again = FrameRun(scan_file, job, store)
    assert [row.frame for row in again.open()] == [0]
    rows = [row for step in again.go(jobs=1) for row in step.rows]
    assert [row.frame for row in rows] == [1, 2, 3, 4, 5]
    assert [row.phase for row in FrameRun(scan_file, job, store).open()] == EXPECTED


def test_a_file_that_changed_is_answered_anew(tmp_path, scan_file, job):
    copied = tmp_path / "scan.npy"
    copied.write_bytes(scan_file.read_bytes())
    store = AnswerStore(tmp_path / "answers.jsonl")
    run = FrameRun(copied, job, store)
    run.open()
    store.append([], None)
    data = np.load(copied)
    np.save(copied, data[:, :2])
    assert FrameRun(copied, job, store).open() == []


def test_what_cannot_be_read_says_so(tmp_path, job):
    broken = tmp_path / "broken.mib"
    broken.write_bytes(b"MQ1,000001,00384")
    run = FrameRun(broken, job, AnswerStore(tmp_path / "a.jsonl"))
    run.open()
    with pytest.raises(UnreadablePatternError):
        list(run.go())


def test_a_frame_that_takes_too_long_gets_its_own_error(scan_file, job):
    """Every frame takes longer than this: each is given up by itself, under its own number."""
    records = list(answer_frame_range(scan_file, range(1, 3), job, jobs=1, timeout_s=0.01))
    assert [r.frame for r in records] == [1, 2]
    assert all(r.status == "error" and "given up" in r.message for r in records)
