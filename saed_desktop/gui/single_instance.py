"""One window per user: a second start hands its files to the first, here."""

import logging
import os
import socket
import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from saed_desktop.gui.handover import (
    ACCEPTED,
    LONGEST_MESSAGE,
    is_same_user,
    parse_message,
    pipe_address,
    server_address,
)

_PATIENCE_MS = 3000
"""A second start says at once what it has to say."""


class InstanceServer(QObject):
    """Listens for files that a second start of the same user hands over."""

    files_received = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(8)
        self._server.newConnection.connect(self._connected)

    def listen(self) -> bool:
        """Start to listen; returns whether that worked."""
        is_windows = sys.platform == "win32"
        address = pipe_address(is_new=True) if is_windows else server_address()
        if address is None:
            logging.getLogger(__name__).warning("no private place: every start opens a window")
            return False
        if self._server.listen(address):
            return True
        # a socket that a killed program left behind: it did not answer a moment ago
        QLocalServer.removeServer(address)
        if self._server.listen(address):
            return True
        logging.getLogger(__name__).warning(
            "no second start can reach this window: %s", self._server.errorString()
        )
        return False

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _connected(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            if not _is_of_this_user(connection):
                connection.abort()
                continue
            connection.setReadBufferSize(LONGEST_MESSAGE + 1)
            connection.readyRead.connect(lambda c=connection: self._read(c))
            patience = QTimer(connection)
            patience.setSingleShot(True)
            patience.timeout.connect(lambda c=connection: c.abort())
            patience.start(_PATIENCE_MS)
            if connection.bytesAvailable():
                self._read(connection)

    def _read(self, connection: QLocalSocket) -> None:
        if not connection.canReadLine():
            if connection.bytesAvailable() > LONGEST_MESSAGE:
                connection.abort()
            return
        files = parse_message(bytes(connection.readLine().data()))
        if files is None:
            connection.abort()
            return
        connection.write(ACCEPTED)
        connection.flush()
        connection.disconnectFromServer()
        self.files_received.emit(files)


def _is_of_this_user(connection: QLocalSocket) -> bool:
    """Tell whether a second start is the same user's; on Windows the pipe's own rights say so."""
    if sys.platform == "win32":
        return True
    descriptor = int(connection.socketDescriptor())
    if descriptor < 0:
        return False
    with socket.socket(fileno=os.dup(descriptor)) as peer:
        return is_same_user(peer)
