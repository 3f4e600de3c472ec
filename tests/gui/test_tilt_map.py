"""The tilt map: where a zone axis is from here, by mouse and by keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from saed_desktop.crystal.zone_axis import parse_zone_axis
from saed_desktop.gui.commands import Act
from saed_desktop.simulation.goniometer import Holder, Tilts, at_zero_tilts
from tests.rendering import SCALE, save_hspy, spot_image


@pytest.fixture
def tilting(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    desktop.actions[Act.TILT_MAP].trigger()
    qtbot.waitUntil(lambda: bool(desktop.tilt_map.window.view.axes), timeout=20_000)
    yield desktop
    if desktop.tilt_map.window is not None:
        desktop.tilt_map.window.close()


def _ways(window):
    return [window.ways.texts(row) for row in range(window.ways.n_rows)]


def _number(text):
    return float(text.replace("−", "-"))


def test_where_is_112_from_here(tilting, qtbot):
    window = tilting.tilt_map.window
    window.azimuth.setValue(25.0)
    window.alpha.setValue(4.0)
    window.target.setText("1 1 2")
    holder, row = Holder(25.0), tilting.open_patterns.candidate
    at_zero = at_zero_tilts(row.orientation, holder, Tilts(4.0, 0.0))

    def leads_there(way):
        label, alpha, beta, away, _ = way
        # cubic: a direction is its indices; it looks at the viewer, within what is printed
        direction = at_zero @ np.array(parse_zone_axis(label), float)
        turned = holder.rotation(_number(alpha), _number(beta)) @ direction
        # [110] to <112>: 30°, 54.7°, 73.2°, 90°, within the tilt that was fitted
        is_known = min(abs(float(away) - x) for x in (30.0, 54.7, 73.2, 90.0)) < 1.5
        return is_known and turned[2] / np.linalg.norm(turned) < -0.99999

    qtbot.waitUntil(
        lambda: len(_ways(window)) == 12 and all(map(leads_there, _ways(window))), timeout=20_000
    )
    first = _ways(window)[0]
    assert window.words.text().startswith(f"{first[0]}: α")
    # the goniometer is remembered for the next time
    assert tilting.settings.value.goniometer["alpha_azimuth_deg"] == 25.0


def test_a_click_or_the_arrow_keys_choose_a_zone_axis(tilting, qtbot):
    window = tilting.tilt_map.window
    view = window.view
    axis = next(
        a
        for a in view.axes
        if a.weight > 0.3 and view.rect().contains(view.place_of(a.uvw).toPoint())
    )
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place_of(axis.uvw).toPoint())
    assert window.target.text() == " ".join(str(i) for i in axis.uvw)
    for key, at, way in (
        (Qt.Key.Key_Right, "x", 1),
        (Qt.Key.Key_Up, "y", -1),
        (Qt.Key.Key_Left, "x", -1),
        (Qt.Key.Key_Down, "y", 1),
    ):
        before = view.place_of(view.chosen_uvw)
        qtbot.keyClick(view, key)
        moved = view.place_of(view.chosen_uvw) - before
        assert way * getattr(moved, at)() > 0
        assert window.target.text() == " ".join(str(i) for i in view.chosen_uvw)
    view.setFocus()
    far = view.place_of(axis.uvw)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.place_of(axis.uvw) != far
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert view.place_of(axis.uvw) == far


def test_both_maps_point_where_the_mouse_is(tilting, qtbot):
    window = tilting.tilt_map.window
    for kind in (0, 1):
        window.projection.setCurrentIndex(kind)
        window.projection.activated.emit(kind)
        qtbot.wait(250)
        view = window.view
        row = tilting.open_patterns.candidate
        assert row.off_zone_deg < 1
        place = view.place_of((1, 1, 0)) or view.place_of(parse_zone_axis(row.zone))
        _point_at(view, place)
        assert "α" in window.pointer.text()
        alpha, beta = (
            _number(part.split()[1].rstrip("°")) for part in window.pointer.text().split(",")
        )
        # the pattern's own zone axis is where the goniometer stands
        assert abs(alpha) < 2.5 and abs(beta) < 2.5


def _point_at(view, place):
    """Let the mouse pass over a place, as without a button."""
    kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    at = view.mapToGlobal(place)
    QApplication.sendEvent(
        view, QMouseEvent(kind, place, at, none, none, Qt.KeyboardModifier.NoModifier)
    )


def test_what_is_no_zone_axis_says_so_and_limits_tell_what_is_out_of_reach(tilting, qtbot):
    window = tilting.tilt_map.window
    window.target.setText("north")
    qtbot.waitUntil(lambda: "no zone axis" in window.words.text(), timeout=10_000)
    window.target.setText("001")
    window.alpha_limit.setValue(10.0)
    window.beta_limit.setValue(10.0)
    qtbot.waitUntil(lambda: "reaches none" in window.words.text(), timeout=10_000)
    assert all(way[4] == "out of reach" for way in _ways(window))


def test_without_a_candidate_it_says_what_to_do(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["rings"])
    answered(desktop)
    desktop.tilt_map.open()
    assert "index the pattern first" in desktop.tilt_map.window.crystal.text()
    desktop.tilt_map.window.close()


def test_the_tilts_that_a_file_states_stand_there(make_desktop, answered, qtbot, tmp_path):
    image, _ = spot_image("PuO2", (1, 1, 0), seed=3)
    stage = {"TEM": {"Stage": {"tilt_alpha": 12.5, "tilt_beta": -3.0}}}
    desktop = make_desktop(save_hspy(tmp_path / "tilted.hspy", image, SCALE, stage))
    answered(desktop)
    desktop.tilt_map.open()
    window = desktop.tilt_map.window
    assert (window.alpha.value(), window.beta.value()) == (12.5, -3.0)
    window.close()
