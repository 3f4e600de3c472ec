"""The library search in the window: elements, results, a structure's page, libraries of one's own."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from saed_desktop.crystal.cif import read_phase
from saed_desktop.gui.commands import Act
from saed_desktop.gui.models.candidates_model import FIT_COLUMNS, STRUCTURE_COLUMNS
from saed_desktop.gui.views.library_dialog import LibraryDialog
from saed_desktop.gui.views.periodic_table import PeriodicTable
from saed_desktop.gui.views.phase_window import PhaseWindow
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.workspace.library_choice import LibraryChoice, Presence
from tests.drawing import halo_pattern
from tests.rendering import SCALE, save_hspy, spot_image


@pytest.fixture
def shown(make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    return desktop


def search(desktop, qtbot):
    """Press the button beside the answer, and wait for what is found."""
    bar = desktop.window.answer_panel.library
    qtbot.waitUntil(bar.search_button.isEnabled, timeout=20000)
    qtbot.mouseClick(bar.search_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "structures" in bar.note.text(), timeout=30000)
    return bar


def columns(desktop, numbers):
    table = desktop.window.answer_panel.table
    return {not table.isColumnHidden(column) for column in numbers}


def test_the_search_beside_an_answer_lists_structures(shown, qtbot):
    panel = shown.window.answer_panel
    before = panel.candidates.rows
    assert columns(shown, STRUCTURE_COLUMNS) == {False}
    bar = search(shown, qtbot)
    rows = panel.candidates.rows
    assert len(rows) > len(before) and all(row.library == "bundled" for row in rows)
    assert any(row.formula == "PuO2" and row.prototype.startswith("CaF2") for row in rows)
    assert columns(shown, STRUCTURE_COLUMNS) == {True} and columns(shown, FIT_COLUMNS) == {False}
    # the best is drawn over the pattern
    assert shown.open_patterns.candidate is rows[0]
    # and the candidates are a click away
    qtbot.mouseClick(bar.candidates_button, Qt.MouseButton.LeftButton)
    assert panel.candidates.rows == before and not bar.page_button.isVisible()
    qtbot.mouseClick(bar.found_button, Qt.MouseButton.LeftButton)
    assert panel.candidates.rows == rows and bar.page_button.isVisible()


def test_what_was_found_is_there_again_when_the_pattern_is(shown, qtbot, pattern_files, answered):
    search(shown, qtbot)
    found = shown.window.answer_panel.candidates.rows
    first = shown.open_patterns.current
    shown.open_patterns.open_files([pattern_files["delta"]])
    answered(shown)
    assert not shown.window.answer_panel.library.found_button.isVisible()
    shown.open_patterns.show(first)
    bar = shown.window.answer_panel.library
    qtbot.waitUntil(bar.found_button.isVisible, timeout=20000)
    qtbot.mouseClick(bar.found_button, Qt.MouseButton.LeftButton)
    assert shown.window.answer_panel.candidates.rows == found


def test_an_unknown_offers_the_library(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop()
    # zirconia alone cannot be what the plutonia is
    desktop.settings.change(phases=("alpha-Zr",))
    desktop.open_patterns.open_files([pattern_files["puo2"]])
    answered(desktop)
    card = desktop.window.verdict_card
    assert desktop.open_patterns.current.answered.view.phase is None
    assert card.library_button.isVisible()
    qtbot.mouseClick(card.library_button, Qt.MouseButton.LeftButton)
    bar = desktop.window.answer_panel.library
    qtbot.waitUntil(lambda: "structures" in bar.note.text(), timeout=30000)
    assert "PuO2" in [row.formula for row in desktop.window.answer_panel.candidates.rows]


def test_a_halo_offers_no_search(make_desktop, answered, tmp_path):
    desktop = make_desktop(save_hspy(tmp_path / "halo.hspy", halo_pattern(), 0.0045))
    answered(desktop)
    assert not desktop.window.verdict_card.library_button.isVisible()
    assert not desktop.window.answer_panel.library.search_button.isEnabled()
    desktop.actions[Act.SEARCH_LIBRARY].trigger()
    assert "no spots or rings" in desktop.window.banner.sentence


def test_spots_on_rings_are_searched_by_their_spots(make_desktop, answered, tmp_path, qtbot):
    image, (x0, y0) = spot_image("PuO2", (1, 1, 0), seed=3)
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    for radius in (60, 85):
        image = image + 800 * np.exp(-((np.hypot(x - x0, y - y0) - radius) ** 2) / 10)
    desktop = make_desktop(save_hspy(tmp_path / "mixed.hspy", image.astype(np.float32), SCALE))
    answered(desktop)
    assert desktop.open_patterns.current.answered.view.record.kind == "spots and rings"
    search(desktop, qtbot)
    assert "PuO2" in [row.formula for row in desktop.window.answer_panel.candidates.rows]


def test_elements_are_ticked_remembered_and_searched(shown, qtbot):
    shown.actions[Act.LIBRARY].trigger()
    dialog = shown.library_shelf.dialog
    qtbot.waitUntil(lambda: dialog.libraries.count() == 1, timeout=10000)
    assert (
        dialog.libraries.item(0).text()
        == "Bundled: 1\N{NARROW NO-BREAK SPACE}184 common structures"
    )
    qtbot.keyClicks(dialog.typed, "Pu O Zr")
    qtbot.keyClick(dialog.typed, Qt.Key.Key_Return)
    table = dialog.elements
    qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=table.rect_of("Pu").center().toPoint())
    choice = shown.settings.value.library
    assert choice.yes == ("Pu",) and choice.admitted == ("O", "Zr", "Pu")
    assert "with Pu" in dialog.words.text()
    qtbot.mouseClick(dialog.search_button, Qt.MouseButton.LeftButton)
    bar = shown.window.answer_panel.library
    qtbot.waitUntil(lambda: "structures" in bar.note.text(), timeout=30000)
    rows = shown.window.answer_panel.candidates.rows
    assert rows and all("Pu" in row.formula for row in rows)
    assert "with Pu" in bar.elements_button.toolTip()
    dialog.close()


def test_a_project_remembers_the_elements(shown, qtbot, tmp_path):
    choice = LibraryChoice().with_only(["Pu", "O"]).with_presence("Pu", Presence.YES)
    shown.settings.change(elements_yes=choice.yes, elements_no=choice.no)
    path = tmp_path / "specimen.saedproj"
    shown.project.save_as(path)
    qtbot.waitUntil(path.exists, timeout=10000)
    shown.settings.change(elements_yes=(), elements_no=())
    shown.project.open(path)
    qtbot.waitUntil(lambda: shown.settings.value.elements_yes == ("Pu",), timeout=10000)
    assert shown.settings.value.library.admitted == ("O", "Pu")


def test_a_structure_has_a_page_and_becomes_a_candidate(shown, qtbot, tmp_path, monkeypatch):
    shown.settings.change(elements_no=LibraryChoice().with_only(["U", "O"]).no)
    search(shown, qtbot)
    panel = shown.window.answer_panel
    names = [row.phase for row in panel.candidates.rows]
    panel.table.selectRow(names.index("UO2"))
    qtbot.mouseClick(panel.library.page_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _page() is not None, timeout=10000)
    page = _page()
    assert dict(page.page.facts)["Formula"] == "UO₂"
    assert page.spacings.model().index(0, 0).data() == "111"
    assert page.sites.model().index(0, 0).data() == "U"
    path = tmp_path / "uo2.cif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    qtbot.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(path.exists, timeout=10000)
    assert read_phase(path).lattice.a == pytest.approx(5.47, abs=0.01)
    qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "UO2" in (shown.settings.value.phases or ()), timeout=10000)
    qtbot.waitUntil(
        lambda: (
            shown.open_patterns.current.answered is not None
            and "UO2" in [row.phase for row in panel.candidates.rows]
            and not panel.candidates.rows[0].library
        ),
        timeout=30000,
    )
    page.close()


def _page():
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, PhaseWindow)), None)


def drop(widget, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    widget.dropEvent(event)


def test_a_dropped_folder_of_cifs_becomes_a_library(shown, qtbot, tmp_path):
    folder = tmp_path / "oxides"
    folder.mkdir()
    for name in ("PuO2", "UO2"):
        (folder / f"{name}.cif").write_text(named(bundled_collection(), name).cif)
    (folder / "broken.cif").write_text("data_x\n")
    drop(shown.window, [folder])
    qtbot.waitUntil(lambda: len(shown.settings.value.libraries) == 1, timeout=20000)
    assert "oxides has 2 structures" in shown.window.banner.sentence
    assert "1 file could not be used, as broken.cif" in shown.window.banner.sentence
    library = Path(shown.settings.value.libraries[0])
    shown.actions[Act.LIBRARY].trigger()
    dialog = shown.library_shelf.dialog
    qtbot.waitUntil(lambda: dialog.libraries.count() == 2, timeout=10000)
    # the bundled one is unticked: only the new one is searched
    dialog.libraries.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert shown.settings.value.libraries_searched == (str(library),)
    search(shown, qtbot)
    assert {row.library for row in shown.window.answer_panel.candidates.rows} == {"oxides"}
    # taken off the list, its file stays
    dialog.libraries.setCurrentRow(1)
    qtbot.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.libraries.count() == 1, timeout=10000)
    assert library.exists() and shown.settings.value.libraries_searched == ("bundled",)
    # and dropped as a file it is there again
    drop(dialog, [library])
    qtbot.waitUntil(lambda: dialog.libraries.count() == 2, timeout=10000)
    dialog.close()


def test_a_file_that_is_no_library_gets_a_sentence(shown, qtbot, tmp_path):
    bad = tmp_path / "bad.saedlib"
    bad.write_bytes(b"nothing" * 50)
    drop(shown.window, [bad])
    qtbot.waitUntil(lambda: "is no library" in shown.window.banner.sentence, timeout=10000)
    assert shown.settings.value.libraries == ()


def test_look_alikes_stand_in_the_card(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop()
    desktop.settings.change(look_alikes=True)
    desktop.open_patterns.open_files([pattern_files["puo2"]])
    answered(desktop)
    card = desktop.window.verdict_card
    qtbot.waitUntil(lambda: "fit as well" in card.look_alikes, timeout=30000)
    assert card.look_alikes.startswith("Not among the candidates")
    assert card.look_alikes in card.accessibleDescription()


def test_look_alikes_wait_for_calm_and_give_way(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop()
    desktop.settings.change(look_alikes=True)
    desktop.open_patterns.open_files([pattern_files["puo2"], pattern_files["delta"]])
    first, second = desktop.open_patterns.patterns
    thread, card = desktop.workers["library"], desktop.window.verdict_card
    answered(desktop)
    assert not thread.is_busy
    qtbot.waitUntil(lambda: thread.is_busy, timeout=10000)
    desktop.open_patterns.show(second)
    # it stops between two structures, and says nothing about the pattern that came after
    qtbot.waitUntil(lambda: not thread.is_busy, timeout=10000)
    answered(desktop)
    assert card.look_alikes == ""
    desktop.open_patterns.show(first)
    qtbot.waitUntil(lambda: "fit as well" in card.look_alikes, timeout=30000)


# ---- the views by themselves -------------------------------------------------------------------


@pytest.fixture
def table(qtbot):
    made = PeriodicTable()
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.presence_chosen.connect(
        lambda symbol, presence: made.show_choice(
            made._choice.with_presence(symbol, Presence(presence))
        )
    )
    made.show()
    return made


def test_every_element_can_be_clicked(table, qtbot):
    for symbol in ("H", "He", "Fe", "La", "Ce", "Lu", "Fm"):
        point = table.rect_of(symbol).center().toPoint()
        assert table.symbol_at(point) == symbol
        for expected in (Presence.YES, Presence.NO, Presence.MAYBE):
            qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=point)
            assert table._choice.presence(symbol) is expected
    qtbot.mouseClick(table, Qt.MouseButton.RightButton, pos=point)
    assert table._choice.presence("Fm") is Presence.NO
    assert table.symbol_at(QPoint(table.width() // 2, 2)) == ""


def test_keys_move_and_tick(table, qtbot):
    assert table.current == "Fe"
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.current == "Co"
    qtbot.keyClick(table, Qt.Key.Key_Y)
    assert table._choice.yes == ("Co",)
    qtbot.keyClick(table, Qt.Key.Key_N)
    assert table._choice.no == ("Co",)
    qtbot.keyClick(table, Qt.Key.Key_M)
    assert table._choice.is_open
    for _ in range(9):
        qtbot.keyClick(table, Qt.Key.Key_Left)
    assert table.current == "K"
    # upwards over the gap of the second row
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.current == "Al"
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table._choice.yes == ("Al",)
    assert "Al is in the structure" in table.accessibleDescription()


def test_the_dialog_says_what_it_does_not_understand(qtbot):
    dialog = LibraryDialog(None)
    qtbot.addWidget(dialog)
    chosen = []
    dialog.choice_changed.connect(chosen.append)
    qtbot.keyClicks(dialog.typed, "Fe, Steel")
    qtbot.keyClick(dialog.typed, Qt.Key.Key_Return)
    assert dialog.words.text() == "No element is called Steel." and not chosen
    qtbot.mouseClick(dialog.none_button, Qt.MouseButton.LeftButton)
    assert chosen[-1].admitted == ()
    qtbot.mouseClick(dialog.any_button, Qt.MouseButton.LeftButton)
    assert chosen[-1].is_open


def test_open_patterns_of_one_specimen_are_searched_together(
    make_desktop, answered, qtbot, tmp_path
):
    crystal = named(bundled_collection(), "TiO2-rutile").phase
    desktop = make_desktop()
    for i, zone in enumerate(((0, 0, 1), (1, 0, 1), (1, 1, 1))):
        image, _ = spot_image(crystal, zone, scale=SCALE * 1.02, in_plane_deg=17 * i, seed=i)
        desktop.open_patterns.open_files([save_hspy(tmp_path / f"zone{i}.hspy", image, SCALE)])
        answered(desktop)
    desktop.actions[Act.LIBRARY].trigger()
    dialog = desktop.library_shelf.dialog
    qtbot.mouseClick(dialog.none_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(dialog.typed, "Ti O Sn V")
    qtbot.keyClick(dialog.typed, Qt.Key.Key_Return)
    dialog.specimen.click()
    assert desktop.settings.value.is_specimen
    qtbot.mouseClick(dialog.search_button, Qt.MouseButton.LeftButton)
    bar = desktop.window.answer_panel.library
    qtbot.waitUntil(lambda: "together" in bar.note.text(), timeout=60000)
    best = desktop.window.answer_panel.candidates.rows[0]
    assert best.phase == "TiO2-rutile" and best.probability > 0.5
    assert "3 of 3 answered patterns agree" in bar.note.text()
    assert "[001], [101], [111]" in bar.note.text()
    dialog.close()


def test_the_likeliest_are_there_while_the_others_are_compared(shown, qtbot):
    bar, panel = shown.window.answer_panel.library, shown.window.answer_panel
    said, listed = [], []
    show_note, show_found = bar.show_note, panel.show_found
    bar.show_note = lambda words, more="": (said.append(words), show_note(words, more))
    panel.show_found = lambda rows, *words: (listed.append(rows), show_found(rows, *words))
    search(shown, qtbot)
    few, every = listed
    assert 0 < len(few) < len(every) and all(row.library == "bundled" for row in few)
    percents = [int(w.split(" %")[0].split()[-1]) for w in said if " % of all" in w]
    assert len(percents) > 20 and percents == sorted(percents) and percents[-1] == 100


def test_a_search_ends_where_another_pattern_is_shown(shown, qtbot, pattern_files, answered):
    bar = shown.window.answer_panel.library
    qtbot.waitUntil(bar.search_button.isEnabled, timeout=20000)
    qtbot.mouseClick(bar.search_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: " % of all" in bar.note.text(), timeout=30000)
    first, thread = shown.open_patterns.current, shown.workers["library"]
    shown.open_patterns.open_files([pattern_files["delta"]])
    qtbot.waitUntil(lambda: not thread.is_busy, timeout=10000)
    answered(shown)
    assert not bar.found_button.isVisible()
    # the few that were found by then are not offered as if they were all
    shown.open_patterns.show(first)
    qtbot.waitUntil(bar.search_button.isEnabled, timeout=20000)
    assert not bar.found_button.isVisible()
