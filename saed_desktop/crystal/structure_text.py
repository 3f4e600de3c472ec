"""Structure files as text: whatever wrote them, and as far as their syntax goes."""

import re
from collections.abc import Iterator

import gemmi

from saed_desktop.errors import PhaseError

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with or without its mark, or Windows-1252.

    Lines end as they do here, whichever system wrote them.
    """
    return _text(content).replace("\r\n", "\n").replace("\r", "\n")


def _text(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    half = content[:400]
    if half[1::2].count(0) > len(half) / 3:
        return content.decode("utf-16-le", "replace")
    if half[::2].count(0) > len(half) / 3:
        return content.decode("utf-16-be", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def parsed(text: str, file_name: str, remarks: list[str]) -> "gemmi.cif.Document":
    """Parse a CIF file; where it breaks the rules, keep every entry and loop that keeps them.

    Raises
    ------
    PhaseError
        If nothing of it can be read.
    """
    try:
        return gemmi.cif.read_string(text)
    except (RuntimeError, ValueError):
        pass
    try:
        document = gemmi.cif.read_string("\n".join(_sound_parts(text)))
    except (RuntimeError, ValueError) as error:
        raise PhaseError(f"{file_name} is not a readable CIF file.") from error
    if not any(len(list(block)) for block in document):
        raise PhaseError(f"{file_name} is not a readable CIF file.")
    remarks.append("Parts of the file break the rules of CIF and were left out.")
    return document


def _sound_parts(text: str) -> Iterator[str]:
    """Yield the headings and those entries and loops of a CIF file that can be read alone."""
    tags: set[str] = set()
    has_heading = False
    for part in _parts(text):
        if part.lower().startswith("data_"):
            heading = part.split()[0]
            tags.clear()
            has_heading = True
            yield heading
            continue
        own = {tag.lower() for tag in re.findall(r"^\s*(_[^\s]+)", part, re.MULTILINE)}
        sound = part if _can_be_read(part) else _quoted(part)
        if not own or own & tags or not sound:
            continue
        if not has_heading:
            has_heading = True
            yield "data_unnamed"
        tags |= own
        yield sound


def _parts(text: str) -> Iterator[str]:
    """Cut a CIF file before every heading, loop and entry; text in semicolons stays whole."""
    part: list[str] = []
    in_text = in_loop_head = False
    for line in text.splitlines():
        if line.startswith(";"):
            in_text = not in_text
            part.append(line)
            continue
        word = line.strip().lower()
        is_tag = word.startswith("_")
        starts = word.startswith(("data_", "loop_")) or (is_tag and not in_loop_head)
        if starts and not in_text:
            if part:
                yield "\n".join(part)
            part = []
            in_loop_head = word.startswith("loop_")
        elif not in_text and word and not is_tag and not word.startswith("#"):
            in_loop_head = False
        part.append(line)
    if part:
        yield "\n".join(part)


def _quoted(part: str) -> str:
    """Return an entry whose value of several words lacks its quotes with them, else nothing."""
    entry = re.fullmatch(r"\s*(_\S+)[ \t]+([^'\"\n]+?)\s*", part)
    if entry is None:
        return ""
    quoted = f"{entry.group(1)} '{entry.group(2)}'"
    return quoted if _can_be_read(quoted) else ""


def _can_be_read(part: str) -> bool:
    try:
        gemmi.cif.read_string(f"data_part\n{part}\n")
    except (RuntimeError, ValueError):
        return False
    return True


def number(text: str) -> float | None:
    """Return a number as CIF files write it, None where there is none.

    Understands standard uncertainties, 0.25(3), and fractions, 1/3.
    """
    plain = gemmi.cif.as_string(text).strip() if text else ""
    if plain in ("", "?", "."):
        return None
    fraction = re.fullmatch(r"([-+]?\d+)\s*/\s*(\d+)", plain)
    if fraction and int(fraction.group(2)):
        return int(fraction.group(1)) / int(fraction.group(2))
    found = re.fullmatch(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\(\d*\))?", plain)
    return float(found.group(1)) if found else None


def last_digit(text: str) -> float:
    """Return the value of one unit in the last digit of a number, 0 for a fraction."""
    plain = gemmi.cif.as_string(text).strip().partition("(")[0]
    if "/" in plain or "e" in plain.lower():
        return 0.0
    return 10.0 ** -len(plain.partition(".")[2])
