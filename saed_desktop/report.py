"""Answers as files: CSV, JSON lines and a page of HTML."""

import csv
import html
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from saed_desktop.crystal.index_symbols import text_html

Record = dict[str, Any]

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
)


def csv_row(record: Record) -> dict[str, Any]:
    """Return one record as a flat row under `CSV_COLUMNS`."""
    best = named_candidate(record) or {}
    center = record["center_xy"] or (None, None)
    network = record["network"] or {}
    reasons = " ".join(record["reasons"])
    return {
        **{key: record[key] for key in ("file", "frame", "status", "verdict", "phase")},
        "probability": record["probability"],
        "prediction_set": " ".join(record["prediction_set"]),
        "in_distribution": record["in_distribution"],
        "zone_axis": " ".join(str(i) for i in best.get("zone_axis", [])),
        "zone_label": zone_label(best),
        **{
            key: best.get(key)
            for key in (
                "off_zone_deg",
                "score",
                "matched",
                "unexplained",
                "missing",
                "rms_residual_inv_angstrom",
            )
        },
        "scale_inv_angstrom_per_px": record["calibration"]["scale_inv_angstrom_per_px"],
        "calibration_source": record["calibration"]["source"],
        "center_x": center[0],
        "center_y": center[1],
        "kind": record["kind"],
        "spots": record["spots"],
        "network": network.get("name"),
        "seconds": record["seconds"],
        "message": record["message"] or reasons,
    }


def named_candidate(record: Record) -> Record | None:
    """Return the physics' candidate of the phase that a record names, None without one."""
    for candidate in record["candidates"]:
        if candidate["phase"] == record["phase"]:
            return dict(candidate)
    return None


def zone_label(candidate: Record) -> str:
    """Return the name of a candidate's zone axis; journals of older versions hold numbers only."""
    indices = " ".join(str(i) for i in candidate.get("zone_axis", ()))
    return str(candidate.get("zone_label") or (indices and f"[{indices}]"))


class CsvWriter:
    """Writes records to an open text stream as they come, one row each."""

    def __init__(self, stream: TextIO, *, with_header: bool = True) -> None:
        self._stream = stream
        self._writer = csv.DictWriter(stream, CSV_COLUMNS, lineterminator="\n")
        if with_header:
            self._writer.writeheader()

    def write(self, record: Record) -> None:
        """Write one row and flush it: a killed run loses no finished row."""
        self._writer.writerow(csv_row(record))
        self._stream.flush()


def csv_text(records: Iterable[Record]) -> str:
    """Return records as the text of a CSV file."""
    stream = io.StringIO()
    writer = CsvWriter(stream)
    for record in records:
        writer.write(record)
    return stream.getvalue()


def json_line(record: Record) -> str:
    """Return a record as one line of JSON."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def text_line(record: Record) -> str:
    """Return a record as the line that a person reads on a terminal."""
    name = Path(record["file"]).name
    if record["status"] == "error":
        return f"{name}: {record['message']}"
    frame = f" [{record['frame'] + 1}]" if record["frame"] else ""
    if record["phase"] is None:
        return f"{name}{frame}: unknown. {' '.join(record['reasons'])}"
    best = named_candidate(record)
    zone = f" {zone_label(best)}" if best else ""
    others = [n for n in record["prediction_set"] if n != record["phase"]]
    share = record["probability"]
    probability = f"{share:.2f}" if share < 0.995 else "> 0.99"
    also = f"; not excluded: {', '.join(others)}" if others else ""
    return (
        f"{name}{frame}: {record['phase']}{zone}, probability {probability} "
        f"({record['verdict']}){also}{_cell_words(best)}"
    )


def _cell_words(candidate: Record | None) -> str:
    """Return the refined cell of a candidate for a line of text, nothing where none was asked."""
    cell = candidate.get("cell") if candidate else None
    if cell is None:
        return ""
    words: list[str] = []
    said: set[float] = set()
    for name, found in cell["parameters"].items():
        # symmetry makes axes equal: one of them says it all
        if found["value"] in said:
            continue
        said.add(found["value"])
        symbol, unit = (name.removesuffix("_deg"), "°") if name.endswith("_deg") else (name, " Å")
        words.append(f"{symbol} = {found['value']:.3f} ± {found['sigma']:.3f}{unit}")
    found_words = f"; {', '.join(words)}" if words else ""
    return found_words + (f"; {cell['message']}" if cell["message"] else "")


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


def html_page(records: Iterable[Record]) -> str:
    """Return records as a self-contained HTML page."""
    rows = [html_row(record) for record in records]
    return HTML_HEAD + "\n".join(rows) + html_tail(len(rows))


def html_row(record: Record) -> str:
    """Return one record as a row of the page's table."""
    best = named_candidate(record)
    zone = zone_label(best) if best else ""
    probability = "" if record["probability"] is None else f"{record['probability']:.2f}"
    phase = record["phase"] or ("error" if record["status"] == "error" else "unknown")
    cells = [
        html.escape(Path(record["file"]).name),
        html.escape(phase),
        probability,
        html.escape(record["verdict"]),
        text_html(zone),
        html.escape(", ".join(n for n in record["prediction_set"] if n != record["phase"])),
        text_html(record["message"] or " ".join(record["reasons"])),
    ]
    kind = "error" if record["status"] == "error" else record["verdict"]
    body = "".join(
        f'<td class="number">{cell}</td>' if i == 2 else f"<td>{cell}</td>"
        for i, cell in enumerate(cells)
    )
    return f'<tr class="{kind}">{body}</tr>'
