"""The window in other languages: nothing escapes the translation, German is complete."""

import re
from collections.abc import Mapping
from string import Formatter

import numpy as np
import pytest
from PySide6.QtCore import QAbstractTableModel, QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabWidget,
    QTextEdit,
    QWidget,
)

from installer.languages import FOLDER, collected, read
from saed_desktop import paths, translation
from saed_desktop.gui import languages
from saed_desktop.gui.commands import Act, menus
from saed_desktop.gui.views.phase_window import PhaseWindow
from saed_desktop.results.wording import formula_label
from saed_desktop.translation import Catalogue, counted, recognised, tr
from tests.rendering import SCALE, spot_image

OPEN, CLOSE = "⟦", "⟧"
NAMES = re.compile(
    r"""SAED.Desktop|[\w/.~-]+\.(?:hspy|npy|tiff?|png|dm3|csv)|/\S+|saed\S*|299-an\S*|pytest\S*
    |(?:alpha|beta|gamma|delta|epsilon|kappa)\b|specimen\ A|Deutsch|English|Inferno|Viridis|Cividis|[A-Z][a-z]?(?:[₀-₉]|[A-Z])\S*
    |Scroll\ (?:Left|Right)  # of Qt, which speaks for itself
    |monoclinic|mono\b|tetra\w*|cubic|gold|Gold|hkl|keV|dpi|min\b
    |(?:Ctrl|Shift|Alt|Esc|Home|Left|Right|Tab|Del|Return|Enter|Space|Up|Down)\b""",
    re.VERBOSE,
)
"""What is said alike in every language: files, phases, units, keys."""


class Pseudo(Mapping):
    """A language in which every text stands between marks."""

    def __getitem__(self, text):
        return f"{OPEN}{text}{CLOSE}"

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 1


@pytest.fixture(autouse=True)
def english_again():
    yield
    translation.install(Catalogue())


@pytest.fixture
def pseudo():
    sentences = {text: f"{OPEN}{text}{CLOSE}" for text in collected()["errors"]}
    translation.install(Catalogue(Pseudo(), sentences))


def escaped(text):
    """Return the words of a text that were not translated."""
    text = re.sub(r"<[^>]*>|&\w+;", " ", text)
    while True:
        inner = re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)
        if inner == text:
            break
        text = inner
    return re.findall(r"[A-Za-zÄÖÜäöüß]{3,}", NAMES.sub(" ", text))


def texts_of(widget):
    """Give every text of a widget that a person can see or hear."""
    yield widget.toolTip()
    yield widget.statusTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    if widget.isWindow():
        yield widget.windowTitle()
    for action in widget.actions():
        yield from (action.text(), action.toolTip(), action.statusTip())
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QAbstractSpinBox):
        yield widget.specialValueText()
    if isinstance(widget, QGroupBox | QMenu):
        yield widget.title()
    if isinstance(widget, QTextEdit):
        yield widget.toPlainText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    if isinstance(widget, QTabWidget):
        yield from (widget.tabText(i) for i in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _cells(widget.model())


def _cells(model):
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    # a list has one column, and says so to Qt alone
    for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1):
        for role in roles:
            yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
            for row in range(min(model.rowCount(), 30)):
                yield str(model.index(row, column).data(role) or "")


def assert_nothing_escapes(*widgets, data=()):
    """Check all texts of widgets; what stands in the data of a library is said as it is."""
    left = set()
    for widget in widgets:
        for part in (widget, *widget.findChildren(QWidget)):
            for text in texts_of(part):
                said = text
                for one in sorted(data, key=len, reverse=True):
                    said = said.replace(one, " ")
                if escaped(said):
                    left.add((type(part).__name__, text))
    assert not left


def test_no_text_of_the_window_escapes(
    pseudo, make_desktop, answered, pattern_files, answered_folder, qtbot
):
    desktop = make_desktop(pattern_files["delta"], pattern_files["rings"])
    window = desktop.window
    assert_nothing_escapes(window)
    answered(desktop)
    for act in (Act.SHOW_PROFILE, Act.TOOL_INDEX, Act.EXPLAIN):
        desktop.actions[act].trigger()
    pattern = desktop.open_patterns.current
    spots = [tuple(map(float, xy)) for xy in pattern.prepared.marks.spots_xy[:2]]
    desktop.two_spots.solve(*spots)
    qtbot.waitUntil(lambda: window.pairs_panel.table.model().rowCount() > 0, timeout=20_000)
    desktop.preparation.set_center((250.0, 250.0))
    answered(desktop)
    desktop.actions[Act.ACCEPT].trigger()
    desktop.actions[Act.UNDO].trigger()
    assert_nothing_escapes(window)
    desktop.open_patterns.show(desktop.open_patterns.patterns[1])
    answered(desktop)
    assert_nothing_escapes(window)
    desktop.folder.start(answered_folder)
    qtbot.waitUntil(lambda: not desktop.folder.is_running, timeout=30_000)
    assert_nothing_escapes(window)


