"""A few files of each kind from the fuzz harness; `python -m tests.fuzz --seconds N` draws more."""

import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="the harness limits memory as Linux does")
def test_damaged_files_are_sentences():
    command = [sys.executable, "-m", "tests.fuzz", "--files", "600"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all            600 files, 0 failures" in done.stdout
