"""Freezes the program and makes this platform's installers: `python installer/build.py`.

It needs an environment with the program's own dependencies and PyInstaller, nothing more (see
installer/README.md); what it makes lies in `dist/`.
"""

import argparse
import compileall
import os
import platform
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from installer import elf, icons, linux_packages, windows_package  # noqa: E402
from installer.payload import STRIPPED_FILES  # noqa: E402
from saed_desktop import __version__  # noqa: E402

BUILD, DIST = ROOT / "build", ROOT / "dist"
LIMIT_BYTES = 150_000_000


def main() -> int:
    """Build, test what was built and return the exit status."""
    options = _parser().parse_args()
    DIST.mkdir(exist_ok=True)
    drawn = icons.render(BUILD / "icons")
    program = BUILD / "frozen" / "saed-desktop"
    if not options.packages_only:
        freeze()
    status = 0 if options.no_self_test else self_test(program)
    if status == 0 or options.unfinished:
        made = [] if options.freeze_only else make_packages(program, drawn, fast=options.fast)
        status = max(status, report(program, made))
    return 0 if options.unfinished else status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Freezes SAED Desktop and makes installers.")
    parser.add_argument("--freeze-only", action="store_true", help="make no installer")
    parser.add_argument("--packages-only", action="store_true", help="take what is frozen already")
    parser.add_argument("--no-self-test", action="store_true", help="do not run what was frozen")
    parser.add_argument(
        "--unfinished", action="store_true", help="go on although the self-test fails"
    )
    parser.add_argument("--fast", action="store_true", help="compress little, for a trial")
    return parser


def freeze() -> None:
    """Run PyInstaller, then remove what it collected and nothing needs."""
    environment = {**os.environ, "SAED_ICONS": str(BUILD / "icons")}
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR",
         "--distpath", str(BUILD / "frozen"), "--workpath", str(BUILD / "pyinstaller"),
         str(ROOT / "installer" / "saed-desktop.spec")],
        check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    folder = BUILD / "frozen" / "saed-desktop"
    # OpenCV's modules come as sources, and nobody may write beside an installed program
    compileall.compile_dir(
        folder / "_internal" / "cv2",
        quiet=1,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if sys.platform.startswith("linux"):
        files = elf.read_elf_files(folder)
        for path in elf.orphans(files, folder / "_internal"):
            path.unlink()
        elf.strip_debug([file for file in files if file.path.exists()], STRIPPED_FILES)


def program_of(folder: Path, name: str = "saed-desktop") -> Path:
    """Return the executable of a frozen folder."""
    return folder / (f"{name}.exe" if sys.platform == "win32" else name)


def self_test(folder: Path) -> int:
    """Run the frozen program's test of itself; returns its exit status."""
    written = BUILD / "self-test.txt"
    written.unlink(missing_ok=True)
    done = subprocess.run(
        [str(program_of(folder)), "--self-test", str(written)], cwd=BUILD, check=False
    )
    print(written.read_text(encoding="utf-8") if written.exists() else "the program did not start")
    return done.returncode


def make_packages(program: Path, drawn: dict[int, Path], *, fast: bool) -> list[Path]:
    """Make what this platform's users install; returns the files."""
    machine = platform.machine()
    stem = f"saed-desktop-{__version__}-{sys.platform}-{machine}".lower()
    if sys.platform == "win32":
        return [windows_package.make(program, BUILD / "icons", DIST / f"{stem}-setup.exe")]
    if sys.platform == "darwin":
        return [_make_image(DIST / f"{stem}.dmg")]
    level = "1" if fast else "4"
    deb = DIST / f"saed-desktop_{__version__}_{linux_packages.DEBIAN_ARCHITECTURES[machine]}.deb"
    made = [
        linux_packages.make_tarball(program, drawn, BUILD, DIST / f"{stem}.tar.xz", f"-{level}")
    ]
    if shutil.which("dpkg-deb"):
        made.append(
            linux_packages.make_deb(
                program, drawn, BUILD, deb, version=__version__, machine=machine, level=level
            )
        )
    return made


def _make_image(target: Path) -> Path:
    folder = BUILD / "image"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    bundle = "SAED Desktop.app"
    subprocess.run(["ditto", str(BUILD / "frozen" / bundle), str(folder / bundle)], check=True)
    (folder / "Applications").symlink_to("/Applications")
    target.unlink(missing_ok=True)
    subprocess.run(
        ["hdiutil", "create", "-volname", "SAED Desktop", "-srcfolder", str(folder),
         "-format", "ULMO", str(target)],
        check=True,
    )  # fmt: skip
    return target


def report(program: Path, made: list[Path]) -> int:
    """Print sizes; returns 1 where an installer is larger than it may be."""
    size = sum(p.lstat().st_size for p in program.rglob("*") if p.is_file())
    print(f"{program.relative_to(ROOT)}: {size / 1e6:.0f} MB")
    status = 0
    for path in made:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
        if path.stat().st_size > LIMIT_BYTES:
            print(f"    larger than {LIMIT_BYTES / 1e6:.0f} MB")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
