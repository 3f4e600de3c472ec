"""A folder of 10,000 files: `python -m tests.benchmarks.folder_table`.

The journal of a run that answered 10,000 files is written, opened and scrolled through: how long
each page takes to paint, and what it costs in memory. Then a run is stopped in the middle (how long
until it has ended), and another one is killed with all its processes and resumed (how many answers
are lost).
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.desktop import (
    draw_files,
    fresh_home,
    middle_and_worst,
    opened_desktop,
    pump,
    resident_mb,
    wait_for,
)


def write_journal(folder: Path, count: int) -> None:
    """Answer three files and let the answers stand for many: links to them, in a folder."""
    from msgspec.structs import replace

    from saed_desktop.results.stamp import Stamp
    from saed_desktop.running.batch import answer_file
    from saed_desktop.workspace.choice import SetupChoice
    from saed_desktop.workspace.folder_run import FolderRun, job_of

    originals = draw_files(folder.with_name("originals"), 3)
    folder.mkdir()
    job = job_of(SetupChoice())
    setup = job.indexing_setup()
    answers = [answer_file(path, job, setup) for path in originals]
    run = FolderRun(folder, job)
    run.open()
    for i in range(count):
        path = folder / f"pattern_{i:05d}.hspy"
        os.link(originals[i % 3], path)
        run.keep([replace(record, file=str(path)) for record in answers[i % 3]], Stamp.of(path))


def scroll(desktop, count: int) -> None:
    """Open the run and page through its table."""
    page = desktop.window.folder_page
    table = page.table
    before = resident_mb()
    folder = desktop.benchmark_folder
    start = time.monotonic()
    desktop.folder.start(folder)
    wait_for("the table", lambda: not desktop.folder.is_running and page.model.rowCount() == count)
    print(f"{count} answers of an earlier run shown after {time.monotonic() - start:.1f} s")
    loaded = resident_mb()
    bar = table.verticalScrollBar()
    painted = []
    for step in range(400):
        bar.setValue(round(bar.maximum() * step / 399))
        begin = time.perf_counter()
        table.viewport().repaint()
        painted.append(1000 * (time.perf_counter() - begin))
        pump(0.001)
    middle, worst = middle_and_worst(painted)
    print(f"a page of the table painted in {middle:.1f} ms, worst of 400 {worst:.1f} ms")
    for column in (0, 3):
        begin = time.perf_counter()
        table.sortByColumn(column, table.horizontalHeader().sortIndicatorOrder())
        print(f"sorted by column {column} in {1000 * (time.perf_counter() - begin):.0f} ms")
    begin = time.perf_counter()
    page.search.setText("PuO2")
    print(f"searched in {1000 * (time.perf_counter() - begin):.0f} ms")
    page.search.clear()
    print(
        f"memory: {before:.0f} MB empty, {loaded:.0f} MB with the table, "
        f"{resident_mb():.0f} MB after scrolling"
    )


def cancel(desktop, folder: Path) -> None:
    """Stop a run that has just begun to answer."""
    page = desktop.window.folder_page
    desktop.folder.start(folder)
    wait_for("the first answers", lambda: page.model.rowCount() >= 3)
    begin = time.monotonic()
    desktop.folder.stop()
    shown = time.monotonic() - begin
    wait_for("the end", lambda: not desktop.workers["folder"].is_busy, step_s=0.005)
    print(f"stopped: the window says so after {shown:.3f} s, processes ended after "
          f"{time.monotonic() - begin:.2f} s")  # fmt: skip


_RUN = """
import sys
from pathlib import Path
from saed_desktop.workspace.folder_run import FolderRun, job_of
from saed_desktop.workspace.choice import SetupChoice
if __name__ == "__main__":
    run = FolderRun(Path(sys.argv[1]), job_of(SetupChoice()))
    known = run.open()
    print("known", len(known), flush=True)
    for step in run.go(jobs=2):
        for row in step.rows:
            print("row", row.path.name, flush=True)
"""


def kill_and_resume(folder: Path, script: Path) -> None:
    """Kill a run and its processes, start it again, and count."""
    script.write_text(_RUN, encoding="utf-8")
    command = [sys.executable, str(script), str(folder)]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    rows = []
    for line in first.stdout:
        if line.startswith("row"):
            rows.append(line.split()[1])
        if len(rows) == 7:
            os.killpg(first.pid, signal.SIGKILL)
            break
    first.wait()
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    known = int(second.stdout.split()[1])
    again = [line.split()[1] for line in second.stdout.splitlines() if line.startswith("row")]
    lost = len(set(rows) & set(again))
    print(
        f"killed after {len(rows)} answers: {known} known at the next start, {lost} answered "
        f"again, {known + len(again)} of {len(list(folder.iterdir()))} in the end"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    home = fresh_home()
    write_journal(home / "many", options.count)
    draw_files(home / "some", 40)
    desktop = opened_desktop()
    desktop.benchmark_folder = home / "many"
    wait_for("the start", lambda: not desktop.workers.is_busy)
    scroll(desktop, options.count)
    cancel(desktop, home / "some")
    desktop.close()
    draw_files(home / "killed", 16)
    kill_and_resume(home / "killed", home / "run.py")
    return 0


if __name__ == "__main__":
    sys.exit(main())
