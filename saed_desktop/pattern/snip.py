"""The background under the peaks of a profile."""

import numpy as np

from saed_desktop.arrays import FloatArray


def snip_background(values: FloatArray, half_bins: int) -> FloatArray:
    """Return a profile clipped where it rises above its neighbourhood (SNIP).

    Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396.

    Parameters
    ----------
    values
        A profile (n,).
    half_bins
        Half the width of the widest peak that is to stand out; where the profile is shorter than
        that, narrower ones do.
    """
    level = values.copy()
    widest = min(max(1, half_bins), (len(level) - 1) // 2)
    for half in range(widest, 0, -1):
        mean = (level[: -2 * half] + level[2 * half :]) / 2
        level[half:-half] = np.minimum(level[half:-half], mean)
    return level
