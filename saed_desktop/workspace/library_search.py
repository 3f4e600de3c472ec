"""A search of libraries for the pattern shown, in the rows and words that the window shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from saed_desktop.crystal.phase import Phase, phases_by_name
from saed_desktop.indexing.deciding.by_judge import bundled_judge
from saed_desktop.indexing.deciding.joint import JointAnswer
from saed_desktop.indexing.library.library_answer import (
    LibraryAnswer,
    answer_from_library,
    look_alikes,
)
from saed_desktop.indexing.library.shortlist import LibrarySetup
from saed_desktop.indexing.library.specimen import index_specimen
from saed_desktop.indexing.solution import Solution
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.results.record import LibraryRecord
from saed_desktop.results.wording import phase_label
from saed_desktop.running.library_request import LibraryRequest, opened
from saed_desktop.translation import grouped, recognised, tr
from saed_desktop.workspace.answer_view import CandidateRow, answer_view
from saed_desktop.workspace.judged_reasons import JudgedReasons, judged_reasons
from saed_desktop.workspace.library_choice import BUNDLED_LIBRARY, LibraryChoice
from saed_desktop.workspace.ring_rows import ring_candidate_rows

LOOK_ALIKES_SHOWN = 4


@dataclass(frozen=True, eq=False)
class LibraryFound:
    """The result of a search.

    Parameters
    ----------
    choice
        What was searched.
    rows
        Structures with their fit, likeliest first.
    structures
        By the name that the rows call them.
    sentences
        How many were looked at, and what would decide.
    not_searched
        What was not searched, in sentences.
    is_partial
        Whether others are still to be compared.
    answer
        The answer itself, to the pattern that the rows are laid over.
    """

    choice: LibraryChoice
    rows: tuple[CandidateRow, ...]
    structures: Mapping[str, LibraryStructure]
    sentences: tuple[str, ...]
    not_searched: tuple[str, ...] = ()
    is_partial: bool = False
    answer: LibraryAnswer | None = None


def search_libraries(
    solution: Solution,
    choice: LibraryChoice,
    *,
    first: Callable[[LibraryFound], None] = lambda _found: None,
    report: Callable[[float], None] = lambda _share: None,
) -> LibraryFound:
    """Search libraries for the spots, or the rings, of an answered pattern.

    Parameters
    ----------
    solution
        The answer to it.
    choice
        What is searched.
    first
        Given what a quick look at the likeliest few structures finds, where there are more.
    report
        Told which share of the structures is compared; what it raises ends the search.

    Raises
    ------
    UsageError, LibraryError
        If a library is gone or damaged.
    """

    def show_first(few: LibraryAnswer) -> None:
        structures = few.shortlist.structures
        rows = _rows(few, few.solution.probabilities)
        first(LibraryFound(choice, rows, structures, (), is_partial=True))

    answer = answer_from_library(
        solution.prepared, opened_setup(choice), first=show_first, report=report
    )
    rows = _rows(answer, answer.solution.probabilities)
    record = answer.to_record(file="").library
    sentences = _sentences(answer, record, choice) if record is not None else ()
    left_out = _left_out(record)
    structures = answer.shortlist.structures
    return LibraryFound(choice, rows, structures, sentences, left_out, answer=answer)


def search_for_specimen(
    solutions: Sequence[Solution],
    shown: int,
    choice: LibraryChoice,
    *,
    report: Callable[[float], None] = lambda _share: None,
) -> LibraryFound:
    """Search libraries for what explains all answered patterns of one specimen.

    Parameters
    ----------
    solutions
        Of the patterns, taken with one camera.
    shown
        Which of them the rows are laid over.
    choice
        What is searched.
    report
        Told which share of the work is done; what it raises ends the search.

    Raises
    ------
    UsageError, LibraryError
        If a library is gone or damaged.
    """
    patterns = [one.prepared for one in solutions]
    found = index_specimen(patterns, opened_setup(choice), report=report)
    answer, joint = found.answers[shown], found.joint
    rows = _rows(answer, joint.probabilities)
    ranked = sorted(rows, key=lambda row: (row.crystal, -(row.probability or 0.0)))
    record = answer.to_record(file="").library
    sentences: tuple[str, ...] = ()
    if record is not None:
        zones = ", ".join(zone for zone in found.zones if zone)
        seen = tr(" Its zone axes: {zones}.", zones=zones) if zones else ""
        sentences = (
            tr(
                "Searched for {len} patterns together. {said}{seen}",
                len=len(solutions),
                said=_joint_words(joint),
                seen=seen,
            ),
        )
    left_out = _left_out(record)
    structures = answer.shortlist.structures
    return LibraryFound(choice, tuple(ranked), structures, sentences, left_out, answer=answer)


def library_reasons(
    found: LibraryFound,
    *,
    first: str,
    second: str,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> JudgedReasons | None:
    """Return why the judge prefers one structure that was found to another.

    None where it was not asked about both: it compares the best few.

    Parameters
    ----------
    found
        The result of a search.
    first, second
        The structures, by the names of their rows.
    is_cancelled
        Asked again and again; what is known by then is returned.
    """
    answer = found.answer
    if answer is None:
        return None
    return judged_reasons(
        answer.solution,
        answer.shortlist.phases,
        answer.shortlist.priors,
        bundled_judge(),
        first=first,
        second=second,
        is_cancelled=is_cancelled,
    )


def _rows(answer: LibraryAnswer, probabilities: Mapping[str, float]) -> tuple[CandidateRow, ...]:
    """Return the structures as rows; further crystals of the pattern keep having none."""
    structures = answer.shortlist.structures
    measured = answer.solution.prepared.measured_rings
    if answer.solution.prepared.kind is PatternKind.RINGS and measured is not None:
        phases = phases_by_name(answer.shortlist.phases)
        calibration = answer.solution.prepared.pattern.calibration
        return tuple(
            _with_structure(row, structures[row.phase])
            for row in ring_candidate_rows(measured, calibration, phases, probabilities)
        )
    view = answer_view(answer.solution, phases_by_name(answer.shortlist.phases))
    return tuple(
        replace(
            _with_structure(row, structures[row.phase]),
            probability=probabilities.get(row.phase) if row.crystal == 1 else None,
        )
        for row in view.candidates
    )


def opened_setup(choice: LibraryChoice) -> LibrarySetup:
    """Open the libraries of a choice; they stay open for the next search."""
    names = choice.names or (BUNDLED_LIBRARY,)
    return opened(LibraryRequest(names, choice.element_filter()))


def look_alike_words(
    solution: Solution,
    phases: Sequence[Phase],
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> str:
    """Return the structures of the bundled library that fit as well as the best candidate.

    Empty where there is none, or where it was cancelled.
    """
    library = opened(LibraryRequest((BUNDLED_LIBRARY,)))
    names = look_alikes(solution, phases, library, is_cancelled=is_cancelled)
    if not names:
        return ""
    shown = [_labelled(name) for name in names[:LOOK_ALIKES_SHOWN]]
    more = len(names) - len(shown)
    said = ", ".join(shown)
    if more:
        said = tr("{names} and {more} more", names=said, more=more)
    if solution.phase is None:
        return tr("No candidate, but of the library fit: {said}.", said=said)
    if len(names) == 1:
        return tr("Not among the candidates, but fits as well: {said}.", said=said)
    return tr("Not among the candidates, but fit as well: {said}.", said=said)


def _labelled(name: str) -> str:
    phase, bracket, zone = name.partition(" [")
    return phase_label(phase) + bracket + zone


def _with_structure(row: CandidateRow, structure: LibraryStructure) -> CandidateRow:
    return replace(
        row,
        is_named=False,
        formula=structure.formula,
        prototype=structure.prototype,
        source=structure.source,
        library=structure.library,
    )


def _left_out(record: LibraryRecord | None) -> tuple[str, ...]:
    return tuple(recognised(sentence) for sentence in record.not_searched) if record else ()


def _joint_words(joint: JointAnswer) -> str:
    """Return the answer of several patterns, as `JointAnswer.sentence`, in the user's language."""
    if joint.phase is None:
        return tr("None of the patterns could be answered.")
    values = {
        "phase": phase_label(joint.phase),
        "supporting": joint.supporting,
        "total": joint.supporting + joint.contradicting,
    }
    if not joint.contradicting:
        return tr("{phase}: {supporting} of {total} answered patterns agree.", **values)
    return tr(
        "{phase}: {supporting} of {total} answered patterns agree, {others} show something else: "
        "perhaps a second phase.",
        **values,
        others=joint.contradicting,
    )


