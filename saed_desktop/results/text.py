"""A record as a line for the terminal and as a row of a table."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

from msgspec import UNSET

from saed_desktop.file_names import one_line, path_of
from saed_desktop.results.comparison_record import comparison_words
from saed_desktop.results.lattice_sentences import lattice_reason, lattice_words
from saed_desktop.results.record import (
    AnswerRecord,
    CandidateRecord,
    JointRecord,
    LibraryRecord,
    Status,
)
from saed_desktop.results.ring_text import (
    not_excluded,
    probability_text,
    ring_cells,
    ring_phase_cells,
    ring_words,
    rings_beside,
)
from saed_desktop.results.sentences import texts
from saed_desktop.results.uncertain import with_uncertainty

CSV_COLUMNS = (
    "file",
    "frame",
    "status",
    "verdict",
    "phase",
    "probability",
    "family",
    "family_probability",
    "none_of_these",
    "prediction_set",
    "set_includes_none",
    "in_distribution",
    "zone_axis",
    "zone_label",
    "off_zone_deg",
    "beam_direction",
    "beam_direction_sigma_deg",
    "score",
    "matched",
    "unexplained",
    "missing",
    "rms_residual_inv_angstrom",
    "scale_inv_angstrom_per_px",
    "calibration_source",
    "center_x",
    "center_y",
    "kind",
    "spots",
    "network",
    "seconds",
    "message",
    "label",
    "look_alikes",
    "rings",
    "ring_phases",
)


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""Spreadsheets run a cell that begins with one of the first four as a formula."""


def csv_text(text: str) -> str:
    """Return text from elsewhere as a cell that no spreadsheet runs, and that stays in its line."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA_STARTS) else line


def csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    """Return lines of cells as a CSV file whose texts no spreadsheet runs."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_cell(cell) for cell in line] for line in lines)
    return stream.getvalue().encode()


def _cell(cell: str) -> str:
    """Return a cell; a number keeps its sign."""
    try:
        float(cell)
    except ValueError:
        return csv_text(cell)
    return cell


def text_of_csv(cell: str) -> str:
    """Return the text that `csv_text` wrote."""
    return cell.removeprefix("'")


def csv_row(record: AnswerRecord) -> dict[str, str | float | None]:
    """Return one record as a flat row under `CSV_COLUMNS`."""
    best = record.named_candidate
    families = record.library.families if record.library is not None and record.phase else ()
    family = families[0] if families else None
    x, y = record.center_xy or (None, None)
    return {
        "file": csv_text(record.file),
        "frame": record.frame,
        "status": record.status.value,
        "verdict": record.verdict.value,
        "phase": csv_text(record.phase) if record.phase else None,
        "probability": record.probability,
        "family": csv_text(family.prototype) if family else None,
        "family_probability": family.probability if family else None,
        "none_of_these": record.none_of_these,
        "prediction_set": csv_text(" ".join(record.prediction_set)),
        "set_includes_none": str(record.set_includes_none).lower(),
        "in_distribution": record.in_distribution,
        "zone_axis": " ".join(str(i) for i in best.zone_axis) if best else "",
        "zone_label": best.zone_words if best else "",
        "off_zone_deg": best.off_zone_deg if best else None,
        "beam_direction": " ".join(f"{x:.4f}" for x in best.beam_direction or ()) if best else "",
        "beam_direction_sigma_deg": best.beam_direction_sigma_deg if best else None,
        "score": best.score if best else None,
        "matched": best.matched if best else None,
        "unexplained": best.unexplained if best else None,
        "missing": best.missing if best else None,
        "rms_residual_inv_angstrom": best.rms_residual_inv_angstrom if best else None,
        "scale_inv_angstrom_per_px": record.calibration.scale_inv_angstrom_per_px,
        "calibration_source": record.calibration.source,
        "center_x": x,
        "center_y": y,
        "kind": record.kind,
        "spots": record.spots,
        "network": csv_text(record.network.name) if record.network else None,
        "seconds": record.seconds,
        "message": csv_text(record.message or texts(record.reasons)),
        "label": None if record.label is UNSET else csv_text(record.label),
        "look_alikes": csv_text("; ".join(record.look_alikes)),
        "rings": csv_text(ring_cells(record)),
        "ring_phases": csv_text(ring_phase_cells(record)),
    }


