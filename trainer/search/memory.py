"""The memory of a worker: the bound that it keeps to, what it has had, what running out looks like.

On a GPU the bound is torch's own, of what its allocator may hold; several workers can so share a
GPU. On a CPU it is the system's bound on the data of the process (RLIMIT_DATA), with everything
that Python and torch had loaded before.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from saed_desktop.errors import UsageError
from trainer.allocator import keep_freed_memory, return_freed_memory

_SIGNS = ("out of memory", "can't allocate memory", "bad_alloc", "Cannot allocate memory")
"""Words of torch and the libraries under it in errors of no class of their own."""


@contextlib.contextmanager
def bounded_memory(device: torch.device, limit_gb: float) -> Iterator[None]:
    """Let this process take no more than some memory of its device within the context.

    Parameters
    ----------
    device
        What the worker computes on.
    limit_gb
        In units of 10⁹ bytes; 0 sets no bound, and on a CPU lets the process keep what it frees,
        which would count against a bound.

    Raises
    ------
    UsageError
        If the process holds more already, or the system knows no such bound.
    """
    if not limit_gb:
        if device.type == "cpu":
            keep_freed_memory()
        yield
        return
    wanted = int(limit_gb * 1e9)
    if device.type == "cuda":
        total = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(min(wanted / total, 1.0), device)
        try:
            yield
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0, device)
        return
    if not sys.platform.startswith("linux"):
        raise UsageError("--memory-gb bounds CPU workers on Linux only; leave it out here.")
    import resource  # no such module on Windows

    held = held_bytes()
    if held >= wanted:
        raise UsageError(
            f"--memory-gb {limit_gb:g} is less than the {held / 1e9:.2f} GB that a worker holds "
            "before it trains anything."
        )
    return_freed_memory()
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bounds = [wanted, *(value for value in (soft, hard) if value != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_DATA, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def peak_memory_mb(device: torch.device) -> float:
    """Return the most memory that this process has had, of its device; 0 on Windows' CPUs."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # kilobytes, but on macOS bytes
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether torch or Python ran out of memory."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    return any(sign in text for sign in _SIGNS)


def held_bytes() -> int:
    """Return what the system counts of this process against its bound on data."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
