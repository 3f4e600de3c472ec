"""The scale: its source, units, scale bar, standards, profiles, all open patterns, folders."""

import shutil

import numpy as np
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QAbstractSpinBox

from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.gui.commands import Act
from saed_desktop.pattern.calibration import ScaleSource
from saed_desktop.simulation.powder import powder_lines
from tests.rendering import SCALE, ring_image, save_tiff, spot_image

GOLD_SCALE = 0.0047


@pytest.fixture
def gold(tmp_path):
    lines = powder_lines(STANDARDS[0].phase(), 1.5)
    radii = lines.q[lines.intensity > 0.05] / GOLD_SCALE
    image, _ = ring_image(radii, side=640)
    return save_tiff(tmp_path / "gold.tif", image)


def _wait(qtbot, desktop, condition=lambda: True):
    qtbot.waitUntil(
        lambda: desktop.open_patterns.current.answered is not None and bool(condition()),
        timeout=30_000,
    )


def test_the_source_is_said_and_an_unchecked_one_is_marked(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    panel = desktop.window.calibrate_panel
    assert "not checked" in panel.source.text()
    assert panel.confirm_button.isVisibleTo(panel)
    panel.confirm_button.click()
    pattern = answered(desktop)
    assert pattern.state.calibration.source is ScaleSource.USER
    assert pattern.state.calibration.scale_inv_angstrom_per_px == pytest.approx(SCALE)
    assert "entered by you" in panel.source.text().lower()
    panel.file_button.click()
    answered(desktop)
    assert desktop.open_patterns.current.state.calibration is None


def test_a_scale_is_entered_in_either_unit(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta-no-scale"])
    pattern = answered(desktop)
    panel = desktop.window.calibrate_panel
    panel.scale.setText("0,065")
    panel.scale.editingFinished.emit()
    _wait(qtbot, desktop)
    assert pattern.state.calibration.scale_inv_angstrom_per_px == pytest.approx(0.0065)
    assert not desktop.window.verdict_card._notice.isVisibleTo(desktop.window)
    desktop.actions[Act.SWITCH_UNIT].trigger()
    assert panel.scale.value == pytest.approx(0.0065, rel=1e-4)


def test_a_rough_scale_says_what_it_costs(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    panel = desktop.window.calibrate_panel
    assert "rough" not in panel.source.text()
    panel.sigma.setText("12")
    panel.sigma.editingFinished.emit()
    pattern = answered(desktop)
    assert pattern.state.calibration.relative_sigma == pytest.approx(0.12)
    assert "± 12.0 %" in panel.source.text()
    assert "So rough a scale" in panel.source.text()


def test_one_decimal_separator_whatever_the_country(make_desktop, answered, pattern_files):
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        desktop = make_desktop(pattern_files["delta"])
        answered(desktop)
        assert "0.06500" in desktop.window.scale_label.text()
        panel = desktop.window.calibrate_panel
        assert panel.scale.text().startswith("0.065")
        assert panel.scale.value == pytest.approx(0.065)
        assert "," not in desktop.pattern_display.readout((100.0, 100.0))
        for widget in desktop.window.findChildren(QAbstractSpinBox):
            assert "," not in widget.text()
        model = desktop.window.answer_panel.candidates
        cells = [str(model.index(0, i).data()) for i in range(2, model.columnCount())]
        assert not any("," in cell for cell in cells)
        high = desktop.window.contrast_panel.high
        high.lineEdit().setText("98,5")
        high.interpretText()
        assert high.value() == pytest.approx(98.5) and high.text() == "98.50"
    finally:
        QLocale.setDefault(QLocale(QLocale.Language.C))


def test_the_camera_length_gives_a_scale(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta-no-scale"])
    answered(desktop)
    panel = desktop.window.calibrate_panel
    panel.energy.setText("200")
    panel.energy.editingFinished.emit()
    _wait(qtbot, desktop)
    panel.camera_length.setText("600")
    panel.pixel_size.setText("14")
    panel.camera_button.click()
    _wait(qtbot, desktop)
    scale = desktop.open_patterns.current.state.calibration.scale_inv_angstrom_per_px
    # pixel / (wavelength · camera length), λ(200 kV) = 0.02508 Å
    assert scale == pytest.approx(0.014 / (0.02508 * 600), rel=1e-3)
    assert desktop.open_patterns.current.state.energy_kev == 200


def test_the_scale_bar_of_the_image_is_used(make_desktop, answered, tmp_path, qtbot):
    image, _ = spot_image()
    image[470:476, 40:163] = image.max()
    desktop = make_desktop(save_tiff(tmp_path / "bar.tif", image))
    pattern = answered(desktop)
    panel = desktop.window.calibrate_panel
    assert pattern.prepared.marks.scale_bar is not None
    width = pattern.prepared.marks.scale_bar[2]
    assert width == pytest.approx(123, abs=2)
    panel.bar_length.setText("8")
    panel.bar_button.click()
    _wait(qtbot, desktop)
    assert pattern.state.calibration.source is ScaleSource.SCALE_BAR
    assert pattern.state.calibration.scale_inv_angstrom_per_px == pytest.approx(0.8 / width)


def test_a_ring_standard_gives_scale_profile_and_ellipse(make_desktop, answered, gold, qtbot):
    desktop = make_desktop(gold)
    pattern = answered(desktop)
    desktop.actions[Act.CALIBRATE].trigger()
    wizard = desktop.calibration_wizard.wizard
    qtbot.waitUntil(wizard.use_button.isEnabled, timeout=20_000)
    assert wizard.standard.currentText() == "Gold (Au)"
    assert wizard.rings_choice.isChecked()
    assert wizard.model.rowCount() >= 4
    wizard.profile_name.setText("Test scope, 200 kV, 600 mm")
    wizard.use_button.click()
    _wait(qtbot, desktop)
    scale = pattern.state.calibration.scale_inv_angstrom_per_px
    assert scale == pytest.approx(GOLD_SCALE, rel=0.002)
    assert pattern.state.calibration.relative_sigma < 0.01
    assert desktop.calibration_wizard.wizard is None
    profile = desktop.calibration.profiles.read()["Test scope, 200 kV, 600 mm"]
    assert profile.scale_inv_angstrom_per_px == scale and profile.standard == "Gold (Au)"
    assert pattern.state.calibration.source is ScaleSource.STANDARD
    assert "Measured with a standard" in desktop.window.calibrate_panel.source.text()
    desktop.actions[Act.UNDO].trigger()
    assert pattern.state.calibration is None
    _wait(qtbot, desktop)


def test_the_wizard_says_which_other_metals_fit(make_desktop, answered, gold, qtbot):
    desktop = make_desktop(gold)
    pattern = answered(desktop)
    # what is known of the scale is nickel's: the wizard must not call it gold without a word
    nickel = GOLD_SCALE * 4.0782 / 3.5238
    desktop.calibration.set_scale(nickel, 0.01)
    _wait(qtbot, desktop)
    desktop.actions[Act.CALIBRATE].trigger()
    wizard = desktop.calibration_wizard.wizard
    qtbot.waitUntil(lambda: bool(wizard.check_words.text()), timeout=20_000)
    words = wizard.check_words.text()
    for name in ("Aluminium", "Silver", "Platinum", "only you know that it is Gold (Au)"):
        assert name in words
    assert words.startswith("Nickel (Ni)") and "Nickel (Ni) would agree" in words
    assert "differs from this one by 14.6 %" in words
    assert wizard.check_words.property("role") == "warn"
    assert "Silicon" not in words
    wizard.close()
    assert pattern.state.calibration.source is ScaleSource.USER


def test_a_number_left_in_a_field_does_not_calibrate_the_next_pattern(
    make_desktop, answered, pattern_files, qtbot
):
    desktop = make_desktop(pattern_files["delta"], pattern_files["puo2"])
    answered(desktop)
    panel = desktop.window.calibrate_panel
    panel.bar_length.setText("8")
    panel.pixel_size.setText("14")
    desktop.actions[Act.NEXT_OPEN].trigger()
    answered(desktop)
    assert panel.bar_length.text() == "" and panel.pixel_size.text() == ""


def test_a_wrong_standard_is_refused_with_a_sentence(make_desktop, answered, gold, qtbot):
    desktop = make_desktop(gold)
    answered(desktop)
    desktop.actions[Act.CALIBRATE].trigger()
    wizard = desktop.calibration_wizard.wizard
    qtbot.waitUntil(wizard.use_button.isEnabled, timeout=20_000)
    wizard.spots_choice.setChecked(True)
    qtbot.waitUntil(lambda: "No orientation" in wizard.words.text(), timeout=20_000)
    assert not wizard.use_button.isEnabled()
    wizard.close()


def test_a_known_crystal_gives_the_scale(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["puo2-png"])
    answered(desktop)
    desktop.actions[Act.CALIBRATE].trigger()
    wizard = desktop.calibration_wizard.wizard
    qtbot.waitUntil(lambda: wizard.standard.count() > 0, timeout=20_000)
    wizard.standard.setCurrentText("PuO2")
    wizard.spots_choice.setChecked(True)
    wizard.standard.activated.emit(wizard.standard.currentIndex())
    qtbot.waitUntil(wizard.use_button.isEnabled, timeout=20_000)
    wizard.use_button.click()
    _wait(qtbot, desktop)
    scale = desktop.open_patterns.current.state.calibration.scale_inv_angstrom_per_px
    assert scale == pytest.approx(SCALE, rel=0.003)


def test_profiles_are_saved_applied_and_given_to_all(
    make_desktop, answered, pattern_files, qtbot, tmp_path
):
    desktop = make_desktop(pattern_files["delta"], pattern_files["delta-no-scale"])
    answered(desktop)
    desktop.calibration.save_profile("scope")
    panel = desktop.window.calibrate_panel
    assert panel.profiles.currentText() == "scope"
    desktop.actions[Act.NEXT_OPEN].trigger()
    answered(desktop)
    panel.apply_button.click()
    _wait(qtbot, desktop)
    second = desktop.open_patterns.current
    assert second.state.calibration.source is ScaleSource.PROFILE
    panel.all_button.click()
    assert all(
        p.state.calibration == second.state.calibration for p in desktop.open_patterns.patterns
    )
    desktop.actions[Act.UNDO].trigger()
    assert desktop.open_patterns.patterns[0].state.calibration is None
    _wait(qtbot, desktop)
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(pattern_files["delta-no-scale"], folder)
    desktop.window.folder_page.show_scales(["scope"])
    desktop.window.folder_page.scale.setCurrentIndex(2)
    desktop.folder.start(folder)
    qtbot.waitUntil(lambda: not desktop.folder.is_running, timeout=60_000)
    _, entry = next(iter(desktop.folder.run.journal.entries()))
    assert entry.records[0].calibration.source == "profile"
    assert entry.records[0].calibration.scale_inv_angstrom_per_px == pytest.approx(SCALE)
    panel.remove_button.click()
    assert desktop.calibration.profiles.read() == {}


def test_a_damaged_profile_file_is_set_aside(make_desktop, answered, pattern_files, home):
    path = home / "config" / "calibration-profiles.json"
    path.parent.mkdir(parents=True)
    path.write_text("{ no json")
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    assert path.with_name(path.name + ".damaged").exists()
    assert "damaged" in desktop.window.banner.sentence
    assert np.isfinite(desktop.open_patterns.current.scale_inv_angstrom_per_px)
