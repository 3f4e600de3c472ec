"""Putting values into sentences, in any language."""

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
