"""Files of one specimen, searched together in libraries: all are read before any is answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import user_message
from saed_desktop.file_names import file_text, one_line
from saed_desktop.indexing.library.shortlist import LibrarySetup
from saed_desktop.indexing.library.specimen import SpecimenAnswer, index_specimen
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from saed_desktop.pattern.readers import PatternFile
from saed_desktop.results.record import AnswerRecord, JointLine, error_record
from saed_desktop.running.batch import BatchJob


@dataclass(frozen=True)
class SpecimenRecords:
    """The printed answers of a specimen.

    Parameters
    ----------
    records
        Each file with the records of its frames, in the order of the files.
    joint
        The joint answer, None where no file could be read.
    sentence
        It in words.
    """

    records: tuple[tuple[Path, tuple[AnswerRecord, ...]], ...]
    joint: JointLine | None
    sentence: str = ""


def answer_specimen(
    files: Iterable[Path], job: BatchJob, setup: LibrarySetup, *, specimen: str
) -> SpecimenRecords:
    """Answer all files of a specimen out of libraries, each over the same structures, and jointly.

    Parameters
    ----------
    files
        The files; one that cannot be read gets a record of status "error".
    job
        Calibration, frames and details; its libraries are those of the setup.
    setup
        What is searched.
    specimen
        Its name.
    """
    read: list[tuple[Path, PreparedPattern | AnswerRecord]] = [
        (path, one) for path in files for one in _prepared_frames(path, job)
    ]
    patterns = [(path, one) for path, one in read if isinstance(one, PreparedPattern)]
    found = index_specimen([one for _, one in patterns], setup) if patterns else None
    answered = iter(_records(found, [path for path, _ in patterns], job) if found else ())
    records: dict[Path, list[AnswerRecord]] = {}
    for path, one in read:
        record = one if isinstance(one, AnswerRecord) else next(answered)
        records.setdefault(path, []).append(record)
    joint, sentence = None, ""
    if found is not None:
        names = [_frame_name(path, one.pattern) for path, one in patterns]
        joint = found.to_line(specimen=specimen, files=names)
        sentence = found.joint.sentence
    return SpecimenRecords(tuple((p, tuple(some)) for p, some in records.items()), joint, sentence)


def _prepared_frames(path: Path, job: BatchJob) -> Iterator[PreparedPattern | AnswerRecord]:
    try:
        file = PatternFile(path, dataset=job.dataset)
        n_frames = max(file.n_frames, 1) if job.all_frames else 1
    except Exception as error:  # whatever one file does, the others are answered
        yield _failed(path, error)
        return
    for frame in range(n_frames):
        try:
            yield prepare(job.calibration.apply_to(file.read(frame)))
        except Exception as error:  # nor does one frame end those after it
            yield _failed(path, error)


def _failed(path: Path, error: Exception) -> AnswerRecord:
    return error_record(file_text(path), one_line(user_message(error)))


def _records(found: SpecimenAnswer, paths: list[Path], job: BatchJob) -> Iterator[AnswerRecord]:
    for path, one in zip(paths, found.answers, strict=True):
        record = one.to_record(file=file_text(path))
        if job.details is not None:
            phases: tuple[Phase, ...] = one.shortlist.phases
            record = job.details.extend_record(record, one.solution, phases, one.shortlist.priors)
        yield record


def _frame_name(path: Path, pattern: Pattern) -> str:
    return file_text(path) + (f" [{pattern.frame + 1}]" if pattern.n_frames > 1 else "")
