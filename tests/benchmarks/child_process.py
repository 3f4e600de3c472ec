"""Waiting for a child process that is to be disturbed."""

import os
import time


def ends_within(child: int, until: float) -> bool:
    """Tell whether a process ends before a moment of the monotonic clock; it stays to be reaped."""
    while (rest := until - time.monotonic()) > 0:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        time.sleep(min(rest, 0.01))
    return bool(os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT))
