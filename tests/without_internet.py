"""Run a command that dies with SIGSYS as soon as it, or what it starts, opens an internet socket.

``python tests/without_internet.py COMMAND …``: a seccomp filter (Linux, no privileges needed) sees
every system call of every thread, whichever library makes it; a resolver that is asked for a name
opens such a socket as well.
"""

import ctypes
import os
import platform
import resource
import signal
import socket
import struct
import sys

DIED_OF_IT = -signal.SIGSYS
"""Return code of a process that tried to open an internet socket."""

_ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}  # and socket()'s number
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2


def is_possible() -> bool:
    """Whether this system can run commands so."""
    return sys.platform == "linux" and platform.machine() in _ARCHITECTURES


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def forbid_internet_sockets() -> None:
    """Install the filter in this process, for good, and for all its children."""
    architecture, socket_number = _ARCHITECTURES[platform.machine()]
    rules = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_EQUALS, 0, 5, architecture),
        (_LOAD, 0, 0, 0),  # the number of the system call
        (_EQUALS, 0, 3, socket_number),
        (_LOAD, 0, 0, 16),  # its first argument: the family
        (_EQUALS, 2, 0, socket.AF_INET),
        (_EQUALS, 1, 0, socket.AF_INET6),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL_PROCESS),
    ]
    code = b"".join(struct.pack("<HBBI", *rule) for rule in rules)
    program = _Program(len(rules), code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "seccomp filters are not allowed here")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbid_internet_sockets()
    os.execvp(sys.argv[1], sys.argv[1:])
