"""The installer for Windows: NSIS, for one user, without an administrator."""

import shutil
import subprocess
from pathlib import Path

from installer.file_types import nsis_associations
from installer.payload import ROOT
from saed_desktop import __version__

SCRIPT = ROOT / "installer" / "windows" / "saed-desktop.nsi"


def command(program: Path, icons: Path, work: Path, target: Path) -> list[str]:
    """Write what the script includes and return the command that compiles it.

    Parameters
    ----------
    program
        The frozen folder.
    icons
        Where the icon lies.
    work
        Takes the list of file associations.
    target
        The installer to be made.
    """
    work.mkdir(parents=True, exist_ok=True)
    associations = work / "associations.nsh"
    associations.write_text(nsis_associations(), encoding="utf-8")
    compiler = shutil.which("makensis") or r"C:\Program Files (x86)\NSIS\makensis.exe"
    size_kb = sum(p.stat().st_size for p in program.rglob("*") if p.is_file()) // 1024
    defines = {
        "VERSION": __version__,
        "PROGRAM": program,
        "ICON": icons / "saed-desktop.ico",
        "ASSOCIATIONS": associations,
        "LICENCE": ROOT / "LICENSE",
        "SIZE_KB": size_kb,
        "OUTPUT": target,
    }
    return [
        compiler, "-V2", "-WX", "-INPUTCHARSET", "UTF8",
        *(f"-D{name}={value}" for name, value in defines.items()), str(SCRIPT),
    ]  # fmt: skip


def make(program: Path, icons: Path, target: Path) -> Path:
    """Compile the installer; returns the file."""
    subprocess.run(command(program, icons, ROOT / "build" / "windows", target), check=True)
    return target
