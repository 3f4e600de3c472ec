"""The weights of the signs that a place is the direct beam, as they were fitted."""

import numpy as np

from saed_desktop.arrays import FloatArray

WEIGHTS = {
    "offset": 1.463,
    "offset squared": 0.712,
    "inversion": 0.861,
    "diffuse inversion squared": 3.504,
    "pairs": 4.926,
    "pairs tested": 2.794,
    "peak": 0.486,
    "peak strength": 0.153,
    "peak lead": 1.287,
    "peak width": 0.108,
    "bare": -0.574,
    "hidden": 2.312,
    "hidden peak": 0.138,
    "hidden depth": 0.189,
    "near tip": 5.437,
    "on net": 0.743,
    "on large net": 0.161,
    "off net": -3.628,
    "coset": 0.556,
}
"""By sign, in the order of `beam_evidence.FEATURES`."""

_VECTOR = np.array(list(WEIGHTS.values()))


def log_weights(signs: FloatArray) -> FloatArray:
    """Return the log weight (n,) of places by their signs (n, features).

    Parameters
    ----------
    signs
        From `beam_evidence.features`.
    """
    return np.asarray(signs @ _VECTOR)
