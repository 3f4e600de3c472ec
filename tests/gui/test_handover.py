import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from saed_desktop.gui import handover
from saed_desktop.gui.single_instance import InstanceServer

posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets in folders")


@pytest.fixture
def private(monkeypatch):
    """No runtime folder, and temporary folders of the test's own."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with tempfile.TemporaryDirectory(dir="/tmp") as short:  # sockets' paths are limited
        monkeypatch.setenv("TMPDIR", short)
        monkeypatch.setattr("tempfile.tempdir", None)
        yield Path(short) / f"saed-desktop-{os.getuid()}"


@posix
def test_the_socket_lies_in_a_folder_of_the_users_own(private):
    address = Path(handover.server_address())
    assert address.parent == private
    assert private.stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("trap", ["open", "link", "file"])
def test_a_folder_that_others_can_write_is_not_used(private, tmp_path, monkeypatch, trap):
    monkeypatch.setattr(handover, "_own_folders", lambda: [str(private)])
    if trap == "open":
        private.mkdir()
        private.chmod(0o777)
    elif trap == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        private.symlink_to(tmp_path / "elsewhere")
    else:
        private.write_text("")
    assert handover.server_address() is None
    assert not handover.hand_over(["a.dm3"])
    server = InstanceServer()
    assert not server.listen()


@posix
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="becomes another user")
def test_another_users_process_is_neither_heard_nor_told(private, qtbot):
    server = InstanceServer()
    assert server.listen()
    address = handover.server_address()
    heard = []
    server.files_received.connect(heard.append)
    # everything is opened wide: what is left is the check of who is asking
    for path in (private.parent, private, Path(address)):
        path.chmod(0o777)
    code = (
        "import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX);"
        's.connect(sys.argv[1]); s.sendall(b\'{"open": ["/evil"]}\\n\'); print(s.recv(3))'
    )
    asking = subprocess.Popen(
        [sys.executable, "-c", code, address], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    qtbot.waitUntil(lambda: asking.poll() is not None, timeout=20_000)
    assert b"ok" not in asking.stdout.read()
    asking.stdout.close()
    asking.stderr.close()
    assert heard == []
    server.close()
    # and a stranger's server gets no names
    code = (
        "import os, socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]);"
        "os.chmod(sys.argv[1], 0o777); os.setuid(65534); s.listen(); print('up', flush=True);"
        "c, _ = s.accept(); print(c.recv(100))"
    )
    Path(address).unlink(missing_ok=True)
    stranger = subprocess.Popen([sys.executable, "-c", code, address], stdout=subprocess.PIPE)
    stranger.stdout.readline()
    private.chmod(0o700)
    assert handover.server_address() == address
    assert not handover.hand_over(["secret.dm3"])
    assert stranger.communicate(timeout=20)[0] == b"b''\n"


@posix
def test_files_are_handed_over_and_nothing_else_is_taken(private, qtbot):
    server = InstanceServer()
    assert server.listen()
    heard = []
    server.files_received.connect(heard.append)
    for message in (
        b"GET / HTTP/1.1\r\n",
        b"[" * 100_000 + b"\n",
        json.dumps({"open": "a"}).encode() + b"\n",
        json.dumps({"open": [5]}).encode() + b"\n",
        json.dumps({"open": ["a\0b"]}).encode() + b"\n",
        json.dumps({"open": ["x" * 9000]}).encode() + b"\n",
        json.dumps({"open": ["x"] * 20_000}).encode() + b"\n",
        b"x" * 1_100_000,
    ):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(handover.server_address())
            client.setblocking(False)
            sent = 0
            for _ in range(300):
                qtbot.wait(2)
                try:
                    sent += client.send(message[sent : sent + 60_000]) if sent < len(message) else 0
                    if client.recv(10) == b"":
                        break
                except BlockingIOError:
                    continue
                except OSError:
                    break
            else:
                pytest.fail(f"{message[:30]!r} was not refused")
    assert heard == []
    code = "import sys; from saed_desktop.gui.handover import hand_over; sys.exit(not hand_over(['a']))"
    second = subprocess.Popen([sys.executable, "-c", code], cwd=private)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    assert heard == [[str(private / "a")]]
    server.close()


def test_the_name_of_a_pipe_is_drawn_and_only_the_user_can_read_it(home):
    assert handover.pipe_address() is None
    first, second = handover.pipe_address(is_new=True), handover.pipe_address(is_new=True)
    assert first != second
    assert handover.pipe_address() == second
    file = home / "data" / "window-pipe"
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("..\\evil", encoding="ascii")
    assert handover.pipe_address() is None
    file.write_bytes(b"\xff\xfe")
    assert handover.pipe_address() is None