def test_no_text_of_the_dialogs_escapes(pseudo, make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"])
    answered(desktop)
    for act in (
        Act.SETTINGS, Act.CHEAT_SHEET, Act.ABOUT, Act.EXPORT_PICTURE, Act.SIMULATE, Act.CORRECT,
        Act.CALIBRATE, Act.CONTRAST,
    ):  # fmt: skip
        desktop.actions[act].trigger()
        qtbot.waitUntil(lambda: not desktop.workers.is_busy, timeout=20_000)
        opened = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        dialogs = [w for w in opened if w is not desktop.window]
        assert dialogs, act
        assert_nothing_escapes(*dialogs)
        for dialog in dialogs:
            dialog.close()
    view = desktop.view_controls
    assert_nothing_escapes(
        view.pattern_menu((1.0, 1.0)), view.film_menu(desktop.open_patterns.current)
    )


def test_no_text_of_the_other_windows_escapes(pseudo, make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["delta"], pattern_files["puo2"])
    answered(desktop)
    for act in (Act.COMPARE, Act.TILT_MAP, Act.LIBRARY):
        desktop.actions[act].trigger()
        qtbot.waitUntil(lambda: not desktop.workers.is_busy, timeout=30_000)
        opened = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        dialogs = [w for w in opened if w is not desktop.window]
        assert dialogs, act
        assert_nothing_escapes(*dialogs)
        for dialog in dialogs:
            dialog.close()


def test_no_text_of_a_structures_page_escapes(pseudo, make_desktop, answered, pattern_files, qtbot):
    desktop = make_desktop(pattern_files["puo2"])
    answered(desktop)
    desktop.library.search()
    panel = desktop.window.answer_panel
    qtbot.waitUntil(lambda: bool(panel.chosen and panel.chosen.library), timeout=30_000)
    rows = panel.candidates.rows
    data = {text for row in rows for text in (row.label, row.formula, row.prototype, row.source)}
    data |= {formula_label(text) for text in data}
    data |= {row.phase for row in rows}
    data.discard("")
    assert_nothing_escapes(desktop.window, data=data)
    desktop.library.show_page()

    def pages():
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, PhaseWindow)]

    qtbot.waitUntil(lambda: bool(pages()), timeout=20_000)
    (page,) = pages()
    assert page.sites.model().rowCount() and page.spacings.model().rowCount()
    # other names and the source are data, the library's name is not
    assert_nothing_escapes(page, data=data | {value for _, value in page.page.remarks[:-1]})
    page.close()


def test_no_text_of_a_scan_escapes(pseudo, make_desktop, answered, tmp_path, qtbot):
    image, _ = spot_image("delta-PuZr", (0, 0, 1), side=96, scale=SCALE * 512 / 96)
    path = tmp_path / "scan.npy"
    np.save(path, np.tile(image, (2, 3, 1, 1)).astype(np.uint16))
    desktop = make_desktop(path)
    answered(desktop)
    desktop.actions[Act.SCAN_MAP].trigger()
    window = desktop.scan.window
    qtbot.waitUntil(lambda: not window.stop_compute.isEnabled(), timeout=30_000)
    assert_nothing_escapes(desktop.window, window)
    window.index_button.click()
    qtbot.waitUntil(window.index_button.isEnabled, timeout=60_000)
    window.view.pointed.emit(2)
    assert window.legend.entries
    assert_nothing_escapes(desktop.window, window)
    window.close()


def test_errors_are_recognised(pseudo, make_desktop, answered, pattern_files):
    desktop = make_desktop(pattern_files["broken"])
    assert not escaped(answered(desktop).message)
    assert_nothing_escapes(desktop.window)


# ---- files of languages ----------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.ts")), ids=lambda file: file.stem)
def test_a_language_is_complete_and_fits_the_sources(file):
    texts = {text for found in collected().values() for text in found}
    translations = read(file)
    assert texts - translations.keys() == set(), "run: python -m installer.languages"
    assert translations.keys() - texts == set()
    for text, translated in translations.items():
        if re.search(r"\{\w*[:}]", text) and "{422}" not in text:
            assert _names(text) >= _names(translated), text
            assert bool(_names(text)) == bool(_names(translated)), text
        assert (text[:1] == " ") == (translated[:1] == " "), text
        assert (text[-1:] == " ") == (translated[-1:] == " "), text


