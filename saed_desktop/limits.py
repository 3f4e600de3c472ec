"""Limits on what a process may take, so that one damaged file cannot take the whole machine."""

import contextlib
import os
import sys

SMALLEST_BYTES = 4_000_000_000
_SHARE = 0.6


def bound_memory() -> None:
    """Bound the memory that this process may allocate, to most of what the machine has.

    Files that are mapped, as large stacks are, do not count. What goes beyond raises `MemoryError`,
    which becomes one pattern's sentence. Systems without such a limit are left as they are.
    """
    if sys.platform != "linux":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        wanted = max(SMALLEST_BYTES, int(_SHARE * total))
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft == resource.RLIM_INFINITY or soft > wanted:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
