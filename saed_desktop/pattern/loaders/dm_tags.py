"""Checks the tags of a DigitalMicrograph file against its length before anything believes them.

A single flipped bit in a count sends a reader through billions of tags. Here every count and
every size must fit into what is left of the file; the walk touches each tag once.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.errors import UnreadablePatternError

_SIZES = {2: 2, 3: 4, 4: 2, 5: 4, 6: 4, 7: 8, 8: 1, 9: 1, 10: 1, 11: 8, 12: 8}
"""Bytes of the simple types by their code."""

_STRUCT, _STRING, _ARRAY = 15, 18, 20
_GROUP, _DATA = 20, 21
_DEEPEST = 64
_MOST_TAGS = 500_000


class _DamagedError(Exception):
    """A count or a size that the file cannot hold."""


@dataclass
class _Walk:
    """A position in a file's bytes that never runs beyond their end."""

    content: memoryview
    wide: str
    position: int = 0
    n_tags: int = 0

    def number(self, code: str) -> int:
        size = struct.calcsize(">" + code)
        value: int = struct.unpack_from(">" + code, self.content, self.position)[0]
        self.position += size
        return value

    def count(self) -> int:
        """Read a number as wide as the version has it: 4 bytes in DM3, 8 in DM4."""
        return self.number(self.wide)

    def skip(self, n_bytes: int) -> None:
        if n_bytes < 0 or n_bytes > self.left:
            raise _DamagedError
        self.position += n_bytes

    @property
    def left(self) -> int:
        return len(self.content) - self.position

    def group(self, depth: int) -> None:
        self.skip(2)
        n_tags = self.count()
        # the smallest tag has a kind, an empty name and something in it
        if depth > _DEEPEST or n_tags * 4 > self.left:
            raise _DamagedError
        for _ in range(n_tags):
            self.tag(depth)

    def tag(self, depth: int) -> None:
        self.n_tags += 1
        if self.n_tags > _MOST_TAGS:
            raise _DamagedError
        kind = self.number("B")
        self.skip(self.number("H"))
        if self.wide == "Q":
            stated = self.count()
            if stated > self.left:
                raise _DamagedError
        if kind == _GROUP:
            self.group(depth + 1)
        elif kind == _DATA:
            self.value()
        else:
            raise _DamagedError

    def value(self) -> None:
        if bytes(self.content[self.position : self.position + 4]) != b"%%%%":
            raise _DamagedError
        self.skip(4)
        n_numbers = self.count()
        if not 0 < n_numbers * struct.calcsize(">" + self.wide) <= self.left:
            raise _DamagedError
        numbers = [self.count() for _ in range(n_numbers)]
        size, used = _described_size(numbers)
        if used != n_numbers:
            raise _DamagedError
        self.skip(size)


def _described_size(numbers: list[int]) -> tuple[int, int]:
    """Return the bytes that a type description asks for, and how many of its numbers it took."""
    code = numbers[0]
    if code in _SIZES:
        return _SIZES[code], 1
    if code == _STRING:
        return 2 * numbers[1], 2
    if code == _STRUCT:
        n_fields = numbers[2]
        if 3 + 2 * n_fields > len(numbers):
            raise _DamagedError
        return sum(_SIZES[numbers[4 + 2 * i]] for i in range(n_fields)), 3 + 2 * n_fields
    if code == _ARRAY:
        element, used = _described_size(numbers[1:])
        return element * numbers[1 + used], used + 2
    raise _DamagedError


def check_tags(path: Path) -> None:
    """Refuse a DigitalMicrograph file whose counts and sizes do not fit into it.

    Raises
    ------
    UnreadablePatternError
        If a tag claims more than the file holds.
    """
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
        memoryview(content) as view,
    ):
        try:
            version = struct.unpack_from(">I", view)[0]
            walk = _Walk(view, "Q" if version == 4 else "I", 4)
            walk.count()
            walk.skip(4)
            walk.group(0)
            is_sound = True
        except (_DamagedError, struct.error, KeyError, IndexError, OverflowError):
            is_sound = False
    if not is_sound:
        raise UnreadablePatternError(
            f"{path.name} is damaged: its tags claim more than the file holds."
        )
