"""SAED Desktop names the crystal phase that an electron diffraction pattern shows."""

import os

# Before anything loads OpenBLAS: our matrices are small, and its threads wait for each other by
# spinning. Measured for one pattern on two busy cores: 2.2 s of processor time with two threads,
# 1.2 s with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
