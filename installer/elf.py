"""Read the system libraries that a frozen program for Linux needs from its ELF files."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOADED_BY_NAME = ("libdbus-1.so.3",)
"""Libraries that are not linked but loaded while the program runs."""

LOADER = re.compile(r"ld-linux|linux-vdso")


@dataclass(frozen=True)
class ElfFile:
    """One program or library.

    Parameters
    ----------
    path
        The file.
    needed
        Names of the libraries that it is linked with.
    glibc
        The newest version of the C library whose symbols it uses.
    """

    path: Path
    needed: frozenset[str]
    glibc: tuple[int, ...]


def read_elf_files(folder: Path) -> list[ElfFile]:
    """Return every program and library below a folder, links left out."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
        text = subprocess.run(
            ["objdump", "-p", str(path)], capture_output=True, text=True, check=True
        ).stdout
        needed = frozenset(re.findall(r"^\s+NEEDED\s+(\S+)", text, re.MULTILINE))
        versions = [
            tuple(map(int, version.split(".")))
            for version in re.findall(r"\bGLIBC_([0-9.]+)", text)
        ]
        found.append(ElfFile(path, needed, max(versions, default=(2, 0))))
    return found


def orphans(files: Iterable[ElfFile], top: Path) -> list[Path]:
    """Return the libraries of the top folder that nothing in the program is linked with."""
    by_name = {file.path.name: file for file in files}
    is_top_library = {
        file.path.name: file.path.parent == top and file.path.name.startswith("lib")
        for file in files
    }
    reached = {
        name
        for name, is_top in is_top_library.items()
        if not is_top or name in LOADED_BY_NAME or name.startswith("libpython")
    }
    open_names = list(reached)
    while open_names:
        for name in by_name[open_names.pop()].needed:
            if name in by_name and name not in reached:
                reached.add(name)
                open_names.append(name)
    return [by_name[name].path for name in sorted(by_name.keys() - reached)]


def outside_libraries(files: Iterable[ElfFile], folder: Path) -> set[str]:
    """Return the names of the libraries that the system must have."""
    inside = {path.name for path in folder.rglob("*")}
    needed = {name for file in files for name in file.needed} | set(LOADED_BY_NAME)
    return {name for name in needed if name not in inside and not LOADER.search(name)}


def strip_debug(files: Iterable[ElfFile], patterns: Iterable[str]) -> None:
    """Remove what only a debugger reads from files of our own interpreter."""
    if shutil.which("strip") is None:
        return
    for file in files:
        if any(file.path.match(pattern) for pattern in patterns):
            subprocess.run(["strip", "--strip-debug", str(file.path)], check=True)


def debian_packages(libraries: Iterable[str], glibc: tuple[int, ...]) -> list[str]:
    """Return what a Debian package depends on for these libraries of the system.

    Raises
    ------
    LookupError
        If no installed package holds a library.
    """
    packages = {f"libc6 (>= {'.'.join(map(str, glibc))})"}
    for library in sorted(libraries):
        done = subprocess.run(
            ["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False
        )
        owners = {
            line.partition(":")[0]
            for line in done.stdout.splitlines()
            if line.endswith(f"/{library}") and not line.startswith("diversion")
        }
        if not owners:
            raise LookupError(f"no package holds {library}")
        packages.add(min(owners, key=lambda name: ("dev" in name or "cross" in name, name)))
    return sorted(package for package in packages if package != "libc6")
