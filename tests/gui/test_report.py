"""The report of one pattern: a page that needs no other file and says what the window says."""

import base64
import re

from PySide6.QtGui import QImage

from saed_desktop import __version__
from saed_desktop.gui.commands import Act
from saed_desktop.workspace.document import Measurement


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
    candidates = text.split("<h2>Candidates</h2>")[1].split("</table>")[0]
    assert candidates.count("<tr>") - 1 == desktop.window.answer_panel.candidates.rowCount()
    assert "&lt;&amp;&gt;" in text  # a note is text, whatever is in it
    picture = base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", text)[1])
    assert QImage.fromData(picture).width() > 800
    assert "http" not in text.replace("http-equiv", "")


def test_without_an_answer_there_is_no_report(make_desktop, pattern_files):
    desktop = make_desktop(pattern_files["broken"])
    desktop.actions[Act.REPORT].trigger()
    assert "no answer to report" in desktop.window.banner.sentence
