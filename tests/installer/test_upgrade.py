"""What an older, a newer or a damaged version left behind never blocks the start."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from saed_desktop.gui.settings import Settings, SettingsStore
from saed_desktop.workspace.phase_sets import PhaseSetStore
from saed_desktop.workspace.profiles import ProfileStore
from saed_desktop.workspace.project import ProjectError, load_project
from tests.bundles import small_bundle
from tests.rendering import SCALE, save_hspy, spot_image

OLD_HOME = Path(__file__).with_name("written_by_0_1_0")
"""What version 0.1.0 wrote; never to be written anew by a later one."""

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


@pytest.fixture
def upgraded(tmp_path, monkeypatch):
    """The home of someone who used version 0.1.0 and installed this one over it."""
    home = tmp_path / "home"
    shutil.copytree(OLD_HOME, home)
    (home / "data" / "networks").mkdir()
    small_bundle(home / "data" / "networks" / "mine.saednet")
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return home


@pytest.fixture
def pattern(tmp_path):
    image, _ = spot_image("delta-PuZr", (0, 0, 1), side=256)
    return save_hspy(tmp_path / "delta.hspy", image, 2 * SCALE)


def test_what_version_0_1_0_left_is_shown_and_stays(upgraded, pattern, qtbot):
    from saed_desktop.gui.assembly import Desktop

    kept = [path for path in upgraded.rglob("*") if path.is_file() and path.name != "window.json"]
    before = {path: path.read_bytes() for path in kept}
    old = json.loads((OLD_HOME / "config" / "window.json").read_text())
    desktop = Desktop(SettingsStore())
    desktop.window.show()
    desktop.start([pattern])
    panel = desktop.window.setup_panel
    qtbot.waitUntil(lambda: bool(desktop.open_patterns.current.answered), timeout=60_000)
    assert panel.network.currentData() == "mine"
    assert panel.sets.currentText() == "fuel"
    assert set(panel.phases.ticked) == {"delta-PuZr", "quartz"}
    assert desktop.window.calibrate_panel.profiles.findText("Titan 300 kV, 580 mm") >= 0
    assert desktop.window.profile_view.isVisibleTo(desktop.window.profile_view.parentWidget())
    assert desktop.settings.remark == ""
    desktop.close()
    desktop.window.deleteLater()
    now = json.loads((upgraded / "config" / "window.json").read_text())
    own = ("window", "recent_files")
    assert {n: now[n] for n in old if n not in own} == {n: old[n] for n in old if n not in own}
    assert now["recent_files"] == [str(pattern), *old["recent_files"]]
    assert {path: path.read_bytes() for path in kept} == before
    profile = ProfileStore().read()["Titan 300 kV, 580 mm"]
    assert (profile.scale_inv_angstrom_per_px, profile.ellipse_ratio) == (0.0051, 1.012)
    assert PhaseSetStore().read() == {"fuel": ("delta-PuZr", "quartz")}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_profiles_sets_and_projects_are_set_aside_or_refused(tmp_path, content):
    for name in ("profiles.json", "sets.json", "copy.saedproj"):
        (tmp_path / name).write_bytes(content)
    assert ProfileStore(tmp_path / "profiles.json").read() == {}
    assert PhaseSetStore(tmp_path / "sets.json").read() == {}
    with pytest.raises(ProjectError):
        load_project(tmp_path / "copy.saedproj")


def test_one_profile_that_cannot_be_understood_hides_no_other(tmp_path):
    known = json.loads((OLD_HOME / "config" / "calibration-profiles.json").read_text())
    known["profiles"] += [7, {"name": "no scale"}, {**known["profiles"][0], "width_px": "wide"}]
    file = tmp_path / "profiles.json"
    file.write_text(json.dumps(known))
    assert "Titan 300 kV, 580 mm" in ProfileStore(file).read()


def test_a_pattern_is_answered_although_everything_of_the_user_is_damaged(
    upgraded, pattern, tmp_path
):
    autosave = upgraded / "data" / "autosave"
    autosave.mkdir()
    (autosave / "0.saedproj").touch()
    deep, cut = b"[" * 100_000, b'{"format": 1, "pro'
    for path in [path for path in upgraded.rglob("*") if path.is_file()]:
        path.write_bytes(deep if path.suffix in (".json", ".saedproj") else cut)
    trace = tmp_path / "trace.json"
    done = subprocess.run(
        [sys.executable, "-m", "saed_desktop", "--new-window", "--startup-trace", trace, pattern],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "answer shown" in json.loads(trace.read_text())
    assert (upgraded / "config" / "window.json.damaged").read_bytes() == deep
    assert (upgraded / "config" / "calibration-profiles.json.damaged").read_bytes() == deep
