"""Open, wrong centre, fix, two-spot index, spot, label, undo, export, quit, reopen: all is there."""

import csv
import json
import shutil

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.correct_dialog import CorrectDialog


def _two_spots(pattern):
    """Return two short spots that are not on one line with the beam."""
    marks = pattern.prepared.marks
    offsets = marks.spots_xy - np.array(marks.center_xy)
    order = np.argsort(np.hypot(*offsets.T))
    a = offsets[order[0]]
    for k in order[1:]:
        b = offsets[k]
        if abs(a[0] * b[1] - a[1] * b[0]) > 0.4 * np.hypot(*a) * np.hypot(*b):
            return tuple(marks.spots_xy[order[0]]), tuple(marks.spots_xy[k])
    raise AssertionError("all spots lie on one line")


def _far_from_spots(pattern):
    """Return the place in the middle part of the image that is farthest from all spots."""
    places = np.array([(x, y) for x in range(130, 400, 5) for y in range(130, 400, 5)], float)
    distance = np.hypot(
        *(places[:, None] - pattern.prepared.marks.spots_xy[None]).transpose(2, 0, 1)
    )
    return tuple(map(float, places[distance.min(axis=1).argmax()]))


def test_the_exact_sequence_loses_nothing(run_main, pattern_files, tmp_path):
    folder = tmp_path / "specimen"
    folder.mkdir()
    file = shutil.copy(pattern_files["puo2"], folder)
    spots_csv, figure = tmp_path / "spots.csv", tmp_path / "figure.png"
    seen = {}

    def answered(desktop):
        def is_answered():
            current = desktop.open_patterns.current
            return current is not None and current.answered is not None

        return is_answered

    def script(desktop):
        window, view = desktop.window, desktop.window.pattern_view

        def click(xy):
            at = view.to_viewport(xy).toPoint()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)

        yield answered(desktop)
        pattern = desktop.open_patterns.current
        right = pattern.prepared.marks.center_xy
        # a wrong centre, and the right one again, by clicks
        desktop.actions[Act.TOOL_CENTER].trigger()
        for center in ((right[0] + 40, right[1] - 25), right):
            click(center)
            yield answered(desktop)
            found = pattern.prepared.marks.center_xy
            # a click tells pixels of the screen
            assert np.hypot(*np.subtract(found, center)) < 1.5 / view.screen_px_per_px
        desktop.preparation.set_center(right)
        yield answered(desktop)
        assert pattern.view.phase == "PuO2"
        # index by two spots, with the mouse
        desktop.actions[Act.TOOL_INDEX].trigger()
        for xy in _two_spots(pattern):
            click(xy)
        yield lambda: window.pairs_panel.model.rowCount() > 0
        window.pairs_panel.use_button.click()
        yield lambda: pattern.state.pair is not None
        yield lambda: window.answer_panel.candidates.row_at(0).is_by_hand
        # a spot more
        desktop.actions[Act.TOOL_SPOTS].trigger()
        lonely = _far_from_spots(pattern)
        click(lonely)
        yield lambda: pattern.state.spots is not None
        yield answered(desktop)
        (added,) = pattern.state.spots.added
        assert np.hypot(*np.subtract(added, lonely)) < 20
        seen["added"] = list(added)
        # a label, corrected, undone and done again
        desktop.actions[Act.ACCEPT].trigger()
        yield lambda: pattern.state.label is not None and pattern.state.label.phase == "PuO2"
        yield lambda: bool(desktop.indexing_setup.phase_names)
        desktop.actions[Act.CORRECT].trigger()
        yield lambda: isinstance(QApplication.activeModalWidget(), CorrectDialog)
        search = QApplication.activeModalWidget().search
        QTest.keyClicks(search, "PuO")
        QTest.keyClick(search, Qt.Key.Key_Return)
        yield (folder / "saed-labels.csv").exists
        assert pattern.state.label.phase == "PuO"
        desktop.actions[Act.UNDO].trigger()
        assert pattern.state.label.phase == "PuO2"
        desktop.actions[Act.REDO].trigger()
        yield lambda: "PuO\n" in _text(folder) or "PuO," in _text(folder)
        # exports
        desktop.spot_editing.save_table(spots_csv)
        yield spots_csv.exists
        desktop.figures.save(figure, desktop.figures.options)
        yield figure.exists
        seen["state"] = pattern.state
        # quit without a project: the last statement of a script closes the window

    assert run_main([file, "--new-window"], script) == 0
    with spots_csv.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert any(row["Spot"].endswith("by hand") for row in rows)
    assert figure.read_bytes().startswith(b"\x89PNG")

    def reopen(desktop):
        banner = desktop.window.banner
        yield banner.isVisible
        assert "from last time" in banner.sentence
        next(b for b in banner._buttons if b.text() == "Open them again").click()
        yield answered(desktop)
        pattern = desktop.open_patterns.current
        yield lambda: pattern.state.label is not None
        yield lambda: desktop.window.answer_panel.candidates.row_at(0).is_by_hand
        seen["again"] = pattern.state
        desktop.project.save_as(tmp_path / "work.saedproj")
        yield (tmp_path / "work.saedproj").exists

    assert run_main(["--new-window"], reopen) == 0
    assert seen["again"] == seen["state"]
    entry = json.loads((tmp_path / "work.saedproj").read_text(encoding="utf-8"))["patterns"][0]
    assert entry["state"]["spots"]["added"] == [seen["added"]]
    assert entry["state"]["pair"]["phase"] == "PuO2"


def _text(folder):
    return (folder / "saed-labels.csv").read_text(encoding="utf-8")
