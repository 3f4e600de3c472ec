"""From a file to its answer on the screen, with real widgets, real threads, real indexing."""

import shutil

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from saed_desktop.gui.commands import Act
from saed_desktop.indexing.pipeline import IndexingSetup, bundled_phases, index_pattern
from saed_desktop.pattern.readers import read_pattern


def test_a_pattern_is_named_and_the_reflections_are_drawn(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    pattern = answered(desktop)
    window = desktop.window
    assert window.verdict_card.headline == "δ-PuZr along [100]"
    assert window.answer_panel.chosen.phase == "delta-PuZr"
    assert window.answer_panel.candidates.rowCount() == len(pattern.answered.view.candidates)
    assert window.pattern_view.reflections._marks is window.answer_panel.chosen.marks
    assert window.pattern_view.image.size_px == (512, 512)
    assert "0.065" in window.scale_label.text() and "from the file" in window.scale_label.text()


def test_the_window_says_what_the_command_line_says(make_desktop, answered, pattern_files):
    path = pattern_files["puo2"]
    record = answered(make_desktop(path)).answered.view.record
    expected = index_pattern(read_pattern(path), IndexingSetup(bundled_phases())).to_record()
    assert replace(record, seconds=0.0) == replace(expected, seconds=0.0)


def test_choosing_another_candidate_draws_it(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta-no-scale"])
    answered(desktop)
    panel = desktop.window.answer_panel
    before = desktop.window.pattern_view.reflections._marks
    panel.table.selectRow(1)
    assert panel.chosen is panel.candidates.row_at(1)
    assert desktop.window.pattern_view.reflections._marks is panel.chosen.marks
    assert panel.chosen.marks is not before


def test_an_unknown_scale_is_said_and_the_window_works_on(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta-no-scale"])
    pattern = answered(desktop)
    assert pattern.answered.view.phase is not None
    assert "scale of this pattern is unknown" in desktop.window.verdict_card._notice.text()
    assert "not confirmed" in desktop.window.scale_label.text()


def test_none_of_these_is_an_answer(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["rings"])
    answered(desktop)
    card = desktop.window.verdict_card
    assert card.headline == "Rings of an unknown material"
    assert card._icon._verdict == "none"
    assert desktop.window.answer_panel.candidates.rowCount() == 0


def test_what_the_lattice_alone_says_is_told_beside_an_answer(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["puo2"])
    assert answered(desktop).answered.view.phase is not None
    desktop.actions[Act.TELL_LATTICE].trigger()
    banner = desktop.window.banner
    qtbot.waitUntil(lambda: "By its spot lattice alone: cubic" in banner.sentence, timeout=20000)
    assert "One projection does not show the period along the beam" in banner.sentence
    assert "together: " not in banner.sentence
    # a second open pattern may be of the same crystal, and is then asked with it
    desktop.files.open_paths([pattern_files["delta"]])
    answered(desktop)
    desktop.actions[Act.TELL_LATTICE].trigger()
    qtbot.waitUntil(lambda: "the spot lattices of 2 zones" in banner.sentence, timeout=20000)
    assert "If all open patterns are of one crystal" in banner.sentence


def test_a_broken_file_is_a_sentence_and_the_next_one_works(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["broken"])
    answered(desktop)
    card = desktop.window.verdict_card
    assert card.headline == "This file cannot be read"
    assert "broken.dm3" in card._subline.text()
    desktop.files.open_paths([pattern_files["delta"]])
    assert answered(desktop).answered.view.phase == "delta-PuZr"


def test_an_answer_that_is_no_longer_wanted_is_dropped(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    seen = []
    desktop.open_patterns.answered.connect(lambda pattern: seen.append(pattern.state.path))
    desktop.files.open_paths([pattern_files["delta"]])
    answered(desktop)
    assert seen == [pattern_files["delta"]]
    assert "δ-PuZr" in desktop.window.verdict_card.headline


def test_dropped_files_open(desktop, answered, pattern_files):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(pattern_files["delta"]))])
    window = desktop.window
    at = QPoint(400, 400)
    enter = QDragEnterEvent(
        at, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    )
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(
        QDropEvent(
            QPointF(at),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier(0),
        )
    )
    assert answered(desktop).state.path == pattern_files["delta"]


def test_the_cursor_is_read_in_pixels_and_reciprocal_lengths(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["delta"])
    pattern = answered(desktop)
    view = desktop.window.pattern_view
    x, y = pattern.prepared.marks.center_xy
    spot = view.to_viewport((x + 100, y))
    qtbot.mouseMove(view.viewport(), spot.toPoint())
    qtbot.waitUntil(lambda: "1/Å" in desktop.window.readout.text())
    q = float(desktop.window.readout.text().split("q")[1].split()[0])
    assert q == pytest.approx(0.65, abs=0.01)


def test_row_0_is_the_top_of_the_view(make_desktop, qtbot):
    view = make_desktop().window.pattern_view
    picture = np.zeros((300, 400), np.uint8)
    picture[:40, :80] = 255
    view.resize(640, 480)
    view.show_scale_bar(False)
    view.set_image((picture,))
    painted = view.grab().toImage()
    for (x, y), is_bright in {(20, 10): True, (380, 10): False, (20, 290): False}.items():
        at = view.to_viewport((x, y)) * view.devicePixelRatioF()
        assert (painted.pixelColor(at.toPoint()).lightness() > 200) is is_bright


def test_next_and_previous_in_the_folder(make_desktop, answered, pattern_files, tmp_path, qtbot):
    # in a folder of its own: what other tests said of the common files would be kept beside them
    folder = tmp_path / "two"
    folder.mkdir()
    source = pattern_files["delta"].parent
    for name in ("delta.hspy", "delta.tif"):
        shutil.copy(source / name, folder)
    desktop = make_desktop(folder / "delta.hspy")
    answered(desktop)
    desktop.actions[Act.NEXT_FILE].trigger()
    qtbot.waitUntil(lambda: desktop.open_patterns.current.state.path.name == "delta.tif")
    desktop.actions[Act.PREVIOUS_FILE].trigger()
    qtbot.waitUntil(lambda: desktop.open_patterns.current.state.path.name == "delta.hspy")
    assert len(desktop.open_patterns.patterns) == 1
    answered(desktop)


def test_overlays_and_colours_are_remembered(make_desktop, answered, pattern_files):
    first = make_desktop(pattern_files["delta"])
    answered(first)
    first.actions[Act.SHOW_SPOTS].setChecked(True)
    first.actions[Act.SHOW_LABELS].setChecked(False)
    first.pattern_display.set_color_map("viridis")
    first.close()
    second = make_desktop()
    assert second.actions[Act.SHOW_SPOTS].isChecked()
    assert not second.actions[Act.SHOW_LABELS].isChecked()
    assert second.settings.value.color_map == "viridis"
    assert str(pattern_files["delta"]) in second.settings.value.recent_files


def test_closing_while_an_answer_is_awaited_leaves_nothing_behind(make_desktop, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    desktop.close()
    assert not desktop.workers.is_busy


def test_the_first_start_shows_an_example_and_what_to_do(
    make_desktop, answered, pattern_files, monkeypatch
):
    for place in ("assembly", "controllers.help_menu"):
        monkeypatch.setattr(
            f"saed_desktop.gui.{place}.example_files", lambda: [pattern_files["delta"]]
        )
    first = make_desktop(is_fresh=True)
    assert answered(first).state.path == pattern_files["delta"]
    assert "drop a pattern of your own" in first.window.banner.sentence
    first.close()
    second = make_desktop(is_fresh=True)
    assert second.open_patterns.current is None
    assert second.window.start_page.isVisible()
    assert second.window.start_page.example_button.isVisible()
    second.window.start_page.example_button.click()
    answered(second)


def test_recent_files_are_in_the_menu(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    desktop.actions[Act.CLOSE_PATTERN].trigger()
    assert desktop.open_patterns.current is None
    menu = desktop.window.menus[Act.RECENT_FILES]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["delta.hspy"]
    menu.actions()[0].trigger()
    assert answered(desktop).view.phase == "delta-PuZr"
