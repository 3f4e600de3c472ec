"""Kills and full disks while `saed-trainer` works: is anything finished lost, or done twice?

    python -m tests.benchmarks.trainer_reliability --kills 100 --full 50
    python -m tests.benchmarks.trainer_reliability --signals 100

Each job is a whole command in a process of its own. It is killed after a random time, or none of
its files may grow beyond a random size; the same command is then given again and has to finish.
Bad: the outcome differs from that of a command that nobody disturbed, something that was on the
disk is done again, a full disk is no sentence, or a file is left that nothing reads. With
--signals it is asked to stop instead, by SIGINT and SIGTERM in turn, and its time to leave counts.
"""

import argparse
import contextlib
import io
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

import trainer.data.drawn_set
import trainer.data.pack_making
import trainer.data.preparation
import trainer.search.trial
import trainer.search.worker
import trainer.session
import trainer.train
from saed_desktop.paths import resources_dir
from tests.benchmarks.child_process import ends_within
from tests.benchmarks.trainer_jobs import JOBS, PHASES, Job
from tests.trainer.search_spaces import EXHAUSTIVE, SPACE, write_config
from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from trainer.cli import main as saed_trainer
from trainer.stopping import EXIT_STOPPED

DONE, FULL = 0, 1


@dataclass(frozen=True)
class Ended:
    """End of a process: exit status, output, what it finished, seconds.

    Parameters
    ----------
    status, text, finished
        Exit status, what it printed, what it brought to the disk.
    lasted_s
        Seconds that it lived.
    seconds_to_leave
        Seconds from the signal to its end.
    was_too_late
        It had ended before the signal.
    """

    status: int
    text: str
    finished: tuple[str, ...]
    lasted_s: float
    seconds_to_leave: float
    was_too_late: bool


def _prepare(folder: Path) -> None:
    shutil.copytree(_inputs(), folder, dirs_exist_ok=True)


SEARCHED = SPACE.replace("[0.01, 0.001, 0.0001]", "[0.01]")
TWO_SHARDS = """
[search]
strategy = "exhaustive"
shards = 2
checkpoint_seconds = 0
"""


def _inputs() -> Path:
    folder = Path(tempfile.gettempdir()) / f"saed-trainer-reliability-{os.getpid()}"
    if not folder.is_dir():
        write_toy_set(folder / "data", dict.fromkeys(TOY_PHASES, 6))
        (folder / "cifs").mkdir()
        for name in PHASES:
            shutil.copy(resources_dir() / "phases" / f"{name}.cif", folder / "cifs")
        write_config(folder / "search.toml", SEARCHED, EXHAUSTIVE, TWO_SHARDS)
    return folder


def _telling(module: Any, name: str, what: Callable[..., str], told: int) -> None:
    """Let a function write into a pipe what it has brought to the disk."""
    original = getattr(module, name)

    def telling(*args: Any, **options: Any) -> Any:
        result = original(*args, **options)
        os.write(told, f"{name} {what(*args)}\n".encode())
        return result

    setattr(module, name, telling)


def _observe(told: int) -> None:
    _telling(trainer.session, "save_checkpoint", _step_of, told)
    _telling(trainer.search.worker, "append_result", lambda path, result: str(result.key), told)
    _telling(trainer.data.preparation.ReflectionLibrary, "save", lambda own, path: path.name, told)
    _telling(
        trainer.data.pack_making.PackInMaking,
        "add",
        lambda own, values, row: f"{own.folder.parent.name} {row.row}",
        told,
    )


def _step_of(folder: Path, content: dict[str, Any]) -> str:
    # several trainings of a search have the same steps; the last step of an epoch is kept again
    # once the epoch is measured
    progress = content["progress"]
    return f"{folder.name} {content['identity']} {progress['epoch']} {progress['step']}"


def run_apart(
    job: Job,
    folder: Path,
    *,
    limit: int | None = None,
    after_s: float | None = None,
    number: int = signal.SIGKILL,
) -> Ended:
    """Give a command in a process of its own, which may be ended, and return how it ended.

    Parameters
    ----------
    job, folder
        The command, and where.
    limit
        Bytes that no file may grow beyond.
    after_s
        When a signal is sent; never where None.
    number
        The signal.
    """
    sys.stdout.flush()
    told_r, told_w = os.pipe()
    text_r, text_w = os.pipe()
    child = os.fork()
    if not child:
        _in_child(job, folder, limit, told_w, text_w)
    os.close(told_w)
    os.close(text_w)
    began, asked, too_late = time.monotonic(), 0.0, False
    if after_s is not None:
        too_late = ends_within(child, began + after_s)
        asked = time.monotonic()
        if not too_late:
            os.kill(child, number)
    with os.fdopen(text_r, "rb") as stream:
        text = stream.read().decode(errors="replace")
    with os.fdopen(told_r, "rb") as stream:
        finished = tuple(stream.read().decode().splitlines())
    _, status = os.waitpid(child, 0)
    ended = time.monotonic()
    left = ended - asked if asked else 0.0
    code = os.waitstatus_to_exitcode(status)
    return Ended(code, text, finished, ended - began, left, too_late)


