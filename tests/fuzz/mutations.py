"""Changes to files: of bytes, and of the values in JSON."""

import json
import random
from collections.abc import Callable
from typing import Any

_BYTES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0x0A, 0x22, 0x7B, 0x5B)
_NUMBERS = (0, 1, -1, 127, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1)
_VALUES: tuple[Callable[[], Any], ...] = (
    lambda: None,
    lambda: True,
    lambda: -1,
    lambda: 0,
    lambda: 0.5,
    lambda: 10**6,
    lambda: 2**70,
    lambda: 1e308,
    lambda: 1e-308,
    lambda: float("nan"),
    lambda: float("inf"),
    lambda: "",
    lambda: "../../../x",
    lambda: "a\0b",
    lambda: "\ud800",
    lambda: "x" * 5000,
    lambda: "-1",
    list,
    dict,
    lambda: [[]],
    lambda: [0] * 1000,
    lambda: {"x": {"x": {}}},
    lambda: _nested(300),
)


def _nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def changed_bytes(data: bytes, draw: random.Random) -> bytes:
    """Return a file with one to eight changes of bytes."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 4, 8))):
        _change(out, draw)
    return bytes(out)


def _change(out: bytearray, draw: random.Random) -> None:
    # half of all changes hit the head, where formats keep their sizes
    reach = min(len(out), draw.choice((64, 512, len(out) or 1)))
    at = draw.randrange(reach) if reach else 0
    kind = draw.randrange(8)
    if kind == 0 and out:
        out[at] ^= 1 << draw.randrange(8)
    elif kind == 1 and out:
        out[at] = draw.choice(_BYTES)
    elif kind == 2:
        width = draw.choice((1, 2, 4, 8))
        number = draw.choice(_NUMBERS) % (1 << 8 * width)
        out[at : at + width] = number.to_bytes(width, draw.choice(("little", "big")))
    elif kind == 3:
        del out[at : at + draw.choice((1, 2, 8, 100, 5000))]
    elif kind == 4:
        out[at:at] = bytes(draw.choice(_BYTES) for _ in range(draw.choice((1, 4, 64))))
    elif kind == 5:
        del out[at:]
    elif kind == 6:
        start = draw.randrange(len(out) or 1)
        out[at:at] = out[start : start + draw.choice((4, 64, 1000))]
    else:
        out[at : at + 64] = draw.randbytes(min(64, max(0, len(out) - at)))


def changed_json(data: bytes, draw: random.Random) -> bytes:
    """Return JSON with one to three values changed; now and then with changed bytes instead."""
    if draw.random() < 0.15:
        return changed_bytes(data, draw)
    value = json.loads(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        value = _with_a_change(value, draw)
    return json.dumps(value).encode("utf-8", "replace")


def changed_lines(data: bytes, draw: random.Random) -> bytes:
    """Return JSON lines with a line changed, left out or doubled."""
    lines = data.splitlines()
    at = draw.randrange(len(lines))
    kind = draw.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[draw.randrange(len(lines))])
    else:
        lines[at] = changed_json(lines[at], draw)
    return b"\n".join(lines) + (b"\n" if draw.random() < 0.9 else b"")


def _with_a_change(value: Any, draw: random.Random) -> Any:
    """Return a decoded value with one place in it changed."""
    is_branch = isinstance(value, dict | list) and len(value) > 0
    if not is_branch or draw.random() < 0.05:
        return draw.choice(_VALUES)()
    if isinstance(value, list):
        at = draw.randrange(len(value))
        if draw.random() < 0.1:
            return [*value[:at], *value[at + 1 :]]
        if draw.random() < 0.1:
            return [*value, value[at]]
        return [*value[:at], _with_a_change(value[at], draw), *value[at + 1 :]]
    name = draw.choice(list(value))
    if draw.random() < 0.15:
        return {key: item for key, item in value.items() if key != name}
    if draw.random() < 0.05:
        return {**value, "no such key": draw.choice(_VALUES)()}
    return {**value, name: _with_a_change(value[name], draw)}
