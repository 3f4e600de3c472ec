r"""Names of files as text that every format can hold, and back.

On Linux a file's name is any bytes. In answers, what is no UTF-8 and what would break a line is
written as `\xE9` or `\u2028`, and a backslash as `\x5c`; all other names stand as they are.
"""

import os
import re
import sys
from pathlib import Path

_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))")
_BREAKS = "\u2028\u2029\u0085"


def file_text(path: Path) -> str:
    """Return a path as one line of valid text."""
    text = str(path)
    if text.isprintable() and ("\\" not in text or sys.platform == "win32"):
        return text
    if sys.platform != "win32":
        text = text.replace("\\", r"\x5c")
    raw = os.fsencode(text).decode("utf-8", "backslashreplace")
    return "".join(_escaped(c) for c in raw)


def path_of(text: str) -> Path:
    """Return the path that `file_text` wrote."""
    if sys.platform == "win32" or "\\" not in text:
        return Path(text)
    return Path(os.fsdecode(_ESCAPE.sub(_unescaped, text).encode("utf-8", "surrogateescape")))


def one_line(text: str) -> str:
    """Return any text as one line that every format can hold: a message that names a file."""
    if text.isprintable():
        return text
    raw = text.encode("utf-8", "surrogateescape" if _is_of_bytes(text) else "backslashreplace")
    return "".join(_escaped(c) for c in raw.decode("utf-8", "backslashreplace"))


def safe_stem(name: str) -> str:
    """Return a name without what file names cannot hold on some system."""
    return "".join(c if c.isalnum() or c in "-_.()+," else "_" for c in name).strip(".") or "_"


def _is_of_bytes(text: str) -> bool:
    """Whether the surrogates of a text, if any, stand for bytes of a file's name."""
    return all("\udc80" <= c <= "\udcff" for c in text if "\ud800" <= c <= "\udfff")


def _escaped(character: str) -> str:
    if character in _BREAKS:
        return f"\\u{ord(character):04x}"
    if character < " " or character == "\x7f":
        return f"\\x{ord(character):02x}"
    return character


def _unescaped(found: re.Match[str]) -> str:
    byte, character = found.groups()
    if character is not None:
        return chr(int(character, 16))
    value = int(byte, 16)
    # from 0x80 on it is a byte that was no UTF-8, which Python writes so
    return chr(value) if value < 0x80 else chr(0xDC00 + value)
