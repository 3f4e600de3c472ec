"""`saed-index` where files, names, disks and readers give trouble: a sentence, nothing lost."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from saed_desktop.file_names import file_text, path_of
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.results.output import OutputFile
from saed_desktop.results.stamp import Stamp
from saed_desktop.running.batch import BatchJob, answer_stream
from saed_desktop.running.process_pool import PATIENCE_S, StreamPlan, run_stream

posix = pytest.mark.skipif(sys.platform == "win32", reason="names of any bytes, pipes, /dev")
STRANGE = (
    b"caf\xe9.png", b"a\nb.png", b"a\rb.png", "x\u2028y.png".encode(), b"=1+1.png", b"-2.png",
    b"@sum.png", b"back\\xe9slash.png", b"\xff\xfe.png", "日本.png".encode(), b"'q.png",
)  # fmt: skip


def picture(seed=0, side=64):
    return np.random.default_rng(seed).poisson(20, (side, side)).astype(np.uint8)


@pytest.fixture
def patterns(tmp_path):
    """Five small files."""
    folder = tmp_path / "patterns"
    folder.mkdir()
    for i in range(5):
        Image.fromarray(picture(i)).save(folder / f"f{i}.png")
    return folder


@pytest.fixture
def command():
    """Returns a function that runs `saed-index` as a program of its own."""

    def run(*words, shell_end="", **environment):
        words = [sys.executable, "-m", "saed_desktop.cli", "--network", "none", *map(str, words)]
        if shell_end:
            words = ["sh", "-c", f'exec "$@" {shell_end}', "sh", *words]
        return subprocess.run(
            words,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            timeout=120,
        )

    return run


def hanging(path) -> dict[str, str]:
    folder = str(Path(__file__).parent / "crashing_reader")
    return {
        "SAED_TEST_HANGING": str(path),
        "PYTHONPATH": os.pathsep.join([folder, *filter(None, sys.path)]),
    }


# ---- names -------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("name", STRANGE, ids=ascii)
def test_any_name_is_one_line_of_text_and_back(name):
    path = Path(os.fsdecode(b"/some/folder/" + name))
    text = file_text(path)
    assert text.encode().decode() == text
    assert len(text.splitlines()) == 1
    assert path_of(text) == path


@posix
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("suffix", [".csv", ".json", ".html"])
def test_strange_names_end_no_run_and_are_resumed(tmp_path, index, suffix, jobs):
    folder = tmp_path / "f"
    folder.mkdir()
    for name in STRANGE:
        Image.fromarray(picture()).save(tmp_path / "x.png")
        (tmp_path / "x.png").rename(folder / os.fsdecode(name))
    target = tmp_path / f"out{suffix}"
    arguments = (folder, "--network", "none", "--output", target, "--jobs", jobs)
    status, out, err = index(*arguments)
    assert (status, err) == (0, "")
    assert len(out.splitlines()) == len(STRANGE)
    text = target.read_text(encoding="utf-8")
    if suffix == ".html":
        assert text.count("<tr class=") == len(STRANGE)
        return
    assert len(text.splitlines()) == len(STRANGE) + (suffix == ".csv")
    _, out, _ = index(*arguments, "--resume")
    assert out == ""
    assert target.read_text(encoding="utf-8") == text


@posix
def test_no_cell_of_a_table_is_a_formula(tmp_path, index, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("=cmd()|x.png", "+1.png", "-1.png", "@a.png", "'=a.png"):
        Image.fromarray(picture()).save(tmp_path / "x.png")
        (tmp_path / "x.png").rename(name)
    arguments = ("--network", "none", "--output", "o.csv", "--resume")
    files = sorted(path.name for path in Path().glob("*.png"))
    index(*arguments, "--", *files)
    with Path("o.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["file"] for row in csv.DictReader(stream)]
    assert len(names) == 5
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]
    # and all five are found again, a former name of a verdict among them
    text = Path("o.csv").read_text(encoding="utf-8")
    Path("o.csv").write_text(
        text.replace("unknown,none", "unknown,physics-only"), encoding="utf-8", newline=""
    )
    assert index(*arguments, "--", *files)[1] == ""
    assert Path("o.csv").read_text(encoding="utf-8") == text.replace(
        "unknown,none", "unknown,indexing-only"
    )


# ---- outputs -----------------------------------------------------------------------------------


def test_an_output_that_is_a_folder_is_refused_before_the_run(patterns, tmp_path, index):
    (tmp_path / "out.csv").mkdir()
    status, out, err = index(patterns, "--network", "none", "--output", tmp_path / "out.csv")
    assert (status, out) == (2, "")
    assert "is a folder" in err


@posix
def test_paths_that_are_too_long_are_a_sentence(patterns, tmp_path, index):
    for arguments in (("x" * 5000,), (patterns, "--output", tmp_path / ("x" * 300 + ".csv"))):
        status, out, err = index(*arguments, "--network", "none")
        assert (status, out) == (2, "")
        assert "too long" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_is_a_sentence(patterns, command):
    done = command(patterns, shell_end=">/dev/full")
    assert done.returncode == 2
    assert done.stderr == "saed-index: the output: No space left on device.\n"


@posix
def test_a_closed_standard_output_stops_no_file(patterns, tmp_path, command):
    done = command(patterns, "--output", tmp_path / "o.json", shell_end=">&-")
    assert (done.returncode, done.stderr) == (0, "")
    lines = (tmp_path / "o.json").read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line)["schema"] for line in lines) and len(lines) == 5
    done = command(patterns, "--output", tmp_path / "p.json", shell_end=">&- 2>&-")
    assert done.returncode == 0
    assert len((tmp_path / "p.json").read_text(encoding="utf-8").splitlines()) == 5


@posix
@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_full_disk_keeps_the_finished_rows(patterns, tmp_path, command, suffix):
    target = tmp_path / f"o{suffix}"
    whole = command(patterns, "--json", "--output", target)
    size = len(whole.stdout)
    kept_before = target.read_text(encoding="utf-8").splitlines()
    target.unlink()
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size // 2}, {size // 2}));"
        "from saed_desktop.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [str(patterns), "--network", "none", "--output", str(target)]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "--resume" in done.stderr
    assert not target.exists()
    part = (tmp_path / f"o{suffix}.part").read_text(encoding="utf-8")
    finished = part[: part.rfind("\n") + 1].count('"records"')
    assert 1 <= finished < 5
    again = command(patterns, "--output", target, "--resume")
    assert len(again.stdout.splitlines()) == 5 - finished
    assert len(target.read_text(encoding="utf-8").splitlines()) == len(kept_before)
    assert whole.returncode == again.returncode == 0


# ---- resuming ----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_resuming_answers_errors_and_changed_files_again(patterns, tmp_path, index, suffix):
    whole = (patterns / "f2.png").read_bytes()
    (patterns / "f2.png").write_bytes(whole[:300])
    target = tmp_path / f"o{suffix}"
    arguments = (patterns, "--network", "none", "--output", target)
    assert index(*arguments)[0] == 1
    # the error stays one: exit status 1 again, one row a file
    status, out, _ = index(*arguments, "--resume")
    assert (status, len(out.splitlines())) == (1, 1)
    (patterns / "f2.png").write_bytes(whole)
    time.sleep(0.05)
    Image.fromarray(picture(9)).save(patterns / "f4.png")
    status, out, _ = index(*arguments, "--resume")
    assert (status, len(out.splitlines())) == (0, 2)
    rows = target.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 5 + (suffix == ".csv")
    assert index(*arguments, "--resume")[1] == ""


@pytest.mark.parametrize(
    "foreign", ['{"name": "x"}\n', "[1]\n", "hello\n", '{"schema": 99}\n', "{}\n"]
)
def test_a_foreign_file_is_not_resumed(patterns, tmp_path, index, foreign):
    target = tmp_path / "package.json"
    target.write_text(foreign, encoding="utf-8")
    status, out, err = index(patterns, "--network", "none", "--output", target, "--resume")
    assert (status, out) == (2, "")
    assert "no answer of this program" in err
    assert target.read_text(encoding="utf-8") == foreign


def test_a_stack_is_written_frame_by_frame_and_resumed_between_them(tmp_path, index):
    stack = tmp_path / "s.tif"
    tifffile.imwrite(stack, np.stack([picture(i) for i in range(6)]), photometric="minisblack")
    target = tmp_path / "o.json"
    arguments = (stack, "--network", "none", "--output", target, "--all-frames")
    assert index(*arguments)[0] == 0
    whole = target.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["frame"] for line in whole] == list(range(6))
    target.unlink()
    # killed in the middle of the fourth frame
    job = BatchJob(bundled_phases(), all_frames=True)
    with (
        pytest.raises(ZeroDivisionError),
        OutputFile(target, head_of(job)) as answers,
        closing(answer_stream([stack], job)) as stream,
    ):
        for i, answered in enumerate(stream):
            answers.write(answered.path, answered.records, Stamp.of(stack), is_last=False)
            1 / (3 - i)
    part = tmp_path / "o.json.part"
    part.write_bytes(part.read_bytes()[:-40])
    _, out, _ = index(*arguments, "--resume")
    assert len(out.splitlines()) == 3
    again = target.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["frame"] for line in again] == list(range(6))
    # a finished stack is not answered again, nor is a part that was marked as finished
    assert index(*arguments, "--resume")[1] == ""


def head_of(job):
    return {**job.settings(), "details": repr(job.details)}


def test_frames_come_as_they_are_answered(tmp_path):
    stack = tmp_path / "s.tif"
    tifffile.imwrite(stack, np.stack([picture(i) for i in range(6)]), photometric="minisblack")
    job = BatchJob(bundled_phases(), all_frames=True)
    for jobs in (1, 2):
        stream = answer_stream([stack], job, jobs=jobs)
        first = next(stream)
        assert (len(first.records), first.is_last) == (1, False)
        rest = [record.frame for answered in stream for record in answered.records]
        assert [first.records[0].frame, *rest] == list(range(6))


# ---- readers that hang -------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_hangs_is_given_up(patterns, tmp_path, command, jobs):
    target = tmp_path / "o.json"
    done = command(
        patterns, "--output", target, "--jobs", jobs, "--timeout", 3,
        **hanging(patterns / "f1.png"),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    by_name = {Path(row["file"]).name: row for row in rows}
    assert sorted(by_name) == [f"f{i}.png" for i in range(5)]
    assert by_name["f1.png"]["message"] == "f1.png was given up after 3 s."
    assert [row["status"] for row in rows].count("error") == 1


def test_the_others_do_not_wait_for_a_file_that_hangs(patterns, monkeypatch):
    for name, value in hanging(patterns / "f0.png").items():
        monkeypatch.setenv(name, value)
    files = sorted(patterns.glob("*.png"))
    job = BatchJob(bundled_phases())
    stream = answer_stream(files, job, jobs=2, timeout_s=1000, patience_s=4.0)
    come = [next(stream).path.name for _ in range(4)]
    stream.close()
    assert come == ["f1.png", "f2.png", "f3.png", "f4.png"]


def _slept(seconds, _prepared):
    time.sleep(seconds)
    yield seconds


def _given_up(seconds, _after):
    return -seconds


def test_a_busy_machine_does_not_change_the_order():
    """What is loaded before the first file is no file's delay, and a slow one is waited for."""
    assert PATIENCE_S >= 30
    # the processes take longer to start than results wait for a file
    items, plan = [0.5, 0.0, 0.1], StreamPlan(partial(time.sleep, 3.0), _slept, _given_up)
    parts = run_stream(items, plan, size=2, timeout_s=60, patience_s=2.5)
    assert [seconds for part in parts for seconds in part.results] == items


@posix
def test_a_pipe_is_not_waited_for(tmp_path, index):
    os.mkfifo(tmp_path / "p.png")
    status, out, _ = index(tmp_path / "p.png", "--network", "none")
    assert status == 1
    assert out == "p.png: p.png is no file but a pipe or a device.\n"


def test_workers_are_as_quiet_as_the_program(patterns, command):
    (patterns / "f1.png").write_bytes(b"x")
    done = command(patterns, "--jobs", 2)
    assert (done.returncode, done.stderr) == (1, "")
    log = command(patterns, "--jobs", 2, "--verbose").stderr
    assert "Traceback" in log
    # the log is ours alone, whatever the libraries have to say
    levels = re.findall(r"^(?:DEBUG|INFO|WARNING|ERROR):([\w.]+):", log, re.MULTILINE)
    assert levels and {name.split(".")[0] for name in levels} == {"saed_desktop"}


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit of Linux")
def test_memory_is_bounded():
    code = (
        "from saed_desktop.limits import bound_memory; import numpy as np; bound_memory()\n"
        "try: np.ones(10**12, np.uint8)\nexcept MemoryError: print('bounded')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "bounded\n"
