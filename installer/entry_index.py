"""Entry point of the frozen `saed-index`."""

import multiprocessing
import sys

if __name__ == "__main__":
    # `--jobs` starts this very program again, once per process
    multiprocessing.freeze_support()

    from saed_desktop.cli import main

    sys.exit(main())
