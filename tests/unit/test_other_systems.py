"""Branches for Windows and macOS, as far as another system can run them."""

import os
import sys
import threading
from pathlib import Path

import pytest

from saed_desktop.file_names import file_text, path_of
from saed_desktop.gui import handover
from saed_desktop.network import runtime
from saed_desktop.results import atomic
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.state_file import state_from_json, state_to_json

pytestmark = pytest.mark.skipif(os.name != "posix", reason="plays other systems on this one")


@pytest.fixture
def windows(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")


def test_backslashes_are_separators_on_windows_and_letters_elsewhere(monkeypatch):
    name = r"C:\data\a.dm3"
    assert file_text(Path(name)) == r"C:\x5cdata\x5ca.dm3"
    assert path_of(file_text(Path(name))) == Path(name)
    monkeypatch.setattr(sys, "platform", "win32")
    assert file_text(Path(name)) == name
    assert path_of(name) == Path(name)


def test_what_breaks_lines_is_escaped_on_windows_too(windows):
    assert file_text(Path("a\u2028b\n.tif")) == r"a\u2028b\x0a.tif"


@pytest.mark.parametrize(
    ("system", "variables", "expected"),
    [
        ("win32", {"LOCALAPPDATA": "/l"}, "/l"),
        ("win32", {}, "/h/AppData/Local"),
        ("darwin", {}, "/h/Library/Application Support"),
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c"),
        ("linux", {}, "/h/.cache"),
    ],
)
def test_where_onnx_runtime_would_leave_its_device_id(monkeypatch, system, variables, expected):
    for name in ("LOCALAPPDATA", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (variables | {"HOME": "/h"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", system)
    folders = runtime._telemetry_folders()
    assert folders == [Path(expected, "Microsoft", "DeveloperTools", ".onnxruntime")]


def test_a_file_that_another_program_holds_open_is_replaced_once_it_lets_go(
    windows, tmp_path, monkeypatch
):
    path = tmp_path / "settings.json"
    path.write_text("old")
    replace, refused = Path.replace, []

    def held(part, target):
        if len(refused) < 3:
            refused.append(part)
            raise PermissionError(13, "Access is denied", str(target))
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", held)
    atomic.write_text(path, "new")
    assert path.read_text() == "new"
    assert len(refused) == 3


def test_a_file_that_stays_open_is_left_as_it_was(windows, tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    path.write_text("old")

    def held(_part, target):
        raise PermissionError(13, "Access is denied", str(target))

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(atomic, "_WAITS_S", (0.001, 0.001))
    with pytest.raises(PermissionError):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


def test_no_waiting_where_open_files_can_be_replaced(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(Path, "replace", lambda *_: calls.append(1) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        atomic.write_text(tmp_path / "a", "new")
    assert len(calls) == 1


def test_a_second_start_talks_through_the_pipe_whose_name_the_window_wrote(
    windows, tmp_path, monkeypatch
):
    """A pseudo-terminal stands for the pipe: both are opened by name, written to and read from."""
    import tty

    master, slave = os.openpty()
    tty.setraw(slave)
    folder, name = os.path.split(os.ttyname(slave))
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path))
    monkeypatch.setattr(handover, "_PIPES", folder + "/")
    address = handover.pipe_address(is_new=True)
    assert address is not None and address.startswith(folder)
    from saed_desktop.paths import data_dir

    (data_dir() / "window-pipe").write_text(name, encoding="ascii")
    assert handover.server_address() == os.ttyname(slave)
    heard = []

    def listen():
        data = b""
        while not data.endswith(b"\n"):
            data += os.read(master, 4096)
        heard.append(handover.parse_message(data))
        os.write(master, handover.ACCEPTED)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert handover.hand_over(["a.dm3"])
    listener.join(5)
    assert heard == [[str(Path("a.dm3").absolute())]]
    os.close(slave)
    os.close(master)


def test_no_window_listens_where_there_is_no_pipe(windows, tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path))
    assert not handover.hand_over(["a.dm3"])
    handover.pipe_address(is_new=True)
    assert not handover.hand_over(["a.dm3"])  # its window has ended


def test_projects_written_on_windows_hold_paths_that_other_systems_read(monkeypatch):
    state = PatternState(Path("folder") / "a.dm3")
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        written = state_to_json(state)
    assert written["path"] == "folder/a.dm3"
    assert state_from_json(written).path == state.path
