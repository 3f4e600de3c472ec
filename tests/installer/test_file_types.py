"""Double clicks: the same files on every platform, said in each platform's own way."""

import configparser
import plistlib
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from installer import icons, linux_packages, windows_package
from installer.file_types import (
    DEFINED_ELSEWHERE,
    FILE_TYPES,
    MIME_NAMESPACE,
    mac_document_types,
    mime_package,
    nsis_associations,
    reader_suffixes,
)
from saed_desktop.workspace.file_kinds import NETWORK_SUFFIX, PHASE_SUFFIX, PROJECT_SUFFIX


def test_every_file_that_can_be_opened_has_its_type_once():
    suffixes = [suffix for kind in FILE_TYPES for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert set(suffixes) == reader_suffixes() | {NETWORK_SUFFIX, PHASE_SUFFIX, PROJECT_SUFFIX}
    assert len({kind.name for kind in FILE_TYPES}) == len(FILE_TYPES)


def test_common_images_are_offered_and_not_taken_over():
    ours = {suffix for kind in FILE_TYPES if kind.ours for suffix in kind.suffixes}
    assert {".dm3", ".dm4", ".emd", ".mrc", ".ser", ".saedproj"} <= ours
    assert not ours & {".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp", ".cif"}


def test_mime_package_is_well_formed_and_defines_what_the_desktop_entry_names():
    root = ET.fromstring(mime_package())
    defined = {entry.get("type") for entry in root}
    assert root.tag == f"{{{MIME_NAMESPACE}}}mime-info"
    assert "image/x-dm4" in defined
    assert "image/png" not in defined
    known = defined | set(DEFINED_ELSEWHERE)
    assert {kind.mime for kind in FILE_TYPES} == known


def test_the_desktop_finds_our_types_by_name_and_by_content(tmp_path):
    tool = shutil.which("update-mime-database")
    if tool is None:
        pytest.skip("shared-mime-info is not installed")
    packages = tmp_path / "mime" / "packages"
    packages.mkdir(parents=True)
    (packages / "saed-desktop.xml").write_text(mime_package(), encoding="utf-8")
    done = subprocess.run(
        [tool, str(tmp_path / "mime")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "rror" not in done.stderr
    globs = (tmp_path / "mime" / "globs2").read_text()
    assert "60:image/x-mrc:*.mrc\n" in globs
    assert b"\x00\x00\x00\x03" in (tmp_path / "mime" / "magic").read_bytes()


def test_desktop_entry_is_valid(tmp_path):
    text = linux_packages.desktop_entry("saed-desktop")
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    entry = parser["Desktop Entry"]
    assert entry["Exec"] == "saed-desktop %F"
    assert entry["Icon"] == entry["StartupWMClass"] == "saed-desktop"
    assert set(entry["MimeType"].strip(";").split(";")) == {kind.mime for kind in FILE_TYPES}
    tool = shutil.which("desktop-file-validate")
    if tool is None:
        pytest.skip("desktop-file-utils is not installed")
    file = tmp_path / "saed-desktop.desktop"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([tool, str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_icons_are_rendered_for_every_platform(tmp_path):
    from PIL import Image

    files = icons.render(tmp_path)
    for size, file in files.items():
        with Image.open(file) as image:
            assert image.size == (size, size)
            # a drawing with its corners cut, not an empty square
            assert image.getpixel((0, 0))[3] == 0
            assert image.getpixel((size // 2, size // 2))[3] == 255
    with Image.open(tmp_path / "saed-desktop.ico") as image:
        assert {(16, 16), (32, 32), (256, 256)} <= image.info["sizes"]
    assert (tmp_path / "saed-desktop.icns").read_bytes()[:4] == b"icns"


def test_mac_document_types_are_a_property_list():
    types = plistlib.loads(plistlib.dumps({"types": mac_document_types()}))["types"]
    ranks = {t["CFBundleTypeExtensions"][0]: t["LSHandlerRank"] for t in types}
    assert (ranks["dm3"], ranks["png"]) == ("Default", "Alternate")


def test_windows_installer_claims_and_gives_back_the_same():
    text = nsis_associations()
    claimed = text.count("ClaimSuffix") + text.count("OfferSuffix")
    assert claimed == text.count("ReleaseSuffix") == sum(len(k.suffixes) for k in FILE_TYPES)
    assert '!insertmacro ClaimSuffix ".dm4" "SAEDDesktop.DM4.1"' in text
    assert '!insertmacro OfferSuffix ".png" "SAEDDesktop.PNG.1"' in text


def test_windows_installer_compiles_and_needs_no_administrator(tmp_path):
    if shutil.which("makensis") is None:
        pytest.skip("makensis is not installed")
    program = tmp_path / "saed-desktop"
    (program / "_internal").mkdir(parents=True)
    for name in ("saed-desktop.exe", "saed-index.exe", "_internal/python.dll"):
        (program / name).write_bytes(b"MZ")
    icons.render(tmp_path / "icons")
    target = tmp_path / "saed-desktop-setup.exe"
    command = windows_package.command(program, tmp_path / "icons", tmp_path / "work", target)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    content = target.read_bytes()
    assert content.startswith(b"MZ")
    assert b'requestedExecutionLevel level="asInvoker"' in content
