"""The rings of an answer as text: for a line on the terminal and for cells of a table."""

from collections.abc import Collection

from saed_desktop.results.cell_record import ParameterRecord
from saed_desktop.results.record import AnswerRecord, LibraryRecord
from saed_desktop.results.ring_record import RingPhaseRecord
from saed_desktop.results.uncertain import with_uncertainty

_FAMILIES = 8


def ring_words(record: AnswerRecord) -> str:
    """Return a ring pattern's answer as "Au (fcc), 7 of 7 rings, a = 4.078 ± 0.012 Å"."""
    main, more = record.ring_phases[0], record.ring_phases[1:]
    words = f"{main.phase} ({main.structure}), {main.rings} of {len(record.rings)} rings"
    words += "".join(
        f", {name.removesuffix('_deg')} = {with_uncertainty(v.value, v.sigma)}"
        + ("°" if name.endswith("_deg") else " Å")
        for name, v in _own_cell(main).items()
    )
    words += "".join(
        f"; {p.phase} ({p.structure}), {p.rings} rings, {100 * p.share:.0f} %" for p in more
    )
    words += f"; probability {probability_text(record.probability or 0.0)} ({record.verdict})"
    left = sum(ring.phase is None for ring in record.rings)
    if left:
        words += f"; {left} ring{'s' if left > 1 else ''} not explained"
    words += not_excluded(record, [p.phase for p in record.ring_phases])
    if record.library is None:
        return words
    return "\n".join([words, *_library_lines(record.library)])


def probability_text(probability: float) -> str:
    """Return a probability with two digits; nothing is called certain."""
    return f"{probability:.2f}" if probability < 0.995 else "> 0.99"


def not_excluded(record: AnswerRecord, named: Collection[str]) -> str:
    """Return what is not excluded besides the phases that are named, "" for nothing."""
    others = [name for name in record.prediction_set if name not in named]
    if record.set_includes_none:
        others.append(f"none of these ({probability_text(record.none_of_these or 0.0)})")
    return f"; not excluded: {', '.join(others)}" if others else ""


def _library_lines(library: LibraryRecord) -> list[str]:
    among = f"{library.admitted} structures" + (f" {library.elements}" if library.elements else "")
    lines = [f"  {library.fitting} of {among} suit the rings better than an unknown crystal would"]
    lines += [f"  {f.probability:5.2f}  {f.text}" for f in library.families[:_FAMILIES]]
    if len(library.families) > _FAMILIES:
        share = sum(family.probability for family in library.families[_FAMILIES:])
        lines.append(f"  {share:5.2f}  {len(library.families) - _FAMILIES} more families")
    lines += [f"  {sentence}" for sentence in library.decides]
    lines += [f"  {sentence}" for sentence in library.not_searched]
    return lines


def rings_beside(record: AnswerRecord) -> str:
    """Return what the rings beside a crystal's spots are: "; rings: Au (fcc), 6 of 7"."""
    if not record.ring_phases:
        return ""
    words = [
        f"{p.phase} ({p.structure}), {p.rings} of {len(record.rings)}" for p in record.ring_phases
    ]
    return f"; rings: {'; '.join(words)}"


def ring_cells(record: AnswerRecord) -> str:
    """Return the rings for a cell: "2.355 Å Au 111; 2.04 Å", in pixels without a scale."""
    words = []
    for ring in record.rings:
        size = f"{ring.d_angstrom:.4g} Å" if ring.d_angstrom else f"{ring.radius_px} px"
        words.append(f"{size} {ring.phase} {ring.label}" if ring.phase else size)
    return "; ".join(words)


def ring_phase_cells(record: AnswerRecord) -> str:
    """Return the phases of rings for a cell: "Au (fcc) 7 rings 100 % a = 4.0782 ± 0.0120"."""
    return "; ".join(
        f"{p.phase} ({p.structure}) {p.rings} rings {100 * p.share:.0f} %"
        + "".join(f" {name} = {v.value:.4f} ± {v.sigma:.4f}" for name, v in _own_cell(p).items())
        for p in record.ring_phases
    )


def _own_cell(phase: RingPhaseRecord) -> dict[str, ParameterRecord]:
    """Return the refined parameters of a cell, of equal ones the first."""
    own: dict[str, ParameterRecord] = {}
    for name, found in phase.cell.items():
        if all(abs(found.value - other.value) > 1e-4 for other in own.values()):
            own[name] = found
    return own
