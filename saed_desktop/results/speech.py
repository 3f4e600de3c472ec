"""Putting values into sentences, in any language."""

import math
from collections.abc import Callable, Sequence

PhaseName = Callable[[str], str]
"""Returns what a phase is called."""
Say = Callable[..., str]
"""Puts values into a sentence, as `english` does, in a language: ``say("{n} spots", n=3)``."""


def english(text: str, /, **values: object) -> str:
    """Return a sentence in English with its values put in."""
    return text.format(**values) if values else text


def listed(names: Sequence[str], say: Say = english) -> str:
    """Return names as a list in words."""
    if len(names) < 2:
        return "".join(names)
    return say("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def either(names: Sequence[str], say: Say = english) -> str:
    """Return names as a choice in words."""
    if len(names) < 2:
        return "".join(names)
    return say("{names} or {last}", names=", ".join(names[:-1]), last=names[-1])


def unit_hint(factor: float | None, say: Say = english) -> str:
    """Return what a scale that is wrong by a factor of ten suggests, after a blank; else ""."""
    if not factor or not 0.9 < abs(math.log10(factor)) < 1.1:
        return ""
    return " " + say("A factor of ten is that between 1/Å and 1/nm: perhaps the unit is wrong.")
