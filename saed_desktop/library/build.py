"""Building a user's library from any number of CIF files, in folders and ZIP archives.

A build that is killed at any time is taken up where it stopped: files that are in the library, or
were refused, are not read again. A file that cannot be used costs one line, never the build.
"""

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.errors import PhaseError, SaedError, user_message
from saed_desktop.library.library_index import index_of_file
from saed_desktop.library.store import LibraryError, LibraryFile, structure_of_phase, structure_row
from saed_desktop.library.zones import zones_of

CHUNK = 64
"""Files that one process reads at a time, and rows that are written together."""
MAX_CIF_BYTES = 8_000_000
_MAX_POSITIONS = 4000

Item = tuple[str, str, str]
"""Name in the library, path on the disk, member of the archive (empty for a plain file)."""
Outcome = tuple[str, tuple[Any, ...] | None, str]
"""Name in the library, its row or None, the reason where there is none."""


@dataclass(frozen=True)
class BuildReport:
    """Result of a build.

    Parameters
    ----------
    added
        Structures that are new.
    refused
        Files that could not be used in this run, with the reasons.
    known
        Files that the library had met before.
    total
        Structures in the library now.
    """

    added: int
    refused: tuple[tuple[str, str], ...]
    known: int
    total: int


def structure_files(sources: Iterable[Path]) -> Iterator[Item]:
    """Yield every CIF file of folders, ZIP archives and single files, in a fixed order.

    Raises
    ------
    LibraryError
        If a source does not exist.
    """
    for source in sources:
        if source.is_dir():
            for path in sorted(source.rglob("*")):
                if path.suffix.lower() == ".cif":
                    yield str(path), str(path), ""
                elif path.suffix.lower() == ".zip":
                    yield from _members(path)
        elif source.suffix.lower() == ".zip":
            yield from _members(source)
        elif source.is_file():
            yield str(source), str(source), ""
        else:
            raise LibraryError(f"There is no file or folder {source}.")


def _members(archive: Path) -> Iterator[Item]:
    try:
        if not archive.is_file():
            raise OSError("no regular file")
        with zipfile.ZipFile(archive) as content:
            names = sorted(n for n in content.namelist() if n.lower().endswith(".cif"))
    except (OSError, zipfile.BadZipFile):
        yield str(archive), str(archive), "?"
        return
    for name in names:
        yield f"{archive}/{name}", str(archive), name


def build(
    sources: Iterable[Path],
    output: Path,
    *,
    jobs: int = 1,
    report: Callable[[str, int], None] = lambda line, done: None,
) -> BuildReport:
    """Read structures into a library, new or begun, and make its search index.

    Parameters
    ----------
    sources
        Folders, ZIP archives and CIF files.
    output
        The `.saedlib` file.
    jobs
        Processes at work.
    report
        Is told of every refused file (a line) and of progress (an empty line), with the number
        of files done.

    Raises
    ------
    LibraryError
        If a source does not exist or the library cannot be written.
    """
    added, done = 0, 0
    refused: list[tuple[str, str]] = []
    with LibraryFile(output, writable=True) as library:
        known = library.known_files()
        met = 0

        def unmet() -> Iterator[Item]:
            nonlocal met
            for item in structure_files(sources):
                if item[0] in known:
                    met += 1
                else:
                    yield item

        for outcomes in _read_all(unmet(), jobs):
            rows = [row for _, row, _ in outcomes if row is not None]
            bad = [(name, reason) for name, row, reason in outcomes if row is None]
            library.add(rows, bad)
            added, done = added + len(rows), done + len(outcomes)
            refused += bad
            for name, reason in bad:
                report(f"{name}: {reason}", done)
            report("", done)
        library.finish()
        total = len(library)
    index_of_file(output, rebuild=True)
    return BuildReport(added, tuple(refused), met, total)


def _read_all(items: Iterator[Item], jobs: int) -> Iterator[list[Outcome]]:
    chunks = iter(lambda: list(islice(items, CHUNK)), [])
    if jobs <= 1:
        yield from map(_read_chunk, chunks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_read_chunk, chunk) for chunk in islice(chunks, 2 * jobs)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(_read_chunk, chunk) for chunk in islice(chunks, 1)]


def _read_chunk(items: list[Item]) -> list[Outcome]:
    return [_read(item) for item in items]


def _read(item: Item) -> Outcome:
    name, path, member = item
    try:
        content = _content(Path(path), member)
        phase = phase_from_cif(content, Path(member or path).name)
        if len(phase.sites) * phase.space_group.order > _MAX_POSITIONS * 8:
            raise PhaseError("the cell holds too many atoms.")
        structure = structure_of_phase(phase, file=name, library="")
        return name, structure_row(structure, file=name, zones=zones_of(phase).tobytes()), ""
    except SaedError as error:
        return name, None, error.sentence
    except (OSError, zipfile.BadZipFile) as error:
        return name, None, f"cannot be read ({error})."
    except Exception as error:  # a hostile file must not end a build of half a million
        return name, None, user_message(error)


def _content(path: Path, member: str) -> bytes:
    state = path.stat()
    # of a pipe nothing ever comes
    if not stat.S_ISREG(state.st_mode):
        raise PhaseError("it is no regular file.")
    if not member:
        if state.st_size > MAX_CIF_BYTES:
            raise PhaseError(f"the file is larger than {MAX_CIF_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(member).file_size > MAX_CIF_BYTES:
            raise PhaseError(f"the file is larger than {MAX_CIF_BYTES // 1_000_000} MB.")
        with archive.open(member) as stream:
            # what an archive states of a member's size is a claim
            content = stream.read(MAX_CIF_BYTES + 1)
    if len(content) > MAX_CIF_BYTES:
        raise PhaseError("the file is larger than its archive says.")
    return content
