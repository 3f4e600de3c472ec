"""Measuring on a machine that others use as well."""

import contextlib
import os
from pathlib import Path


def raise_priority() -> None:
    """Go before whatever else the machine is doing, where we may: as root."""
    if os.geteuid() != 0:
        return
    os.nice(-15)
    group = Path("/proc/self/autogroup")
    if group.exists():
        # niceness counts within a session only: take one of our own
        with contextlib.suppress(OSError):
            os.setsid()
        with contextlib.suppress(OSError):
            group.write_text("-20")
