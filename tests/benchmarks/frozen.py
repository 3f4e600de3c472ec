"""The frozen program, measured: start, answer, second double click, size, network, same answers.

    python -m tests.benchmarks.frozen [--program build/frozen/saed-desktop] [--runs 7]

needs what `installer/build.py` made, and Xvfb; it writes `results/installer.md`. `unshare` and
`strace` prove that no network is used. As root it runs with raised priority, so that what else the
machine is doing counts less.
"""

import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.quiet import raise_priority
from tests.benchmarks.startup_budget import TITLE
from tests.rendering import SCALE, save_tiff, spot_image

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results") / "installer.md"
MEASURED = ROOT.parent / "shared" / "patterns"
ANSWER_BUDGET_S, IMAGE_BUDGET_S, SECOND_BUDGET_S, SIZE_BUDGET_MB = 2.0, 1.0, 0.3, 150
NOT_COMPARED = ("seconds",)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/frozen/saed-desktop")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    raise_priority()
    lines, failures = [], []
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(options.program.resolve(), Path(name), options.runs)
        for part in (bench.starts, bench.second_click, bench.sizes, bench.network, bench.answers):
            said, failed = part()
            lines += [*said, ""]
            failures += failed
            print("\n".join(said), flush=True)
    head = [
        "# The frozen program, measured",
        "",
        "Command: `python -m tests.benchmarks.frozen` after `python installer/build.py`.",
        f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} "
        f"(five minutes), priority {os.nice(0)}; medians of {options.runs}.",
        "",
    ]
    if failures:
        lines += ["## Missed", "", *(f"- {text}" for text in failures)]
    # the budget of the start is another command's
    old = options.output.read_text(encoding="utf-8") if options.output.exists() else ""
    budget = f"\n{TITLE}{old.partition(TITLE)[2]}" if TITLE in old else ""
    options.output.parent.mkdir(exist_ok=True)
    text = "\n".join([*head, *lines]).rstrip() + "\n"
    options.output.write_text(text + budget, encoding="utf-8")
    return 1 if failures else 0


