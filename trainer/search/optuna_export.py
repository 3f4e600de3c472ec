"""A search as an Optuna study, for those who like its dashboard. Optuna is not needed otherwise."""

import importlib
from pathlib import Path
from typing import Any

from saed_desktop.errors import UsageError
from trainer.search.analysis import rung_results
from trainer.search.settings import SearchSettings


def export_study(folder: Path, settings: SearchSettings, path: Path) -> int:
    """Write the scored trainings into an SQLite file that Optuna reads, and return their number.

    Raises
    ------
    UsageError
        If Optuna is not installed, or the file exists.
    """
    optuna = _optuna()
    if path.exists():
        raise UsageError(f"{path} exists already; name another file.")
    study = optuna.create_study(
        study_name=settings.space.name, direction="maximize", storage=f"sqlite:///{path}"
    )
    distributions = {
        name: optuna.distributions.CategoricalDistribution(
            [getattr(value, "value", value) for value in values]
        )
        for name, values in settings.space.axes.items()
    }
    count = 0
    for rung in rung_results(folder, settings):
        for result in rung.results:
            described = settings.space.at(result.index).describe()
            trial = optuna.trial.create_trial(
                params={name: described[name] for name in distributions},
                distributions=distributions,
                value=result.score,
                intermediate_values={i: score for i, (_, score) in enumerate(result.curve)},
                user_attrs={
                    "index": result.index,
                    "seed": result.seed,
                    "rung": rung.name,
                    "parameters": result.parameters,
                    "flops": result.flops,
                },
            )
            study.add_trial(trial)
            count += 1
    return count


def _optuna() -> Any:
    try:
        return importlib.import_module("optuna")
    except ImportError as error:
        raise UsageError(
            "The export to a study needs the package optuna; install it, or leave out --optuna."
        ) from error
