"""The tarball's scripts, run in a home of their own: install, upgrade, uninstall, nothing left."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from installer import icons, linux_packages

PROGRAMS = ("saed-desktop", "saed-index")


@pytest.fixture
def unpacked(tmp_path):
    """What the tarball holds, with a program that only says its version."""
    folder = tmp_path / "unpacked"
    (folder / "program").mkdir(parents=True)
    for name in PROGRAMS:
        script = folder / "program" / name
        script.write_text("#!/bin/sh\necho 1.0\n")
        script.chmod(0o755)
    linux_packages.write_share(folder / "share", icons.render(tmp_path / "icons"))
    entry = linux_packages.desktop_entry("@PROGRAM@")
    (folder / "share" / "saed-desktop.desktop.in").write_text(entry)
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy(linux_packages.HERE / script, folder)
    return folder


@pytest.fixture
def run(tmp_path):
    user = tmp_path / "user"
    user.mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}

    def run(*command):
        return subprocess.run(
            [str(part) for part in command],
            env={**environment, "HOME": str(user)},
            capture_output=True,
            text=True,
            check=False,
        )

    run.home = user
    return run


def files_of(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()}


def test_install_upgrade_and_uninstall(unpacked, run):
    settings = run.home / ".config" / "saed-desktop" / "window.json"
    settings.parent.mkdir(parents=True)
    settings.write_text("{}")
    before = files_of(run.home)

    assert run(unpacked / "install.sh").returncode == 0
    command = run.home / ".local" / "bin" / "saed-desktop"
    assert run(command).stdout == "1.0\n"
    entry = run.home / ".local" / "share" / "applications" / "saed-desktop.desktop"
    target = run.home / ".local" / "opt" / "saed-desktop"
    assert f"Exec={target}/saed-desktop %F" in entry.read_text()
    assert (target.parent.parent / "share/icons/hicolor/64x64/apps/saed-desktop.png").is_file()

    (target / "left over from the old version").touch()
    (unpacked / "program" / "saed-desktop").write_text("#!/bin/sh\necho 2.0\n")
    assert run(unpacked / "install.sh").returncode == 0
    assert run(command).stdout == "2.0\n"
    assert not (target / "left over from the old version").exists()
    assert settings.read_text() == "{}"

    assert run(target / "uninstall.sh").returncode == 0
    left = {name for name in files_of(run.home) - before if "cache" not in name}
    # what the desktop's own tools wrote about other programs' types is theirs
    assert not [name for name in left if "saed" in name or "opt" in name]
    assert settings.exists()


def test_neither_script_touches_a_folder_that_is_not_ours(unpacked, run):
    other = run.home / "precious"
    other.mkdir()
    (other / "data").write_text("kept")
    assert run(unpacked / "install.sh", other).returncode == 1
    shutil.copy(unpacked / "uninstall.sh", other)
    assert run(other / "uninstall.sh").returncode == 1
    assert (other / "data").read_text() == "kept"
