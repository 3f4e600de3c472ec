"""Kills and full disks of whole programs: folder run, building of a library, window.

    python -m tests.benchmarks.program_reliability --kills 100 --full 50
    python -m tests.benchmarks.program_reliability --only window --kills 40 --full 20

Each program runs through its own entry point in a process of its own, which is killed (SIGKILL)
after a random time within its work, or none of its files may grow beyond a random size. Then it is
started again and has to come to the end. Bad: something that was on the disk is gone, or is done
again; the outcome differs from that of a program that nobody disturbed; a full disk is no sentence.
"""

import argparse
import contextlib
import csv
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from saed_desktop import cli, library_command
from saed_desktop.library import build as library_build
from saed_desktop.library.collection import bundled_collection
from saed_desktop.library.library_index import index_of_file
from saed_desktop.library.store import LibraryFile
from saed_desktop.paths import resources_dir
from saed_desktop.results.output import OutputFile
from tests.benchmarks.child_process import ends_within
from tests.benchmarks.window_script import labels_and_places, restored, work_in_window
from tests.rendering import save_tiff, spot_image

N_FILES = 10
N_STRUCTURES = 40
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Ended:
    """Exit status, what was printed, what was told of, seconds; and whether it was disturbed."""

    status: int
    text: str
    told: tuple[str, ...]
    lasted_s: float
    was_too_late: bool


@dataclass(frozen=True)
class Program:
    """A program to be disturbed.

    Parameters
    ----------
    run
        Runs it in a folder and returns its exit status; tells of what it has brought to the disk.
    again
        Runs it once more.
    outcome
        What has to be the same whatever happened.
    lost
        What was told of and is gone, before it is run again.
    full
        Exit statuses on a full disk.
    """

    run: Callable[[Path, Tell], int]
    again: Callable[[Path, Tell], int]
    outcome: Callable[[Path], Any]
    lost: Callable[[Path, tuple[str, ...]], str]
    full: tuple[int, ...]


def _index(folder: Path, tell: Tell) -> int:
    original = OutputFile.write

    def write(self: OutputFile, path: Path, *words: Any, **options: Any) -> None:
        original(self, path, *words, **options)
        tell(path.name)

    OutputFile.write = write  # type: ignore[method-assign]
    phase = resources_dir() / "phases" / "PuO2.cif"
    words = ["--network", "none", "--phase", phase, folder / "inputs" / "patterns"]
    options = ["--no-look-alikes", "--output", folder / "o.csv", "--resume"]
    return cli.main([str(word) for word in (*words, *options)])


