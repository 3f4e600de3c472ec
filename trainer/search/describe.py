"""Description of a search: its space, impossible points with reasons, its rungs."""

import re
from collections import Counter

from trainer.networks.registry import NetworkOptions, parameter_count
from trainer.networks.search_space import POINT_299AN, index_of
from trainer.search.settings import SearchSettings
from trainer.search.space import TABLE_II, Space


def description(settings: SearchSettings) -> str:
    """Return the space and the plan as text."""
    space, full = settings.space, settings.full_size
    lines = [f"Space '{space.name}': {len(space):,} architectures."]
    width = max(len(name) for name in space.axes)
    for name, values in space.axes.items():
        lines.append(f"  {name:{width}}  {', '.join(_word(value) for value in values)}")
    lines.append("Numbered from 0, the last variable running fastest.")
    reasons = impossible(space, full)
    total = sum(reasons.values())
    lines.append(f"At {full} pixels {len(space) - total:,} can be built, {total:,} cannot:")
    lines += [f"  {count:,}: {reason}" for reason, count in reasons.most_common()]
    if not total:
        lines[-1] = f"At {full} pixels all can be built."
    if space.name == TABLE_II:
        index = index_of(POINT_299AN)
        count = parameter_count(NetworkOptions(network=f"space:{index}"))
        lines.append(f"299-AN is number {index}; it has {count:,} parameters at 800 pixels.")
    lines += ["", *_plan(settings, len(space) - total)]
    return "\n".join(lines) + "\n"


def impossible(space: Space, size: int) -> Counter[str]:
    """Return how many architectures are impossible for which reason, numbers left out."""
    found: Counter[str] = Counter()
    for index in range(len(space)):
        reason = space.impossible_because(index, size)
        if reason is not None:
            found[re.sub(r"for dense layer \d+ of \d+", "for one of the layers", reason)] += 1
    return found


def rung_sizes(settings: SearchSettings, possible: int) -> list[int]:
    """Return how many architectures every rung trains, if none fails."""
    search = settings.search
    count = min(search.count, possible) if search.strategy == "random" else possible
    sizes = [count]
    for rung in settings.rungs[1:]:
        count = -int(-rung.keep * count // 1) if rung.keep <= 1 else min(int(rung.keep), count)
        sizes.append(count)
    return sizes


def _plan(settings: SearchSettings, possible: int) -> list[str]:
    search, finals = settings.search, settings.finals
    lines = [f"Strategy: {search.strategy}, ranked by validation {search.rank_by}."]
    sizes = rung_sizes(settings, possible)
    for number, (rung, count) in enumerate(zip(settings.rungs, sizes, strict=True)):
        lines.append(
            f"  rung {number}: {count:,} architectures{_seeds(rung.seeds)}, {rung.epochs} epoch(s) "
            f"at {rung.size} "
            f"pixels, {100 * rung.share:.0f} % of the training patterns, {rung.rotations} rotations"
            f"{_course(rung.schedule)}"
        )
    if finals.candidates:
        lines.append(
            f"  finals: the best {min(finals.candidates, sizes[-1])}, {finals.seeds} seed(s) each, "
            f"{finals.epochs} epochs at {finals.size} pixels{_course(finals.schedule)}"
        )
    return lines


def _seeds(count: int) -> str:
    return f" with {count} seeds each" if count > 1 else ""


def _course(schedule: str) -> str:
    return "" if schedule == "constant" else f", the learning rate falling ({schedule})"


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
