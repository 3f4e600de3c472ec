"""Looking at a pattern: contrast, colours, turning, rings, profile, measuring, film strip, frames."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.color_maps import color_map_names, color_table
from saed_desktop.gui.views.measure_layer import distance_words, pair_words
from saed_desktop.workspace.display import ContrastCurve, ContrastSettings


@pytest.fixture
def shown(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    return desktop


def _spots_at_right_angles(desktop):
    marks = desktop.open_patterns.current.prepared.marks
    center = np.array(marks.center_xy)
    offsets = marks.spots_xy - center
    radius = np.hypot(*offsets.T)
    first = int(np.argmin(np.where(radius > 20, radius, np.inf)))
    cosine = offsets @ offsets[first] / (radius * radius[first])
    second = int(np.argmin(np.abs(cosine) + np.abs(radius / radius[first] - 1)))
    return tuple(marks.spots_xy[first]), tuple(marks.spots_xy[second]), radius[first]


def _click(qtbot, view, xy, press_only=False):
    at = view.to_viewport(xy).toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_contrast_is_chosen_and_found_again_by_itself(shown, qtbot):
    view, panel = shown.window.pattern_view, shown.window.contrast_panel
    before = view.image.image.copy()
    shown.actions[Act.CONTRAST].trigger()
    assert panel.isVisible()
    panel.curve.setCurrentIndex(panel.curve.findData("linear"))
    qtbot.waitUntil(lambda: not np.array_equal(view.image.image, before))
    assert shown.open_patterns.current.contrast.curve is ContrastCurve.LINEAR
    panel.high.setValue(90.0)
    qtbot.waitUntil(lambda: shown.open_patterns.current.contrast.high_percent == 90.0)
    shown.actions[Act.AUTO_CONTRAST].trigger()
    qtbot.waitUntil(lambda: np.array_equal(view.image.image, before))
    assert shown.open_patterns.current.contrast is None
    assert panel.high.value() == pytest.approx(99.95)
    panel.close()


def test_the_histogram_is_dragged(shown, qtbot):
    panel = shown.window.contrast_panel
    shown.actions[Act.CONTRAST].trigger()
    histogram = panel.histogram
    y = histogram.height() // 2
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=_point(histogram.width() - 3, y))
    qtbot.mouseMove(histogram, _point(histogram.width() // 2, y))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton)
    assert panel.high.value() < 99.9
    qtbot.waitUntil(lambda: shown.open_patterns.current.contrast is not None)
    panel.close()


def _point(x, y):
    from PySide6.QtCore import QPoint

    return QPoint(x, y)


@pytest.mark.parametrize("name", color_map_names())
def test_colour_maps_rise_or_fall_in_brightness(name):
    table = color_table(name).astype(float)
    brightness = table @ [0.2126, 0.7152, 0.0722]
    steps = np.diff(brightness)
    assert (steps >= -0.6).all() or (steps <= 0.6).all()
    assert abs(brightness[-1] - brightness[0]) > 150


def test_inverted_and_colours_in_the_menu(shown):
    shown.actions[Act.INVERT_COLORS].setChecked(True)
    assert shown.settings.value.color_map == "inverted grey"
    assert tuple(shown.window.pattern_view.image.lut[0]) == (255, 255, 255)
    shown.pattern_display.set_color_map("inferno")
    assert not shown.actions[Act.INVERT_COLORS].isChecked()


def test_zoom_turn_and_fit(shown):
    view = shown.window.pattern_view
    before = view.screen_px_per_px
    shown.actions[Act.ZOOM_IN].trigger()
    assert view.screen_px_per_px == pytest.approx(1.3 * before)
    shown.actions[Act.ACTUAL_SIZE].trigger()
    assert view.screen_px_per_px == pytest.approx(1.0, rel=1e-3)
    shown.actions[Act.FIT].trigger()
    assert view.screen_px_per_px == pytest.approx(before, rel=1e-6)
    middle = view.to_viewport((255.5, 255.5))
    right = view.to_viewport((355.5, 255.5))
    assert abs(right.y() - middle.y()) <= 1
    for _ in range(18):
        shown.actions[Act.TURN_RIGHT].trigger()
    # a quarter turn clockwise: what was on the right is below
    below = view.to_viewport((355.5, 255.5))
    middle = view.to_viewport((255.5, 255.5))
    assert below.y() > middle.y() + 50 and abs(below.x() - middle.x()) <= 1
    at = view.to_image(below)
    assert (at.x(), at.y()) == pytest.approx((355.5, 255.5), abs=1.5)
    shown.actions[Act.TURN_BACK].trigger()
    assert view.angle_deg == 0


def test_mirrored_and_turned_positions_go_along(shown):
    view = shown.window.pattern_view
    place = (355.5, 300.5)
    upright = view.to_viewport(place)
    middle = view.to_viewport((255.5, 255.5))
    shown.actions[Act.FLIP].setChecked(True)
    flipped = view.to_viewport(place)
    assert flipped.x() - middle.x() == pytest.approx(middle.x() - upright.x(), abs=2)
    assert flipped.y() == pytest.approx(upright.y(), abs=2)
    back = view.to_image(flipped)
    assert (back.x(), back.y()) == pytest.approx(place, abs=1.5)
    shown.actions[Act.TURN_QUARTER].trigger()
    # a quarter turn clockwise of what is seen: what was on the left is above
    turned = view.to_viewport(place)
    middle = view.to_viewport((255.5, 255.5))
    assert turned.y() < middle.y() - 20
    assert view.angle_deg == 90
    shown.actions[Act.TURN_BACK].trigger()
    assert not shown.actions[Act.FLIP].isChecked()
    again = view.to_viewport(place)
    assert (again.x(), again.y()) == pytest.approx((upright.x(), upright.y()), abs=1)


def test_resolution_rings_stand_at_their_spacings(shown):
    shown.actions[Act.SHOW_RINGS].setChecked(True)
    radii = {text: r for r, text in shown.window.pattern_view.rings.radii()}
    assert radii["2 Å"] == pytest.approx(0.5 / 0.0065, rel=1e-6)


def test_the_radial_profile_shows_rings_and_follows_the_cursor(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["rings"])
    answered(desktop)
    profile = desktop.window.profile_view
    assert not profile.isVisible()
    desktop.actions[Act.SHOW_PROFILE].setChecked(True)
    assert profile.isVisible()
    qtbot.waitUntil(lambda: profile._profile is not None)
    measured = profile._profile
    near = (measured.radius_px > 75) & (measured.radius_px < 95)
    peak = measured.radius_px[near][np.argmax(measured.median[near])]
    assert peak == pytest.approx(85, abs=1.5)
    profile.radius_hovered.emit(85.0)
    assert desktop.window.pattern_view.rings._hovered_px == 85.0


def test_a_distance_between_spots_gives_the_spacing(shown, qtbot):
    view = shown.window.pattern_view
    shown.actions[Act.TOOL_DISTANCE].trigger()
    first, _, radius = _spots_at_right_angles(shown)
    center = shown.open_patterns.current.prepared.marks.center_xy
    # a grip a little off the spot is drawn onto it
    start, end = view.to_viewport(center), view.to_viewport((first[0] + 1.5, first[1] - 1.5))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start.toPoint())
    qtbot.mouseMove(view.viewport(), end.toPoint())
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end.toPoint())
    words = view.measure.words
    spacing = float(words[-1].split("=")[1].replace("Å", ""))
    assert spacing == pytest.approx(1 / (radius * 0.0065), rel=0.004)
    shown.actions[Act.TOOL_MOVE].trigger()
    assert view.measure.words == ()


def test_two_spots_give_ratio_and_angle(shown, qtbot):
    view = shown.window.pattern_view
    shown.actions[Act.TOOL_PAIR].trigger()
    first, second, _ = _spots_at_right_angles(shown)
    for xy in (first, second):
        _click(qtbot, view, xy)
    ratio, angle = view.measure.words[0].replace("ratio", "").replace("°", "").split("angle")
    assert float(ratio) == pytest.approx(1.0, abs=0.02)
    assert float(angle) == pytest.approx(90.0, abs=1.0)


def test_words_of_measures():
    across = distance_words((100, 100), (300, 100), (200, 100), 0.01)
    assert "halved" in across[1] and "1.0000 1/Å" in across[2]
    assert distance_words((0, 0), (30, 40), (500, 500), None) == ("50.0 px",)
    words = pair_words((0, 0), (10, 0), (0, 20), 0.05)
    assert "ratio 2.0000" in words[0] and "90.00°" in words[0]
    assert words[1] == "d = 2.0000 Å, 1.0000 Å"


def test_units_are_switched_everywhere(shown):
    assert "1/nm" in shown.window.scale_label.text()
    shown.actions[Act.SWITCH_UNIT].trigger()
    assert "1/Å" in shown.window.scale_label.text()
    assert shown.window.pattern_view._unit == "1/A"
    assert shown.window.calibrate_panel.unit.currentData() == "1/A"


def test_several_patterns_as_a_film_strip(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"], pattern_files["broken"])
    answered(desktop)
    film = desktop.window.film_strip
    assert film.isVisible() and film.film.rowCount() == 3
    qtbot.waitUntil(lambda: desktop.open_patterns.patterns[1].thumbnail is not None)
    desktop.actions[Act.NEXT_OPEN].trigger()
    assert desktop.open_patterns.current.state.path == pattern_files["rings"]
    assert film.currentIndex().row() == 1
    answered(desktop)
    film.setCurrentIndex(film.film.index(2, 0))
    assert desktop.open_patterns.current.state.path == pattern_files["broken"]
    answered(desktop)
    qtbot.keyClick(film, Qt.Key.Key_Delete)
    assert len(desktop.open_patterns.patterns) == 2
    desktop.actions[Act.SHOW_FILM].setChecked(False)
    assert not film.isVisible()
    answered(desktop)


def test_frames_of_a_file_of_several(make_desktop, answered, tmp_path, pattern_files):
    import tifffile

    from saed_desktop.pattern.readers import read_pattern

    image = read_pattern(pattern_files["delta"]).image_yx.astype(np.uint16)
    path = tmp_path / "frames.tif"
    tifffile.imwrite(path, np.stack([image, image[::-1], image[:, ::-1]]), photometric="minisblack")
    desktop = make_desktop(path)
    pattern = answered(desktop)
    assert pattern.loaded.pattern.n_frames == 3
    desktop.actions[Act.NEXT_FRAME].trigger()
    pattern = answered(desktop)
    assert pattern.state.frame == 1
    assert "[2/3]" in desktop.window.windowTitle()
    desktop.actions[Act.PREVIOUS_FRAME].trigger()
    answered(desktop)
    desktop.actions[Act.PREVIOUS_FRAME].trigger()
    assert desktop.open_patterns.current.state.frame == 0
    assert len(desktop.open_patterns.patterns) == 1


def test_a_large_image_is_shown_by_its_reduced_copy(make_desktop, qtbot):
    desktop = make_desktop()
    view = desktop.window.pattern_view
    full = np.zeros((4096, 4096), np.uint8)
    levels = (full, full[::2, ::2], full[::4, ::4], full[::8, ::8])
    view.set_image(levels)
    assert view.image.image.shape[0] <= 1024
    assert view.image.image_rect.width() == 4096
    view.zoom(40)
    assert view.image.image.shape[0] == 4096


def test_full_screen_and_back(shown):
    shown.actions[Act.FULL_SCREEN].setChecked(True)
    assert shown.window.isFullScreen()
    shown.actions[Act.FULL_SCREEN].setChecked(False)
    assert not shown.window.isFullScreen()


def test_the_contrast_of_one_pattern_is_its_own(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"])
    answered(desktop)
    desktop.pattern_display.set_contrast(ContrastSettings(0, 50, ContrastCurve.LINEAR, 0))
    qtbot.waitUntil(lambda: desktop.open_patterns.current.contrast is not None)
    desktop.actions[Act.NEXT_OPEN].trigger()
    answered(desktop)
    assert desktop.open_patterns.current.contrast is None
    assert (
        desktop.pattern_display.contrast.curve is not None
        and desktop.pattern_display.contrast.high_percent > 99
    )
