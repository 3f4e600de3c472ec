"""Cost of the start, import by import and step by step.

    python -m tests.benchmarks.startup_budget

Two tables, put in place of their older versions in `results/installer.md`: the imports by
`-X importtime` of `saed-desktop` until its window shows, and the steps of the start in processor
time. Each is the smallest of several runs, which is the one that was disturbed least.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.quiet import raise_priority

RESULTS = Path(__file__).with_name("results") / "installer.md"
TITLE = "## The budget of the start"

STEPS = """
import json, time
seen, last = {}, [time.process_time()]
def step(name):
    now = time.process_time()
    seen[name], last[0] = now - last[0], now
import saed_desktop.__main__
step("handing over, arguments")
import PySide6.QtWidgets, PySide6.QtSvg, PySide6.QtNetwork
step("PySide6")
import numpy
step("NumPy")
import saed_desktop.gui.plotting
step("pyqtgraph")
from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore
step("our own modules")
app = application()
step("the application")
desktop = Desktop(SettingsStore())
step("the window and what stands behind it")
desktop.window.show()
app.processEvents()
step("showing it")
desktop.close()
print(json.dumps(seen))
"""

IMPORTS = """
from saed_desktop.__main__ import main
import saed_desktop.gui.app
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    raise_priority()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"SAED_DESKTOP_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        steps = [json.loads(_run("-c", STEPS).stdout) for _ in range(options.runs)]
        imports = [packages(_run("-X", "importtime", "-c", IMPORTS).stderr) for _ in steps]
    step_rows = {name: min(run[name] for run in steps) for name in steps[0]}
    import_rows = {
        name: min(run.get(name, 0.0) for run in imports)
        for name in sorted(imports[0], key=lambda name: -imports[0][name])
    }
    kept = [(name, cost) for name, cost in import_rows.items() if cost >= 0.004]
    rest = sum(import_rows.values()) - sum(cost for _, cost in kept)
    lines = [
        TITLE,
        "",
        "Command: `python -m tests.benchmarks.startup_budget`; sources, warm file cache, processor "
        f"time, smallest of {options.runs}.",
        "",
        *table("step until the window shows", step_rows.items()),
        "",
        "Imports until then by `-X importtime`, each package's own part:",
        "",
        *table("package", [*kept, ("all others", rest)]),
        "",
    ]
    print("\n".join(lines))
    put_in_place(options.output, "\n".join(lines))
    return 0


def _run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, timeout=120
    )


def packages(log: str) -> dict[str, float]:
    """Sum what `-X importtime` says of each module's own import by package, in seconds."""
    found: dict[str, float] = {}
    for own, name in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", log, re.MULTILINE):
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names or package.startswith(("_", "site", "encodings")):
            package = "standard library"
        elif package in ("shiboken6", "shibokensupport", "signature_bootstrap"):
            package = "PySide6"
        found[package] = found.get(package, 0.0) + int(own) / 1e6
    return found


def table(title: str, rows) -> list[str]:
    rows = list(rows)
    return [
        f"| {title} | s |",
        "|---|--:|",
        *(f"| {name} | {cost:.3f} |" for name, cost in rows),
        f"| together | {sum(cost for _, cost in rows):.3f} |",
    ]


def put_in_place(path: Path, text: str) -> None:
    """Replace the section of the file that begins with our title, or add it at its end."""
    path.parent.mkdir(exist_ok=True)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    before, found, after = old.partition(TITLE)
    following = after.partition("\n## ")[2] if found else ""
    parts = [before.rstrip(), text.rstrip(), f"## {following}".rstrip() if following else ""]
    path.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