def _table(folder: Path) -> list[dict[str, str]]:
    with (folder / "o.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    # each trial has a folder of its own, and its own speed
    return [{**row, "file": Path(row["file"]).name, "seconds": ""} for row in rows]


def _build(folder: Path, tell: Tell) -> int:
    original = LibraryFile.add

    def add(self: LibraryFile, rows: Any, skipped: Any) -> None:
        original(self, rows, skipped)
        for row in rows:
            tell(Path(row[0]).name)

    LibraryFile.add = add  # type: ignore[method-assign]
    library_build.CHUNK = 4
    words = ["build", folder / "inputs" / "cifs", "--output", folder / "own.saedlib"]
    return library_command.main([str(word) for word in words])


def _library(folder: Path) -> Any:
    path = folder / "own.saedlib"
    index = index_of_file(path)
    with LibraryFile(path) as library:
        found = [(Path(s.source).name, s.formula, s.phase.lattice.a) for s in library.all()]
        zones = [rows for _, rows in library.zones()]
        skipped = [Path(name).name for name, _ in library.skipped()]
    files = sorted(p.name for p in folder.iterdir() if p.name.startswith("own."))
    return found, zones, skipped, index.n_structures, files


def _library_lost(folder: Path, told: tuple[str, ...]) -> str:
    if not told:
        return ""
    with LibraryFile(folder / "own.saedlib") as library:
        names = {Path(name).name for name in library.known_files()}
    return ", ".join(sorted(set(told) - names))


PROGRAMS = {
    # a table of which some rows were kept is status 1, a run that cannot write at all 2
    "folder run": Program(_index, _index, _table, lambda folder, told: "", (1, 2)),
    "library": Program(_build, _build, _library, _library_lost, (2,)),
    # the window stays open on a full disk, and says so
    "window": Program(work_in_window, restored, labels_and_places, lambda folder, told: "", (0,)),
}


def _make_inputs(folder: Path) -> None:
    patterns, cifs = folder / "patterns", folder / "cifs"
    patterns.mkdir()
    image, _ = spot_image("PuO2", (1, 1, 0))
    for i in range(N_FILES):
        noise = np.random.default_rng(i).normal(0, 1, image.shape)
        save_tiff(patterns / f"f{i:04d}.tif", (image + noise).clip(0))
    cifs.mkdir()
    for i, structure in enumerate(bundled_collection().all()):
        if i == N_STRUCTURES:
            break
        (cifs / f"s{i:04d}.cif").write_text(structure.cif)
    (cifs / "bad.cif").write_text("data_\n_cell_length_a 1e-308\n")


def _apart(
    run: Callable[[Path, Tell], int], folder: Path, *, limit: int | None, after_s: float | None
) -> Ended:
    sys.stdout.flush()
    told_r, told_w = os.pipe()
    text = folder / "printed.txt"
    child = os.fork()
    if not child:
        _in_child(run, folder, limit, told_w, text)
    os.close(told_w)
    began, too_late = time.monotonic(), False
    if after_s is not None:
        too_late = ends_within(child, began + after_s)
        if not too_late:
            os.kill(child, signal.SIGKILL)
    with os.fdopen(told_r, "rb") as stream:
        told = tuple(stream.read().decode().splitlines())
    _, status = os.waitpid(child, 0)
    lasted = time.monotonic() - began
    printed = text.read_text(errors="replace") if text.exists() else ""
    return Ended(os.waitstatus_to_exitcode(status), printed, told, lasted, too_late)


def _in_child(
    run: Callable[[Path, Tell], int], folder: Path, limit: int | None, told: int, text: Path
) -> None:
    status = 99
    try:
        # what it prints is a pipe's: a limit on files is not one on the terminal
        output = os.open(text, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout, sys.stderr = (os.fdopen(n, "w", buffering=1, closefd=False) for n in (1, 2))
        os.environ["SAED_DESKTOP_HOME"] = str(folder / "home")
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        status = run(folder, lambda line: void(os.write(told, f"{line}\n".encode())))
    except BaseException as error:  # whatever it is, it must not return into the benchmark
        with contextlib.suppress(OSError):
            sys.stderr.write(f"Traceback: {error!r}\n")
    finally:
        os._exit(status)


def void(_: object) -> None:
    """Return nothing."""


def trial(program: Program, whole: Any, ended: Ended, folder: Path, *, is_full: bool) -> str:
    """Run the program again and return what is wrong, nothing where all is well."""
    if is_full and (ended.status not in program.full or "Traceback" in ended.text):
        return f"a full disk ended with {ended.status}: {ended.text[-300:]}"
    lost = program.lost(folder, ended.told)
    if lost:
        return f"lost: {lost}"
    (folder / "told.json").write_text(json.dumps(ended.told))
    again = _apart(program.again, folder, limit=None, after_s=None)
    twice = set(ended.told) & set(again.told)
    if twice:
        return f"done twice: {sorted(twice)[:3]}"
    if again.status not in (0, 1) or "Traceback" in again.text:
        return f"did not finish afterwards ({again.status}): {again.text[-400:]}"
    return "" if program.outcome(folder) == whole else "another outcome"


@contextlib.contextmanager
def _folder(inputs: Path) -> Any:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # the same paths in every trial: they stand in the outcome
        (folder / "inputs").symlink_to(inputs)
        yield folder


def measure(name: str, inputs: Path, options: argparse.Namespace) -> str:
    """Return a row of the table."""
    program, draw = PROGRAMS[name], random.Random(f"{options.seed} {name}")
    cells = []
    whole, seconds, size = _undisturbed(program, inputs)
    for is_full, count in ((False, options.kills), (True, options.full)):
        bad, k = 0, 0
        while k < count:
            if k % 20 == 19 and not is_full:
                seconds = _undisturbed(program, inputs)[1]
            with _folder(inputs) as folder:
                limit = draw.randrange(1, size) if is_full else None
                after = None if is_full else draw.random() * seconds
                ended = _apart(program.run, folder, limit=limit, after_s=after)
                if ended.was_too_late:
                    seconds = ended.lasted_s
                    continue
                problem = trial(program, whole, ended, folder, is_full=is_full)
            if problem:
                bad += 1
                what = "full" if is_full else "killed"
                print(f"{name}: {what} {k}: {problem}", file=sys.stderr, flush=True)
            k += 1
            if k % 25 == 0:
                print(f"{name}: {k} of {count}", file=sys.stderr, flush=True)
        cells += [str(count), str(bad)]
    return f"| {name} | {seconds:.1f} s | " + " | ".join(cells) + " |"


def _undisturbed(program: Program, inputs: Path) -> tuple[Any, float, int]:
    with _folder(inputs) as folder:
        ended = _apart(program.run, folder, limit=None, after_s=None)
        if ended.status not in (0, 1) or "Traceback" in ended.text:
            raise SystemExit(f"{ended.status}: {ended.text}")
        (folder / "told.json").write_text(json.dumps(ended.told))
        files = [p for p in folder.rglob("*") if p.is_file()]
        largest = max(p.stat().st_size for p in files)
        return program.outcome(folder), ended.lasted_s, largest


def main() -> None:
    """Disturb all programs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--full", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=list(PROGRAMS), help="one of the programs")
    options = parser.parse_args()
    print("| program | undisturbed | kills | bad | full disks | bad |")
    print("|" + " --- |" * 6)
    inputs = Path(tempfile.mkdtemp())
    try:
        _make_inputs(inputs)
        for name in [options.only] if options.only else PROGRAMS:
            print(measure(name, inputs, options), flush=True)
    finally:
        shutil.rmtree(inputs, ignore_errors=True)


if __name__ == "__main__":
    main()
