"""Kills and full disks while the program writes: is anything finished lost, or there twice?

    python -m tests.benchmarks.reliability --kills 100 --full 50

Each writer works in a process of its own and reports what it finished. The process is killed after
a random time, or its files may not grow beyond a random size; then the file is opened again as the
program opens it, and must hold what was reported, once. Whole programs:
`tests.benchmarks.program_reliability`.
"""

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from saed_desktop.gui.settings import SettingsStore
from saed_desktop.results.output import OutputFile
from saed_desktop.results.record import Status, error_record
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import AnswerStore
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.labels import LabelledPattern, LabelList
from saed_desktop.workspace.profiles import Profile, ProfileStore
from saed_desktop.workspace.project import Project, ProjectPattern, load_project, save_project

N = 30
"""Things that a writer would write if it were left alone."""


def _record(i: int, frame: int = 0):
    found = replace(error_record(f"f{i:04d}.png", ""), message=None, status=Status.UNKNOWN)
    return replace(found, frame=frame)


def write_run(folder: Path) -> Iterator[int]:
    with OutputFile(folder / "o.csv", {}, resume=True) as output:
        for i in range(N):
            output.write(Path(f"f{i:04d}.png"), [_record(i)], Stamp(1, 1), is_last=True)
            yield i


def read_run(folder: Path) -> list[int]:
    store = AnswerStore(folder / "o.csv.part")
    if not store.path.exists():
        return list(range(N)) if (folder / "o.csv").exists() else []
    store.resume(store.head() or {})
    return [int(record.file[1:5]) for record in store.latest()]


def write_frames(folder: Path) -> Iterator[int]:
    store = AnswerStore(folder / "frames.jsonl")
    store.resume({})
    for i in range(N):
        store.append([_record(0, i)], Stamp(1, 1), is_partial=True)
        yield i


def read_frames(folder: Path) -> list[int]:
    store = AnswerStore(folder / "frames.jsonl")
    store.resume({})
    return [record.frame for record in store.latest()]


def write_labels(folder: Path) -> Iterator[int]:
    labels = LabelList(folder)
    for i in range(N):
        labels.set(LabelledPattern(folder / f"f{i:04d}.png", "PuO"))
        yield i


def read_labels(folder: Path) -> list[int]:
    return [int(path.stem[1:]) for path in LabelList(folder).read()]


def write_project(folder: Path) -> Iterator[int]:
    patterns: tuple[ProjectPattern, ...] = ()
    for i in range(N):
        patterns += (ProjectPattern(PatternState(folder / f"f{i:04d}.png"), _record(i)),)
        save_project(folder / "p.saedproj", Project(patterns))
        yield i


def read_project(folder: Path) -> list[int]:
    path = folder / "p.saedproj"
    patterns = load_project(path).patterns if path.exists() else ()
    return [int(item.state.path.stem[1:]) for item in patterns]


def write_profiles(folder: Path) -> Iterator[int]:
    store = ProfileStore(folder / "profiles.json")
    for i in range(N):
        store.save(Profile(f"f{i:04d}", 0.005, 0.01, 2048))
        yield i


def read_profiles(folder: Path) -> list[int]:
    return [int(name[1:]) for name in ProfileStore(folder / "profiles.json").read()]


def write_settings(folder: Path) -> Iterator[int]:
    for i in range(N):
        store = SettingsStore(folder / "window.json")
        store.change(recent_files=(*store.value.recent_files, f"f{i:04d}"))
        # it tells nobody that a disk is full: what stands in the file counts
        if len(SettingsStore(folder / "window.json").value.recent_files) == i + 1:
            yield i


def read_settings(folder: Path) -> list[int]:
    return [int(name[1:]) for name in SettingsStore(folder / "window.json").value.recent_files]


WRITERS: dict[str, tuple[Callable[[Path], Iterator[int]], Callable[[Path], list[int]]]] = {
    "run (saed-index, folder)": (write_run, read_run),
    "frames of a stack": (write_frames, read_frames),
    "labels": (write_labels, read_labels),
    "project, autosave": (write_project, read_project),
    "calibration profiles": (write_profiles, read_profiles),
    "settings": (write_settings, read_settings),
}


def _write_apart(
    folder: Path, write: Callable[[Path], Iterator[int]], limit: int | None, told: int
) -> int:
    """Fork a process that writes, and return its id; what it finished goes into a pipe."""
    child = os.fork()
    if child:
        return child
    if limit is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123
    try:
        for i in write(folder):
            os.write(told, i.to_bytes(2, "big"))
    finally:
        os._exit(0)


def trial(name: str, draw: random.Random, *, seconds: float, size: int, is_kill: bool) -> str:
    """Return what was lost or doubled in one trial, nothing where all is well."""
    write, read = WRITERS[name]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        reader, writer = os.pipe()
        limit = None if is_kill else draw.randrange(1, size)
        child = _write_apart(folder, write, limit, writer)
        os.close(writer)
        if is_kill:
            time.sleep(draw.random() * seconds)
            os.kill(child, signal.SIGKILL)
        with os.fdopen(reader, "rb") as stream:
            told = stream.read()
        os.waitpid(child, 0)
        finished = [int.from_bytes(told[i : i + 2], "big") for i in range(0, len(told), 2)]
        found = read(folder)
    lost = sorted(set(finished) - set(found))
    twice = len(found) - len(set(found))
    return f"lost {lost[:5]}" if lost else f"{twice} twice" if twice else ""


def whole(name: str) -> tuple[float, int]:
    """Return the seconds that a writer takes and the size of its largest file."""
    write, _ = WRITERS[name]
    with tempfile.TemporaryDirectory() as root:
        start = time.monotonic()
        largest = 0
        for _ in write(Path(root)):
            largest = max(p.stat().st_size for p in Path(root).rglob("*") if p.is_file())
        return time.monotonic() - start, largest


def main() -> None:
    """Run all writers and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--full", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=list(WRITERS), help="one of the writers")
    options = parser.parse_args()
    print("| what is written | kills | bad | full disks | bad |")
    print("| --- | --- | --- | --- | --- |")
    for name in [options.only] if options.only else WRITERS:
        draw = random.Random(f"{options.seed} {name}")
        seconds, size = whole(name)
        bad = {True: 0, False: 0}
        for is_kill, count in ((True, options.kills), (False, options.full)):
            for _ in range(count):
                problem = trial(name, draw, seconds=seconds, size=size, is_kill=is_kill)
                if problem:
                    bad[is_kill] += 1
                    print(f"{name}: {'killed' if is_kill else 'full'}: {problem}", file=sys.stderr)
        print(f"| {name} | {options.kills} | {bad[True]} | {options.full} | {bad[False]} |")


if __name__ == "__main__":
    main()
