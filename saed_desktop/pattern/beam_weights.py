"""The weights of the signs that a place is the direct beam, as they were fitted."""

import numpy as np

from saed_desktop.arrays import FloatArray

_WEIGHTS = np.array(
    [
        2.122,
        0.652,
        0.381,
        0.0,
        -0.505,
        4.821,
        0.0,
        0.279,
        3.137,
        2.814,
        -0.139,
        0.107,
        1.295,
        0.171,
        0.0,
        -0.845,
        0.249,
        -3.678,
        5.453,
        0.878,
        0.236,
        -3.834,
        0.607,
        0.016,
    ]
)


def log_weights(signs: FloatArray) -> FloatArray:
    """Return the log weight (n,) of places by their signs (n, features).

    Parameters
    ----------
    signs
        From `beam_evidence.features`.
    """
    return np.asarray(signs @ _WEIGHTS)
