"""What a user does, from the command line to the closed window."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest


def test_open_by_argument_answer_and_close(run_main, pattern_files):
    seen = {}

    def script(desktop):
        yield lambda: desktop.open_patterns.current is not None
        yield lambda: desktop.open_patterns.current.answered is not None
        seen["headline"] = desktop.window.verdict_card.headline

    assert run_main([pattern_files["delta"]], script) == 0
    assert seen["headline"] == "δ-PuZr along [100]"


def test_a_second_start_hands_its_file_to_the_first(tmp_path, pattern_files):
    # a socket's path is limited to about a hundred bytes, and tmp_path may be long
    runtime = Path(tempfile.mkdtemp(prefix="saed-"))
    environment = {
        **os.environ,
        "SAED_DESKTOP_HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": str(runtime),
        "QT_QPA_PLATFORM": "offscreen",
    }
    # a first start would show the examples, and answer them
    settings = tmp_path / "home" / "config" / "window.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"has_started_before": true}', encoding="utf-8")
    trace = tmp_path / "trace.json"
    command = [sys.executable, "-m", "saed_desktop"]
    # it quits by itself once it has answered something, and it is given nothing to answer
    first = subprocess.Popen([*command, "--startup-trace", str(trace)], env=environment)
    try:
        deadline = time.monotonic() + 30
        while not list(runtime.glob("saed-desktop-*")):
            assert time.monotonic() < deadline, "the first window never listened"
            time.sleep(0.05)
        second = subprocess.run(
            [*command, str(pattern_files["delta"])], env=environment, timeout=30, check=False
        )
        assert second.returncode == 0
        assert first.wait(timeout=60) == 0
        assert "answer shown" in trace.read_text()
    finally:
        first.kill()
        first.wait()
        shutil.rmtree(runtime)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are X11's and Wayland's")
@pytest.mark.parametrize(
    ("display", "words"), [(None, "there is no display"), (":93", "the display cannot be used")]
)
def test_without_a_display_there_is_a_sentence_and_no_abort(tmp_path, display, words):
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {n: v for n, v in os.environ.items() if n not in hidden}
    environment |= {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    if display is not None:
        environment["DISPLAY"] = display
    done = subprocess.run(
        [sys.executable, "-m", "saed_desktop", "--new-window"],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert words in done.stderr
    assert "saed-index" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
