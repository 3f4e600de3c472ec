"""Copies of what was open, kept against a crash: all are offered, none is deleted unread."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.errors import SaedError
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.project import Project, load_project

DAMAGED = ".damaged"
"""Ending under which a copy that cannot be read is set aside."""


@dataclass(frozen=True)
class Offer:
    """The work that copies hold together.

    Parameters
    ----------
    states
        The patterns, of the newest copy first; of a pattern in several copies the newest state.
    current
        Which of them was shown last.
    files
        The copies that could be read.
    whole
        Those of which nothing is missing in `states`.
    damaged
        Copies that cannot be read, under the names by which they were set aside.
    unread
        Patterns that could not be understood.
    """

    states: tuple[PatternState, ...] = ()
    current: int = 0
    files: tuple[Path, ...] = ()
    whole: tuple[Path, ...] = ()
    damaged: tuple[Path, ...] = ()
    unread: tuple[str, ...] = ()


def read_copies(copies: Iterable[Path]) -> Offer:
    """Return what copies hold; one that is damaged hides none of the others."""
    projects: list[tuple[Path, Project]] = []
    damaged: list[Path] = []
    for path in sorted(copies, key=_age, reverse=True):
        try:
            projects.append((path, load_project(path)))
        except SaedError:
            logging.getLogger(__name__).warning("the copy %s cannot be read", path, exc_info=True)
            damaged += _set_aside(path)
    states: dict[tuple[Path, int, str | None], PatternState] = {}
    for _, project in projects:
        for item in project.patterns:
            states.setdefault(_key(item.state), item.state)
    whole = [path for path, project in projects if _is_all_there(project, states.values())]
    return Offer(
        states=tuple(states.values()),
        current=projects[0][1].current if projects else 0,
        files=tuple(path for path, _ in projects),
        whole=tuple(whole),
        damaged=tuple(damaged),
        unread=tuple(name for _, project in projects for name in project.unread),
    )


def _is_all_there(project: Project, states: Iterable[PatternState]) -> bool:
    """Whether a copy may go once the states are open and saved: it holds nothing else."""
    known = list(states)
    return not project.unread and all(
        item.state in known or not item.state.is_edited for item in project.patterns
    )


def _key(state: PatternState) -> tuple[Path, int, str | None]:
    return state.path, state.frame, state.dataset


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _set_aside(path: Path) -> Sequence[Path]:
    """Rename a damaged copy, for somebody to mend; it is not offered again."""
    aside = path.with_name(path.name + DAMAGED)
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}{DAMAGED}-{number}")
    try:
        path.replace(aside)
    except OSError:
        return []  # gone, or locked: it stays where it is
    return [aside]
