"""Answers as files: CSV, JSON lines and a page of HTML."""

import csv
import html
from pathlib import Path
from typing import TextIO

from msgspec import UNSET

from saed_desktop.crystal.index_symbols import text_html
from saed_desktop.results.record import AnswerRecord, CandidateRecord, Status
from saed_desktop.results.sentences import texts

CSV_COLUMNS = (
    "file",
    "frame",
    "status",
    "verdict",
    "phase",
    "probability",
    "prediction_set",
    "in_distribution",
    "zone_axis",
    "zone_label",
    "off_zone_deg",
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
)


def csv_row(record: AnswerRecord) -> dict[str, str | float | None]:
    """Return one record as a flat row under `CSV_COLUMNS`."""
    best = record.named_candidate
    x, y = record.center_xy or (None, None)
    return {
        "file": record.file,
        "frame": record.frame,
        "status": record.status.value,
        "verdict": record.verdict.value,
        "phase": record.phase,
        "probability": record.probability,
        "prediction_set": " ".join(record.prediction_set),
        "in_distribution": record.in_distribution,
        "zone_axis": " ".join(str(i) for i in best.zone_axis) if best else "",
        "zone_label": best.zone_words if best else "",
        "off_zone_deg": best.off_zone_deg if best else None,
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
        "network": record.network.name if record.network else None,
        "seconds": record.seconds,
        "message": record.message or texts(record.reasons),
        "label": None if record.label is UNSET else record.label,
    }


class CsvWriter:
    """Writes records to an open text stream as they come, one row each."""

    def __init__(self, stream: TextIO, *, with_header: bool = True) -> None:
        self._stream = stream
        self._writer = csv.DictWriter(stream, CSV_COLUMNS, lineterminator="\n")
        if with_header:
            self._writer.writeheader()

    def write(self, record: AnswerRecord) -> None:
        """Write one row and flush it: a killed run loses no finished row."""
        self._writer.writerow(csv_row(record))
        self._stream.flush()


def text_line(record: AnswerRecord) -> str:
    """Return a record as the line that a person reads on a terminal."""
    name = Path(record.file).name
    if record.status is Status.ERROR:
        return f"{name}: {record.message}"
    frame = f" [{record.frame + 1}]" if record.frame else ""
    if record.phase is None:
        return f"{name}{frame}: unknown. {texts(record.reasons)}"
    best = record.named_candidate
    zone = f" {best.zone_words}" if best else ""
    others = [n for n in record.prediction_set if n != record.phase]
    share = record.probability or 0.0
    probability = f"{share:.2f}" if share < 0.995 else "> 0.99"
    also = f"; not excluded: {', '.join(others)}" if others else ""
    return (
        f"{name}{frame}: {record.phase}{zone}, probability {probability} "
        f"({record.verdict}){also}{_cell_words(best)}"
    )


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
        words.append(f"{symbol} = {found.value:.3f} ± {found.sigma:.3f}{unit}")
    found_words = f"; {', '.join(words)}" if words else ""
    message = candidate.cell.message
    return found_words + (f"; {message}" if message else "")


HTML_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>SAED Desktop: answers</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1b1f24; }
table { border-collapse: collapse; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid #d8dee4; text-align: left; }
th { position: sticky; top: 0; background: #f6f8fa; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.agree td:nth-child(2) { color: #116329; font-weight: 600; }
tr.error td, tr.none td { color: #57606a; }
tr.disagree td:nth-child(2) { color: #953800; font-weight: 600; }
</style></head><body>
<h1>Answers</h1>
<table><thead><tr><th>File</th><th>Phase</th><th>Probability</th><th>Verdict</th><th>Zone axis</th>
<th>Not excluded</th><th>Why</th></tr></thead><tbody>
"""


def html_tail(count: int) -> str:
    """Return the end of a page of `count` answers."""
    return f"</tbody></table>\n<p>{count} pattern(s).</p></body></html>\n"


def html_row(record: AnswerRecord) -> str:
    """Return one record as a row of the page's table."""
    best = record.named_candidate
    is_error = record.status is Status.ERROR
    zone = best.zone_words if best else ""
    probability = "" if record.probability is None else f"{record.probability:.2f}"
    cells = [
        html.escape(Path(record.file).name),
        html.escape(record.phase or ("error" if is_error else "unknown")),
        probability,
        html.escape(record.verdict),
        text_html(zone),
        html.escape(", ".join(n for n in record.prediction_set if n != record.phase)),
        text_html(record.message or texts(record.reasons)),
    ]
    kind = "error" if is_error else record.verdict
    body = "".join(
        f'<td class="number">{cell}</td>' if i == 2 else f"<td>{cell}</td>"
        for i, cell in enumerate(cells)
    )
    return f'<tr class="{kind}">{body}</tr>'
