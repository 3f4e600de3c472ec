"""One window per user: a second start hands its files to the first, here."""

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from saed_desktop.gui.handover import ACCEPTED, parse_message, server_address

_LONGEST_MESSAGE = 1_000_000


class InstanceServer(QObject):
    """Listens for files that a second start hands over."""

    files_received = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)

    def listen(self) -> bool:
        """Start to listen; returns whether that worked."""
        address = server_address()
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
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda s=socket: self._read(s))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _LONGEST_MESSAGE:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        files = parse_message(bytes(socket.readLine().data()))
        if files is None:
            socket.abort()
            return
        socket.write(ACCEPTED)
        socket.flush()
        socket.disconnectFromServer()
        self.files_received.emit(files)
