"""Dataclasses of arrays that are kept as one file each, alone or as a numbered series."""

from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_bytes


class ArrayFile:
    """Base of a dataclass of arrays that is kept as an `.npz` file.

    Attributes
    ----------
    HOLDS
        What the arrays are, for the sentence where a file holds something else.
    """

    HOLDS: ClassVar[str]

    def save(self, path: Path) -> None:
        """Write the arrays under a temporary name and rename it."""
        own: Any = self
        with atomic_bytes(path) as stream:
            np.savez_compressed(stream, **{f.name: getattr(self, f.name) for f in fields(own)})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the arrays.

        Raises
        ------
        UsageError
            If the file holds others, or none.
        """
        own: Any = cls
        try:
            with np.load(path, allow_pickle=False) as data:
                return cls(**{f.name: data[f.name] for f in fields(own)})
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(f"{path} holds no {cls.HOLDS} ({error}).") from error


def series(folder: Path, name: str, seed: int, *, count: int, per_file: int) -> list[Path]:
    """Return the files of a series that holds at least `count` examples.

    Parameters
    ----------
    folder
        Where the files go.
    name, seed
        Of the series; the same number of the same series is the same file in every run.
    count
        Number of examples.
    per_file
        Number of them in a file.
    """
    return [folder / f"{name}-{seed}-{number:04d}.npz" for number in range(-(-count // per_file))]