def write_table(
    stream: TextIO, records: Iterable[AnswerRecord], earlier: Iterable[Mapping[str, str]] = ()
) -> int:
    """Write records as CSV and return their number.

    Parameters
    ----------
    stream
        Where the table goes.
    records
        The answers.
    earlier
        Rows of an earlier table that stand before them.
    """
    writer = csv.DictWriter(stream, CSV_COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(earlier)
    count = 0
    for record in records:
        count += 1
        writer.writerow(csv_row(record))
    return count


_FAMILIES_IN_TEXT = 20
_LOOK_ALIKES_IN_A_LINE = 3
"""The JSON object has all of them, families as well."""


def text_line(record: AnswerRecord) -> str:
    """Return a record as the line that a person reads on a terminal."""
    name = one_line(path_of(record.file).name) or "pattern"
    if record.status is Status.ERROR:
        return f"{name}: {record.message}"
    frame = f" [{record.frame + 1}]" if record.frame else ""
    if record.library is not None and not record.ring_phases:
        return _library_lines(record, record.library, f"{name}{frame}")
    if record.phase is None:
        alike = f" Of the library fit: {_look_alikes(record)}." if record.look_alikes else ""
        none = _none_words(record)
        reasons = texts(record.reasons)
        return f"{name}{frame}: unknown{none}. {reasons}{alike}{_comparison(record, '; ')}"
    others_fit = ""
    if record.look_alikes:
        verb = "fits" if len(record.look_alikes) == 1 else "fit"
        others_fit = f"; {verb} as well, not among the candidates: {_look_alikes(record)}"
    if record.ring_phases and record.named_candidate is None:
        return f"{name}{frame}: {ring_words(record)}{others_fit}"
    best = record.named_candidate
    also = not_excluded(record, record.tied) + others_fit
    return (
        f"{name}{frame}: {_named(record, best)} ({record.verdict}){also}"
        f"{_cell_words(best)}{rings_beside(record)}{_lattice_beside(record)}"
        f"{_comparison(record, '; ')}"
    )


def _named(record: AnswerRecord, best: CandidateRecord | None) -> str:
    """Return the phase named with its probability, or those that tie, each with its own."""
    tied = record.tied
    if len(tied) > 1:
        zones = {c.phase: c.zone_words for c in record.candidates}
        each = (f"{n} {zones.get(n, '')}".rstrip() for n in tied)
        shares = (probability_text(record.probabilities[n]) for n in tied)
        return f"tie of {', '.join(each)}, probabilities {', '.join(shares)}"
    zone = f" {best.zone_words}" if best else ""
    return f"{record.phase}{zone}, probability {probability_text(record.probability or 0.0)}"


def _none_words(record: AnswerRecord) -> str:
    if record.none_of_these is None:
        return ""
    return f" (none of these: {probability_text(record.none_of_these)})"


def _look_alikes(record: AnswerRecord) -> str:
    shown = record.look_alikes[:_LOOK_ALIKES_IN_A_LINE]
    more = len(record.look_alikes) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _library_lines(record: AnswerRecord, library: LibraryRecord, name: str) -> str:
    """Return the answer of a search as a line of what was looked at and one for each family."""
    among = f"{library.admitted} structures" + (f" {library.elements}" if library.elements else "")
    lines = [f"{name}: {_looked_at(record, library, among)}"]
    by_phase = {c.phase: c for c in record.candidates}
    for family in library.families[:_FAMILIES_IN_TEXT]:
        best = by_phase[family.phases[0]]
        lines.append(
            f"  {family.probability:5.2f}  {family.text}; {family.phases[0]} {best.zone_words}, "
            f"{best.matched} of {record.spots} spots"
        )
    if len(library.families) > _FAMILIES_IN_TEXT:
        others = library.families[_FAMILIES_IN_TEXT:]
        share = sum(family.probability for family in others)
        lines.append(f"  {share:5.2f}  {len(others)} more families")
    if library.families and record.none_of_these is not None:
        lines.append(f"  {record.none_of_these:5.2f}  none of these")
    if not library.families:
        lines.append(f"  nothing fits. {texts(record.reasons)}")
    if record.comparison is not UNSET:
        lines.append(_comparison(record, "  "))
    lines += [f"  {sentence}" for sentence in library.decides]
    lines += [f"  {sentence}" for sentence in library.not_searched]
    return "\n".join(lines)


def _looked_at(record: AnswerRecord, library: LibraryRecord, among: str) -> str:
    """Return how many structures the index of zones, or of lines, let through."""
    if record.kind == "rings":
        return f"{library.fitting} of {among} suit the rings"
    if not library.fitting and library.families:
        return (
            f"none of {among} has a zone of this size and shape; these fit by ratios and angles "
            "alone, on other scales: check the calibration"
        )
    if record.calibration.source == "fitted":
        return f"{library.fitting} of {among} have a zone of this shape; the scale is unknown"
    return f"{library.fitting} of {among} have a zone of this size and shape"


def specimen_text(joint: JointRecord, sentence: str) -> str:
    """Return the joint answer of a specimen: a line for each family, and one for each pattern.

    Parameters
    ----------
    joint
        The answer.
    sentence
        It in words.
    """
    lines = [f"{joint.specimen} together: {sentence}"]
    lines += [f"  {family.probability:5.2f}  {family.text}" for family in joint.families]
    if joint.families and joint.none_of_these is not None:
        lines.append(f"  {joint.none_of_these:5.2f}  none of these")
    zones = (f"{one_line(path_of(file).name)} {zone}" for file, zone in joint.zones.items())
    if joint.zones:
        lines.append(f"  {joint.phase} in {', '.join(zones)}")
    if joint.lattice is not None:
        lines.append(f"  {lattice_words(lattice_reason(joint.lattice))}")
    return "\n".join(lines)


def _lattice_beside(record: AnswerRecord) -> str:
    """Return what the lattice alone says, where it was asked for beside a phase."""
    return "" if record.lattice is None else f"; {lattice_words(lattice_reason(record.lattice))}"


def _comparison(record: AnswerRecord, before: str) -> str:
    """Return why the likeliest phase and not the next, nothing where that was not asked."""
    found = record.comparison
    return "" if found is UNSET else before + comparison_words(found)


def _cell_words(candidate: CandidateRecord | None) -> str:
    """Return the refined cell of a candidate for a line of text, nothing where none was asked."""
    if candidate is None or candidate.cell is UNSET:
        return ""
    words: list[str] = []
    said: set[float] = set()
    for name, found in candidate.cell.parameters.items():
        # symmetry makes axes equal: one of them says it all
        if found.value in said:
            continue
        said.add(found.value)
        symbol, unit = (name.removesuffix("_deg"), "°") if name.endswith("_deg") else (name, " Å")
        words.append(f"{symbol} = {with_uncertainty(found.value, found.sigma)}{unit}")
    found_words = f"; {', '.join(words)}" if words else ""
    message = candidate.cell.message
    return found_words + (f"; {message}" if message else "")
