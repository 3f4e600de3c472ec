"""A pattern from its file to what a screen shows of it; kept apart from indexing, to be quick."""

from dataclasses import dataclass
from pathlib import Path

from saed_desktop.pattern.distortion import Ellipse, undistorted
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.workspace.display import Pyramid, build_pyramid
from saed_desktop.workspace.open_file import OpenFile


@dataclass(frozen=True, eq=False)
class Loaded:
    """A pattern read and ready for the screen."""

    pattern: Pattern
    pyramid: Pyramid


def load_pattern(
    path: Path,
    frame: int = 0,
    ellipse: Ellipse | None = None,
    dataset: str | None = None,
    files: OpenFile | None = None,
) -> Loaded:
    """Read a pattern and the sizes in which a screen shows it.

    Parameters
    ----------
    path, frame
        The file and which of its frames.
    ellipse
        The distortion of the lens to undo.
    dataset
        Which of the file's datasets; the likeliest pattern where None.
    files
        Keeps a file of several frames open for the next of them.

    Raises
    ------
    UnreadablePatternError, UsageError
        If it cannot be read.
    """
    pattern = (files or OpenFile()).get(path, dataset).read(frame)
    if ellipse is not None:
        pattern = undistorted(pattern, ellipse)
    return Loaded(pattern, build_pyramid(pattern.image_yx))
