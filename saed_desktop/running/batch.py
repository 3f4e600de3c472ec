"""Many files, one answer each: nothing that happens to one of them stops the others."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import DEFAULT_ENERGY_KEV, wavelength_angstrom
from saed_desktop.errors import user_message
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.indexing.solution import Solution
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.calibration import Calibration, ScaleSource, scale_from_camera
from saed_desktop.pattern.distortion import Ellipse, undistorted
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import calibration_from_bar
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.results.record import AnswerRecord, error_record
from saed_desktop.running.process_pool import PoolTask, map_in_processes


@dataclass(frozen=True)
class CalibrationOverride:
    """What the user states of all patterns of a run; None leaves a value to the file.

    Parameters
    ----------
    scale_inv_angstrom_per_px
        The scale.
    camera_length_mm, pixel_size_um
        Instead of a scale: together with the energy they give it.
    energy_kev
        Electron energy.
    scale_bar_inv_nm
        Instead of a scale: what is written beside the scale bar burnt into every picture.
    relative_sigma
        Uncertainty of the scale, the file's own included; the usual one of its source where None.
    source
        Where the scale came from.
    ellipse
        The distortion of the lens, undone before anything is measured.
    """

    scale_inv_angstrom_per_px: float | None = None
    camera_length_mm: float | None = None
    pixel_size_um: float | None = None
    energy_kev: float | None = None
    scale_bar_inv_nm: float | None = None
    relative_sigma: float | None = None
    source: ScaleSource = ScaleSource.USER
    ellipse: Ellipse | None = None

    def apply_to(self, pattern: Pattern) -> Pattern:
        """Return the pattern with what the user states in place of what its file says.

        Raises
        ------
        UnreadablePatternError
            If a scale bar is to be read and the picture has none.
        """
        if self.ellipse is not None:
            pattern = undistorted(pattern, self.ellipse)
        if self.energy_kev is not None:
            pattern = pattern.with_energy(self.energy_kev)
        if self.scale_bar_inv_nm is not None:
            return pattern.with_calibration(
                calibration_from_bar(pattern, self.scale_bar_inv_nm, self.relative_sigma)
            )
        scale = self.scale_inv_angstrom_per_px
        if scale is None and self.camera_length_mm and self.pixel_size_um:
            wavelength = wavelength_angstrom(pattern.energy_kev or DEFAULT_ENERGY_KEV)
            scale = scale_from_camera(self.camera_length_mm, self.pixel_size_um, wavelength)
        if scale is None:
            return self._with_uncertainty(pattern)
        return pattern.with_calibration(Calibration.known(scale, self.source, self.relative_sigma))

    def _with_uncertainty(self, pattern: Pattern) -> Pattern:
        """Return a pattern whose own scale, if it has one, is as uncertain as the user says."""
        own = pattern.calibration
        if self.relative_sigma is None or not own.is_known:
            return pattern
        return pattern.with_calibration(replace(own, relative_sigma=self.relative_sigma))


class RecordDetails(Protocol):
    """What a record says beyond the usual; sent to another process with the job."""

    def extend_record(
        self, record: AnswerRecord, solution: Solution, phases: Sequence[Phase]
    ) -> AnswerRecord:
        """Return the record of a solution with more in it."""


@dataclass(frozen=True)
class BatchJob:
    """What every file of a run is answered with; it can be sent to another process.

    Parameters
    ----------
    phases
        Candidates.
    network
        Bundle file, None to go by the physics alone.
    calibration
        What the user states.
    all_frames
        Whether every frame of a file is answered or the first alone.
    dataset
        Which dataset of files that hold several; the likeliest pattern where None.
    details
        What the records are to say beyond the usual.
    priors
        Relative frequencies of phases that the user expects; 1 where not stated.
    """

    phases: tuple[Phase, ...]
    network: Path | None = None
    calibration: CalibrationOverride = field(default_factory=CalibrationOverride)
    all_frames: bool = False
    dataset: str | None = None
    details: RecordDetails | None = None
    priors: Mapping[str, float] = field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        """Return what makes answers comparable, as plain values."""
        override = self.calibration
        settings: dict[str, Any] = {
            "phases": [[phase.name, _mark(phase)] for phase in self.phases],
            "network": open_bundle(self.network).sha256 if self.network else None,
            "scale_inv_angstrom_per_px": override.scale_inv_angstrom_per_px,
            "relative_sigma": override.relative_sigma,
            "camera_length_mm": override.camera_length_mm,
            "pixel_size_um": override.pixel_size_um,
            "energy_kev": override.energy_kev,
            "ellipse": [override.ellipse.ratio, override.ellipse.azimuth_deg]
            if override.ellipse
            else None,
            "all_frames": self.all_frames,
        }
        # left out where nobody asked: runs of older versions, which knew nothing of it, go on
        if override.scale_bar_inv_nm is not None:
            settings["scale_bar_inv_nm"] = override.scale_bar_inv_nm
        if self.priors:
            settings["priors"] = dict(self.priors)
        return settings

    def indexing_setup(self) -> IndexingSetup:
        """Load what the job names."""
        session = NetworkSession(open_bundle(self.network)) if self.network else None
        return IndexingSetup(self.phases, session, self.priors)


def _mark(phase: Phase) -> str:
    """Return a short mark of a structure: another cell or other atoms have another one."""
    text = json.dumps([repr(phase.lattice), repr(phase.space_group), repr(phase.sites)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def answer_file(path: Path, job: BatchJob, setup: IndexingSetup) -> list[AnswerRecord]:
    """Answer one file: a record per frame, or one of status "error" with a sentence."""
    try:
        records = []
        n_frames, frame = 1, 0
        while frame < n_frames:
            read = read_pattern(path, frame=frame, dataset=job.dataset)
            pattern = job.calibration.apply_to(read)
            n_frames = pattern.n_frames if job.all_frames else 1
            solution = index_pattern(pattern, setup)
            record = solution.to_record(file=str(path))
            if job.details is not None:
                record = job.details.extend_record(record, solution, job.phases)
            records.append(record)
            frame += 1
        return records
    except Exception as error:  # whatever one file does, the run goes on
        logging.getLogger(__name__).warning("%s could not be answered", path, exc_info=True)
        return [error_record(str(path), user_message(error))]


def answer_files(
    files: Iterable[Path],
    job: BatchJob,
    *,
    jobs: int = 1,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[list[AnswerRecord]]:
    """Answer files as they come, in their order; memory does not grow with their number.

    Parameters
    ----------
    files
        The files; may be endless.
    job
        What to answer them with.
    jobs
        Processes at work; 1 works in this one.
    is_cancelled
        Asked between files.
    """
    if jobs <= 1:
        setup = job.indexing_setup()
        for path in files:
            if is_cancelled():
                return
            yield answer_file(path, job, setup)
        return
    plan = PoolTask(partial(_with_setup, job), _answer_with, _crash_record)
    yield from map_in_processes(files, plan, size=jobs, is_cancelled=is_cancelled)


def _crash_record(path: Path) -> list[AnswerRecord]:
    """Return the record of a file whose process died over it."""
    return [error_record(str(path), f"{path.name} crashed the program that read it.")]


def _answer_with(path: Path, prepared: tuple[BatchJob, IndexingSetup]) -> list[AnswerRecord]:
    return answer_file(path, *prepared)


def _with_setup(job: BatchJob) -> tuple[BatchJob, IndexingSetup]:
    return job, job.indexing_setup()
