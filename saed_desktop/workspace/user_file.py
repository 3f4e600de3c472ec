"""Small JSON files that belong to the user: settings, profiles, sets of phases."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from saed_desktop.errors import SaedError
from saed_desktop.results.atomic import write_json

T = TypeVar("T")

LARGEST_BYTES = 500_000_000


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no JSON, or none that a person or a program of ours would write.
    """
    if path.exists() and not path.is_file():
        raise ValueError("no file, but a folder, a pipe or a device")
    if path.exists() and path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path.stat().st_size} bytes are no file of ours")
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_refused)
    except RecursionError as error:
        raise ValueError("brackets within brackets without end") from error


def _refused(name: str) -> Any:
    """Refuse what JSON has no name for; Python would read it as a number that is none."""
    raise ValueError(f"{name} is no number")


def readable(items: Iterable[Any], read: Callable[[Any], T], what: str) -> Iterator[T]:
    """Yield the entries of a list that can be understood; the others are logged and left out.

    Parameters
    ----------
    items
        Decoded JSON, one entry each.
    read
        Turns an entry into its value; raises ValueError, TypeError or SaedError.
    what
        What an entry is, for the log: "a profile".
    """
    for item in items:
        try:
            yield read(item)
        except (ValueError, TypeError, SaedError) as error:
            logging.getLogger(__name__).warning("%s cannot be understood: %s", what, error)


class UserFile:
    """A JSON file of the user's; a damaged one is set aside and never blocks the start.

    Parameters
    ----------
    path
        The file.
    what
        What it holds, as the beginning of a sentence: "The calibration profiles".
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self.remark = ""
        self._what = what

    def read(self, parse: Callable[[Any], T], default: T) -> T:
        """Return what the file holds, or the default where there is none or it is damaged.

        A damaged file is renamed to `<name>.damaged`, for the user to mend; `remark` then says so.

        Parameters
        ----------
        parse
            Turns decoded JSON into the value; raises ValueError, KeyError, TypeError or
            AttributeError where it cannot.
        default
            Returned where there is nothing to read.
        """
        try:
            return parse(read_json(self.path))
        except FileNotFoundError:
            return default
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logging.getLogger(__name__).warning("%s cannot be read: %s", self.path, error)
            aside = self.path.with_name(self.path.name + ".damaged")
            try:
                self.path.replace(aside)
                self.remark = f"{self._what} were damaged and start afresh; see {aside.name}."
            except OSError:
                self.remark = f"{self._what} cannot be read."
            return default

    def write(self, content: Any) -> None:
        """Write plain values.

        Raises
        ------
        OSError
            If the file cannot be written; the old one is then untouched.
        """
        write_json(self.path, content)
