"""Who is asked: phases added, ticked and saved as sets; networks installed, refused, compared."""

import re
import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from saed_desktop.gui.commands import Act
from saed_desktop.gui.views.setup_panel import CardWindow
from saed_desktop.network.store import DEFAULT_NETWORK
from saed_desktop.paths import resources_dir
from saed_desktop.workspace.setup_choice import available_phases
from tests.bundles import small_bundle

PAPERS = "299-an-spots"


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Two networks, made once."""
    folder = tmp_path_factory.mktemp("bundles")
    for name, bias in (("First", [3, 0, 0, 0, 0, 0, 0, 0, 0]), ("Second", None)):
        small_bundle(
            folder / f"{name}.saednet",
            bias=bias,
            provenance={"trained on": "simulated patterns"},
            metrics={"accuracy": 0.5, "measured on": "nothing much"},
        )
    return {"First": folder / "First.saednet", "Second": folder / "Second.saednet"}


@pytest.fixture
def shown(make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    qtbot.waitUntil(lambda: len(desktop.indexing_setup.phase_names) == 9, timeout=20_000)
    return desktop


def _wait(qtbot, desktop, condition=lambda: True):
    qtbot.waitUntil(
        lambda: desktop.open_patterns.current.answered is not None and bool(condition()),
        timeout=30_000,
    )


def _tick(desktop, name, *, on):
    model = desktop.window.setup_panel.phases
    row = next(i for i in range(model.rowCount()) if model.entry_at(i).name == name)
    state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
    assert model.setData(model.index(row, 0), state, Qt.ItemDataRole.CheckStateRole)


def _install(desktop, qtbot, file):
    desktop.files.open_paths([file])
    qtbot.waitUntil(
        lambda: desktop.window.setup_panel.network.currentData() == file.stem, timeout=20_000
    )


def test_a_phase_that_is_not_ticked_is_not_named(shown, qtbot):
    assert shown.open_patterns.current.answered.view.phase == "delta-PuZr"
    _tick(shown, "delta-PuZr", on=False)
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.view.phase != "delta-PuZr")
    assert "delta-PuZr" not in shown.settings.value.phases
    _tick(shown, "delta-PuZr", on=True)
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.view.phase == "delta-PuZr")


def test_ticking_none_is_refused_with_a_sentence(shown, qtbot):
    shown.window.setup_panel.none_button.click()
    assert "at least one phase" in shown.window.banner.sentence
    assert shown.settings.value.phases is None
    _wait(qtbot, shown)


def test_sets_of_phases_are_saved_chosen_and_deleted(shown, qtbot):
    panel = shown.window.setup_panel
    panel.phases.set_ticked(("PuO", "PuO2"))
    panel.sets.setEditText("oxides")
    panel.save_set_button.click()
    assert "oxides" in shown.window.banner.sentence
    panel.all_button.click()
    assert len(shown.settings.value.phases) == 9
    panel.sets.setCurrentText("oxides")
    panel.sets.activated.emit(panel.sets.currentIndex())
    qtbot.waitUntil(lambda: panel.phases.ticked == ("PuO", "PuO2"), timeout=20_000)
    panel.remove_set_button.click()
    assert shown.indexing_setup.sets.read() == {}
    panel.network_phases_button.click()
    qtbot.waitUntil(lambda: len(panel.phases.ticked) == 9, timeout=20_000)
    _wait(qtbot, shown)


def test_a_dropped_structure_file_is_added_considered_and_removed(shown, qtbot, tmp_path):
    source = (resources_dir() / "phases" / "PuO2.cif").read_text()
    (tmp_path / "Mine.cif").write_text(source.replace("data_PuO2", "data_Mine"))
    (tmp_path / "broken.cif").write_text("data_nothing\n_cell_length_a 3\n")
    shown.files.open_paths([tmp_path / "Mine.cif", tmp_path / "broken.cif"])
    panel = shown.window.setup_panel
    qtbot.waitUntil(lambda: len(shown.indexing_setup.phase_names) == 10, timeout=20_000)
    assert "1 phase added" in shown.window.banner.sentence
    assert "broken.cif" in shown.window.banner.sentence
    mine = next(name for name in shown.indexing_setup.phase_names if name == "Mine")
    assert mine in panel.phases.ticked
    row = panel.phases.names.index(mine)
    panel.table.selectRow(row)
    panel.remove_phase_button.click()
    qtbot.waitUntil(lambda: len(shown.indexing_setup.phase_names) == 9, timeout=20_000)
    _wait(qtbot, shown)


def test_structures_of_one_name_both_stay(shown, qtbot, tmp_path):
    source = (resources_dir() / "phases" / "PuO2.cif").read_text()
    for folder, edge in (("first", "5.3000"), ("second", "5.5000")):
        (tmp_path / folder).mkdir()
        text = re.sub(r"(_cell_length_[abc]\s+)\S+", rf"\g<1>{edge}", source)
        (tmp_path / folder / "Mine.cif").write_text(text)
    files = [tmp_path / "first" / "Mine.cif", tmp_path / "second" / "Mine.cif"]
    shown.files.open_paths([*files, files[0]])
    qtbot.waitUntil(lambda: len(shown.indexing_setup.phase_names) == 11, timeout=20_000)
    assert {"Mine", "Mine_2"} <= set(shown.window.setup_panel.phases.ticked)
    assert "2 phases added" in shown.window.banner.sentence
    assert "called Mine already: this one is Mine_2" in shown.window.banner.sentence
    edges = {name: available_phases()[name].phase.lattice.a for name in ("Mine", "Mine_2")}
    assert edges == {"Mine": 5.3, "Mine_2": 5.5}
    _wait(qtbot, shown)


def test_the_list_of_phases_is_searched(shown, qtbot):
    panel = shown.window.setup_panel
    panel.filter.setText("zro2")
    assert [panel.phases.entry_at(i).name for i in range(panel.phases.rowCount())] == ["ZrO2_mono"]
    panel.filter.clear()
    assert panel.phases.rowCount() == 9


def test_a_dropped_network_is_asked_shown_and_removed(shown, qtbot, bundles):
    panel = shown.window.setup_panel
    assert panel.network.currentData() == "none"
    _install(shown, qtbot, bundles["First"])
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.view.network_name == "First")
    assert "installed and used" in shown.window.banner.sentence
    answered = shown.open_patterns.current.answered
    asked = answered.solution.prediction.probabilities
    bars = answered.view.bars
    assert {bar.phase for bar in bars} == {*asked, ""}  # and one for none of these
    assert sum(bar.probability for bar in bars) == pytest.approx(1)
    panel.card_button.click()
    card = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CardWindow))
    text = card.toPlainText()
    assert "simulated patterns" in text and "nothing much" in text and "sha256" in text
    card.close()
    panel.remove_network_button.click()
    qtbot.waitUntil(lambda: panel.network.findData("First") < 0, timeout=20_000)
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.view.network_name != "First")


def test_a_network_that_fails_its_checks_is_refused(shown, qtbot, bundles, tmp_path):
    damaged = tmp_path / "Damaged.saednet"
    data = bytearray(bundles["First"].read_bytes())
    at = data.find(b"A linear network for tests.")
    data[at : at + 1] = b"B"
    damaged.write_bytes(data)
    shown.files.open_paths([damaged])
    qtbot.waitUntil(lambda: "Damaged" in shown.window.banner.sentence, timeout=20_000)
    no_network = tmp_path / "Text.saednet"
    no_network.write_text("no zip")
    shown.files.open_paths([no_network])
    qtbot.waitUntil(lambda: "Text" in shown.window.banner.sentence, timeout=20_000)
    assert shown.window.setup_panel.network.currentData() == "none"
    assert shown.open_patterns.current.answered is not None


def test_a_second_network_stands_beside_the_first(shown, qtbot, bundles):
    for name in ("Second", "First"):
        _install(shown, qtbot, bundles[name])
    panel = shown.window.answer_panel
    qtbot.waitUntil(lambda: panel.compare.isVisibleTo(panel), timeout=20_000)
    _wait(qtbot, shown)
    at = panel.compare.findData("Second")
    panel.compare.setCurrentIndex(at)
    panel.compare.activated.emit(at)
    qtbot.waitUntil(lambda: "Second" in panel.compare_note.text(), timeout=20_000)
    assert panel.bars._other
    panel.compare.setCurrentIndex(0)
    panel.compare.activated.emit(0)
    assert not panel.bars._other


def test_the_papers_network_is_a_choice_beside_the_programs_own(shown, qtbot):
    panel, answers = shown.window.setup_panel, shown.window.answer_panel
    names = [panel.network.itemData(i) for i in range(panel.network.count())]
    assert names == [DEFAULT_NETWORK, PAPERS, "none"]
    # a double click on the file opens it like any other: it is there already, and asked
    file = resources_dir() / "networks" / f"{PAPERS}.saednet"
    shown.files.open_paths([file])
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.view.network_name == PAPERS)
    asked = shown.open_patterns.current.answered.solution.prediction.probabilities
    assert sum(asked.values()) == pytest.approx(1)
    assert len(asked) == 9
    assert "reference" in panel.network_note.text()
    assert not panel.remove_network_button.isEnabled()
    panel.card_button.click()
    card = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CardWindow))
    text = card.toPlainText()
    card.close()
    assert "Tomczak" in text and "not calibrated" not in text
    at = answers.compare.findData(DEFAULT_NETWORK)
    answers.compare.setCurrentIndex(at)
    answers.compare.activated.emit(at)
    qtbot.waitUntil(lambda: DEFAULT_NETWORK in answers.compare_note.text(), timeout=20_000)
    assert answers.bars._other


def test_what_decided_is_drawn_on_the_spots(shown, qtbot, bundles):
    panel = shown.window.spots_panel
    assert panel.table.isColumnHidden(panel.model.columnCount() - 1)
    _install(shown, qtbot, bundles["Second"])
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.view.network_name == "Second")
    shown.actions[Act.EXPLAIN].trigger()
    qtbot.waitUntil(lambda: "speak for" in panel.weight_note.text(), timeout=30_000)
    assert len(shown.window.pattern_view.weights._xy) > 5
    assert not panel.table.isColumnHidden(panel.model.columnCount() - 1)
    assert "without the scale" not in panel.weight_note.text()
    calibrate = shown.window.calibrate_panel
    calibrate.sigma.setText("12")
    calibrate.sigma.editingFinished.emit()
    _wait(qtbot, shown, lambda: shown.open_patterns.current.answered.solution.calibration.is_rough)
    shown.actions[Act.EXPLAIN].trigger()
    qtbot.waitUntil(lambda: "without the scale" in panel.weight_note.text(), timeout=30_000)


def test_a_network_that_vanished_leaves_a_sentence_and_a_working_window(
    make_desktop, answered, pattern_files, qtbot, bundles, home
):
    folder = home / "data" / "networks"
    folder.mkdir(parents=True)
    shutil.copy(bundles["First"], folder)
    desktop = make_desktop()
    desktop.settings.change(network="First")
    desktop.close()
    (folder / "First.saednet").unlink()
    second = make_desktop(pattern_files["delta"])
    pattern = answered(second)
    assert pattern.message or pattern.answered is not None
    second.indexing_setup.choose_network("none")
    qtbot.waitUntil(
        lambda: pattern.answered is not None and pattern.view.phase == "delta-PuZr", timeout=20_000
    )
