"""Computes what the bundled library is searched by: its zone axes and its powder lines.

Run it again whenever a table of `resources/library` or the way to them changes::

    python -m installer.library_files
"""

import sys

from installer.payload import ROOT
from saed_desktop import paths
from saed_desktop.library.library_index import bundled_index_file, make_bundled_index
from saed_desktop.library.ring_lists import bundled_ring_file, save_bundled_rings


def main() -> int:
    """Write `bundled.zones` and `bundled.rings.npz`; returns the exit status."""
    if paths.resources_dir() != ROOT / "resources":
        print(f"These are not the sources: {paths.resources_dir()}")
        return 1
    make_bundled_index(bundled_index_file())
    save_bundled_rings(bundled_ring_file())
    for file in (bundled_index_file(), bundled_ring_file()):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
