"""SAED Desktop names the crystal phase that an electron diffraction pattern shows.

>>> import saed_desktop as sd
>>> answer = sd.index("pattern.dm4", phases=["si.cif", "al.cif"])  # doctest: +SKIP
>>> answer.phase, answer.probability  # doctest: +SKIP
('Si', 0.97)
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saed_desktop.api import (
        Calibration,
        Candidate,
        Pattern,
        Phase,
        SaedError,
        Solution,
        index,
        read,
        read_phase,
        read_phases,
    )

# Before anything loads ONNX Runtime, in this process or in one that it starts: the library would
# report to its vendor over the network (network/runtime.py).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.2.0"

__all__ = [
    "Calibration",
    "Candidate",
    "Pattern",
    "Phase",
    "SaedError",
    "Solution",
    "__version__",
    "index",
    "read",
    "read_phase",
    "read_phases",
]


def __getattr__(name: str) -> Any:
    """Load the Python interface when it is first asked for: the programs start without it."""
    if name in __all__:
        return getattr(import_module("saed_desktop.api"), name)
    raise AttributeError(f"module 'saed_desktop' has no attribute '{name}'")
