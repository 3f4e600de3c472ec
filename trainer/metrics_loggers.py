"""Loggers of a training's figures besides `metrics.jsonl`: CSV, TensorBoard, MLflow, W&B.

The last two are told to keep what they are given in the run folder unless their own environment
variables name a server: nothing leaves the machine unasked.
"""

import csv
import importlib.util
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_text, write_json

LOGGERS = ("none", "csv", "tensorboard", "mlflow", "wandb")

CSV_FILE = "metrics.csv"
PROJECT = "saed-trainer"
_CSV_COLUMNS = ("step", "event", "name", "value")
_RUN_ID = "mlflow-run.json"


class MetricsLogger(Protocol):
    """Receiver of figures."""

    def log(self, event: str, step: int, values: Mapping[str, float]) -> None:
        """Take the figures of a step or an epoch."""
        ...

    def close(self) -> None:
        """Write what is still to be written."""
        ...


def require_logger(name: str) -> None:
    """Make sure that the package of a logger is there, before anything is begun.

    Raises
    ------
    UsageError
        If it is not.
    """
    if name in ("none", "csv"):
        return
    if importlib.util.find_spec(name) is None:
        package = "mlflow-skinny" if name == "mlflow" else name
        raise UsageError(f"--logger {name} needs the package {package}: pip install {package}.")


def open_logger(name: str, folder: Path, *, after_step: int, about: Mapping[str, Any]) -> Any:
    """Return the logger of a name for one training, None for "none".

    Parameters
    ----------
    name
        One of `LOGGERS`.
    folder
        The training's.
    after_step
        Last step that is kept from before; what was logged after it is about to come again.
    about
        Options of the training by group and name.
    """
    if name == "none":
        return None
    require_logger(name)
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {
        "csv": _Csv,
        "tensorboard": _TensorBoard,
        "mlflow": _MLflow,
        "wandb": _WeightsAndBiases,
    }
    return kinds[name](folder, after_step, _flat(about))


class _Csv:
    """One row per figure: steps and epochs have different ones."""

    def __init__(self, folder: Path, after_step: int, about: Mapping[str, Any]) -> None:
        del about
        path = folder / CSV_FILE
        kept: list[list[str]] = []
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                rows = [row for row in csv.reader(stream) if len(row) == len(_CSV_COLUMNS)]
            kept = [row for row in rows[1:] if row[0].isdigit() and int(row[0]) <= after_step]
        with atomic_text(path) as stream:
            csv.writer(stream).writerows([_CSV_COLUMNS, *kept])
        self._stream = path.open("a", encoding="utf-8", newline="")
        self._rows = csv.writer(self._stream)

    def log(self, event: str, step: int, values: Mapping[str, float]) -> None:
        self._rows.writerows([step, event, name, value] for name, value in values.items())
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


class _TensorBoard:
    def __init__(self, folder: Path, after_step: int, about: Mapping[str, Any]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        # TensorBoard drops what an earlier session logged from there on
        self._writer: Any = SummaryWriter(str(folder / "tensorboard"), purge_step=after_step + 1)
        rows = "\n".join(f"| {name} | {value} |" for name, value in about.items())
        self._writer.add_text("options", f"| option | value |\n|---|---|\n{rows}", after_step + 1)

    def log(self, event: str, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(f"{event}/{name}", value, step)

    def close(self) -> None:
        self._writer.close()


class _MLflow:
    def __init__(self, folder: Path, after_step: int, about: Mapping[str, Any]) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        if "MLFLOW_TRACKING_URI" not in os.environ:
            # a folder of files needs no database and no server
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        from mlflow.tracking import MlflowClient

        uri = os.environ.get("MLFLOW_TRACKING_URI", (folder.parent / "mlruns").resolve().as_uri())
        self._client: Any = MlflowClient(uri)
        known = folder / _RUN_ID
        if after_step >= 0 and known.is_file():
            self._run = str(json.loads(known.read_text(encoding="utf-8"))["run_id"])
            self._client.update_run(self._run, status="RUNNING")
            return
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME", PROJECT)
        found = self._client.get_experiment_by_name(name)
        experiment = self._client.create_experiment(name) if found is None else found.experiment_id
        run = self._client.create_run(experiment, run_name="/".join(folder.resolve().parts[-2:]))
        self._run = str(run.info.run_id)
        write_json(known, {"run_id": self._run})
        for option, value in about.items():
            self._client.log_param(self._run, option, value)

    def log(self, event: str, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._client.log_metric(self._run, f"{event}/{name}", value, step=step)

    def close(self) -> None:
        self._client.set_terminated(self._run)


class _WeightsAndBiases:
    def __init__(self, folder: Path, after_step: int, about: Mapping[str, Any]) -> None:
        os.environ.setdefault("WANDB_MODE", "offline")
        os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
        os.environ.setdefault("WANDB_SILENT", "true")
        import wandb

        place = folder.resolve()
        self._run: Any = wandb.init(
            project=os.environ.get("WANDB_PROJECT", PROJECT),
            dir=str(place),
            name="/".join(place.parts[-2:]),
            config=dict(about),
            resume="allow" if after_step >= 0 else None,
            reinit="create_new",
        )
        # the training's own step: after a resume W&B's counter would stand elsewhere
        self._run.define_metric("*", step_metric="step")

    def log(self, event: str, step: int, values: Mapping[str, float]) -> None:
        named = {f"{event}/{name}": value for name, value in values.items()}
        self._run.log({**named, "step": step})

    def close(self) -> None:
        self._run.finish()


def _flat(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested options as "group.name"."""
    flat: dict[str, Any] = {}
    for group, values in about.items():
        if isinstance(values, Mapping):
            flat.update({f"{group}.{name}": value for name, value in values.items()})
        else:
            flat[group] = values
    return flat
