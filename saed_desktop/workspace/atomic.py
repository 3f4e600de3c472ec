"""Files that are there whole or not at all, whatever happens while they are written."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Write a file under a temporary name beside it and rename it.

    Raises
    ------
    OSError
        If the folder cannot be written; the old file is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes files for the owner only; what the user saves others may read as usual
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_text_atomically(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all."""
    write_bytes_atomically(path, text.encode())


def write_json_atomically(path: Path, data: Any) -> None:
    """Write JSON, whole or not at all."""
    write_text_atomically(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no JSON, or none that a person or a program of ours would write.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("brackets within brackets without end") from error


def set_aside(path: Path) -> Path:
    """Rename a damaged file to `<name>.damaged`, so that nobody stumbles over it again."""
    aside = path.with_name(path.name + ".damaged")
    path.replace(aside)
    return aside
