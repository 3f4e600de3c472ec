"""The report of one pattern: a page that needs no other file and says what the window says."""

import base64
import re

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QImage, QPdfWriter

from saed_desktop import __version__
from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.report_pdf import DPI, paper_document
from saed_desktop.workspace.document import Measurement
from saed_desktop.workspace.pattern_report import PAPER, PICTURE, report_page


def test_the_report_says_what_the_window_says(
    make_desktop, answered, pattern_files, qtbot, tmp_path
):
    desktop = make_desktop(pattern_files["puo2"])
    pattern = answered(desktop)
    desktop.open_patterns.change(
        pattern,
        "measure",
        measurements=(Measurement("distance", ((9.0, 9.0), (90.0, 9.0)), "<&>"),),
    )
    path = tmp_path / "report.html"
    desktop.figures.save_report(path)
    qtbot.waitUntil(lambda: "The report is saved" in desktop.window.banner.sentence, timeout=20_000)
    text = path.read_text(encoding="utf-8")
    assert "PuO₂ along [" in text and __version__ in text
    assert "puo2.hspy" in text and "per pixel" in text and "file" in text
    body = text.split("Spots and the reflections")[1]
    spots = body.split("</table>")[0].count("<tr>") - 1
    assert spots == len(pattern.prepared.marks.spots_xy)
    assert (
        "text-decoration:overline" in body
        and "-2" not in body.split("<tbody>")[1].split("</td>")[0]
    )
    geometry = text.split("<h2>Calibration and geometry</h2>")[1].split("</dl>")[0]
    assert re.search(
        r"Beam direction in the crystal</dt><dd>\[.+\] ± [\d.]+°, [\d.]+° off \[", geometry
    )
    candidates = text.split("<h2>Candidates</h2>")[1].split("</table>")[0]
    none = round(100 * pattern.answered.solution.none_of_these)
    assert f"Probability of none of these phases</dt><dd>{none} %" in candidates
    assert candidates.count("<tr>") - 1 == desktop.window.answer_panel.candidates.rowCount()
    assert "&lt;&amp;&gt;" in text  # a note is text, whatever is in it
    picture = base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", text)[1])
    assert QImage.fromData(picture).width() > 800
    assert "http" not in text.replace("http-equiv", "")


def test_without_an_answer_there_is_no_report(make_desktop, pattern_files):
    desktop = make_desktop(pattern_files["broken"])
    desktop.actions[Act.REPORT].trigger()
    assert "no answer to report" in desktop.window.banner.sentence


def test_the_report_as_pdf_holds_the_same_words_and_draws_its_bars(
    make_desktop, answered, pattern_files, qtbot, tmp_path
):
    desktop = make_desktop(pattern_files["puo2"])
    pattern = answered(desktop)
    path = tmp_path / "report.pdf"
    desktop.figures.save_report(path)
    qtbot.waitUntil(lambda: "The report is saved" in desktop.window.banner.sentence, timeout=30_000)
    data = path.read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 2
    assert b"/MediaBox [0 0 595 842]" in data or b"/MediaBox [0 0 595" in data
    assert b"/Subtype /Image" in data
    assert list(tmp_path.glob("*.pdf")) == [path]  # nothing half written is left beside it
    marks = pattern.prepared.marks
    rows, chosen = desktop.window.answer_panel.candidates.rows, desktop.window.answer_panel.chosen
    html = report_page(pattern.answered, marks, pattern.state, rows, chosen, template=PAPER)
    writer = QPdfWriter(str(tmp_path / "other.pdf"))
    writer.setResolution(DPI)
    document = paper_document(writer, html, QImage(64, 64, QImage.Format.Format_RGB32), PICTURE)
    text = document.toPlainText()
    for heading in ("Candidates", "Calibration and geometry", "Spots and", "How it was answered"):
        block = document.find(heading).block()
        # every heading is laid out: Qt loses one after a long table where it is set in steps
        assert block.layout().lineCount() >= 1, heading
    assert "PuO₂ along [110]" in text and __version__ in text
    # one object with a bar for every negative index of the page
    assert text.count("\ufffc") == html.count("text-decoration:overline") + 1


def test_bars_that_touch_stay_apart_in_the_pdf(qapp):
    overlined = '<span style="text-decoration:overline">1</span>'
    writer = QPdfWriter(QBuffer())
    document = paper_document(
        writer, f"<p>{overlined}{overlined}0</p>", QImage(8, 8, QImage.Format.Format_RGB32), PICTURE
    )
    assert document.toPlainText().count("\ufffc") == 2
