"""Ctrl+C while a program imports what it needs: it ends without a word, as nothing is begun.

Each program imports this before the rest, which takes a second and more, and calls `hear` behind
its imports. Without that the user reads where in which library Python was at the time.
"""

import signal
from collections.abc import Callable
from typing import Any


def hear() -> None:
    """Let Ctrl+C raise `KeyboardInterrupt` from here on."""
    _replace(signal.SIG_DFL, signal.default_int_handler)


def _replace(before: object, after: Callable[..., Any] | signal.Handlers) -> None:
    # a shell that starts a program in the background has it ignore Ctrl+C
    if signal.getsignal(signal.SIGINT) is not before:
        return
    try:
        signal.signal(signal.SIGINT, after)
    except ValueError:
        return  # not the main thread, where signals arrive


_replace(signal.default_int_handler, signal.SIG_DFL)
