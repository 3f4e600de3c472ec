"""From options to simulated training and validation patterns of one run."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from saed_desktop import paths
from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.labels import OTHER, Labels
from trainer.data.array_cache import default_cache_dir
from trainer.data.class_shares import mix_of
from trainer.data.detected import DetectedLists, read_detected
from trainer.data.drawn_inputs import DrawnInputs
from trainer.data.drawn_set import DrawnSet, DrawnSetSource, draw_set
from trainer.data.interruption import PreparationStopped, never
from trainer.data.loader import BatchSource
from trainer.data.measured_plan import DataSplits, ProgressCallback
from trainer.data.preparation import prepare_reflections, seconds_left
from trainer.data.ranges import Ranges
from trainer.data.reflection_library import LibraryTask, ReflectionLibrary
from trainer.data.simulated import LIST_KINDS, ImageSource, Simulation, SpotListSource
from trainer.data.simulation_options import SimulationOptions, stated_scale
from trainer.data.structure_files import read_structures
from trainer.data.structures import PER_OTHER_CRYSTAL, other_crystals, real_others_alike
from trainer.job_estimate import DRAWING_SECONDS, PREPARING_SECONDS

_HELD_OUT = 20
_OTHER_WEIGHT = 2.5


def library_tasks(options: SimulationOptions) -> tuple[tuple[str, ...], list[LibraryTask]]:
    """Return class names, and the crystals with what is computed of each.

    A bundled phase whose structure is uncertain is computed as each of its alternates as well.
    """
    phases = read_structures(options.structures)
    seed = options.simulation_seed
    tasks = []
    for label, phase in enumerate(phases):
        tasks.append(LibraryTask(phase, label, options.orientations, seed))
        alternates = _alternates(phase.name) if options.structures is None else []
        for k, alternate in enumerate(alternates, 1):
            count = max(options.orientations // 3, 1)
            tasks.append(LibraryTask(alternate, label, count, seed + 1000 * k))
    names = tuple(phase.name for phase in phases)
    if not options.others:
        return names, tasks
    relatives = _alternates(OTHER) if options.structures is None else []
    crystals = [*relatives, *other_crystals(options.others, seed)]
    left_out = real_others_alike(phases)
    for k, crystal in enumerate(crystals):
        if crystal.name in left_out:
            continue
        count = PER_OTHER_CRYSTAL * (4 if k < len(relatives) else 1)
        tasks.append(LibraryTask(crystal, len(phases), count, seed + k))
    return (*names, OTHER), tasks


def _alternates(name: str) -> list[Phase]:
    folder = paths.resources_dir() / "phases" / "alternates"
    return [read_phase(folder / f"{stem}.cif") for stem in _ALTERNATES.get(name, ())]


_ALTERNATES = {
    "kappa-PuZr2": ("kappa-PuZr2_UZr2like", "kappa-PuZr2_random"),
    "delta-PuZr": ("delta-Pu",),
    # other phases of the same system: what a pattern that is none of the nine most likely shows
    OTHER: ("alpha-Pu", "gamma-Pu", "epsilon-Pu", "beta-Zr", "delta-prime-Pu", "ZrO2_tetr"),
}


def library_file(options: SimulationOptions, ranges: Ranges) -> Path:
    """Return where the library of some options is kept."""
    if options.reflections is not None:
        return options.reflections
    names, tasks = library_tasks(options)
    told = json.dumps(
        [names, ranges.to_json()["orientation"]]
        + [[t.phase.name, t.label, t.count, t.seed, repr(t.phase)] for t in tasks],
    )
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    return default_cache_dir() / f"reflections-{digest}.npz"


@dataclass(frozen=True, eq=False)
class SimulatedPlan:
    """Structures to simulate from; nothing of them computed yet.

    Parameters
    ----------
    options
        What to simulate.
    ranges
        What is drawn from.
    file
        The library.
    labels
        Classes in output order.
    """

    options: SimulationOptions
    ranges: Ranges
    file: Path
    labels: Labels

    @classmethod
    def of(cls, options: SimulationOptions) -> "SimulatedPlan":
        """Return the plan of some options.

        Raises
        ------
        UsageError, PhaseError
            If something named cannot be used.
        """
        stated_scale(options.scale)
        ranges = Ranges.read(options.ranges)
        if options.unknown_scale is not None:
            spots = replace(ranges.spots, unknown_scale_share=options.unknown_scale)
            ranges = replace(ranges, spots=spots)
        file = library_file(options, ranges)
        if file.is_file():
            labels = Labels(ReflectionLibrary.load(file).names)
        elif options.phases is None:
            raise UsageError(
                f"There is no reflection library {file}; name the structure files with --phases."
            )
        else:
            labels = Labels(library_tasks(options)[0])
        return cls(options, ranges, file, labels)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Samples of training (an epoch), validation and test."""
        return self.options.samples, self.options.validation_samples, 0

    def preparation_seconds(self, specs: Sequence[InputSpec]) -> float:
        """Return about how long library and drawn images will take; 0 where they are there."""
        drawing = self._drawing_seconds(specs)
        if self.file.is_file():
            return drawing
        ranges = self.ranges.orientation
        left = seconds_left(library_tasks(self.options)[1], ranges, default_cache_dir())
        # where all its crystals are kept from before it is still to be joined and written
        return max(left, 1.0) + drawing

    def _drawing_seconds(self, specs: Sequence[InputSpec]) -> float:
        options = self.options
        if not options.drawn:
            return 0.0
        count = options.drawn + options.validation_samples
        if self.file.is_file():
            count = sum(wanted.n_missing for wanted in self._drawn_sets(specs))
        is_searched = options.searched or not DrawnInputs.can_make(specs)
        each = DRAWING_SECONDS + PREPARING_SECONDS * is_searched
        return count * each * (options.image_side / 800) ** 2

    def fill(
        self,
        specs: Sequence[InputSpec],
        line: ProgressCallback,
        is_stopped: Callable[[], bool] = never,
    ) -> None:
        """Compute the library, and draw the images that are kept, where there are none yet."""
        if not self.file.is_file():
            self._compute_library(line, is_stopped)
        for wanted in self._drawn_sets(specs):
            draw_set(wanted, line=line, is_stopped=is_stopped)

    def _compute_library(self, line: ProgressCallback, is_stopped: Callable[[], bool]) -> None:
        names, tasks = library_tasks(self.options)
        library = prepare_reflections(
            tasks,
            self.ranges.orientation,
            default_cache_dir(),
            line=line,
            is_stopped=is_stopped,
        )
        self.file.parent.mkdir(parents=True, exist_ok=True)
        library.named(names).save(self.file)

    def await_fill(
        self, specs: Sequence[InputSpec], is_stopped: Callable[[], bool] = never
    ) -> None:
        """Return when another process of this machine has filled the cache."""
        while not self.file.is_file():
            _wait(is_stopped)
        for wanted in self._drawn_sets(specs):
            while not wanted.is_complete:
                _wait(is_stopped)

    def open(self, specs: Sequence[InputSpec], device: torch.device) -> DataSplits:
        """Return the sources of batches; there is no test: that is for other patterns."""
        drawn = self._drawn_sets(specs)
        if drawn:
            train_set, *rest = drawn
            return DataSplits(
                labels=self.labels,
                train=DrawnSetSource(train_set, self.options.samples, device),
                validation=DrawnSetSource(rest[0], rest[0].n_samples, device) if rest else None,
                test=None,
            )
        learnt, apart = self.libraries()
        simulation = self._simulation()
        detected = self._detected(specs)
        train = self._source(learnt, simulation, specs, self.options.samples, device, detected)
        validation = None
        if self.options.validation_samples:
            other = _for_validation(simulation)
            validation = self._source(
                apart, other, specs, self.options.validation_samples, device, None
            )
        return DataSplits(labels=self.labels, train=train, validation=validation, test=None)

    def libraries(self) -> tuple[ReflectionLibrary, ReflectionLibrary]:
        """Return the reflections to learn from and those of orientations that are set apart."""
        learnt, apart = ReflectionLibrary.load(self.file).parted(_HELD_OUT)
        # where a class has too few orientations to set one apart, all are looked at again
        return learnt, apart if len(np.unique(apart.label)) == len(self.labels) else learnt

    def _drawn_sets(self, specs: Sequence[InputSpec]) -> list[DrawnSet]:
        """Return the sets that are drawn once: to learn from, and for the validation."""
        if not self.options.drawn:
            return []
        kinds = {spec.kind for spec in specs} - {InputKind.CONTEXT}
        if InputKind.SPOTS in kinds or not kinds:
            raise UsageError("--drawn is for networks on images and their profiles.")
        learnt, apart = self.libraries()
        simulation = self._simulation()
        parts = [(learnt, simulation, self.options.drawn, True)]
        if self.options.validation_samples:
            n_apart = self.options.validation_samples
            parts.append((apart, _for_validation(simulation), n_apart, False))
        return [
            DrawnSet(
                library,
                own,
                tuple(specs),
                n_samples=n_samples,
                side_px=self.options.image_side,
                searched=self.options.searched,
                is_turned=is_turned,
                cache_dir=default_cache_dir(),
            )
            for library, own, n_samples, is_turned in parts
        ]

    def _simulation(self) -> Simulation:
        mix = mix_of(self.options.mix, self.labels.phases)
        shares = mix / mix.mean()
        if self.labels.other_index is not None:
            # whatever a microscopist meets that is no phase is one class: it needs more of them
            shares = np.insert(shares, self.labels.other_index, _OTHER_WEIGHT)
        return Simulation(
            self.labels,
            self.ranges,
            shares,
            stated_scale(self.options.scale),
            self.options.simulation_seed,
        )

    def _detected(self, specs: Sequence[InputSpec]) -> DetectedLists | None:
        if self.options.detected is None:
            return None
        if any(spec.kind not in LIST_KINDS for spec in specs):
            raise UsageError("--detected is for networks on spot lists.")
        if self.options.mix != ("uniform",):
            raise UsageError("--mix has no say in lists that were detected; leave one of them out.")
        lists = read_detected(self.options.detected)
        if len(np.unique(lists.label)) != len(self.labels):
            raise UsageError(
                f"{self.options.detected} holds lists of other classes than the reflection library."
            )
        return lists

    def _source(
        self,
        library: ReflectionLibrary,
        simulation: Simulation,
        specs: Sequence[InputSpec],
        n_samples: int,
        device: torch.device,
        detected: DetectedLists | None,
    ) -> BatchSource:
        if all(spec.kind in LIST_KINDS for spec in specs) and any(
            spec.kind is InputKind.SPOTS for spec in specs
        ):
            return SpotListSource(
                library,
                simulation,
                specs,
                n_samples=n_samples,
                device=device,
                detected=detected,
                detected_share=self.options.detected_share,
            )
        return ImageSource(
            library,
            simulation,
            specs,
            n_samples=n_samples,
            device=device,
            side_px=self.options.image_side,
            searched=self.options.searched,
        )


def _for_validation(simulation: Simulation) -> Simulation:
    return replace(simulation, seed=simulation.seed + 999_983)


def _wait(is_stopped: Callable[[], bool]) -> None:
    if is_stopped():
        raise PreparationStopped
    time.sleep(0.5)
