"""Labelled patterns or simulated ones: the one place that decides from the options."""

from saed_desktop.errors import UsageError
from saed_desktop.network.labels import Labels
from trainer.data.measured_plan import DataOptions, DataPlan, measured_plan
from trainer.data.simulated_plan import SimulatedPlan
from trainer.data.simulation_options import SimulationOptions


def plan_data(
    data: DataOptions,
    simulation: SimulationOptions | None = None,
    *,
    labels: Labels | None = None,
) -> DataPlan:
    """Return what the options name.

    Parameters
    ----------
    data, simulation
        Labelled patterns, or what to simulate.
    labels
        Classes of the network that is to go on learning from labelled patterns.

    Raises
    ------
    UsageError, ManifestError
        If no patterns are named, or they cannot be used.
    """
    simulated = simulation is not None and simulation.is_asked_for
    if data.data is not None and simulated:
        raise UsageError(
            "--data and --phases name two kinds of patterns to learn from; choose one. To go on "
            "from a network that learnt from simulation, name its run with --start."
        )
    if simulated:
        assert simulation is not None
        return SimulatedPlan.of(simulation)
    if data.data is None:
        raise UsageError(
            "Name what to learn from: labelled patterns with --data, or structure files to "
            "simulate from with --phases."
        )
    return measured_plan(data, labels)
