"""Small screens and large fonts: nothing is clipped, nothing lies over anything else.

Each size is a program of its own: the scale of the screen is fixed when it starts.
"""

import json
import os
import subprocess
import sys

import pytest

from saed_desktop import translation
from saed_desktop.gui import languages

CASES = [
    # width and height in logical pixels, scale
    (1280, 720, "1"),
    (1093, 614, "1.25"),
    (1024, 600, "1.5"),
    (960, 540, "2"),
]

CODE = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QLineEdit, QScrollArea, QTableView,
    QToolBar, QWidget,
)
from saed_desktop.gui.app import application
from saed_desktop.gui.assembly import Desktop
from saed_desktop.gui.settings import SettingsStore

files, width, height = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
app = application()
settings = SettingsStore()
settings.change(network="none", has_started_before=True)
desktop = Desktop(settings)
window = desktop.window
window.resize(width, height)
window.show()
desktop.start([Path(name) for name in files])
end = time.monotonic() + 60
def answered():
    current = desktop.open_patterns.current
    return current is not None and bool(current.answered or current.message)
while time.monotonic() < end and not answered():
    app.processEvents()
    time.sleep(0.005)
KINDS = (QAbstractButton, QLabel, QLineEdit, QComboBox, QTableView)
faults = []

def on_window(widget):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())

def scrolls(widget):
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QScrollArea):
            return parent
        parent = parent.parentWidget()
    return None

def look(page):
    for _ in range(6):
        app.processEvents()
    if (window.width(), window.height()) != (width, height):
        faults.append([page, "window", window.width(), window.height()])
    whole = QRect(0, 0, width, height)
    shown = [
        w for w in window.findChildren(QWidget)
        if isinstance(w, KINDS) and w.isVisible() and not w.visibleRegion().isEmpty()
        and not (isinstance(w.parentWidget(), (QToolBar, QAbstractScrollArea, QComboBox, QLineEdit))
                 and not isinstance(w.parentWidget(), QScrollArea))
    ]
    for widget in shown:
        name = f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}"
        place = on_window(widget)
        area = scrolls(widget)
        if area is None and not whole.contains(place):
            faults.append([page, name, "off the window", place.getRect()])
        if isinstance(widget, QAbstractButton) and widget.text() and area is None:
            need = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
            if widget.width() < need:
                faults.append([page, name, "cut off", widget.width(), need])
        if isinstance(widget, QLabel) and widget.wordWrap() and widget.text():
            need = widget.heightForWidth(widget.width())
            if widget.height() + 1 < need:
                faults.append([page, name, "too low", widget.height(), need])
    for i, one in enumerate(shown):
        for other in shown[i + 1:]:
            if one.isAncestorOf(other) or other.isAncestorOf(one):
                continue
            if scrolls(one) is not scrolls(other):
                continue
            both = on_window(one).intersected(on_window(other))
            if both.width() > 1 and both.height() > 1:
                faults.append([page, type(one).__name__, type(other).__name__, both.getRect()])

for tab in range(window.tabs.count()):
    window.tabs.setCurrentIndex(tab)
    look(window.tabs.tabText(tab))
window.show_folder_page()
look("Folder")
accept = window.answer_panel.accept_button
window.show_pattern_page()
window.tabs.setCurrentIndex(0)
look("Answer")
if accept.visibleRegion().boundingRect().size() != accept.size():
    faults.append(["Answer", "Accept is not there to be clicked"])
bar = window.toolbar
more = bar.findChild(QAbstractButton, "qt_toolbar_ext_button")
if bar.sizeHint().width() > bar.width() and not (more.isVisible() and not more.icon().isNull()):
    faults.append(["toolbar", "tools without a sign for more"])
print(json.dumps(faults))
desktop.close()
"""


@pytest.mark.parametrize(("width", "height", "scale"), CASES)
def test_everything_can_be_reached(width, height, scale, tmp_path, pattern_files):
    names = [str(pattern_files[n]) for n in ("delta-no-scale", "puo2", "rings")]
    environment = {
        **os.environ,
        "QT_SCALE_FACTOR": scale,
        "SAED_DESKTOP_HOME": str(tmp_path / "scaled"),
    }
    command = [sys.executable, "-c", CODE, json.dumps(names), str(width), str(height)]
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == []


def test_why_a_file_cannot_be_answered_is_read_without_scrolling(
    make_desktop, answered, pattern_files, qtbot, monkeypatch
):
    # German says it at greater length
    german = languages.read_catalogue(languages.language_files()["de"])
    monkeypatch.setattr(translation, "_catalogue", german)
    desktop = make_desktop(pattern_files["broken"])
    window = desktop.window
    window.resize(1093, 614)
    answered(desktop)
    for tab in range(window.tabs.count()):
        window.tabs.setCurrentIndex(tab)
        qtbot.wait(50)
        card = window.verdict_card
        assert card.visibleRegion().boundingRect().height() == card.height(), tab
        assert card.height() >= card.heightForWidth(card.width()), tab
