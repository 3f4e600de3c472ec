"""Many files, one answer each: nothing that happens to one of them stops the others."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from msgspec.structs import replace as replace_fields

from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import DEFAULT_ENERGY_KEV, wavelength_angstrom
from saed_desktop.errors import user_message
from saed_desktop.file_names import file_text, one_line
from saed_desktop.indexing.library.library_answer import index_with_library, look_alikes
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.indexing.solution import Solution
from saed_desktop.library.collection import BUNDLED
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.calibration import Calibration, ScaleSource, scale_from_camera
from saed_desktop.pattern.distortion import Ellipse, undistorted
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import calibration_from_bar
from saed_desktop.pattern.readers import PatternFile
from saed_desktop.results.record import AnswerRecord, error_record
from saed_desktop.running.library_request import LibraryRequest, opened
from saed_desktop.running.own_thread import run_in_thread
from saed_desktop.running.process_pool import PATIENCE_S, StreamPlan, run_stream

TIMEOUT_S = 300.0
"""A frame that takes longer is given up: it hangs on a drive, or its reader runs in circles."""


@dataclass(frozen=True)
class CalibrationOverride:
    """Calibration stated by the user for all patterns of a run; None leaves a value to the file.

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
    """Adds optional parts to a record; sent to other processes with the job."""

    def extend_record(
        self,
        record: AnswerRecord,
        solution: Solution,
        phases: Sequence[Phase],
        priors: Mapping[str, float],
    ) -> AnswerRecord:
        """Return the record of a solution with more in it."""


@dataclass(frozen=True)
class BatchJob:
    """Settings that all files of a run are indexed with; can be sent to another process.

    Parameters
    ----------
    phases
        Candidates.
    network
        Bundle file, None to go by spot indexing alone.
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
    library
        Libraries to search instead of candidates: names or files, and what is asked of elements.
    look_alikes
        Whether the bundled library's structures that fit as well are named beside candidates'.
    """

    phases: tuple[Phase, ...]
    network: Path | None = None
    calibration: CalibrationOverride = field(default_factory=CalibrationOverride)
    all_frames: bool = False
    dataset: str | None = None
    details: RecordDetails | None = None
    priors: Mapping[str, float] = field(default_factory=dict)
    library: LibraryRequest | None = None
    look_alikes: bool = False

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
        # left out where not requested, so that runs of older versions can be resumed
        if override.scale_bar_inv_nm is not None:
            settings["scale_bar_inv_nm"] = override.scale_bar_inv_nm
        if self.priors:
            settings["priors"] = dict(self.priors)
        if self.library is not None:
            settings["library"] = self.library.settings()
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
    return list(answer_frames(path, job, setup))


def answer_frames(
    path: Path,
    job: BatchJob,
    setup: IndexingSetup,
    *,
    first: int = 0,
    stop: int | None = None,
) -> Iterator[AnswerRecord]:
    """Answer a file frame by frame; what goes wrong is a record of status "error".

    Parameters
    ----------
    first
        The first frame that is answered, counted from 0.
    stop
        The first frame that is answered no more; for None what the job says.
    """
    try:
        file = PatternFile(path, dataset=job.dataset)
    except Exception as error:  # whatever one file does, the run goes on
        yield _failed(path, error)
        return
    # a file without frames is an error, one that was answered to its end is not
    last = max(file.n_frames, 1) if job.all_frames else first + 1
    last = last if stop is None else stop
    for frame in range(first, last):
        try:
            record = _answer(job.calibration.apply_to(file.read(frame)), path, job, setup)
        except Exception as error:  # nor does one frame end those after it
            record = _failed(path, error, frame)
        yield record


def _answer(pattern: Pattern, path: Path, job: BatchJob, setup: IndexingSetup) -> AnswerRecord:
    phases: Sequence[Phase] = job.phases
    priors = job.priors
    if job.library is not None:
        found = index_with_library(pattern, opened(job.library))
        solution, phases = found.solution, found.shortlist.phases
        priors = found.shortlist.priors
        record = found.to_record(file=file_text(path))
    else:
        solution = index_pattern(pattern, setup)
        record = solution.to_record(file=file_text(path))
        if job.look_alikes:
            names = look_alikes(solution, phases, opened(LibraryRequest((BUNDLED,))))
            record = replace_fields(record, look_alikes=names)
    if job.details is not None:
        record = job.details.extend_record(record, solution, phases, priors)
    return record


def _failed(path: Path, error: Exception, frame: int = 0) -> AnswerRecord:
    logging.getLogger(__name__).warning("%s could not be answered", path, exc_info=error)
    return failed_record(path, user_message(error), frame)


def failed_record(path: Path, sentence: str, frame: int = 0) -> AnswerRecord:
    """Return the record of status "error" of a frame that has no answer."""
    return replace_fields(error_record(file_text(path), one_line(sentence)), frame=frame)


@dataclass(frozen=True)
class Answered:
    """New answers of one file since the last time; none after the last."""

    path: Path
    records: tuple[AnswerRecord, ...]
    is_last: bool


def answer_stream(
    files: Iterable[Path],
    job: BatchJob,
    *,
    jobs: int = 1,
    timeout_s: float | None = TIMEOUT_S,
    patience_s: float = PATIENCE_S,
    first_frame: Callable[[Path], int] = lambda _path: 0,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Answered]:
    """Answer files and give each frame's record as it comes; memory does not grow with them.

    The order is that of the files, except that a file on which nothing happens for half a minute
    holds up none of those after it.

    Parameters
    ----------
    files
        The files; may be endless.
    job
        What to answer them with.
    jobs
        Processes at work; 1 works in this one.
    timeout_s
        A frame that takes longer is given up and gets a record of status "error".
    patience_s
        So long the answers of other processes wait for those of a file before theirs.
    first_frame
        Tells where to begin in a file that was answered in part, counted from 0.
    is_cancelled
        Asked many times a second.
    """
    items = ((path, first_frame(path)) for path in files)
    plan = StreamPlan(partial(_with_setup, job), _answer_with, _crash_record)
    several = partial(run_stream, size=jobs, patience_s=patience_s)
    run = run_in_thread if jobs <= 1 else several
    for part in run(items, plan, timeout_s=timeout_s, is_cancelled=is_cancelled):
        yield Answered(part.item[0], part.results, part.is_last)


def answers_by_file(
    files: Iterable[Path],
    job: BatchJob,
    *,
    jobs: int = 1,
    timeout_s: float | None = TIMEOUT_S,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Path, list[AnswerRecord]]]:
    """Answer files as `answer_stream` does; give each file with all its records."""
    begun: dict[Path, list[AnswerRecord]] = {}
    for answered in answer_stream(
        files, job, jobs=jobs, timeout_s=timeout_s, is_cancelled=is_cancelled
    ):
        records = begun.setdefault(answered.path, [])
        records += answered.records
        if answered.is_last:
            yield answered.path, begun.pop(answered.path)


_Item = tuple[Path, int]


def _crash_record(item: _Item, seconds: float | None) -> AnswerRecord:
    """Return the record of a file whose process died over it, or took too long."""
    path, first = item
    if seconds is None:
        return failed_record(path, f"{path.name} crashed the program that read it.", first)
    return failed_record(path, f"{path.name} was given up after {seconds:g} s.", first)


def _answer_with(item: _Item, prepared: tuple[BatchJob, IndexingSetup]) -> Iterator[AnswerRecord]:
    path, first = item
    return answer_frames(path, *prepared, first=first)


def _with_setup(job: BatchJob) -> tuple[BatchJob, IndexingSetup]:
    return job, job.indexing_setup()
