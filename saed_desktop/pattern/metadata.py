"""Metadata of a pattern, found under the names that each format uses."""

from collections.abc import Iterator, Mapping
from typing import Any


def file_metadata(signal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata of a RosettaSciIO signal as dotted names of HyperSpy's tree.

    RosettaSciIO leaves the instrument's values under the format's own names and describes in
    `mapping` where they belong; HyperSpy applies it when it builds a signal, and so do we.
    """
    metadata = dict(_flat(signal.get("metadata") or {}))
    original = signal.get("original_metadata") or {}
    for source, (target, convert) in (signal.get("mapping") or {}).items():
        value = _at(original, source)
        if value is None:
            continue
        try:
            metadata[target] = convert(value) if convert is not None else value
        except (TypeError, ValueError, KeyError, ZeroDivisionError):
            continue  # one odd tag is no reason to lose the others
    return metadata


def find_metadata(metadata: Mapping[str, Any], last_name: str) -> Any:
    """Return the first fact whose dotted name ends in `last_name`, or None."""
    for name, value in metadata.items():
        if name == last_name or name.endswith("." + last_name):
            return value
    return None


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _at(tree: Any, dotted: str) -> Any:
    """Return the value at a dotted path; keys may hold dots themselves, and blanks for `_`."""
    if not isinstance(tree, Mapping):
        return None
    if dotted in tree:
        return tree[dotted]
    for key, value in tree.items():
        # HyperSpy turns the blanks of TIA's names into underscores before it applies the mapping
        name = str(key).replace(" ", "_")
        if name == dotted.replace(" ", "_"):
            return value
        for spelling in {str(key), name}:
            if dotted.startswith(spelling + "."):
                found = _at(value, dotted[len(spelling) + 1 :])
                if found is not None:
                    return found
    return None
