"""One thread for OpenBLAS; each program imports this first, before NumPy is loaded.

Our matrices are small, and OpenBLAS's threads wait for each other by spinning: a pattern on two
busy cores took 2.2 s of processor time with two threads, 1.2 s with one. Processes that a program
starts inherit it; a process that imports the package as a library keeps what it had.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
