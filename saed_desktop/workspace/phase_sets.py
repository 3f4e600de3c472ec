"""Named sets of phases, for people who work on one alloy today and on another tomorrow."""

from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from saed_desktop.paths import settings_dir
from saed_desktop.translation import mark
from saed_desktop.workspace.user_file import UserFile, readable

_FILE_NAME = "phase-sets.json"


class PhaseSetStore:
    """The user's sets in a file.

    Parameters
    ----------
    path
        The file; the user's own by default.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = UserFile(path or settings_dir() / _FILE_NAME, mark("The phase sets"))

    def read(self) -> dict[str, tuple[str, ...]]:
        """Return the sets by name; a damaged file is set aside and counts as none.

        A single set that cannot be understood does not hide the others.
        """

        def parse(data: Any) -> dict[str, tuple[str, ...]]:
            from msgspec import convert

            return dict(
                readable(
                    data["sets"].items(),
                    lambda item: convert(item, tuple[str, tuple[str, ...]]),
                    "a phase set",
                )
            )

        return self._file.read(parse, {})

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
        self._file.write({"format": 1, "sets": sets})
