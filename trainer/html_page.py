"""The parts of an HTML page that holds everything in one file: tables and pictures."""

import base64
import html
from collections.abc import Sequence
from pathlib import Path

_CSS = """
:root { color-scheme: light; --ink: #22303c; --soft: #5b6b79; --line: #d9dee3; --accent: #2a6f97; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: #fff;
       max-width: 68rem; margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.6rem; }
p.lead { color: var(--soft); margin-top: 0; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
div.wide { overflow-x: auto; }
th { text-align: right; font-weight: 600; border-bottom: 2px solid var(--ink); padding: .3rem .7rem;
     vertical-align: bottom; }
td { text-align: right; border-bottom: 1px solid var(--line); padding: .3rem .7rem;
     white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td.best { font-weight: 700; color: var(--accent); }
figure { margin: 1rem 0; } figcaption { color: var(--soft); font-size: .9rem; }
img { max-width: 100%; height: auto; }
div.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem; }
"""


def html_page(title: str, parts: Sequence[str]) -> str:
    """Return a page of some parts that are HTML already."""
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_CSS}</style></head>\n<body>\n{body}\n"
        "</body></html>\n"
    )


def table(head: Sequence[str], body: Sequence[tuple[Sequence[str], Sequence[str]]]) -> str:
    """Return a table; every row has its cells, which are HTML, and their classes."""
    lines = ['<div class="wide"><table><thead><tr>']
    lines += [f"<th>{cell}</th>" for cell in head]
    lines.append("</tr></thead><tbody>")
    for cells, marks in body:
        inside = "".join(
            f'<td class="{mark}">{cell}</td>' if mark else f"<td>{cell}</td>"
            for cell, mark in zip(cells, marks, strict=True)
        )
        lines.append(f"<tr>{inside}</tr>")
    lines.append("</tbody></table></div>")
    return "".join(lines)


def picture(path: Path, caption: str) -> str:
    """Return a PNG file as a figure that is part of the page."""
    data = base64.b64encode(path.read_bytes()).decode()
    words = html.escape(caption)
    below = f"<figcaption>{words}</figcaption>" if caption else ""
    return f'<figure><img alt="{words}" src="data:image/png;base64,{data}">{below}</figure>'
