"""Frames and scans: slider and strip, a virtual image, all frames answered, the map saved."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.scan_choices import BY_PROBABILITY, DARK_FIELD, PHASES
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.phase_map import color_of
from tests.rendering import SCALE, spot_image

PHASES_THERE = ("delta-PuZr", "PuO2")


@pytest.fixture(scope="module")
def scan_file(tmp_path_factory):
    """A scan of 3 × 4: δ on the left, PuO2 on the right, the beam dimmer from row to row."""
    side, scale = 256, 2 * SCALE
    delta, _ = spot_image("delta-PuZr", (0, 0, 1), side=side, scale=scale)
    puo2, _ = spot_image("PuO2", (1, 1, 0), side=side, scale=scale, seed=3)
    rows = [[(delta if x < 2 else puo2) / (1 + y) for x in range(4)] for y in range(3)]
    path = tmp_path_factory.mktemp("scan") / "scan.npy"
    np.save(path, np.clip(np.array(rows), 0, 65535).astype(np.uint16))
    return path


@pytest.fixture
def scanning(make_desktop, answered, scan_file, qtbot):
    """The program with the scan open, indexed with two phases under its scale."""
    from saed_desktop.pattern.calibration import Calibration, ScaleSource

    desktop = make_desktop()
    desktop.settings.change(phases=PHASES_THERE)
    state = PatternState(scan_file, calibration=Calibration.known(2 * SCALE, ScaleSource.USER))
    desktop.open_patterns.open([state])
    answered(desktop)
    yield desktop
    if desktop.scan.window is not None:
        desktop.scan.window.close()


@pytest.fixture
def mapped(scanning, qtbot):
    """The same with the map open and the virtual image made."""
    scanning.actions[Act.SCAN_MAP].trigger()
    window = scanning.scan.window
    qtbot.waitUntil(lambda: not window.stop_compute.isEnabled(), timeout=20_000)
    return scanning, window


def _color_at(window, frame):
    image = window.view.image
    return image.pixelColor(frame % image.width(), frame // image.width())


def test_the_strip_shows_the_frames_and_chooses_by_slider_number_and_picture(scanning, qtbot):
    strip = scanning.window.frame_strip
    assert strip.isVisible() and strip.total.text() == "of 12"
    strip.slider.setFocus()
    qtbot.keyClick(strip.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: scanning.open_patterns.current.state.frame == 1, timeout=10_000)
    assert strip.number.value() == 2
    # the calibration goes along with the frames of one file
    assert scanning.open_patterns.current.state.calibration is not None
    strip.number.setValue(8)
    qtbot.waitUntil(lambda: scanning.open_patterns.current.state.frame == 7, timeout=10_000)
    qtbot.waitUntil(
        lambda: (
            strip.frames.data(strip.frames.index(2), Qt.ItemDataRole.DecorationRole) is not None
        ),
        timeout=20_000,
    )
    at = strip.strip.visualRect(strip.frames.index(2)).center()
    qtbot.mouseClick(strip.strip.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: scanning.open_patterns.current.state.frame == 2, timeout=10_000)
    assert strip.slider.value() == 2


def test_a_file_of_one_pattern_has_no_strip_and_no_map(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    assert not desktop.window.frame_strip.isVisible()
    desktop.scan.open()
    assert desktop.scan.window is None
    assert "no scan" in desktop.window.banner.sentence


def test_the_virtual_image_follows_the_detector_and_a_click_shows_its_pattern(mapped, qtbot):
    desktop, window = mapped
    assert (window.view.image.width(), window.view.image.height()) == (4, 3)
    # the beam is dimmer from row to row
    rows = [_color_at(window, 4 * y).lightness() for y in range(3)]
    assert rows[0] > rows[1] > rows[2]
    assert desktop.window.pattern_view.detector.radii_px == window.radii_px
    before = desktop.scan._scan.values.copy()
    window.detector.setCurrentIndex(window.detector.findData(DARK_FIELD))
    window.detector.activated.emit(1)
    inner, outer = window.radii_px
    assert 0 < inner < outer
    qtbot.waitUntil(
        lambda: (
            not window.stop_compute.isEnabled()
            and not np.allclose(desktop.scan._scan.values, before)
        ),
        timeout=20_000,
    )
    at = window.view.middle_of(6)
    assert window.view.frame_at(QPointF(at)) == 6
    qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: desktop.open_patterns.current.state.frame == 6, timeout=10_000)
    qtbot.keyClick(window.view, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: desktop.open_patterns.current.state.frame == 2, timeout=10_000)
    window.close()
    assert desktop.window.pattern_view.detector.radii_px is None


def test_all_frames_are_answered_as_a_map_with_a_legend_and_saved(mapped, qtbot, tmp_path):
    desktop, window = mapped
    window.index_button.click()
    assert window.content.currentData() == PHASES and not window.index_button.isEnabled()
    qtbot.waitUntil(window.index_button.isEnabled, timeout=120_000)
    assert [entry.count for entry in window.legend.entries] == [6, 6]
    assert {entry.label for entry in window.legend.entries} == {"δ-PuZr", "PuO₂"}
    for frame in range(12):
        wanted = color_of(0 if frame % 4 < 2 else 1)
        assert _color_at(window, frame).name() == wanted
    # the same answers stand in the folder's table, with its search, labels and export
    assert len(desktop.window.folder_page.model.rows) == 12
    # a label is a file's, and would be that of all its frames
    desktop.window.show_folder_page()
    desktop.window.folder_page.select(7)
    desktop.labelling.accept()
    assert "not labelled" in desktop.window.folder_page.status
    assert not any(row.label for row in desktop.window.folder_page.model.rows)
    window.shade.setCurrentIndex(window.shade.findData(BY_PROBABILITY))
    window.shade.activated.emit(1)
    assert "12 of 12" in window.answers.text()
    window.view.pointed.emit(5)
    assert "Row 2, column 2, frame 6" in window.pointer.text() and "δ-PuZr" in window.pointer.text()
    picture, table = tmp_path / "map.png", tmp_path / "map.csv"
    desktop.scan.save_picture(picture)
    desktop.scan.save_table(table)
    qtbot.waitUntil(lambda: picture.exists() and table.exists(), timeout=20_000)
    image = QImage(str(picture))
    # wider than the map by its legend
    assert image.width() > 1200 and image.height() > 800
    lines = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert len(lines) == 12
    assert lines[6]["row"] == "2" and lines[6]["column"] == "3" and lines[6]["phase"] == "PuO2"
    assert float(lines[0]["virtual_intensity"]) > float(lines[8]["virtual_intensity"])


def test_a_run_is_stopped_from_the_map_and_goes_on_later(mapped, qtbot):
    desktop, window = mapped
    window.index_button.click()
    qtbot.waitUntil(lambda: len(desktop.scan._scan.rows) >= 2, timeout=120_000)
    window.stop_index.click()
    assert window.index_button.isEnabled() and not desktop.folder.is_running
    known = len(desktop.scan._scan.rows)
    window.index_button.click()
    qtbot.waitUntil(window.index_button.isEnabled, timeout=120_000)
    assert len(desktop.scan._scan.rows) == 12 >= known


def test_a_series_is_folded_to_the_width_that_is_typed(make_desktop, answered, tmp_path, qtbot):
    frames, _ = spot_image(side=64, scale=8 * SCALE)
    path = tmp_path / "series.npy"
    np.save(path, np.stack([frames] * 9).astype(np.uint16))
    desktop = make_desktop(path)
    answered(desktop)
    desktop.scan.open()
    window = desktop.scan.window
    qtbot.waitUntil(lambda: window.columns.value() == 3, timeout=10_000)
    assert window.columns.isEnabled()
    window.columns.setValue(2)
    assert (window.view.image.width(), window.view.image.height()) == (2, 5)
    window.close()
