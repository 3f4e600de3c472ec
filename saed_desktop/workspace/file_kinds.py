"""File suffixes that the window opens."""

from saed_desktop.crystal.structure_names import STRUCTURE_SUFFIXES, is_structure_name
from saed_desktop.pattern.formats import PATTERN_SUFFIXES

PROJECT_SUFFIX = ".saedproj"
NETWORK_SUFFIX = ".saednet"
PHASE_SUFFIX = ".cif"
LIBRARY_SUFFIX = ".saedlib"

__all__ = [
    "LIBRARY_SUFFIX",
    "NETWORK_SUFFIX",
    "PATTERN_SUFFIXES",
    "PHASE_SUFFIX",
    "PROJECT_SUFFIX",
    "STRUCTURE_SUFFIXES",
    "is_structure_name",
]
