"""Estimates of a job, told before it begins: images, steps, memory and time."""

import argparse
import sys
from dataclasses import dataclass

from saed_desktop.errors import SaedError

LONG_SECONDS = 3600.0
"""A job on a CPU that takes longer than this is asked about first."""

DRAWING_SECONDS = 0.25
"""Of drawing one image of 800 pixels on one core; it grows with the number of pixels."""
PREPARING_SECONDS = 0.3
"""Of reading and preparing one pattern of 800 pixels on one core."""
ANSWERING_SECONDS = 0.6
"""Of answering one pattern as the desktop does, with nine phases and a network, on one core."""

_GB = 1e9


class NotWantedError(SaedError):
    """A long job that the person at the terminal did not want."""


@dataclass(frozen=True)
class JobEstimate:
    """The estimate of a job.

    Parameters
    ----------
    images
        Patterns that are drawn, read, learnt or answered, repeats counted.
    seconds
        Until the end.
    steps
        Steps of an optimizer.
    memory_bytes
        Of this machine.
    gpu_bytes
        Of a GPU, whether there is one here or not.
    on_cpu
        Whether a CPU computes.
    is_begun
        Whether the job only goes on.
    notes
        What the figures rest on and what they leave out, a sentence each.
    """

    images: int
    seconds: float
    steps: int = 0
    memory_bytes: float = 0.0
    gpu_bytes: float = 0.0
    on_cpu: bool = True
    is_begun: bool = False
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the estimate as lines for a person."""
        rows = [("images", f"{self.images:,}")]
        if self.steps:
            rows.append(("steps", f"{self.steps:,}"))
        if self.memory_bytes:
            rows.append(("memory", f"about {self.memory_bytes / _GB:.1f} GB"))
        if self.gpu_bytes:
            rows.append(
                ("on a GPU", f"about {max(self.gpu_bytes / _GB, 0.1):.1f} GB of its memory")
            )
        where = "this CPU" if self.on_cpu else "this GPU"
        rows.append(("time", f"about {duration_text(self.seconds)} on {where}"))
        lines = [f"{title:<10}{value}" for title, value in rows]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)]) + "\n"


def confirm_long_job(estimate: JobEstimate, *, yes: bool = False) -> None:
    """Ask at a terminal, or warn in a log, before a job of more than an hour on a CPU.

    Parameters
    ----------
    estimate
        Of the job.
    yes
        Whether it was agreed to already.

    Raises
    ------
    NotWantedError
        If the person says no.
    """
    if not estimate.on_cpu or estimate.is_begun or estimate.seconds <= LONG_SECONDS:
        return
    sentence = f"This takes about {duration_text(estimate.seconds)} on this CPU"
    if yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stdout.write(f"note: {sentence}; --dry-run says what it consists of.\n")
        sys.stdout.flush()
        return
    sys.stdout.write(f"{sentence}. Begin? [y/N] ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotWantedError(
            "Nothing was begun. --dry-run says what it consists of, --yes begins without asking."
        )


def add_job_arguments(parser: argparse.ArgumentParser, *, nested: bool = False) -> None:
    """Add what every command has in common.

    Parameters
    ----------
    parser
        Of the command.
    nested
        Whether it is that of an action below a command which has the same options.
    """
    default = argparse.SUPPRESS if nested else False
    group = parser.add_argument_group("before it begins")
    group.add_argument(
        "--dry-run",
        action="store_true",
        default=default,
        help="say what it will take, in images, steps, memory and time, and do nothing",
    )
    group.add_argument(
        "--yes",
        action="store_true",
        default=default,
        help="do not ask at the terminal before a job of more than an hour on a CPU",
    )


def duration_text(seconds: float) -> str:
    """Return a length of time in words."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
