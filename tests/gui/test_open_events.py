"""What macOS sends instead of arguments."""

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QFileOpenEvent

from saed_desktop.gui.open_events import OpenEvents


def test_a_file_that_the_system_asks_for_is_told(qapp, tmp_path):
    owner = QObject()
    opened = []
    OpenEvents(qapp, owner).opened.connect(opened.extend)
    file = tmp_path / "a.dm3"
    assert QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(file)))
    assert opened == [file]
    owner.deleteLater()
