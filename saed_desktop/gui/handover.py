"""Hands files to the window that is already open, before anything heavy is imported.

Only the standard library's light modules: a second double click must show its pattern in the
running window at once.
"""

import getpass
import hashlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ACCEPTED = b"ok\n"
_TIMEOUT_S = 2.0


def server_address() -> str:
    """Return where the user's running window listens: a socket file, or a pipe on Windows."""
    # the same user with another home for the program runs another program
    home = os.environ.get("SAED_DESKTOP_HOME", "")
    identity = hashlib.sha256(f"{getpass.getuser()}|{home}".encode()).hexdigest()[:16]
    name = f"saed-desktop-{identity}"
    if sys.platform == "win32":
        return rf"\\.\pipe\{name}"
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    # a socket's path is limited to about a hundred bytes
    if len(folder) > 70 or not os.access(folder, os.W_OK):
        folder = "/tmp"
    return f"{folder}/{name}"


def hand_over(paths: Sequence[str]) -> bool:
    """Give files to the running window; returns whether there is one that took them."""
    message = json.dumps({"open": [str(Path(p).absolute()) for p in paths]}).encode() + b"\n"
    address = server_address()
    try:
        if sys.platform == "win32":
            return _through_pipe(address, message)
        return _through_socket(address, message)
    except OSError:
        return False


def _through_socket(address: str, message: bytes) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_TIMEOUT_S)
        client.connect(address)
        client.sendall(message)
        return client.recv(len(ACCEPTED)) == ACCEPTED


def _through_pipe(address: str, message: bytes) -> bool:
    with Path(address).open("r+b", buffering=0) as pipe:
        pipe.write(message)
        return pipe.read(len(ACCEPTED)) == ACCEPTED


def parse_message(data: bytes) -> list[str] | None:
    """Return the files of a message, None where it is no message of ours."""
    try:
        value = json.loads(data)
    except ValueError:
        return None
    files = value.get("open") if isinstance(value, dict) else None
    if not isinstance(files, list) or not all(isinstance(item, str) for item in files):
        return None
    return files
