"""Standard output and error as `saed-index` finds them: closed, full, or of another encoding."""

import contextlib
import io
import logging
import os
import sys


def open_streams() -> None:
    """Give names that the terminal's encoding lacks another spelling; replace closed streams."""
    if sys.stdout is None or sys.stderr is None:
        # else the next file that is opened takes their place and gets what libraries print
        nowhere = os.open(os.devnull, os.O_RDWR)
        while nowhere < 2:
            nowhere = os.dup(nowhere)
        sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(sentence: str) -> None:
    """Write a sentence to standard error, if there is one."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"saed-index: {sentence}\n")


def show_log(*, is_verbose: bool) -> None:
    """Write errors to standard error, and with `is_verbose` all that the program itself logs."""
    logging.basicConfig(level=logging.ERROR)
    if is_verbose:
        logging.getLogger("saed_desktop").setLevel(logging.DEBUG)


def forget_output() -> None:
    """Let what is still to be printed go nowhere: the interpreter would complain at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
