"""Open patterns with all that was done to them, as one file that is whole or not there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saed_desktop import __version__
from saed_desktop.errors import SaedError
from saed_desktop.results.atomic import write_json
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.library_choice import ELEMENT_PLACES
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
    """Contents of a project file.

    Parameters
    ----------
    patterns
        In their order.
    current
        Which of them was shown.
    network, phases
        Whom the answers were asked of.
    elements_yes, elements_no
        Elements that are in the specimen's structures, and that are not; others may be. None
        where an older version said nothing of them.
    """

    patterns: tuple[ProjectPattern, ...]
    current: int = 0
    network: str = ""
    phases: tuple[str, ...] | None = None
    elements_yes: tuple[str, ...] | None = None
    elements_no: tuple[str, ...] | None = None
    unread: tuple[str, ...] = field(default=())


def save_project(path: Path, project: Project) -> None:
    """Write a project; files beside it are noted by their relative paths.

    Raises
    ------
    ProjectError
        If the file cannot be written; an older one is then untouched.
    """
    from msgspec import to_builtins

    from saed_desktop.workspace.state_file import state_to_json

    folder = path.parent.absolute()
    data = {
        "format": FORMAT_VERSION,
        "program": __version__,
        "current": project.current,
        "network": project.network,
        "phases": project.phases,
        "elements": {"yes": project.elements_yes, "no": project.elements_no},
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
    """Read a project; what cannot be understood of it costs no more than itself.

    Raises
    ------
    ProjectError
        If it is missing, damaged, or of a newer format.
    """
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
    patterns, unread = _patterns(data["patterns"], path.parent.absolute())
    elements = _checked(data.get("elements"), dict[str, tuple[str, ...] | None], {})
    return Project(
        patterns=tuple(patterns),
        current=_checked(data.get("current"), int, 0),
        network=_checked(data.get("network"), str, ""),
        phases=_checked(data.get("phases"), tuple[str, ...] | None, None),
        elements_yes=_elements(elements.get("yes")),
        elements_no=_elements(elements.get("no")),
        unread=tuple(unread),
    )


def _elements(symbols: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return those of some words that are elements."""
    if symbols is None:
        return None
    return tuple(symbol for symbol in symbols if symbol in ELEMENT_PLACES)


def _checked(value: Any, kind: Any, default: Any) -> Any:
    """Return a value of a kind, the default where it is of another."""
    from msgspec import convert

    try:
        return convert(value, kind)
    except ValueError:  # text that is no Unicode is no ValidationError
        return default


def _patterns(items: Sequence[Any], folder: Path) -> tuple[list[ProjectPattern], list[str]]:
    """Return the patterns that can be understood, and the names of those that cannot."""
    from saed_desktop.results.reading import RecordError, record_of
    from saed_desktop.workspace.state_file import state_from_json

    patterns: list[ProjectPattern] = []
    unread: list[str] = []
    for item in items:
        entry = item if isinstance(item, dict) else {}
        try:
            state = state_from_json(entry.get("state"), relative_to=folder)
        except ValueError:
            named = entry.get("state")
            unread.append(str(named.get("path")) if isinstance(named, dict) else "?")
            continue
        try:
            record = record_of(entry.get("answer"))
        except RecordError:
            record = None
        patterns.append(ProjectPattern(state, record))
    return patterns, unread
