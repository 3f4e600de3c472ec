"""Keeps the warnings of libraries out of our output."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_CHATTY = (
    "tifffile",
    "rsciio",
    # RosettaSciIO sets its own level when it is imported, and warns that numba is missing meanwhile
    "rsciio.utils._decorator",
    "PIL",
    "h5py",
    "dask",
    "numcodecs",
    "zarr",
    "imagecodecs",
)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Read files inside this context without a word of a library on the terminal.

    A process whose own log takes every detail (the root logger's, of debugging) hears them still.
    """
    wants_details = logging.getLogger().isEnabledFor(logging.DEBUG)
    if not wants_details:
        for name in _CHATTY:
            # set, not restored: their own handlers write to standard error at any later time too
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
