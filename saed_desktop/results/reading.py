"""Reads records of this and of earlier schemas."""

from typing import Any

import msgspec

from saed_desktop.results.reason import ReasonKind
from saed_desktop.results.record import SCHEMA_VERSION, AnswerRecord, Verdict


class RecordError(ValueError):
    """JSON that is no answer of this program, or of a newer version of it."""


def read_record(data: bytes | str) -> AnswerRecord:
    """Return the answer that a piece of JSON holds, of whatever schema.

    Raises
    ------
    RecordError
        If it holds none.
    """
    try:
        return record_of(msgspec.json.decode(data))
    except RecursionError as error:
        raise RecordError("brackets within brackets without end") from error
    except ValueError as error:
        raise RecordError(str(error)) from error


def record_of(value: Any) -> AnswerRecord:
    """Return the answer that decoded JSON holds, of whatever schema.

    Raises
    ------
    RecordError
        If it holds none.
    """
    if not isinstance(value, dict):
        raise RecordError("an answer is a table of names and values")
    version = value.get("schema", 1)
    if not isinstance(version, int) or not 1 <= version <= SCHEMA_VERSION:
        raise RecordError(f"schema {version}; this version reads up to {SCHEMA_VERSION}")
    try:
        if version < 2:
            value = _from_schema_1(value)
        if version < 3:
            value = _from_schema_2(value)
        if version < 4:
            value = _from_schema_3(value)
        return msgspec.convert(value, AnswerRecord)
    except ValueError as error:
        raise RecordError(str(error)) from error


class _Schema1(msgspec.Struct):
    """Schema 1's fields that had another shape, or were missing at first."""

    candidates: list[dict[str, Any]]
    reasons: list[str]
    phase: str | None = None
    deciding: list[str] = []
    zone_label: str | None = None
    thumbnail: str | None = None
    width_px: int = 0
    marks: list[list[Any]] = []


def _from_schema_1(old: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of schema 1, which was not numbered, in the shape of schema 2.

    There, reasons were bare sentences, the zone axis of the phase named had its label beside the
    candidates, and the window's picture lay among the other keys.
    """
    parts = msgspec.convert(old, _Schema1)
    for candidate in parts.candidates:
        if candidate.get("phase") == parts.phase:
            candidate["zone_label"] = parts.zone_label
    new: dict[str, Any] = {
        "further_crystals": [],
        "center_sigma_px": None,
        **old,
        "schema": 2,
        "candidates": parts.candidates,
        "reasons": [_text(text) for text in parts.reasons],
        "deciding": [_text(text) for text in parts.deciding],
    }
    if parts.thumbnail is not None:
        new["picture"] = {
            "jpeg": parts.thumbnail,
            "width_px": parts.width_px,
            "marks": parts.marks,
        }
    return new


def present_verdict(text: str) -> str:
    """Return a verdict as this version names it."""
    return Verdict.INDEXING_ONLY.value if text == "physics-only" else text


def _from_schema_2(old: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of schema 2, which called spot indexing "physics", in schema 3's words."""
    return {
        **old,
        "schema": 3,
        "verdict": present_verdict(msgspec.convert(old.get("verdict"), str)),
    }


def _from_schema_3(old: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of schema 3, whose probabilities were among the phases, in the new shape.

    How probable "none of these" was cannot be told from what it holds.
    """
    considered = old.get("conditional_on", "candidates")
    return {**old, "schema": SCHEMA_VERSION, "considered": considered}


def _text(text: str) -> dict[str, str]:
    return {"kind": ReasonKind.TEXT.value, "text": text}
