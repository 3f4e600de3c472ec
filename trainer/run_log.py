"""Log of a run: a progress bar or plain lines, and `metrics.jsonl`.

On a terminal there is one moving bar; in a log there are plain lines, a few per minute.
`metrics.jsonl` holds one JSON object per line and, after a resume, no step twice.
"""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from saed_desktop.results.atomic import atomic_text
from trainer.metrics_loggers import LOGGERS, MetricsLogger, open_logger
from trainer.options import option, positive

METRICS = "metrics.jsonl"
RUN_FILE = "run.json"
"""The facts of a run: versions, machine, command."""


@dataclass(frozen=True)
class LogOptions:
    """Options of the log."""

    log_seconds: float = option(
        20.0, "seconds between lines in a log", check=positive, rule="above 0"
    )
    logger: str = option(
        "none",
        "where figures go besides metrics.jsonl: metrics.csv, event files of TensorBoard, MLflow "
        "or Weights & Biases (both in the run folder unless MLFLOW_TRACKING_URI or WANDB_MODE "
        "say otherwise)",
        choices=LOGGERS,
    )


@dataclass(frozen=True)
class StepMetrics:
    """Metrics of one step.

    Parameters
    ----------
    step, total_steps
        Steps taken and to take.
    epoch
        Epoch in progress, from 0.
    loss
        Mean over the epoch so far.
    learning_rate
        Of the step.
    images_per_second
        Over all processes.
    seconds_left
        Until the end at this speed.
    """

    step: int
    total_steps: int
    epoch: int
    loss: float
    learning_rate: float
    images_per_second: float
    seconds_left: float


class RunLog:
    """Shows and records a training; does nothing in any process but the main one.

    Parameters
    ----------
    folder
        Where `metrics.jsonl` goes.
    options
        Options of the log.
    is_main
        Whether this process speaks.
    about
        Options of the training, for loggers that show them.
    """

    def __init__(
        self,
        folder: Path,
        options: LogOptions,
        *,
        is_main: bool,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        self._folder = folder
        self._is_main = is_main
        self._every = options.log_seconds
        self._last_line = -1e9
        self._bar: Any = None
        self._bar_task: Any = None
        self._name = options.logger if is_main else "none"
        self._about = about or {}
        self._logger: MetricsLogger | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the terminal as it was and close the files."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if self._logger is not None:
            self._logger.close()
            self._logger = None

    def line(self, text: str) -> None:
        """Show one line."""
        if not self._is_main:
            return
        if self._bar is not None:
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            log_line(text)

    def step(self, facts: StepMetrics) -> None:
        """Show where the training is; in a log no more often than the options say."""
        if not self._is_main:
            return
        if self._logger is not None:
            figures = (facts.loss, facts.learning_rate, facts.images_per_second)
            names = ("loss", "learning_rate", "images_per_second")
            self._logger.log("step", facts.step, dict(zip(names, figures, strict=True)))
        if sys.stdout.isatty():
            self._show_bar(facts)
            return
        now = time.monotonic()
        if now - self._last_line < self._every:
            return
        self._last_line = now
        share = 100 * facts.step / max(facts.total_steps, 1)
        log_line(
            f"step {facts.step}/{facts.total_steps} ({share:.0f} %)  epoch {facts.epoch + 1}  "
            f"loss {facts.loss:.4f}  {facts.images_per_second:.1f} images/s  "
            f"{_duration(facts.seconds_left)} left"
        )

    def wants_step(self) -> bool:
        """Tell whether the next `step` would show something: its figures cost a pause."""
        if not self._is_main:
            return False
        if sys.stdout.isatty():
            return True
        return time.monotonic() - self._last_line >= self._every

    def record(self, event: str, step: int, values: Mapping[str, Any]) -> None:
        """Append one object to `metrics.jsonl`."""
        if not self._is_main:
            return
        line = json.dumps({"event": event, "step": step, **values})
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / METRICS).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
        if self._logger is not None:
            numbers = {k: float(v) for k, v in values.items() if isinstance(v, int | float)}
            self._logger.log(event, step, numbers)

    def resume_after(self, step: int) -> None:
        """Forget what was recorded after a step, which is about to be done again; -1: all."""
        path = self._folder / METRICS
        self._logger = open_logger(self._name, self._folder, after_step=step, about=self._about)
        if not self._is_main or not path.is_file():
            return
        kept = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if (read := _object(line)) is not None and read.get("step", 0) <= step
        ]
        with atomic_text(path) as stream:
            stream.writelines(line + "\n" for line in kept)

    def _show_bar(self, facts: StepMetrics) -> None:
        if self._bar is None:
            self._bar, self._bar_task = _new_bar(facts.total_steps)
        self._bar.update(
            self._bar_task,
            completed=facts.step,
            total=facts.total_steps,
            epoch=facts.epoch + 1,
            loss=facts.loss,
            rate=facts.images_per_second,
            left=_duration(facts.seconds_left),
        )


def log_line(text: str) -> None:
    """Write one line to standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return the objects of a `metrics.jsonl`, a torn last line left out."""
    path = folder / METRICS
    if not path.is_file():
        return []
    objects = (_object(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [read for read in objects if read is not None]


def _object(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _duration(seconds: float) -> str:
    whole = max(int(seconds), 0)
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {whole % 60:02d} s"


def _new_bar(total: int) -> tuple[Any, Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.4f}"),
        TextColumn("{task.fields[rate]:.1f} images/s"),
        TextColumn("{task.fields[left]} left"),
    )
    bar.start()
    return bar, bar.add_task("train", total=total, epoch=1, loss=0.0, rate=0.0, left="?")
