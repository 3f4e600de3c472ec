"""Sentences for machines without a display to open a window on."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

EXIT_NO_DISPLAY = 2

_NO_DISPLAY = (
    "saed-desktop: there is no display to open a window on. Over SSH, `ssh -Y` brings one; "
    "`saed-index` answers patterns without a window."
)
_NOT_USABLE = (
    "saed-desktop: the display cannot be used ({}). On Debian and Ubuntu, libxcb-cursor0, "
    "libxcb-icccm4 and libxcb-keysyms1 may be missing; `saed-index` answers patterns without a "
    "window."
)


@contextmanager
def said_in_a_sentence() -> Iterator[None]:
    """Make the application inside this context; Qt would abort the process over a display."""
    said: list[str] = []

    def handle(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        del context
        if kind == QtMsgType.QtFatalMsg:
            sys.stderr.write(_sentence(said, message) + "\n")
            sys.stderr.flush()
            # Qt aborts as soon as this returns, with a core dump on many systems
            os._exit(EXIT_NO_DISPLAY)
        said.append(message)

    previous = qInstallMessageHandler(handle)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)


def _sentence(said: list[str], fatal: str) -> str:
    if _has_no_display():
        return _NO_DISPLAY
    reasons = [text for text in said if "display" in text or "needed to load" in text]
    return _NOT_USABLE.format((reasons or [fatal])[0].strip().rstrip("."))


def _has_no_display() -> bool:
    is_chosen = bool(os.environ.get("QT_QPA_PLATFORM"))
    is_x_or_wayland = sys.platform.startswith("linux") and not is_chosen
    return is_x_or_wayland and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