def _in_child(job: Job, folder: Path, limit: int | None, told: int, text: int) -> None:
    status = 99
    try:
        os.dup2(text, 1)
        os.dup2(text, 2)
        sys.stdout, sys.stderr = (os.fdopen(n, "w", buffering=1, closefd=False) for n in (1, 2))
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        _observe(told)
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        status = saed_trainer(job.words(folder).split())
    except BaseException as error:  # whatever it is, it must not return into the benchmark
        sys.stderr.write(f"Traceback: {error!r}\n")
    finally:
        os._exit(status)


def _leftovers(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in (folder / "run").rglob(".*.part")]


def trial(job: Job, whole: Any, ended: Ended, folder: Path, *, is_full: bool) -> str:
    """Give the command again and return what is wrong, nothing where all is well."""
    if is_full and ended.status != DONE:
        lines = ended.text.strip().splitlines()
        if ended.status != FULL or "Traceback" in ended.text or not lines:
            return f"a full disk ended with {ended.status}: {ended.text[-300:]}"
    again = run_apart(job, folder)
    if again.status != DONE:
        return f"did not finish afterwards ({again.status}): {again.text[-300:]}"
    twice = set(ended.finished) & set(again.finished)
    if twice:
        return f"done twice: {sorted(twice)[:3]}"
    if job.outcome(folder) != whole:
        return "another outcome"
    left = _leftovers(folder)
    return f"left behind: {left[:3]}" if left else ""


def undisturbed(job: Job) -> tuple[Any, float, int]:
    """Return the outcome of a command left alone, its seconds, and its largest file."""
    with _folder() as folder:
        ended = run_apart(job, folder)
        if ended.status != DONE:
            raise SystemExit(f"{job.name}: {ended.text}")
        places = (folder / "run", folder / "search", folder / "cache")
        files = [p for place in places for p in place.rglob("*") if p.is_file()]
        return job.outcome(folder), ended.lasted_s, max(p.stat().st_size for p in files)


def _warm_up(job: Job) -> None:
    """Have every module loaded, so that the processes that are forked need not."""
    with _folder() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        if saed_trainer(job.words(folder).split()) != DONE:
            raise SystemExit(f"{job.name} cannot be done.")


class _folder:  # noqa: N801  # a context manager, used like a function
    def __enter__(self) -> Path:
        self._held = tempfile.TemporaryDirectory()
        folder = Path(self._held.name)
        _prepare(folder)
        return folder

    def __exit__(self, *error: object) -> None:
        self._held.cleanup()


def disturbances(options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Return each kind of trial with how many there are."""
    if options.signals:
        yield "signal", options.signals
        return
    yield "kill", options.kills
    yield "full", options.full


def measure(job: Job, options: argparse.Namespace) -> str:
    """Return a row of the table."""
    draw = random.Random(f"{options.seed} {job.name}")
    whole, seconds, size = undisturbed(job)
    cells, waits = [], []
    for kind, count in disturbances(options):
        bad, k = 0, 0
        while k < count:
            if kind != "full" and k % 20 == 19:
                # the machine's load changes: moments are drawn over what a command takes now
                seconds = undisturbed(job)[1]
            with _folder() as folder:
                after = None if kind == "full" else draw.random() * seconds
                limit = draw.randrange(1, size) if kind == "full" else None
                asked = (signal.SIGINT, signal.SIGTERM)[k % 2]
                number = asked if kind == "signal" else signal.SIGKILL
                ended = run_apart(job, folder, limit=limit, after_s=after, number=number)
                if ended.was_too_late or (kind == "full" and ended.status == DONE):
                    seconds = ended.lasted_s
                    print(f"{job.name}: {kind} {k}: not disturbed, again", file=sys.stderr)
                    continue
                problem = trial(job, whole, ended, folder, is_full=kind == "full")
            if kind == "signal":
                waits.append(ended.seconds_to_leave)
                # before it listens for signals, SIGTERM ends it as it ends any program
                if not problem and ended.status not in (DONE, EXIT_STOPPED, 130, -signal.SIGTERM):
                    problem = f"ended with {ended.status}: {ended.text[-200:]}"
            if problem:
                bad += 1
                print(f"{job.name}: {kind} {k}: {problem}", file=sys.stderr, flush=True)
            k += 1
            if k % 25 == 0:
                print(f"{job.name}: {k} of {count} ({kind})", file=sys.stderr, flush=True)
        cells += [str(count), str(bad)]
    if waits:
        waits.sort()
        cells += [f"{waits[len(waits) // 2]:.2f}", f"{waits[-1]:.2f}"]
    return f"| {job.name} | {seconds:.1f} s | " + " | ".join(cells) + " |"


def main() -> None:
    """Disturb all jobs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--full", type=int, default=50)
    parser.add_argument("--signals", type=int, default=0, help="requests to stop, instead")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, metavar="K", help="one of the jobs, from 0")
    options = parser.parse_args()
    torch.set_num_threads(1)
    # several chunks, not one
    trainer.data.drawn_set._CHUNK = 5
    heads = ["what is done", "undisturbed"]
    heads += (
        ["requests", "bad", "median s", "longest s"]
        if options.signals
        else ["kills", "bad", "full disks", "bad"]
    )
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    try:
        for job in JOBS if options.only is None else [JOBS[options.only]]:
            _warm_up(job)
            print(measure(job, options), flush=True)
    finally:
        shutil.rmtree(_inputs(), ignore_errors=True)


if __name__ == "__main__":
    main()
