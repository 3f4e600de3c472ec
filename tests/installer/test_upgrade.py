"""What an older, a newer or a damaged version left behind never blocks the start."""

import json

import pytest

from saed_desktop.gui.settings import Settings, SettingsStore

DAMAGED = {
    "empty": b"",
    "cut off": b'{"format": 1, "theme": "da',
    "not text": b"\xff\xfe\x00\x81",
    "a list": b"[1, 2]",
    "a word": b'"dark"',
    "too deep": b"[" * 100_000,
    "no number": b'{"format": 1, "jobs": NaN, "autosave_minutes": Infinity}',
    "wrong types": json.dumps(
        {"theme": 3, "panels": "all", "jobs": -4, "window": [1], "recent_files": [None]}
    ).encode(),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_settings_give_the_defaults_and_can_be_saved_again(tmp_path, content):
    file = tmp_path / "window.json"
    file.write_bytes(content)
    store = SettingsStore(file)
    assert store.value == Settings()
    store.change(theme="light")
    assert SettingsStore(file).value.theme == "light"


def test_a_folder_in_place_of_the_file_costs_the_memory_of_the_day(tmp_path):
    (tmp_path / "window.json").mkdir()
    assert SettingsStore(tmp_path / "window.json").value == Settings()


def test_what_an_older_and_a_newer_version_knew_survives(tmp_path):
    file = tmp_path / "window.json"
    file.write_text(json.dumps({"format": 2, "theme": "dark", "a newer setting": [1, 2]}))
    store = SettingsStore(file)
    store.change(color_map="viridis")
    kept = json.loads(file.read_text())
    assert kept["theme"] == "dark"
    assert kept["a newer setting"] == [1, 2]


def test_the_window_opens_over_an_impossible_layout(qtbot, tmp_path, monkeypatch):
    from saed_desktop.gui.assembly import Desktop

    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    file = tmp_path / "home" / "config" / "window.json"
    file.parent.mkdir(parents=True)
    layout = {"geometry": 5, "splitter": "zz", "view": "00ff"}
    file.write_text(json.dumps({"window": layout, "color_map": "none such", "unit": "furlong"}))
    desktop = Desktop(SettingsStore())
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    assert desktop.window.isVisible()
    desktop.close()
    desktop.window.deleteLater()
