"""Named sets of phases, for people who work on one alloy today and on another tomorrow."""

import logging
from pathlib import Path

from saed_desktop.errors import UsageError
from saed_desktop.paths import settings_dir
from saed_desktop.workspace.atomic import read_json, set_aside, write_json_atomically

_FILE_NAME = "phase-sets.json"


class PhaseSetStore:
    """The user's sets in a file.

    Parameters
    ----------
    path
        The file; the user's own by default.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings_dir() / _FILE_NAME

    def read(self) -> dict[str, tuple[str, ...]]:
        """Return the sets by name; a damaged file is set aside and counts as none."""
        try:
            data = read_json(self.path)
            return {
                str(name): tuple(str(phase) for phase in phases)
                for name, phases in data["sets"].items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logging.getLogger(__name__).warning("phase sets cannot be read: %s", error)
            try:
                set_aside(self.path)
            except OSError:
                logging.getLogger(__name__).warning("nor can they be set aside")
            return {}

    def save(self, name: str, phases: tuple[str, ...]) -> None:
        """Add a set; one of the same name is replaced.

        Raises
        ------
        UsageError
            If it has no name or no phase.
        """
        if not name.strip() or not phases:
            raise UsageError("A phase set needs a name and at least one phase.")
        self._write({**self.read(), name.strip(): phases})

    def remove(self, name: str) -> None:
        """Delete a set."""
        self._write({key: value for key, value in self.read().items() if key != name})

    def _write(self, sets: dict[str, tuple[str, ...]]) -> None:
        write_json_atomically(self.path, {"format": 1, "sets": sets})
