"""Hands files to the window that is already open, before anything heavy is imported.

Only the standard library's light modules: a second double click must show its pattern in the
running window at once. Nobody but the same user may hear of the files, or open any: the socket
lies in a folder that is the user's alone, and each side asks the system who the other one is.
"""

import contextlib
import hashlib
import json
import os
import secrets
import socket
import stat
import struct
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ACCEPTED = b"ok\n"
LONGEST_MESSAGE = 1_000_000
MOST_FILES = 10_000
LONGEST_PATH = 8_000

_TIMEOUT_S = 2.0
_LONGEST_ADDRESS = 100
"""Bytes; the systems' own limits on a socket's path are 104 and 108."""

_PIPES = "\\\\.\\pipe\\"


def server_address() -> str | None:
    """Return where this user's window listens, or would; None where there is no private place."""
    if sys.platform == "win32":
        return pipe_address()
    name = f"saed-desktop-{_home_mark()}"
    for folder in _private_folders():
        address = f"{folder}/{name}"
        if len(os.fsencode(address)) <= _LONGEST_ADDRESS:
            return address
    return None


def hand_over(paths: Sequence[str]) -> bool:
    """Give files to the running window; returns whether there is one that took them."""
    message = json.dumps({"open": [str(Path(p).absolute()) for p in paths]}).encode() + b"\n"
    address = server_address()
    if address is None or len(message) > LONGEST_MESSAGE:
        return False
    try:
        if sys.platform == "win32":
            return _through_pipe(address, message)
        return _through_socket(address, message)
    except OSError:
        return False


def parse_message(data: bytes) -> list[str] | None:
    """Return the files of a message, None where it is no message of ours."""
    if len(data) > LONGEST_MESSAGE:
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    files = value.get("open") if isinstance(value, dict) else None
    if not isinstance(files, list) or len(files) > MOST_FILES:
        return None
    usable = (isinstance(f, str) and 0 < len(f) <= LONGEST_PATH and "\0" not in f for f in files)
    return files if all(usable) else None


def is_same_user(peer: socket.socket) -> bool:
    """Tell whether the process at the other end of a socket runs as the same user."""
    try:
        return _peer_user(peer) == os.getuid()
    except OSError:
        return False


def _peer_user(peer: socket.socket) -> int | None:
    if sys.platform == "linux":
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", credentials)[1])
    # macOS and the BSDs: struct xucred begins with its version and the user
    local_peer_credentials, size = 0x001, 76
    return int(struct.unpack_from("2I", peer.getsockopt(0, local_peer_credentials, size))[1])


# ---- sockets -----------------------------------------------------------------------------------


def _private_folders() -> list[str]:
    """Return folders in which nobody but the user can put a socket, the best one first."""
    candidates = [os.environ.get("XDG_RUNTIME_DIR"), *_own_folders()]
    return [folder for folder in candidates if folder and _is_private(folder)]


def _own_folders() -> list[str]:
    """Make a folder of the user's own among the temporary ones, which all users share."""
    made = []
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp")):
        folder = f"{parent}/saed-desktop-{os.getuid()}"
        with contextlib.suppress(OSError):  # it is there, or cannot be made
            Path(folder).mkdir(mode=0o700)
        made.append(folder)
    return made


def _is_private(folder: str) -> bool:
    """Whether a folder is a true one, belongs to the user, and is closed to all others."""
    try:
        found = Path(folder).lstat()
    except OSError:
        return False
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    # others must not write; that they may look is harmless, for the peers are checked
    return is_own and not found.st_mode & 0o022 and os.access(folder, os.W_OK)


def _home_mark() -> str:
    # the same user with another home for the program runs another program
    home = os.environ.get("SAED_DESKTOP_HOME", "")
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


def _through_socket(address: str, message: bytes) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_TIMEOUT_S)
        client.connect(address)
        if not is_same_user(client):
            return False
        client.sendall(message)
        return client.recv(len(ACCEPTED)) == ACCEPTED


# ---- pipes of Windows --------------------------------------------------------------------------


def pipe_address(*, is_new: bool = False) -> str | None:
    """Return the name of the window's pipe, which only the user can know.

    All users share one space of names, and whoever is first has a name. The name is therefore
    drawn, and written where the user alone can read it.

    Parameters
    ----------
    is_new
        Whether to draw another name: for the window that is going to listen.
    """
    # the user's folders are needed on this system only
    from saed_desktop.paths import data_dir

    file = data_dir() / "window-pipe"
    try:
        if is_new:
            file.parent.mkdir(parents=True, exist_ok=True)
            name = f"saed-desktop-{secrets.token_hex(16)}"
            file.unlink(missing_ok=True)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(name)
            return _PIPES + name
        name = file.read_text(encoding="ascii")[:100]
    except (OSError, ValueError):
        return None
    return _PIPES + name if name.replace("-", "").isalnum() else None


def _through_pipe(address: str, message: bytes) -> bool:
    with Path(address).open("r+b", buffering=0) as pipe:
        pipe.write(message)
        return pipe.read(len(ACCEPTED)) == ACCEPTED
