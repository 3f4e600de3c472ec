"""Packages for Linux: a tarball that any user can install, and a Debian package."""

import shutil
import subprocess
from pathlib import Path

from installer import elf
from installer.file_types import desktop_mime_types, mime_package
from installer.icons import SOURCE
from installer.payload import ROOT

HERE = ROOT / "installer" / "linux"
NAME = "saed-desktop"
DEBIAN_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

_CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: The SAED Desktop developers <saed-desktop@localhost>
Installed-Size: {size}
Section: science
Priority: optional
Depends: {depends}
Recommends: shared-mime-info, desktop-file-utils, hicolor-icon-theme
Description: names the crystal phase of electron diffraction patterns
 A neural network and the indexing of its spots answer side by side:
 phase, zone axis, the index of every spot, and why. Reads DM3, DM4, EMD,
 TIA, MRC, TVIPS, BLO, MIB, HSPY, TIFF, PNG, JPEG and BMP. Works without
 a network connection.
"""


def desktop_entry(program: str) -> str:
    """Return the desktop entry that starts the program at a path."""
    text = (HERE / f"{NAME}.desktop").read_text(encoding="utf-8")
    return text.replace("@MIME_TYPES@", desktop_mime_types()).replace("@PROGRAM@", program)


def write_share(share: Path, icons: dict[int, Path]) -> None:
    """Write icons and MIME types as they lie below `share`."""
    for size, icon in icons.items():
        _copy(icon, share / f"icons/hicolor/{size}x{size}/apps/{NAME}.png")
    _copy(SOURCE, share / f"icons/hicolor/scalable/apps/{NAME}.svg")
    package = share / f"mime/packages/{NAME}.xml"
    package.parent.mkdir(parents=True, exist_ok=True)
    package.write_text(mime_package(), encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)


def make_tarball(program: Path, icons: dict[int, Path], work: Path, target: Path, xz: str) -> Path:
    """Pack the frozen program with its installing script; returns the file."""
    folder = work / "tarball" / target.name.removesuffix(".tar.xz")
    shutil.rmtree(folder.parent, ignore_errors=True)
    folder.mkdir(parents=True)
    # hard links: a second copy of the program would only cost time
    subprocess.run(["cp", "-al", str(program), str(folder / "program")], check=True)
    write_share(folder / "share", icons)
    entry = desktop_entry("@PROGRAM@")
    (folder / "share" / f"{NAME}.desktop.in").write_text(entry, encoding="utf-8")
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy(HERE / script, folder / script)
    subprocess.run(
        ["tar", "--owner=0", "--group=0", "--numeric-owner", "-C", str(folder.parent),
         "-I", f"xz {xz} -T0", "-cf", str(target), folder.name],
        check=True,
    )  # fmt: skip
    return target


def make_deb(
    program: Path, icons: dict[int, Path], work: Path, target: Path, *, version: str, machine: str,
    level: str,
) -> Path:  # fmt: skip
    """Make the Debian package; returns the file."""
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    inside = tree / "usr" / "lib" / NAME
    inside.parent.mkdir(parents=True)
    subprocess.run(["cp", "-al", str(program), str(inside)], check=True)
    files = elf.read_elf_files(program)
    (tree / "usr" / "bin").mkdir()
    for name in (NAME, "saed-index"):
        (tree / "usr" / "bin" / name).symlink_to(f"../lib/{NAME}/{name}")
    write_share(tree / "usr" / "share", icons)
    entry = tree / "usr" / "share" / "applications" / f"{NAME}.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text(desktop_entry(NAME), encoding="utf-8")
    _copy(ROOT / "LICENSE", tree / "usr" / "share" / "doc" / NAME / "copyright")
    depends = elf.debian_packages(
        elf.outside_libraries(files, program), max(file.glibc for file in files)
    )
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    size = sum(p.lstat().st_size for p in tree.rglob("*") if not p.is_dir())
    control.write_text(
        _CONTROL.format(
            name=NAME, version=version, architecture=DEBIAN_ARCHITECTURES[machine],
            size=size // 1024, depends=", ".join(depends),
        ),
        encoding="utf-8",
    )  # fmt: skip
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}", "--build", str(tree), str(target)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return target