def _sentences(
    answer: LibraryAnswer, record: LibraryRecord, choice: LibraryChoice
) -> tuple[str, ...]:
    among = tr("{count} structures", count=grouped(record.admitted))
    if not choice.is_open:
        among = f"{among} {choice.words}"
    if not answer.shortlist.structures:
        return (tr("None of {among} fits.", among=among),)
    if answer.solution.prepared.kind is PatternKind.RINGS:
        looked = tr(
            "{fitting} of {among} suit the rings; the best {judged} are listed.",
            fitting=grouped(record.fitting),
            among=among,
            judged=record.judged,
        )
        return (looked, *(recognised(sentence) for sentence in record.decides))
    fitting, judged = grouped(record.fitting), record.judged
    if not answer.solution.prepared.pattern.calibration.is_known:
        looked = tr(
            "The scale is unknown: {fitting} of {among} have a zone of this shape; the best "
            "{judged} are listed.",
            fitting=fitting,
            among=among,
            judged=judged,
        )
    elif not record.fitting:
        looked = tr(
            "None of {among} has a zone of this size and shape; these fit by ratios and angles "
            "alone, on other scales: check the calibration.",
            among=among,
        )
    else:
        looked = tr(
            "{fitting} of {among} have a zone of this size and shape; the best {judged} are "
            "listed.",
            fitting=fitting,
            among=among,
            judged=judged,
        )
    return (looked, *(recognised(sentence) for sentence in record.decides))
