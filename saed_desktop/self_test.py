"""Tells whether this installation answers as the sources did: `saed-desktop --self-test`.

The answers of the bundled examples were recorded from a run of the sources
(`python -m installer.record_answers`) and travel with the program. Names, indices and counts must
be the same; numbers may differ by what another processor's arithmetic makes of them.
"""

import hashlib
import importlib
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from saed_desktop import __version__, paths
from saed_desktop.errors import user_message
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.store import bundled_networks, find_network
from saed_desktop.pattern.deferred_imports import deferred_imports
from saed_desktop.pattern.formats import FORMATS
from saed_desktop.pattern.quiet import quiet_libraries
from saed_desktop.pattern.readers import find_patterns
from saed_desktop.results.record import AnswerRecord
from saed_desktop.running.batch import BatchJob, answer_file

ANSWERS = Path("self-test") / "answers.json"
"""The recorded answers, below the resources."""

RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 2e-3, 2e-3

_NOT_COMPARED = ("seconds", "file")


def run(report: Path | None = None) -> int:
    """Test the installation and return 0 where everything is as it should be, else 1.

    Parameters
    ----------
    report
        Where to write what was found; standard output for None, where there is one.
    """
    problems = []
    lines = [f"SAED Desktop {__version__}, self-test"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        # an empty home, so that the user's networks and settings do not change the result
        os.environ["SAED_DESKTOP_HOME"] = home
        for name, check in CHECKS:
            found = list(_failures(check))
            problems += found
            lines.append(f"{name}: {'passed' if not found else 'FAILED'}")
            lines += [f"    {problem}" for problem in found]
    lines.append("passed" if not problems else f"FAILED: {len(problems)} differences")
    text = "\n".join(lines) + "\n"
    if report is not None:
        report.write_text(text, encoding="utf-8")
    elif sys.stdout is not None:  # a program without a console has none on Windows
        sys.stdout.write(text)
    return 1 if problems else 0


def _failures(check: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from check()
    except Exception as error:  # a check that fails in any way is a failed check
        yield f"{user_message(error)} ({error!r})"


# ---- the recorded answers -------------------------------------------------------------------


def examples() -> list[Path]:
    """Return the bundled example patterns."""
    folder = paths.resources_dir() / "patterns"
    return find_patterns([folder], recursive=True) if folder.is_dir() else []


def record() -> dict[str, Any]:
    """Return what this installation holds and answers, as it is recorded."""
    networks = {path.name: sha256(path) for path in bundled_networks()}
    if networks:
        bundle = find_network()
        job = BatchJob(phases=bundle.phases, network=bundle.path)
    else:
        job = BatchJob(phases=bundled_phases())
    setup = job.indexing_setup()
    answers = {}
    for path in examples():
        found = answer_file(path, job, setup)[0]
        name = path.relative_to(paths.resources_dir()).as_posix()
        answers[name] = {"sha256": sha256(path), "answer": _comparable(found)}
    return {"version": __version__, "networks": networks, "examples": answers}


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _comparable(found: AnswerRecord) -> dict[str, Any]:
    # behind the first, candidates of equal score may change places on another processor
    record = msgspec.structs.replace(found, candidates=found.candidates[:1])
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return {name: value for name, value in values.items() if name not in _NOT_COMPARED}


def differences(expected: Any, found: Any, where: str = "") -> Iterator[str]:
    """Yield a sentence for each difference between what is expected and what was found."""
    is_number = isinstance(expected, float) or isinstance(found, float)
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys()):
            yield from differences(
                expected.get(name, "nothing"), found.get(name, "nothing"), f"{where} {name}".strip()
            )
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif is_number and isinstance(expected, int | float) and isinstance(found, int | float):
        if not math.isclose(
            expected, found, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE
        ):
            yield f"{where} is {found}, expected {expected}"
    elif expected != found:
        yield f"{where} is {found}, expected {expected}"


# ---- the checks -----------------------------------------------------------------------------


def _check_networks() -> Iterator[str]:
    bundles = bundled_networks()
    if not bundles:
        yield "no network is bundled: resources/networks holds none"
    for path in bundles:
        open_bundle(path)  # compares every member with its checksum


def _check_answers() -> Iterator[str]:
    if not examples():
        yield "no example is bundled: resources/patterns holds no pattern"
        return
    file = paths.resources_dir() / ANSWERS
    if not file.is_file():
        yield f"resources/{ANSWERS.as_posix()} is missing: record it from the sources"
        return
    expected = json.loads(file.read_text(encoding="utf-8"))
    yield from differences(expected, record())


def _check_readers() -> Iterator[str]:
    for fmt in FORMATS:
        loader = fmt.loader.partition(".")[0]
        try:
            if loader:
                importlib.import_module(f"saed_desktop.pattern.loaders.{loader}")
            with quiet_libraries(), deferred_imports():
                importlib.import_module(fmt.reader or "imagecodecs")
        except ImportError as error:
            yield f"{fmt.name} cannot be read: {error}"


def _check_window() -> Iterator[str]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from saed_desktop.gui.app import application
    from saed_desktop.gui.assembly import Desktop
    from saed_desktop.gui.settings import SettingsStore
    from saed_desktop.gui.theme import icon

    app = application()
    desktop = Desktop(SettingsStore())
    desktop.window.show()
    app.processEvents()
    if desktop.window.grab().isNull():
        yield "the window cannot be painted"
    for name in ("open", "saed-desktop"):
        picture = icon(name).pixmap(32, 32).toImage()
        is_empty = all(
            picture.pixelColor(x, y).alpha() == 0
            for x in range(picture.width())
            for y in range(picture.height())
        )
        if is_empty:
            yield f"the icon '{name}' is not drawn"
    desktop.close()


CHECKS: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
    ("networks", _check_networks),
    ("readers", _check_readers),
    ("answers", _check_answers),
    ("window", _check_window),
)
"""Every check by name; one that yields nothing is passed."""
