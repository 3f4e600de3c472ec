"""Many files, one answer each: nothing that happens to one of them stops the others."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import DEFAULT_ENERGY_KEV, wavelength_angstrom
from saed_desktop.errors import sentence_of
from saed_desktop.indexing.details import Details
from saed_desktop.indexing.pipeline import Witnesses, index_pattern
from saed_desktop.indexing.solution import error_json
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.calibration import Calibration, Source, scale_from_camera
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import calibration_from_bar
from saed_desktop.pattern.readers import read_pattern


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
        Uncertainty of the scale; the usual one of its source where None.
    source
        Where the scale came from.
    """

    scale_inv_angstrom_per_px: float | None = None
    camera_length_mm: float | None = None
    pixel_size_um: float | None = None
    energy_kev: float | None = None
    scale_bar_inv_nm: float | None = None
    relative_sigma: float | None = None
    source: Source = Source.USER

    def applied_to(self, pattern: Pattern) -> Pattern:
        """Return the pattern with what the user states in place of what its file says.

        Raises
        ------
        UnreadablePatternError
            If a scale bar is to be read and the picture has none.
        """
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
            return pattern
        return pattern.with_calibration(Calibration.known(scale, self.source, self.relative_sigma))


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
    details
        What the records are to say beyond the usual.
    """

    phases: tuple[Phase, ...]
    network: Path | None = None
    calibration: CalibrationOverride = field(default_factory=CalibrationOverride)
    all_frames: bool = False
    details: Details | None = None

    def witnesses(self) -> Witnesses:
        """Load what the job names."""
        session = NetworkSession(open_bundle(self.network)) if self.network else None
        return Witnesses(self.phases, session)


Record = dict[str, Any]
"""One answered file, as `Solution.to_json` gives it."""


def answer_file(path: Path, job: BatchJob, witnesses: Witnesses) -> list[Record]:
    """Answer one file: a record per frame, or one of status "error" with a sentence."""
    try:
        records = []
        n_frames, frame = 1, 0
        while frame < n_frames:
            pattern = job.calibration.applied_to(read_pattern(path, frame=frame))
            n_frames = pattern.n_frames if job.all_frames else 1
            solution = index_pattern(pattern, witnesses)
            record = solution.to_json(file=str(path))
            if job.details is not None:
                record = job.details.added_to(record, solution, job.phases)
            records.append(record)
            frame += 1
        return records
    except Exception as error:  # whatever one file does, the run goes on
        logging.getLogger(__name__).warning("%s could not be answered", path, exc_info=True)
        return [error_json(str(path), sentence_of(error))]


def answer_files(
    files: Iterable[Path],
    job: BatchJob,
    *,
    jobs: int = 1,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[list[Record]]:
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
        witnesses = job.witnesses()
        for path in files:
            if is_cancelled():
                return
            yield answer_file(path, job, witnesses)
        return
    yield from _in_processes(files, job, jobs, is_cancelled)


_worker: tuple[BatchJob, Witnesses] | None = None


def _start_worker(job: BatchJob) -> None:
    global _worker  # noqa: PLW0603  a process pool's initialiser has no other place to keep things
    cv2.setNumThreads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _worker = (job, job.witnesses())


def _work(path: Path) -> list[Record]:
    if _worker is None:
        raise RuntimeError("the worker was not started")
    return answer_file(path, *_worker)


def _in_processes(
    files: Iterable[Path], job: BatchJob, jobs: int, is_cancelled: Callable[[], bool]
) -> Iterator[list[Record]]:
    """Keep a few files ahead of the workers, no more: a folder may hold a million.

    A worker that dies (out of memory, a fault in a library) takes its pool with it. The files
    that were under way are then answered one by one in pools of their own, so that only the one
    that kills its worker is lost.
    """
    source = iter(files)
    while True:
        batch: list[tuple[Path, Future[list[Record]]]] = []
        broken: list[Path] = []
        with _pool(job, jobs) as pool:
            for path in source:
                batch.append((path, pool.submit(_work, path)))
                if len(batch) < 3 * jobs and not is_cancelled():
                    continue
                yield from _finished(batch.pop(0), broken)
                if broken or is_cancelled():
                    break
            for item in batch:
                if is_cancelled():
                    item[1].cancel()
                else:
                    yield from _finished(item, broken)
        if not broken or is_cancelled():
            return
        for path in broken:
            yield _alone(path, job)


def _pool(job: BatchJob, jobs: int) -> ProcessPoolExecutor:
    # spawned, not forked: OpenCV's and ONNX Runtime's threads do not survive a fork
    return ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(job,)
    )


def _finished(
    item: tuple[Path, Future[list[Record]]], broken: list[Path]
) -> Iterator[list[Record]]:
    """Yield a file's records; note it as broken where the pool died before it was answered."""
    path, future = item
    try:
        yield future.result()
    except BrokenProcessPool:
        broken.append(path)


def _alone(path: Path, job: BatchJob) -> list[Record]:
    with _pool(job, 1) as pool:
        try:
            return pool.submit(_work, path).result()
        except BrokenProcessPool:
            return [error_json(str(path), f"{path.name} crashed the program that read it.")]
