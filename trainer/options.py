"""Options as dataclasses: each part of the trainer owns its own beside its code.

A field made with `option` becomes a command-line flag and a key of a configuration file; nothing
else has to be edited to add one.
"""

import argparse
import dataclasses
import difflib
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from saed_desktop.errors import UsageError

OptionsT = TypeVar("OptionsT")


def option(
    default: Any,
    text: str,
    *,
    choices: Iterable[str] = (),
    metavar: str | None = None,
    check: Callable[[Any], bool] | None = None,
    rule: str = "",
    formerly: str = "",
) -> Any:
    """Return a dataclass field that is an option.

    Parameters
    ----------
    default
        Its default value.
    text
        One line of help.
    choices
        The permitted values of a text option.
    metavar
        What stands for the value in the help.
    check, rule
        Whether a value is possible, and the words for what is: "between 0 and 1".
    formerly
        The name that it had: still read in commands, files and runs, no longer shown.
    """
    metadata = {
        "help": text,
        "choices": tuple(choices),
        "metavar": metavar,
        "check": check,
        "rule": rule,
        "formerly": formerly,
    }
    return dataclasses.field(default=default, metadata=metadata)


def positive(value: float) -> bool:
    """Tell whether a number is above 0."""
    return value > 0


def not_negative(value: float) -> bool:
    """Tell whether a number is 0 or above."""
    return value >= 0


def fraction(value: float) -> bool:
    """Tell whether a number is at least 0 and below 1."""
    return 0 <= value < 1


def add_options(parser: argparse.ArgumentParser, options: type[Any], title: str) -> None:
    """Add one flag per field; a flag that is not given leaves no trace in the namespace."""
    group = parser.add_argument_group(title)
    kinds = typing.get_type_hints(options)
    for field in dataclasses.fields(options):
        flag = _flag(field.name)
        kind, text = _scalar_type(kinds[field.name]), str(field.metadata["help"])
        several: dict[str, Any] = {"nargs": "+"} if _is_several(kinds[field.name]) else {}
        if kind is bool:
            group.add_argument(
                flag,
                action=argparse.BooleanOptionalAction,
                default=argparse.SUPPRESS,
                help=f"{text} (default: {'yes' if field.default else 'no'})",
            )
            continue
        usual = _plain(field.default)
        shown = "" if usual in (None, "") else f" (default: {usual})"
        add_renamed(
            group,
            flag,
            _flag(field.metadata["formerly"]) if field.metadata["formerly"] else None,
            type=kind,
            choices=field.metadata["choices"] or None,
            metavar=field.metadata["metavar"] or _METAVARS.get(kind),
            default=argparse.SUPPRESS,
            help=(text + shown).replace("%", "%%"),
            **several,
        )


def add_renamed(
    parser: argparse._ActionsContainer, flag: str, former: str | None, **kwargs: Any
) -> None:
    """Add a flag that is read under its former name too, which help and messages leave out.

    Parameters
    ----------
    parser
        What takes it; a group of which one is required makes it a required flag.
    flag, former
        Its names; None where it had no other.
    kwargs
        As for `add_argument`.
    """
    action = parser.add_argument(flag, **kwargs)
    if former is not None:
        hidden = {**kwargs, "help": argparse.SUPPRESS, "dest": action.dest}
        parser.add_argument(former, **hidden)


def given_options(options: type[Any], namespace: argparse.Namespace) -> dict[str, Any]:
    """Return the options of one part that were given on the command line."""
    names = {field.name for field in dataclasses.fields(options)}
    return {name: value for name, value in vars(namespace).items() if name in names}


def make_options(options: type[OptionsT], values: Mapping[str, Any], *, part: str) -> OptionsT:
    """Return the options of one part with the given values, checked.

    Parameters
    ----------
    options
        Their dataclass.
    values
        By name; text is accepted for paths.
    part
        What the part is called in messages.

    Raises
    ------
    UsageError
        If a name is unknown, or a value is of the wrong type or impossible.
    """
    fields: dict[str, dataclasses.Field[Any]] = {
        field.name: field
        for field in dataclasses.fields(options)  # type: ignore[arg-type]
    }
    kinds = typing.get_type_hints(options)
    checked = {}
    for name, value in with_present_names(options, values).items():
        if name not in fields:
            raise UsageError(f"There is no option '{name}' in '{part}'{_hint(name, fields)}.")
        checked[name] = _checked(fields[name], kinds[name], value)
    return options(**checked)


def with_present_names(options: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values under the names that their options have now."""
    present = {
        field.metadata["formerly"]: field.name
        for field in dataclasses.fields(options)
        if field.metadata["formerly"]
    }
    return {present.get(name, name): value for name, value in values.items()}


def to_plain(options: Any) -> dict[str, Any]:
    """Return options as plain values that JSON and TOML can hold."""
    return {name: _plain(value) for name, value in dataclasses.asdict(options).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        # one value as itself: so runs kept it before the option took several
        return value[0] if len(value) == 1 else list(value)
    return str(value) if isinstance(value, Path) else value


def _checked(field: dataclasses.Field[Any], kind: Any, value: Any) -> Any:
    flag = _flag(field.name)
    optional = type(None) in typing.get_args(kind)
    scalar = _scalar_type(kind)
    if value is None and optional:
        return None
    if _is_several(kind):
        return _checked_several(flag, scalar, value)
    if scalar is Path and isinstance(value, str):
        value = Path(value)
    if scalar is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, scalar) or (scalar is int and isinstance(value, bool)):
        raise UsageError(f"{flag} wants {_WORDS.get(scalar, scalar.__name__)}, not {value!r}.")
    choices = field.metadata["choices"]
    if choices and value not in choices:
        raise UsageError(f"{flag} is one of {', '.join(choices)}, not {value!r}.")
    check = field.metadata["check"]
    if check is not None and not check(value):
        raise UsageError(f"{flag} must be {field.metadata['rule']}, not {value}.")
    return value


def _checked_several(flag: str, scalar: Any, value: Any) -> tuple[Any, ...]:
    values = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not values or not all(isinstance(one, scalar) for one in values):
        raise UsageError(f"{flag} wants {_WORDS.get(scalar, scalar.__name__)} or several.")
    return values


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


_METAVARS = {int: "N", float: "X", Path: "PATH"}
_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a name",
    Path: "a path",
}


def _scalar_type(kind: Any) -> Any:
    """Return the type of one value: `int` of `int | None`, `str` of `tuple[str, ...]`."""
    if isinstance(kind, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    return typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else kind


def _is_several(kind: Any) -> bool:
    """Tell whether an option takes several values."""
    parts = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    return any(typing.get_origin(part) is tuple for part in parts)


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
