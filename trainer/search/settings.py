"""Settings of a search, from a file and the command line: space, rungs, finals, data.

Everything that decides the outcome is written into the search folder before the first training,
and a folder takes no other settings afterwards.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import write_json
from trainer.config import differences
from trainer.data.measured_plan import DataOptions
from trainer.optim import SCHEDULES
from trainer.options import make_options, not_negative, option, positive, to_plain
from trainer.search.space import TABLE_II, Space, make_space

SETTINGS = "search.json"
STRATEGIES = ("exhaustive", "halving", "random")
RANKED_BY = ("accuracy", "macro_f1", "weighted_f1", "balanced_accuracy")
COURSE = "course of the learning rate from the first step to the last; constant is the paper's"
GROUPS = ("space", "search", "rungs", "finals", "data")


@dataclass(frozen=True)
class SearchOptions:
    """Options of the search."""

    strategy: str = option("halving", "how the space is searched", choices=STRATEGIES)
    count: int = option(
        500, "architectures that the random strategy draws", check=positive, rule="at least 1"
    )
    seed: int = option(
        0, "of weights, order and random choice", check=not_negative, rule="0 or above"
    )
    shards: int = option(
        1, "parts that are worked on side by side, one GPU or core each", check=positive,
        rule="at least 1",
    )  # fmt: skip
    together: int = option(
        0,
        "same-shaped networks trained as one batch of networks; 0: what was measured as quickest",
        check=not_negative,
        rule="0 or above",
    )
    rank_by: str = option("accuracy", "validation figure that ranks", choices=RANKED_BY)
    relatives: float = option(
        0.75,
        "what an architecture's variables do on average, as a share of what takes it on from the "
        "first rung of halving; 0: its own score alone",
        check=lambda share: 0 <= share <= 1,
        rule="from 0 to 1",
    )
    give_up: float = option(
        0.0,
        "end a training early when it is among this worst share of its shard; 0: never",
        check=lambda share: 0 <= share < 1,
        rule="at least 0 and below 1",
    )
    precision: str = option(
        "auto", "bf16 on GPUs that can, or always the same", choices=("auto", "fp32", "bf16")
    )
    memory_gb: float = option(
        0.0,
        "memory of its device that a worker may take, in GB; 0: all that there is",
        check=not_negative,
        rule="0 or above",
    )
    checkpoint_seconds: float = option(
        60.0, "between checkpoints of an unfinished training", check=not_negative,
        rule="0 or above",
    )  # fmt: skip


@dataclass(frozen=True)
class Rung:
    """One round of trainings."""

    epochs: int = option(20, "passes over the patterns", check=positive, rule="at least 1")
    size: int = option(800, "side of the input in pixels", check=positive, rule="at least 1")
    share: float = option(
        1.0, "share of the training patterns", check=lambda share: 0 < share <= 1,
        rule="above 0 and at most 1",
    )  # fmt: skip
    rotations: int = option(
        24, "rotations of an architecture that wants them", check=positive, rule="at least 1"
    )
    keep: float = option(
        1.0,
        "share of the rung before that enters, or how many above 1",
        check=positive,
        rule="above 0",
    )
    seeds: int = option(1, "trainings of each; their mean ranks", check=positive, rule="at least 1")
    schedule: str = option("constant", COURSE, choices=SCHEDULES)


@dataclass(frozen=True)
class Finals:
    """The last round: the best architectures trained in full with several seeds."""

    candidates: int = option(
        20, "architectures retrained; 0 for none", check=not_negative, rule="0 or above"
    )
    seeds: int = option(5, "trainings of each", check=positive, rule="at least 1")
    epochs: int = option(20, "passes over the patterns", check=positive, rule="at least 1")
    size: int = option(800, "side of the input in pixels", check=positive, rule="at least 1")
    rotations: int = option(24, "rotations", check=positive, rule="at least 1")
    schedule: str = option("constant", COURSE, choices=SCHEDULES)


FULL = Rung()
HALVING_RUNGS = (
    Rung(epochs=1, size=256, rotations=6),
    Rung(epochs=4, size=256, rotations=6, keep=0.25),
    Rung(epochs=4, size=400, rotations=12, keep=0.25),
    Rung(epochs=16, size=400, keep=0.2),
)
"""Every quarter, or fifth, that goes on costs four to eight times as much per training."""


@dataclass(frozen=True, eq=False)
class SearchSettings:
    """Everything that decides what a search does."""

    space: Space
    search: SearchOptions
    rungs: tuple[Rung, ...]
    finals: Finals
    data: DataOptions
    crop_px: int

    def to_plain(self) -> dict[str, Any]:
        """Return the settings as they are kept in the search folder."""
        return {
            "space": self.space.to_plain(),
            "search": to_plain(self.search),
            "rungs": [to_plain(rung) for rung in self.rungs],
            "finals": to_plain(self.finals),
            "data": to_plain(self.data),
            "crop": self.crop_px,
        }

    @property
    def full_size(self) -> int:
        """The size at which an architecture must be possible."""
        return self.finals.size if self.finals.candidates else self.rungs[-1].size


def make_settings(
    content: Mapping[str, Any], given: Mapping[str, Mapping[str, Any]] | None = None
) -> SearchSettings:
    """Return settings, checked.

    Parameters
    ----------
    content
        Of a configuration file or a search folder: one table per group, `rungs` a list of tables.
    given
        Values from the command line by group, which win.

    Raises
    ------
    UsageError
        If something is unknown, impossible, or contradicts something else.
    """
    unknown = set(content) - set(GROUPS) - {"crop"}
    if unknown:
        raise UsageError(
            f"There is no group '{sorted(unknown)[0]}' in a search; there are {', '.join(GROUPS)}."
        )
    merged = {
        name: {**_table(content, name), **(given or {}).get(name, {})}
        for name in ("search", "finals", "data")
    }
    search = make_options(SearchOptions, merged["search"], part="search")
    finals = make_options(Finals, merged["finals"], part="finals")
    data = make_options(DataOptions, merged["data"], part="data")
    rungs = _rungs(content.get("rungs"), search.strategy)
    space = make_space({"name": TABLE_II, **_table(content, "space")})
    crop = content.get("crop", finals.size)
    if not isinstance(crop, int) or crop < 1:
        raise UsageError(f"'crop' is the side of the cut-out square in pixels, not {crop!r}.")
    settings = SearchSettings(space, search, rungs, finals, data, crop)
    _check(settings)
    return settings


def read_settings_file(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises
    ------
    UsageError
        If it is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"There is no configuration file {path}.") from error
    except ValueError as error:
        raise UsageError(f"{path} is no valid TOML file: {error}.") from error


def load_settings(folder: Path) -> SearchSettings:
    """Return the settings of a search folder.

    Raises
    ------
    UsageError
        If it holds no search.
    """
    path = folder / SETTINGS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return make_settings(msgspec.convert(content, dict[str, Any]))
    except FileNotFoundError as error:
        raise UsageError(f"{folder} holds no search; 'search run' starts one.") from error
    except UsageError:
        raise
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        # what a space holds is checked where it is built from, by whatever uses it first
        raise UsageError(f"{path} is damaged; choose another --output.") from error


def check_or_create_search_folder(folder: Path, settings: SearchSettings) -> None:
    """Take a folder for a search, or make sure that it is the same search's.

    Raises
    ------
    UsageError
        If the folder holds a search with other settings.
    """
    if (folder / SETTINGS).is_file():
        before, now = load_settings(folder).to_plain(), settings.to_plain()
        found = differences(_by_group(before), _by_group(now))
        if found:
            raise UsageError(
                f"{folder} holds a search with other settings: {'; '.join(found)}. Choose another "
                "--output, or 'search resume' it."
            )
        return
    write_json(folder / SETTINGS, settings.to_plain())


def _rungs(listed: object, strategy: str) -> tuple[Rung, ...]:
    if listed is None:
        return HALVING_RUNGS if strategy == "halving" else (FULL,)
    if not isinstance(listed, list) or not listed or not all(isinstance(r, dict) for r in listed):
        raise UsageError("'rungs' is a list of tables, written [[rungs]].")
    rungs = tuple(make_options(Rung, values, part="rungs") for values in listed)
    if strategy != "halving" and len(rungs) > 1:
        raise UsageError(f"The {strategy} strategy has one rung, not {len(rungs)}.")
    return (replace(rungs[0], keep=1.0), *rungs[1:])


def _check(settings: SearchSettings) -> None:
    """Refuse rungs that would throw out architectures for their own small size."""
    full = settings.full_size
    most = max(settings.space.axes.get("conv_layers", (6,)))
    for number, rung in enumerate(settings.rungs):
        for index in _deepest(settings.space, most):
            possible = settings.space.impossible_because(index, full) is None
            reason = settings.space.impossible_because(index, rung.size)
            if possible and reason is not None:
                raise UsageError(
                    f"Rung {number} at {rung.size} pixels rules out architectures that {full} "
                    f"pixels allow ({reason}); give it a larger size."
                )


def _deepest(space: Space, layers: int) -> list[int]:
    """Return one architecture per input kind with the most convolutions and one dense layer."""
    names = list(space.axes)
    found = []
    for kind in range(len(space.axes.get("input", (0,)))):
        index = 0
        for name in names:
            values = space.axes[name]
            place = values.index(layers) if name == "conv_layers" else 0
            if name == "input":
                place = kind
            index = index * len(values) + place
        found.append(index)
    return found


def _table(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = content.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"'{name}' is a table, written [{name}].")
    return table


def _by_group(plain: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    rungs = {f"rung {i}": rung for i, rung in enumerate(plain["rungs"])}
    groups = {name: plain[name] for name in ("search", "finals", "data", "space")}
    return {**groups, **rungs, "crop": {"crop": plain["crop"]}}


def with_absolute_paths(settings: SearchSettings) -> SearchSettings:
    """Return settings whose paths mean the same to a worker that starts elsewhere."""
    data = settings.data
    paths = {
        name: path.resolve()
        for name in ("data", "test", "cache_dir")
        if (path := getattr(data, name)) is not None
    }
    return replace(settings, data=replace(data, **paths))
