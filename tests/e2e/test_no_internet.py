"""Every program under a filter that kills whatever opens an internet socket, in an empty home."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from saed_desktop.paths import resources_dir
from tests.bundles import small_bundle
from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from tests.without_internet import DIED_OF_IT, is_possible

pytestmark = pytest.mark.skipif(not is_possible(), reason="seccomp filters are Linux's")

REPOSITORY = Path(__file__).resolve().parents[2]
WAIT_S = 25
"""ONNX Runtime's first message leaves about 10 s after the start."""
LONGEST_WAIT_S = 90
"""On a busy machine it leaves later; the control says when."""

_LIBRARY_ALONE = """
import os, sys, time
from saed_desktop.network.bundle import open_bundle
del os.environ["ORT_DISABLE_TELEMETRY"]
import onnxruntime
session = onnxruntime.InferenceSession(open_bundle(__import__("pathlib").Path(sys.argv[1])).network_bytes())
time.sleep(float(sys.argv[2]))
"""
_RESTS = {
    "window": ["-m", "saed_desktop", "--new-window", "{pattern}"],
    "watching": ["-m", "saed_desktop.cli", "{patterns}", "--watch", "--output", "{work}/watch.csv"],
}
"""Programs that go on until they are ended."""
_ENDS = {
    "answers": ["-m", "saed_desktop.cli", "{pattern}", "--jobs", "2", "--network", "{network}"],
    "self-test": ["-m", "saed_desktop", "--self-test", "{work}/self-test.txt"],
}
"""Programs that end by themselves with status 0."""
_TRAINING = (
    "train --data {toy} --cache-dir {work}/cache --jobs 1 --network space:16001 --size 64 "
    "--crop 64 --rotations 4 --epochs 1 --batch-size 16 --device cpu --output {work}/run"
)


class Home:
    """A folder of its own for everything that a program may write."""

    def __init__(self, root: Path, places: dict[str, object]) -> None:
        self.root = root
        self.places = {**places, "work": root / "work"}
        for name in ("home", "temporary", "work"):
            (root / name).mkdir(parents=True)

    def start(self, *words: str) -> subprocess.Popen:
        left_out = ("XDG_", "SAED_", "ORT_", "MPL")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        environment |= {
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "temporary"),
            "PYTHONPATH": str(REPOSITORY),
            "QT_QPA_PLATFORM": "offscreen",
        }
        command = [word.format(**self.places) if "{" in word else word for word in words]
        return subprocess.Popen(
            [sys.executable, str(REPOSITORY / "tests/without_internet.py"), sys.executable, *command],
            env=environment,
            cwd=self.root / "work",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )  # fmt: skip

    def foreign_files(self) -> list[str]:
        """Return what lies outside the program's own folders and the outputs asked for."""
        found = [p.relative_to(self.root) for p in self.root.rglob("*") if p.is_file()]
        return [
            str(path)
            for path in found
            if path.parts[0] != "work" and not {"saed-desktop", "saed-trainer"} & set(path.parts)
        ]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    root = tmp_path_factory.mktemp("offline")
    patterns = resources_dir() / "patterns"
    pattern = next(p for p in sorted(patterns.rglob("*")) if p.suffix in (".png", ".tif", ".mrc"))
    network = small_bundle(root / "small.saednet").path
    return {"root": root, "patterns": patterns, "pattern": pattern, "network": network}


@pytest.fixture(scope="module")
def runs(places, request):
    """Start everything at once and let it run; give (home, return code, output) by name."""
    wait_s = 60 if request.config.getoption("--runslow") else WAIT_S
    homes = {name: Home(places["root"] / name, places) for name in (*_RESTS, *_ENDS, "library")}
    running = {name: homes[name].start(*words) for name, words in (_RESTS | _ENDS).items()}
    running["library"] = homes["library"].start(
        "-c", _LIBRARY_ALONE, "{network}", str(LONGEST_WAIT_S)
    )
    # as long as the library alone needs to call home here: a busy machine takes its time
    start = time.monotonic()
    time.sleep(wait_s)
    while running["library"].poll() is None and time.monotonic() - start < LONGEST_WAIT_S:
        time.sleep(0.5)
    for name in _RESTS:
        running[name].send_signal(signal.SIGTERM)
    results = {}
    for name, process in running.items():
        output, _ = process.communicate(timeout=120)
        results[name] = (homes[name], process.returncode, output)
    return results


def test_the_filter_kills_whatever_opens_an_internet_socket(places):
    home = Home(places["root"] / "filter", places)
    for family, code in (("AF_INET", DIED_OF_IT), ("AF_INET6", DIED_OF_IT), ("AF_UNIX", 0)):
        process = home.start("-c", f"import socket; socket.socket(socket.{family})")
        process.communicate()
        assert process.returncode == code, family


def test_the_library_would_call_home_in_this_time(runs):
    _, code, output = runs["library"]
    if code == 0:
        pytest.skip(f"ONNX Runtime by itself opened no socket here in {LONGEST_WAIT_S} s")
    assert code == DIED_OF_IT, output


@pytest.mark.parametrize("name", [*_RESTS, *_ENDS])
def test_no_program_opens_an_internet_socket_or_writes_outside_its_folders(runs, name):
    home, code, output = runs[name]
    assert code != DIED_OF_IT, f"{name} opened an internet socket"
    # whether its answers are right is another test's question
    ended = (-signal.SIGTERM, 128 + signal.SIGTERM) if name in _RESTS else (0, 1)
    assert code in ended, output
    assert home.foreign_files() == []


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs the trainer")
def test_neither_does_training_and_export(places, tmp_path):
    toy = write_toy_set(tmp_path / "toy", dict.fromkeys(TOY_PHASES, 6))
    home = Home(tmp_path / "trainer", {**places, "toy": toy})
    for line in (_TRAINING, "export {work}/run --output {work}/new.saednet"):
        process = home.start("-m", "trainer", *line.split())
        output, _ = process.communicate(timeout=240)
        assert process.returncode == 0, output
    assert home.foreign_files() == []