class Bench:
    """The measurements; each returns lines for people and what was missed."""

    def __init__(self, program: Path, work: Path, runs: int) -> None:
        self.program, self.work, self.runs = program, work, runs
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "OMP_NUM_THREADS")},
            "SAED_DESKTOP_HOME": str(work / "home"),
            "XDG_RUNTIME_DIR": str(work),
            "QT_QPA_PLATFORM": "xcb",
        }

    def files(self) -> dict[str, Path]:
        image, _ = spot_image("delta-PuZr", (0, 1, 1), side=2048, scale=SCALE / 4)
        found = {"TIFF 2048²": save_tiff(self.work / "pattern.tif", image)}
        for name, path in (
            ("DM3, rings", "bi_hk0_ring_dm/bismuth.dm3"),
            ("DM4, rings", "bi_hk0_ring_dm/bismuth.dm4"),
            ("DM3, spots", "nbed_disks_dd020_dm3/dd020.dm3"),
            ("MRC, spots", "si_3ded_tilt_series/00129.mrc"),
        ):
            if (MEASURED / path).is_file():
                found[name] = MEASURED / path
        return found

    # ---- the start --------------------------------------------------------------------------

    def starts(self) -> tuple[list[str], list[str]]:
        lines = [
            "## From the double click to the answer",
            "",
            "Seconds from the start of the process, under Xvfb. Cold: every file of the program and",
            "the pattern were dropped from the file cache before each start.",
            "",
            "| pattern | cache | window | image | answer | processor time |",
            "|---|---|--:|--:|--:|--:|",
        ]
        failed = []
        with virtual_screen(self.environment) as environment:
            for name, path in self.files().items():
                for cache in ("warm", "cold"):
                    rows = [self._start(path, environment, cache) for _ in range(self.runs)]
                    window, image, answer, cpu = (
                        statistics.median(row[k] for row in rows)
                        for k in ("window shown", "image painted", "answer shown", "cpu")
                    )
                    lines.append(
                        f"| {name} | {cache} | {window:.2f} | {image:.2f} | {answer:.2f} "
                        f"| {cpu:.2f} |"
                    )
                    if image > IMAGE_BUDGET_S:
                        failed.append(f"image of {name}, {cache}: {image:.2f} s")
                    if answer > ANSWER_BUDGET_S:
                        failed.append(f"answer to {name}, {cache}: {answer:.2f} s")
        lines += ["", f"Wanted: image ≤ {IMAGE_BUDGET_S:.0f} s, answer ≤ {ANSWER_BUDGET_S:.0f} s."]
        return lines, failed

    def _start(self, path: Path, environment: dict[str, str], cache: str) -> dict[str, float]:
        if cache == "cold":
            for file in [*self.program.rglob("*"), path]:
                drop_from_cache(file)
        trace = self.work / "trace.json"
        trace.unlink(missing_ok=True)
        before, began = children_cpu_s(), time.time()
        subprocess.run(
            [self._command("saed-desktop"), "--new-window", "--startup-trace", trace, path],
            env=environment, check=True, timeout=120, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        events = json.loads(trace.read_text())
        return {
            **{name: at - began for name, at in events.items()},
            "cpu": children_cpu_s() - before,
        }

    def _command(self, name: str) -> Path:
        return self.program / name

    def second_click(self) -> tuple[list[str], list[str]]:
        path = next(iter(self.files().values()))
        program = [self._command("saed-desktop")]
        with virtual_screen(self.environment) as environment:
            first = subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL)
            try:
                deadline = time.monotonic() + 60
                while not list(self.work.glob("saed-desktop-*")):
                    if time.monotonic() > deadline or first.poll() is not None:
                        return ["The window did not listen."], ["second double click"]
                    time.sleep(0.05)
                time.sleep(1)
                took = []
                for _ in range(self.runs):
                    began = time.perf_counter()
                    subprocess.run([*program, path], env=environment, check=True, timeout=60)
                    took.append(time.perf_counter() - began)
                    time.sleep(0.5)
                is_alive = first.poll() is None
            finally:
                first.terminate()
                first.wait()
        median = statistics.median(took)
        lines = [
            "## The second double click",
            "",
            f"The second process has handed its file to the open window and ended after "
            f"{median:.2f} s ({min(took):.2f} to {max(took):.2f}); wanted ≤ {SECOND_BUDGET_S} s.",
        ]
        is_missed = median > SECOND_BUDGET_S or not is_alive
        return lines, [f"second double click: {median:.2f} s"] * is_missed

    # ---- what is shipped --------------------------------------------------------------------

    def sizes(self) -> tuple[list[str], list[str]]:
        lines, failed = ["## Sizes", "", "| file | MB |", "|---|--:|"], []
        size = sum(p.lstat().st_size for p in self.program.rglob("*") if p.is_file()) / 1e6
        lines.append(f"| installed | {size:.0f} |")
        for path in sorted((ROOT / "dist").glob("saed-desktop*")):
            size = path.stat().st_size / 1e6
            lines.append(f"| {path.name} | {size:.1f} |")
            if size > SIZE_BUDGET_MB:
                failed.append(f"{path.name}: {size:.0f} MB")
        return [*lines, "", f"Wanted: ≤ {SIZE_BUDGET_MB} MB each."], failed

    def network(self) -> tuple[list[str], list[str]]:
        lines, failed = ["## No network", ""], []
        path = next(iter(self.files().values()))
        if shutil.which("unshare") and os.geteuid() == 0:
            done = subprocess.run(
                ["unshare", "-n", self._command("saed-index"), "--network", "none", path],
                env=self.environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            with virtual_screen(self.environment) as environment:
                trace = self.work / "trace.json"
                trace.unlink(missing_ok=True)
                subprocess.run(
                    ["unshare", "-n", self._command("saed-desktop"), "--new-window",
                     "--startup-trace", trace, path],
                    env=environment, check=False, timeout=120, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            is_answered = trace.exists() and "answer shown" in trace.read_text()
            works = done.returncode == 0 and is_answered
            lines.append(
                "In an empty network namespace (`unshare -n`) window and `saed-index` "
                + ("answer as usual." if works else "FAIL.")
            )
            failed += ["empty network namespace"] * (not works)
        if shutil.which("strace"):
            families = self._socket_families(path)
            lines.append(
                f"Sockets that the window opens (`strace -f -e trace=socket`): "
                f"{', '.join(sorted(families)) or 'none'}."
            )
            failed += [f"a socket of {family}" for family in families if "INET" in family]
        return lines, failed

    def _socket_families(self, path: Path) -> set[str]:
        log, trace = self.work / "strace.txt", self.work / "trace.json"
        with virtual_screen(self.environment) as environment:
            subprocess.run(
                ["strace", "-f", "-qq", "-e", "trace=socket", "-o", log,
                 self._command("saed-desktop"), "--new-window", "--startup-trace", trace, path],
                env=environment, check=False, timeout=300, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return set(re.findall(r"socket\((\w+)", log.read_text()))

    # ---- the same answers -------------------------------------------------------------------

    def answers(self) -> tuple[list[str], list[str]]:
        lines = ["## The same answers as the sources", ""]
        folders = [ROOT / "resources" / "patterns"]
        if MEASURED.is_dir():
            folders.append(MEASURED)
        else:
            lines.append("Measured patterns: not there, skipped.")
        missed = []
        for folder in folders:
            if not folder.is_dir() or not any(folder.iterdir()):
                lines.append(f"{folder.name}: no pattern there, skipped.")
                continue
            for network in ([], ["--network", "none"]):
                frozen = self._answers([self._command("saed-index")], folder, network)
                source = self._answers([sys.executable, "-m", "saed_desktop.cli"], folder, network)
                if source is None and frozen is None:
                    continue  # neither has a network
                different = sorted(
                    name
                    for name in {*(source or {}), *(frozen or {})}
                    if (source or {}).get(name) != (frozen or {}).get(name)
                )
                who = "indexing alone" if network else "network and indexing"
                lines.append(
                    f"`{folder.name}` ({who}): {len(source or {})} files, {len(different)} "
                    f"answered differently{': ' + ', '.join(different) if different else ''}."
                )
                missed += different
        return lines, [f"another answer to {name}" for name in missed]

    def _answers(
        self, command: list, folder: Path, network: list[str]
    ) -> dict[str, dict[str, object]] | None:
        done = subprocess.run(
            [*command, "--json", "--recursive", *network, folder],
            env={**self.environment, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False, cwd=self.work,
        )  # fmt: skip
        if done.returncode == 2:
            return None
        records = [json.loads(line) for line in done.stdout.splitlines()]
        return {
            str(Path(record["file"]).relative_to(folder)): {
                name: value for name, value in record.items() if name not in NOT_COMPARED
            }
            for record in records
        }


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def drop_from_cache(path: Path) -> None:
    """Ask the system to forget a file's pages; what another process has mapped stays."""
    if path.is_symlink() or not path.is_file():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


@contextmanager
def virtual_screen(environment):
    """An X server of its own; yields the environment that uses it."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as stream:
            number = stream.readline().strip()
        yield {**environment, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