HELP = paths.resources_dir() / "help"


@pytest.mark.parametrize("code", sorted(file.stem for file in FOLDER.glob("*.ts")))
def test_each_help_page_has_its_counterpart(code):
    """The same headings, pictures, tables, commands and names of what is on the screen."""
    texts = {
        _plain(text): _plain(translated) for text, translated in read(FOLDER / f"{code}.ts").items()
    }
    names = [file.name for file in sorted(HELP.glob("*.md"))]
    assert names == [file.name for file in sorted((HELP / code).iterdir())] and names
    for name in names:
        english = (HELP / name).read_text("utf-8")
        other = (HELP / code / name).read_text("utf-8")
        for what in (r"^#+ ", r"!\[.*?\]\((.*?)\)", r"`[^`]*`", r"^\d\. ", r"^\|(?=.*\|$)"):
            assert [" ".join(m.split()) for m in re.findall(what, english, re.M)] == [
                " ".join(m.split()) for m in re.findall(what, other, re.M)
            ], (name, what)
        assert english.count("\n\n") == other.count("\n\n"), name
        said = [_plain(text) for text in _in_italics(other)]
        for text in _in_italics(english):
            assert texts.get(_plain(text), said[0]) in said, (name, text)


def _in_italics(page):
    return re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", page)


def _plain(text):
    return " ".join(re.sub("[&…]", "", text).split())


def test_help_speaks_the_language(make_desktop):
    assert languages.speak("de") == "de"
    desktop = make_desktop()
    desktop.actions[Act.HELP].trigger()
    window = desktop.help_menu.opened("help")
    assert window.pages.item(3).text() == "Kalibrieren"
    window.show_page("04-calibrate.md")
    assert "Maßstabsbalken" in window.browser.toPlainText()
    # in the reader's language, with the pictures that all languages share
    assert (HELP / "wizard-dark-100.jpg").is_file()
    assert window.browser.document().baseUrl().toLocalFile() == f"{HELP}/"
    window.close()


def _names(text):
    return {name for _, name, *_ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", ["en", *(file.stem for file in sorted(FOLDER.glob("*.ts")))])
def test_no_two_menus_share_a_letter(code):
    languages.speak(code)
    titles = []
    for title, _acts in menus():
        titles += re.findall("&(.)", tr(title).lower())
    assert len(titles) == len(set(titles))


def test_german_speaks_german_with_a_decimal_point(make_desktop, answered, pattern_files, qtbot):
    assert languages.speak("de") == "de"
    desktop = make_desktop(pattern_files["delta"])
    view = answered(desktop).view
    assert "entlang" in view.headline and "erklärt" in " ".join(view.sentences)
    assert view.record.reasons[0].text.isascii() and "explains" in str(view.record.reasons)
    assert re.search(r"\d\.\d", desktop.window.scale_label.text())
    assert "je Pixel" in desktop.window.scale_label.text()
    assert desktop.window.menuBar().actions()[0].text() == "&Datei"
    assert counted(2, "{n} spot", "{n} spots") == "2 Reflexe"
    assert recognised("a.dm3 does not fit into memory.").endswith("Arbeitsspeicher.")


def test_the_language_is_chosen_by_setting_and_system(home, monkeypatch):
    german = QLocale(QLocale.Language.German, QLocale.Country.Austria)
    monkeypatch.setattr(QLocale, "system", lambda: german)
    assert languages.chosen_language("system") == "de"
    monkeypatch.setattr(QLocale, "system", lambda: QLocale(QLocale.Language.Welsh))
    assert languages.chosen_language("system") == languages.chosen_language("xx") == "en"
    assert languages.chosen_language("de") == "de"


def test_a_language_is_added_as_a_file(home, caplog):
    folder = paths.data_dir() / "languages"
    folder.mkdir(parents=True)
    (folder / "nl.ts").write_text(
        "<TS language='nl'><context><name>texts</name><message><source>{n} spots</source>"
        "<translation>{n} vlekken</translation></message><message><source>Close</source>"
        "<translation>{wrong} sluiten</translation></message></context></TS>",
        "utf-8",
    )
    assert languages.language_names()["nl"] == "Nederlands"
    assert languages.speak("nl") == "nl"
    assert counted(3, "{n} spot", "{n} spots") == "3 vlekken"
    assert tr("Close") == "Close"  # it asks for a value that nobody has
    (folder / "nl.ts").write_text("<TS><context>", "utf-8")
    assert languages.speak("nl") == "en" and "cannot be read" in caplog.text
    assert counted(3, "{n} spot", "{n} spots") == "3 spots"
