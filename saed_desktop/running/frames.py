"""The frames of one file, answered by several processes: a scan is one file of thousands."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from saed_desktop.indexing.pipeline import IndexingSetup
from saed_desktop.results.record import AnswerRecord
from saed_desktop.running.batch import TIMEOUT_S, BatchJob, answer_frames, failed_record
from saed_desktop.running.process_pool import Part, StreamPlan, run_stream

FRAMES_AT_ONCE = 32
"""A process opens the file once for so many frames."""

_Range = tuple[int, int]
_Prepared = tuple[BatchJob, IndexingSetup]


def answer_frame_range(
    path: Path,
    frames: range,
    job: BatchJob,
    *,
    jobs: int,
    timeout_s: float | None = TIMEOUT_S,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[AnswerRecord]:
    """Answer frames of a file and yield their records in order, as they come.

    A frame over which its process dies, or which takes too long, gets a record of status "error".

    Parameters
    ----------
    path
        The file.
    frames
        Running numbers, counted from 0, one after another.
    job
        What to answer them with.
    jobs
        Processes at work.
    timeout_s
        A frame that takes longer is given up.
    is_cancelled
        Asked many times a second.
    """
    at = frames.start
    while at < frames.stop and not is_cancelled():
        # begun again after a frame that ended its process: what came after it is still to do
        for part in _stream(path, range(at, frames.stop), job, jobs, timeout_s, is_cancelled):
            for record in part.results:
                yield record if record.frame == at else replace(record, frame=at)
                at += 1
            if part.is_last and at < part.item[1]:
                break


def _stream(
    path: Path,
    frames: range,
    job: BatchJob,
    jobs: int,
    timeout_s: float | None,
    is_cancelled: Callable[[], bool],
) -> Iterator[Part[_Range, AnswerRecord]]:
    starts = range(frames.start, frames.stop, FRAMES_AT_ONCE)
    items = [(start, min(start + FRAMES_AT_ONCE, frames.stop)) for start in starts]
    plan = StreamPlan(
        partial(_prepared, job), partial(_answers, path), partial(_crash_record, path)
    )
    # without patience: the records come in the order of the frames, whatever a frame takes
    return run_stream(
        items,
        plan,
        size=min(jobs, len(items)),
        timeout_s=timeout_s,
        patience_s=None,
        is_cancelled=is_cancelled,
    )


def _prepared(job: BatchJob) -> _Prepared:
    return job, job.indexing_setup()


def _answers(path: Path, item: _Range, prepared: _Prepared) -> Iterator[AnswerRecord]:
    first, stop = item
    return answer_frames(path, *prepared, first=first, stop=stop)


def _crash_record(path: Path, item: _Range, seconds: float | None) -> AnswerRecord:
    # which of the range it was is known where the others are counted
    if seconds is None:
        return failed_record(path, "A frame crashed the program that read it.", item[0])
    return failed_record(path, f"A frame was given up after {seconds:g} s.", item[0])
