import os
import sys

import pytest

from saed_desktop.network import runtime


@pytest.fixture
def left_behind(tmp_path, monkeypatch):
    """Where ONNX Runtime's telemetry leaves its files, in a home of the test's own."""
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "ours"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / "cache" / "Microsoft" / "DeveloperTools" / ".onnxruntime"

    def leave():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("deviceid", "deviceid.lock", "onnxruntime.db", "onnxruntime.db-wal"):
            (folder / name).write_bytes(b"x")
        (tmp_path / ".ses").write_bytes(b"x")

    leave()
    return tmp_path, folder, leave


@pytest.mark.skipif(sys.platform != "linux", reason="sets the folders of Linux")
def test_what_earlier_versions_left_is_removed_once(left_behind):
    root, folder, leave = left_behind
    runtime._remove_old_telemetry()
    assert not (root / "cache" / "Microsoft").exists()
    assert not (root / ".ses").exists()
    # another program wants its own
    leave()
    runtime._remove_old_telemetry()
    assert (folder / "deviceid").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="sets the folders of Linux")
def test_what_else_lies_there_is_kept(left_behind):
    _, folder, _ = left_behind
    (folder / "something").write_bytes(b"of another program")
    (folder.parent / "other").mkdir()
    runtime._remove_old_telemetry()
    assert sorted(p.name for p in folder.iterdir()) == ["something"]
    assert (folder.parent / "other").is_dir()


def test_the_variable_is_set_where_the_package_is_imported():
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
    runtime.onnx_runtime()
