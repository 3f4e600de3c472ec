"""The program `saed-desktop`: hands its files to the window that is open, or opens one."""

import saed_desktop.one_thread  # noqa: F401

# isort: split
import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from saed_desktop import __version__
from saed_desktop.gui.handover import hand_over


def main(argv: Sequence[str] | None = None) -> int:
    """Run `saed-desktop` and return its exit status."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        # in a frozen program the processes of a folder run start through this very function
        multiprocessing.freeze_support()
    options = _parser().parse_args(argv)
    if options.self_test is not None:
        from saed_desktop import self_test

        return self_test.run(Path(options.self_test) if options.self_test else None)
    if not options.new_window and hand_over(options.paths):
        return 0
    # the window's own imports wait until it is known that a window is needed; nothing of what they
    # make is garbage, and looking through it again and again took a twelfth of the start
    gc.disable()
    from saed_desktop.gui.app import run

    return run(options.paths, trace=options.startup_trace)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="saed-desktop",
        description="Opens electron diffraction patterns and names their crystal phase.",
        epilog="Exit status: 0 done, 1 the self-test found a difference, 2 wrong usage or no "
        "display.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="FILE|FOLDER",
        help="patterns, folders of them, a project, or a network",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--new-window", action="store_true", help="open a window even if there is one already"
    )
    parser.add_argument(
        "--self-test",
        nargs="?",
        const="",
        metavar="REPORT",
        help="test this installation on its examples, without a window to look at",
    )
    # for the start-up benchmark: when window, image and answer appeared, then quit
    parser.add_argument("--startup-trace", metavar="FILE", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
