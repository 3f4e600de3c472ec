"""Patterns to calibrate a network on that learnt from simulation, where no labelled ones are given.

They show orientations that the training set apart. Networks on spot lists get lists, which cost
next to nothing. Pictures are drawn where they are asked for, by the image simulator, and searched
by the desktop's own spot finder. Its ranges are wide, so that a network is less often right on
them than on most patterns, and calibrated on them it says less than it knows: that was so on
pictures of an independent renderer (tests/benchmarks/results/network.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputSpec
from saed_desktop.network.labels import Labels
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from trainer.bundle.fit_card import LabelledPattern, PreparedSet
from trainer.data.data_plan import plan_data
from trainer.data.detected import for_images
from trainer.data.image_simulator import ImageBatch, ImageSimulator
from trainer.data.measured_plan import DataOptions
from trainer.data.ranges import SpotRanges
from trainer.data.reflection_library import ReflectionLibrary
from trainer.data.sample_rng import SampleRng
from trainer.data.simulated import list_inputs
from trainer.data.simulated_plan import SimulatedPlan
from trainer.data.simulation_options import SimulationOptions, stated_scale
from trainer.data.spot_simulator import SpotSimulator
from trainer.options import make_options
from trainer.progress import Progress
from trainer.run_folder import CONFIG

N_LISTS = 2000
"""Spot lists to calibrate on."""

_BATCH = 8
_SEED_AWAY = 1_999_993
"""From the seeds of the training and of its validation."""


class _Config(msgspec.Struct, frozen=True):
    """The part of a run's configuration that is read."""

    all: dict[str, dict[str, Any]]


def simulated_plan_of(repeat: Path) -> SimulatedPlan | None:
    """Return what a network learnt from; None unless that was simulated and is still kept.

    Parameters
    ----------
    repeat
        The folder of its weights.
    """
    path = repeat.parent / CONFIG
    if not path.is_file():
        return None
    try:
        values = msgspec.json.decode(path.read_bytes(), type=_Config).all["simulation"]
        options = make_options(SimulationOptions, values, part="simulation")
        if not options.is_asked_for:
            return None
        plan = plan_data(DataOptions(), options)
    except (KeyError, ValueError, RecursionError, UsageError):
        return None
    assert isinstance(plan, SimulatedPlan)
    return plan if plan.file.is_file() else None


def simulated_lists(
    plan: SimulatedPlan, labels: Labels, specs: Sequence[InputSpec], *, count: int = N_LISTS
) -> PreparedSet:
    """Return simulated spot lists as network inputs, with their scale and without.

    A network that learnt without any scale is not shown one here either.

    Parameters
    ----------
    plan
        What the network learnt from.
    labels
        The network's classes, all equally frequent here.
    specs
        The network's inputs: spot lists and their context.
    count
        Number of lists.
    """
    _, apart = plan.libraries()
    scale = stated_scale(plan.options.scale)
    spots = replace(plan.ranges.spots, unknown_scale_share=0.0)
    simulator = SpotSimulator(apart, spots, np.ones(len(labels)), scale)
    seed = plan.options.simulation_seed + _SEED_AWAY
    drawn = simulator.draw(SampleRng(seed, 0, np.arange(count)))
    nothing = np.full(count, np.nan)
    unknown = replace(drawn, believed_scale=nothing, scale_sigma=nothing)
    return PreparedSet(drawn.label, list_inputs(drawn, specs), list_inputs(unknown, specs))


def drawn_patterns(
    plan: SimulatedPlan, labels: Labels, *, per_phase: int
) -> Iterator[LabelledPattern]:
    """Draw pictures of every phase, one after the other, and prepare them as the desktop does.

    Parameters
    ----------
    plan
        What the network learnt from.
    labels
        The network's classes; nothing is drawn of "other".
    per_phase
        Pictures of each phase.
    """
    _, apart = plan.libraries()
    # a scale is always stated here, as well as scales are known; it is left out afterwards
    spots = replace(for_images(plan.ranges.spots), unknown_scale_share=0.0)
    stage = ImageSimulator(plan.ranges.image, plan.options.image_side)
    with Progress("pictures to calibrate on", per_phase * len(labels.phases)) as progress:
        for k in labels.phase_indices:
            for start in range(0, per_phase, _BATCH):
                indices = np.arange(start, min(start + _BATCH, per_phase))
                seed = plan.options.simulation_seed + _SEED_AWAY + k
                drawn = _drawn(apart, spots, stage, len(labels), k, SampleRng(seed, 0, indices))
                for i in range(len(indices)):
                    yield _pattern(drawn, i, k)
                    progress.advance(1)


def _drawn(
    library: ReflectionLibrary,
    ranges: SpotRanges,
    stage: ImageSimulator,
    n_classes: int,
    label: int,
    sample_rng: SampleRng,
) -> ImageBatch:
    shares = np.zeros(n_classes)
    shares[label] = 1
    with torch.no_grad():
        return stage.draw(SpotSimulator(library, ranges, shares).draw(sample_rng), sample_rng)


def _pattern(drawn: ImageBatch, i: int, label: int) -> LabelledPattern:
    scale, sigma = float(drawn.stated_scale[i]), float(drawn.scale_sigma[i])
    prepared = prepare(Pattern(drawn.image[i].cpu().numpy()))
    return LabelledPattern(prepared, Calibration.known(scale, ScaleSource.USER, sigma), label)
