"""Ring patterns in the window: named, drawn with indices, listed, marked in the profile."""

import pytest
from PySide6.QtCore import Qt

from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.gui.commands import Act
from saed_desktop.gui.models.candidates_model import ZONE_COLUMN
from saed_desktop.library.cif_text import cif_text
from tests.rendering import save_hspy
from tests.ring_drawing import GOLD_D, draw_rings

SCALE = 0.0045


@pytest.fixture
def gold(make_desktop, answered, tmp_path, qtbot):
    file = save_hspy(tmp_path / "rings.hspy", draw_rings(GOLD_D), SCALE)
    structure = tmp_path / "Gold.cif"
    structure.write_text(cif_text(STANDARDS[0].phase()), encoding="utf-8")
    desktop = make_desktop(file)
    answered(desktop)
    desktop.indexing_setup.add_phases([structure])
    patterns = desktop.open_patterns
    qtbot.waitUntil(
        lambda: (
            patterns.current.answered is not None
            and "Gold" in (patterns.current.answered.view.phase or "")
        ),
        timeout=60_000,
    )
    return desktop


def test_gold_rings_are_named_drawn_and_listed(gold):
    window, view = gold.window, gold.open_patterns.current.answered.view
    assert view.headline.endswith("(fcc)")
    assert "rings." in view.subline
    assert window.pattern_view.indexed_rings.labels[:4] == ("111", "200", "220", "311")
    table = window.answer_panel.rings
    assert table.isVisibleTo(window.answer_panel)
    texts = {table.model.texts(i)[2]: table.model.texts(i) for i in range(table.model.n_rows)}
    assert float(texts["220"][0]) == pytest.approx(GOLD_D["220"][0], rel=0.01)
    assert "Gold" in texts["220"][3]
    assert "a = 4.0" in table.note.text()
    table.table.selectRow(0)
    assert window.pattern_view.rings._hovered_px == pytest.approx(1 / (2.355 * SCALE), rel=0.01)
    # without an answer there is nothing of rings
    gold.window.answer_panel.show_nothing()
    assert not table.isVisibleTo(window.answer_panel)


def test_the_profile_marks_the_lines_and_the_overlay_is_switched(gold, qtbot):
    gold.actions[Act.SHOW_PROFILE].setChecked(True)
    profile = gold.window.profile_view
    qtbot.waitUntil(lambda: profile._profile is not None, timeout=20_000)
    gold.actions[Act.SHOW_PROFILE].setChecked(True)
    (lengths,) = profile._lines_q
    assert min(abs(lengths - 1 / 1.442)) < 0.01
    layer = gold.window.pattern_view.indexed_rings
    assert layer.isVisible()
    gold.actions[Act.SHOW_REFLECTIONS].setChecked(False)
    assert not layer.isVisible()


def test_the_library_is_searched_for_rings_and_each_structure_draws_its_own(gold, qtbot):
    panel, bar = gold.window.answer_panel, gold.window.answer_panel.library
    qtbot.waitUntil(bar.search_button.isEnabled, timeout=20_000)
    assert not panel.table.isVisibleTo(panel)
    qtbot.mouseClick(bar.search_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "structures suit the rings" in bar.note.text(), timeout=60_000)
    rows = panel.candidates.rows
    assert panel.table.isVisibleTo(panel) and panel.table.isColumnHidden(ZONE_COLUMN)
    assert {"Au", "Ag"} <= {row.phase for row in rows[:8]}
    assert all(row.library == "bundled" and row.rings.computed for row in rows)
    # the chosen one is drawn and listed
    number = next(i for i, row in enumerate(rows) if row.phase == "Ag")
    panel.table.selectRow(number)
    assert panel.rings.note.text().startswith("Ag (fcc)")
    assert gold.window.pattern_view.indexed_rings.labels[:3] == ("111", "200", "220")
    assert bar.add_button.isVisibleTo(panel)
    qtbot.mouseClick(bar.candidates_button, Qt.MouseButton.LeftButton)
    assert not panel.table.isVisibleTo(panel)
    assert panel.rings.note.text().startswith("Gold")


def test_what_fits_rings_as_well_is_named_on_the_card(gold, qtbot):
    card, patterns = gold.window.verdict_card, gold.open_patterns
    gold.settings.change(look_alikes=True)
    patterns.show_again(patterns.current)
    qtbot.waitUntil(lambda: "fit as well" in card.look_alikes, timeout=60_000)
    assert "Ag" in card.look_alikes
    assert any("every crystal of the structure type" in said
               for said in gold.open_patterns.current.answered.view.sentences)  # fmt: skip
