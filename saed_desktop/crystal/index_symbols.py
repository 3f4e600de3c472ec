"""Miller indices as text: which digits of a symbol such as -20-2 carry a bar.

A symbol is written either without spaces, one digit an index, or with a space between all of its
indices (see `zone_axis.direction_label`). A bar therefore never reaches past its own index: -20-2
is bar 2, 0, bar 2, and -1 10 2 is bar 1, 10, 2.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

# three or four indices between brackets: the minus of "R-3c" or "(-5 %)" stays what it is
_BRACKETED = re.compile(r"[\[(<{](?:-?\d+(?:[ ,]+-?\d+){2,3}|(?:-?\d){3,4})[\])>}]")
_CLOSE = re.compile(r"-(\d)")
_SPACED = re.compile(r"-(\d+)")


class SymbolPart(NamedTuple):
    """A piece of text that is drawn with a bar over the whole of it, or without any."""

    text: str
    is_barred: bool


def symbol_parts(symbol: str) -> tuple[SymbolPart, ...]:
    """Return a symbol in pieces, each barred index a piece of its own.

    Parameters
    ----------
    symbol
        Indices with or without brackets: -20-2, [2-1-10], -1 10 2.
    """
    return tuple(_pieces(symbol, _index_pattern(symbol)))


def text_parts(text: str) -> tuple[SymbolPart, ...]:
    """Return a sentence in pieces; only indices between brackets have bars."""
    parts: list[SymbolPart] = []
    at = 0
    for match in _BRACKETED.finditer(text):
        if match.start() > at:
            parts.append(SymbolPart(text[at : match.start()], False))
        parts.extend(symbol_parts(match[0]))
        at = match.end()
    if at < len(text):
        parts.append(SymbolPart(text[at:], False))
    return tuple(parts)


def symbol_html(symbol: str) -> str:
    """Return a symbol as HTML with a bar over each negative index."""
    return "".join(_part_html(part) for part in symbol_parts(symbol))


def text_html(text: str) -> str:
    """Return a sentence as HTML in which indices between brackets have bars."""
    return "".join(_part_html(part) for part in text_parts(text))


def _index_pattern(symbol: str) -> re.Pattern[str]:
    return _SPACED if re.search(r"[ ,]", symbol.strip("[]<>(){} ")) else _CLOSE


def _pieces(symbol: str, pattern: re.Pattern[str]) -> Iterator[SymbolPart]:
    at = 0
    for match in pattern.finditer(symbol):
        if match.start() > at:
            yield SymbolPart(symbol[at : match.start()], False)
        yield SymbolPart(match[1], True)
        at = match.end()
    if at < len(symbol):
        yield SymbolPart(symbol[at:], False)


def _part_html(part: SymbolPart) -> str:
    words = html.escape(part.text)
    return f'<span style="text-decoration:overline">{words}</span>' if part.is_barred else words
