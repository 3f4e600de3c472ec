"""Files packed with gzip."""

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saed_desktop.errors import UnreadablePatternError

_MOST_BYTES = 2_000_000_000


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack a gzip file under its own name into a folder that is removed afterwards.

    Raises
    ------
    UnreadablePatternError
        If it is too large, or damaged.
    """
    name = path.stem if path.suffix.lower() == ".gz" else path.name
    with tempfile.TemporaryDirectory(prefix="saed-") as folder:
        target = Path(folder) / name
        try:
            with gzip.open(path) as packed, target.open("wb") as plain:
                shutil.copyfileobj(_Limited(packed, path), plain, 1 << 20)
        except (OSError, EOFError) as error:
            raise UnreadablePatternError(f"{path.name} is a damaged gzip file.") from error
        yield target


class _Limited:
    """Stops a file that unpacks without end."""

    def __init__(self, stream: gzip.GzipFile, path: Path) -> None:
        self._stream, self._path, self._left = stream, path, _MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._left -= len(block)
        if self._left < 0:
            raise UnreadablePatternError(f"{self._path.name} is too large once it is unpacked.")
        return block
