"""Size and time stamp that tell a file from a changed one of the same name."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """Size and time of change of a file."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stamp | None":
        """Return the stamp of a file, None where it cannot be looked at."""
        try:
            status = path.stat()
        except OSError:
            return None
        return cls(status.st_size, status.st_mtime_ns)
