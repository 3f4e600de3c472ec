"""Ctrl+C while a program imports: no words of Python's, and the usual handler afterwards."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import builtins, os, runpy, signal, sys

# whatever this was started from: a shell's background jobs ignore the signal
signal.signal(signal.SIGINT, signal.default_int_handler)
original = builtins.__import__
pressed = []

def importing(name, *rest, **named):
    if name == {late!r} and not pressed:
        pressed.append(name)
        os.kill(os.getpid(), signal.SIGINT)
    return original(name, *rest, **named)

builtins.__import__ = importing
sys.argv = ["program", {argument!r}]
runpy.run_module({program!r}, run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal to send")
@pytest.mark.parametrize(
    ("program", "argument", "late"),
    [
        ("saed_desktop.cli", "--version", "saed_desktop.running.batch"),
        ("saed_desktop.library_command", "--version", "saed_desktop.library.build"),
        ("trainer.__main__", "train", "torch"),
    ],
)
def test_it_ends_without_a_word(program, argument, late):
    code = PROGRAM.format(program=program, argument=argument, late=late)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


@pytest.mark.parametrize("program", ["saed_desktop.cli", "saed_desktop.library_command"])
def test_who_imports_a_program_hears_it_as_before(program):
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"import {program}\n"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    # a shell that starts it in the background
    ignoring = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    code = f"{ignoring}import {program}\nassert signal.getsignal(2) is signal.SIG_IGN\n"
    subprocess.run([sys.executable, "-c", code], check=True)
