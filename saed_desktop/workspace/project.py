"""Open patterns with all that was done to them, as one file that is whole or not there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saed_desktop import __version__
from saed_desktop.errors import SaedError
from saed_desktop.results.atomic import write_json
from saed_desktop.workspace.document import PatternState, state_from_json, state_to_json
from saed_desktop.workspace.user_file import read_json

if TYPE_CHECKING:  # the window shows before records are read
    from saed_desktop.results.record import AnswerRecord

FORMAT_VERSION = 1


class ProjectError(SaedError):
    """A project file that cannot be used."""


@dataclass(frozen=True)
class ProjectPattern:
    """One pattern of a project.

    Parameters
    ----------
    state
        What the user decided.
    record
        The answer when it was saved, None where there was none that can be read.
    """

    state: PatternState
    record: "AnswerRecord | None" = None


@dataclass(frozen=True)
class Project:
    """What is saved.

    Parameters
    ----------
    patterns
        In their order.
    current
        Which of them was shown.
    network, phases
        Whom the answers were asked of.
    """

    patterns: tuple[ProjectPattern, ...]
    current: int = 0
    network: str = ""
    phases: tuple[str, ...] | None = None
    unread: tuple[str, ...] = field(default=())


def save_project(path: Path, project: Project) -> None:
    """Write a project; files beside it are noted by their relative paths.

    Raises
    ------
    ProjectError
        If the file cannot be written; an older one is then untouched.
    """
    from msgspec import to_builtins

    folder = path.parent.absolute()
    data = {
        "format": FORMAT_VERSION,
        "program": __version__,
        "current": project.current,
        "network": project.network,
        "phases": None if project.phases is None else list(project.phases),
        "patterns": [
            {
                "state": state_to_json(item.state, relative_to=folder),
                "answer": to_builtins(item.record),
            }
            for item in project.patterns
        ],
    }
    try:
        write_json(path, data)
    except OSError as error:
        raise ProjectError(f"{path.name} cannot be saved: {error.strerror}.") from error


def load_project(path: Path) -> Project:
    """Read a project.

    Raises
    ------
    ProjectError
        If it is missing, damaged, or of a newer format.
    """
    folder = path.parent.absolute()
    try:
        data = read_json(path)
    except FileNotFoundError as error:
        raise ProjectError(f"There is no project {path.name}.") from error
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path.name} is damaged or no project.") from error
    if not isinstance(data, dict) or not isinstance(data.get("patterns"), list):
        raise ProjectError(f"{path.name} is no project.")
    if data.get("format") != FORMAT_VERSION:
        raise ProjectError(
            f"{path.name} is of format {data.get('format')}; this program reads format "
            f"{FORMAT_VERSION}. Update the program."
        )
    patterns, unread = _patterns(data["patterns"], folder)
    phases, current = data.get("phases"), data.get("current")
    return Project(
        patterns=tuple(patterns),
        current=current if isinstance(current, int) else 0,
        network=str(data.get("network") or ""),
        phases=tuple(str(name) for name in phases) if isinstance(phases, list) else None,
        unread=tuple(unread),
    )


def _patterns(items: Sequence[Any], folder: Path) -> tuple[list[ProjectPattern], list[str]]:
    """Return the patterns that can be understood, and the names of those that cannot."""
    patterns: list[ProjectPattern] = []
    unread: list[str] = []
    for item in items:
        try:
            state = state_from_json(item["state"], relative_to=folder)
        except (KeyError, TypeError, ValueError, AttributeError, SaedError):
            # one damaged entry must not cost the others
            named = item.get("state") if isinstance(item, dict) else None
            unread.append(str(named.get("path")) if isinstance(named, dict) else "?")
            continue
        patterns.append(ProjectPattern(state, _record(item.get("answer"))))
    return patterns, unread


def _record(value: Any) -> "AnswerRecord | None":
    """Return a saved answer; one that cannot be read costs no more than itself."""
    from saed_desktop.results.reading import RecordError, record_of

    try:
        return record_of(value)
    except RecordError:
        return None
