"""Settings of the C library's allocator for memory that a training step frees.

glibc asks the system for every large array and returns it when it is freed, so that a training on
a CPU has the same hundreds of megabytes mapped, cleared and unmapped at every step. Kept, they are
there for the next one: the paper's 299-AN at 256 pixels learns 1.6 times as fast, in a process that
is a fifth larger (`python -m tests.benchmarks.kept_memory`).
"""

import ctypes
import platform

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_NEVER = 2**31 - 1
_BELOW_BYTES = 2**30
_LARGE_BYTES = 2**20


def keep_freed_memory() -> bool:
    """Let this process keep what it frees for what it allocates next; return whether it does.

    Only glibc can be asked; elsewhere nothing happens.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_M_MMAP_THRESHOLD, _BELOW_BYTES) and mallopt(_M_TRIM_THRESHOLD, _NEVER))


def return_freed_memory() -> bool:
    """Let this process give every large array back when it is freed; return whether it does.

    glibc raises the size from which it does so with what is freed, up to 32 MB: below that, arrays
    come to lie on the heap, whose gaps count against a bound and hold no larger array.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES))
