"""A pattern from its file to what a screen shows of it; kept apart from indexing, to be quick."""

from dataclasses import dataclass
from pathlib import Path

from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.workspace.display import Pyramid, build_pyramid


@dataclass(frozen=True, eq=False)
class Loaded:
    """A pattern read and ready for the screen."""

    pattern: Pattern
    pyramid: Pyramid


def load_pattern(path: Path, frame: int = 0) -> Loaded:
    """Read a pattern and the sizes in which a screen shows it.

    Raises
    ------
    UnreadablePatternError, UsageError
        If it cannot be read.
    """
    pattern = read_pattern(path, frame=frame)
    return Loaded(pattern, build_pyramid(pattern.image_yx))
