"""Status of a search: done, running, failed, time left, and cost so far."""

import json
import math
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from trainer.search.layout import STATE, read_json, result_files, rung_folder
from trainer.search.results import TrialStatus, merge
from trainer.search.rung_trials import known_trials, n_rungs, rung_name
from trainer.search.settings import SearchSettings


@dataclass(frozen=True)
class RungStatus:
    """Status of one rung.

    Parameters
    ----------
    name
        Of the rung.
    total
        Its trainings; None where the rung before has not decided them.
    done, stopped, failed, running
        How many are what.
    reasons
        How many failed for which reason.
    device_hours
        Spent on its results.
    eta_seconds
        Until it is done at the pace so far; None where there is nothing to judge by.
    twice, torn
        Trainings that stand in two lines, and unreadable lines; both are harmless.
    shrunk
        Trainings that went to a smaller batch of networks because a larger did not fit.
    peak_memory_mb
        The most that a worker of the rung has had of its device.
    """

    name: str
    total: int | None
    done: int
    stopped: int
    failed: int
    running: int
    reasons: dict[str, int]
    device_hours: float
    eta_seconds: float | None
    twice: int
    torn: int
    shrunk: int
    peak_memory_mb: float

    @property
    def left(self) -> int | None:
        """Trainings without a result."""
        if self.total is None:
            return None
        return self.total - self.done - self.stopped - self.failed


def search_status(folder: Path, settings: SearchSettings) -> list[RungStatus]:
    """Return the status of every rung."""
    return [_rung_status(folder, settings, rung) for rung in range(n_rungs(settings))]


def status_json(rungs: list[RungStatus]) -> str:
    """Return the status as one JSON object."""
    return json.dumps({"rungs": [{**asdict(rung), "left": rung.left} for rung in rungs]})


def status_text(rungs: list[RungStatus], jobs: list[str] | None, *, memory_gb: float = 0.0) -> str:
    """Return the status as lines for a person.

    Parameters
    ----------
    rungs
        The status of each.
    jobs
        What the batch system still has; None where it does not answer.
    memory_gb
        The bound that the workers keep to; 0 for none.
    """
    head = (
        f"{'':9} {'total':>7} {'done':>7} {'stopped':>7} {'failed':>7} {'running':>7} {'left':>7}"
    )
    lines = [f"{head}  device-hours  time left"]
    for rung in rungs:
        if rung.total is None:
            lines.append(f"{rung.name:9} {'?':>7}  decided when the rung before is complete")
            continue
        lines.append(
            f"{rung.name:9} {rung.total:7} {rung.done:7} {rung.stopped:7} {rung.failed:7} "
            f"{rung.running:7} {rung.left:7}  {rung.device_hours:12.3f}  {_time(rung.eta_seconds)}"
        )
    for rung in rungs:
        for reason, count in sorted(rung.reasons.items(), key=lambda pair: -pair[1]):
            lines.append(f"{rung.name}: {count} failed: {reason}")
        if rung.twice or rung.torn:
            lines.append(f"{rung.name}: {rung.twice} result(s) stand twice, {rung.torn} torn.")
        if rung.shrunk:
            lines.append(
                f"{rung.name}: {rung.shrunk} training(s) went to a smaller batch of networks for "
                "want of memory."
            )
    spent = sum(rung.device_hours for rung in rungs)
    lines.append(f"{spent:.3f} device-hours so far.")
    peak = max(rung.peak_memory_mb for rung in rungs)
    if peak:
        bound = f", bounded at {1000 * memory_gb:,.0f} MB" if memory_gb else ""
        lines.append(f"A worker has had at most {peak:,.0f} MB of its device's memory{bound}.")
    if jobs:
        lines.append(f"Jobs at work: {', '.join(jobs)}.")
    return "\n".join(lines) + "\n"


def _rung_status(folder: Path, settings: SearchSettings, rung: int) -> RungStatus:
    keys = known_trials(folder, rung)
    merged = merge(result_files(folder, rung))
    results = list(merged.by_key.values())
    outcomes = Counter(result.outcome for result in results)
    reasons = Counter(
        _kind_of(result.reason or "unknown")
        for result in results
        if result.outcome is TrialStatus.FAILED
    )
    timed = [result.device_seconds for result in results if result.device_seconds > 0]
    left = None if keys is None else len(set(keys) - set(merged.by_key))
    eta = None
    if left == 0:
        eta = 0.0
    elif left is not None and timed:
        eta = math.fsum(timed) / len(timed) * left / settings.search.shards
    return RungStatus(
        name=rung_name(settings, rung),
        total=None if keys is None else len(keys),
        done=outcomes[TrialStatus.DONE],
        stopped=outcomes[TrialStatus.STOPPED],
        failed=outcomes[TrialStatus.FAILED],
        running=_running(folder, rung, set(merged.by_key)),
        reasons=dict(reasons),
        device_hours=math.fsum(timed) / 3600,
        eta_seconds=eta,
        twice=merged.twice,
        torn=merged.torn,
        shrunk=sum(bool(result.shrunk) for result in results),
        peak_memory_mb=max((result.peak_memory_mb for result in results), default=0.0),
    )


def _running(folder: Path, rung: int, done: set[tuple[int, int]]) -> int:
    """Return how many trainings workers say they are at."""
    count = 0
    for path in rung_folder(folder, rung).glob(f"shard-*/{STATE}"):
        state = read_json(path)
        if state is None or state["state"] != "running":
            continue
        if time.time() - state["at"] > _FORGOTTEN_SECONDS:
            continue
        count += sum((index, seed) not in done for index, seed in state["keys"])
    return count


_FORGOTTEN_SECONDS = 24 * 3600.0


def _kind_of(reason: str) -> str:
    """Return a reason without the numbers of the single case."""
    words = ["N" if word.strip(".,").isdigit() else word for word in reason.split()]
    return " ".join(words)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    hours, minutes = int(seconds) // 3600, int(seconds) % 3600 // 60
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {int(seconds) % 60:02d} s"
