"""SAED Desktop names the crystal phase that an electron diffraction pattern shows."""

import os

# Before anything loads OpenBLAS: our matrices are small, and its threads wait for each other by
# spinning. Measured for one pattern on two busy cores: 2.2 s of processor time with two threads,
# 1.2 s with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Before anything loads ONNX Runtime, in this process or in one that it starts: the library would
# report to its vendor over the network (network/runtime.py).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.2.0"
