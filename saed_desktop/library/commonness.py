"""Prior odds of structures, before a pattern is seen, where nothing is known of the specimen.

A library holds structures as they are recorded, not as they are met: a tenth of the bundled one is
of a single element, of fourteen measured patterns (tests/benchmarks/library_measured) nine are. A
search takes a structure of one element to be three times as likely as a compound, unless it is
recorded far from room temperature and pressure.
"""

import re
from collections.abc import Sequence

import numpy as np

from saed_desktop.arrays import BoolArray
from saed_desktop.library.elements import MaskArray

ODDS_OF_ELEMENTS = 3.0
"""Of one structure of an element against one of a compound. A tenth of the bundled library being
elements, 1 is every structure alike, and 9 an element as likely as a compound."""

_EXTREME = re.compile(r"\d K\b|°C|temperature|pressure")


def is_of_one_element(masks: MaskArray) -> BoolArray:
    """Tell which structures (n,) are of a single element, by their elements (n, 2)."""
    return np.asarray(np.bitwise_count(masks).sum(axis=1) == 1)


def is_extreme(aliases: Sequence[str]) -> bool:
    """Tell whether a structure's other names say that it exists far from usual conditions."""
    return any(_EXTREME.search(alias) for alias in aliases)
