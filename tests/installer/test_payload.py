"""What goes into the frozen program: every reader and resource, and nothing that is not used."""

import importlib
import re
from pathlib import Path

import pytest

from installer import payload
from saed_desktop.pattern.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]


def test_every_codec_is_there():
    for name in payload.CODECS:
        assert importlib.import_module(f"imagecodecs.{name}")


def test_every_reader_is_taken_along():
    modules = payload.reader_modules()
    assert {fmt.reader for fmt in FORMATS if fmt.reader} <= set(modules)
    # imported by name at their first use, so that no analysis finds them
    assert "rsciio.digitalmicrograph._api" in modules
    assert "rsciio.utils._distributed" in modules
    assert not [name for name in modules if "tests" in name.split(".")]


def test_every_folder_of_resources_that_the_program_names_is_taken_along():
    named = set()
    for path in (ROOT / "saed_desktop").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'resources_dir\(\) / "([\w-]+)"', text))
    assert {"phases", "icons", "networks", "patterns"} <= named
    assert named <= set(payload.RESOURCE_FOLDERS)


def test_resources_lie_where_the_program_looks_for_them():
    data = dict(payload.resource_data())
    assert data[str(ROOT / "resources" / "phases")] == "resources/phases"
    assert all(Path(source).is_dir() for source in data)


def test_the_licence_of_every_shipped_library_is_taken_along():
    folders = {folder.removeprefix("licences/").lower() for _, folder in payload.licence_data()}
    wanted = {"numpy", "gemmi", "rosettasciio", "pyqtgraph", "pillow", "onnxruntime"}
    assert wanted | {"msgspec", "jinja2"} <= folders


@pytest.mark.parametrize(
    "kept",
    [
        "PySide6/QtCore.abi3.so",
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/plugins/styles/qmodernwindowsstyle.dll",
        "PySide6/Qt/lib/QtGui.framework/Versions/A/QtGui",
        "PySide6/Qt6Widgets.dll",
        "PySide6/Qt/lib/libicudata.so.73",
        "libQt6Gui.so.6",
        "libxcb-cursor.so.0",
        "cv2/cv2.abi3.so",
        "opencv_python_headless.libs/libavcodec-c4204469.so.62",
        "pillow.libs/libfreetype-57f805ba.so.6.20.6",
        "onnxruntime/capi/onnxruntime.dll",
    ],
)
def test_what_is_needed_is_kept(kept):
    assert payload.is_wanted(kept)
    assert payload.is_wanted(kept.replace("/", "\\"))


@pytest.mark.parametrize(
    "dropped",
    [
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt/lib/QtQuick.framework/Versions/A/QtQuick",
        "PySide6/Qt6Pdf.dll",
        "PySide6/opengl32sw.dll",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/plugins/networkinformation/qnetworklistmanager.dll",
        "PySide6/Qt/translations/qt_de.qm",
        "libgtk-3.so.0",
        "libfontconfig.so.1",
        "libssl.so.3",
        "cv2/opencv_videoio_ffmpeg500_64.dll",
    ],
)
def test_what_no_window_uses_stays_out(dropped):
    assert not payload.is_wanted(dropped)


def test_nothing_that_the_program_imports_is_excluded():
    imported = set()
    for path in (ROOT / "saed_desktop").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        imported |= set(re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE))
    excluded = set(payload.EXCLUDED_MODULES)
    assert not [
        name
        for name in imported
        if any(".".join(name.split(".")[: n + 1]) in excluded for n in range(name.count(".") + 1))
    ]


def test_the_specification_is_python_and_names_its_scripts():
    text = (ROOT / "installer" / "saed-desktop.spec").read_text(encoding="utf-8")
    compile(text, "saed-desktop.spec", "exec")
    for script in re.findall(r'"(entry_\w+\.py)"', text):
        assert (ROOT / "installer" / script).is_file()
