"""Entry point of the frozen `saed-desktop`."""

import sys

from saed_desktop.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
