"""The file of a user's library: structures in SQLite, with the rows of the search index.

Opening one executes nothing: numbers and text are read and checked like those of a CIF file.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import gemmi
import numpy as np

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import SpaceGroup, space_group_from_symbol
from saed_desktop.errors import PhaseError, SaedError
from saed_desktop.library.elements import MaskArray, element_mask
from saed_desktop.library.formula import cell_contents, formula_text
from saed_desktop.library.structure import LibraryStructure

SUFFIX = ".saedlib"
FORMAT = 1
MAX_SITES = 5000
_MOST_OPERATIONS = 192
_LARGEST_OCCUPANCY = 1.05
"""Files round; the reader of CIF files lets as much through."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS structure (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    formula TEXT NOT NULL,
    aliases TEXT NOT NULL,
    prototype TEXT NOT NULL,
    source TEXT NOT NULL,
    symbol TEXT NOT NULL,
    triplets TEXT NOT NULL,
    a REAL, b REAL, c REAL, alpha REAL, beta REAL, gamma REAL,
    elements_low INTEGER NOT NULL,
    elements_high INTEGER NOT NULL,
    sites TEXT NOT NULL,
    zones BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS skipped (file TEXT PRIMARY KEY, reason TEXT NOT NULL);
"""
_COLUMNS = (
    "id, name, formula, aliases, prototype, source, symbol, triplets, "
    "a, b, c, alpha, beta, gamma, sites"
)


class LibraryError(SaedError):
    """A library that is damaged, of another format, or cannot be written."""


def structure_row(structure: LibraryStructure, *, file: str, zones: bytes) -> tuple[Any, ...]:
    """Return the values of a structure's row."""
    phase = structure.phase
    lattice, group = phase.lattice, phase.space_group
    tabulated = group.symbol and set(space_group_from_symbol(group.symbol).triplets) == set(
        group.triplets
    )
    low, high = element_mask(structure.elements)
    sites = [[s.element, *s.xyz, s.occupancy, s.b_iso] for s in phase.sites]
    return (
        file, structure.name, structure.formula, "\n".join(structure.aliases),
        structure.prototype, structure.source, group.symbol,
        "" if tabulated else "\n".join(group.triplets),
        lattice.a, lattice.b, lattice.c, lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg,
        _signed(low), _signed(high), json.dumps(sites), zones,
    )  # fmt: skip


def structure_of_phase(phase: Phase, *, file: str, library: str) -> LibraryStructure:
    """Return the structure that a CIF file holds."""
    return LibraryStructure(
        phase=phase,
        formula=formula_text(cell_contents(phase)),
        aliases=(),
        prototype="",
        source=file,
        library=library,
    )


def _signed(word: int) -> int:
    # SQLite's integers have a sign
    return word - (1 << 64) if word >= 1 << 63 else word


class LibraryFile:
    """A `.saedlib` file, open for reading or for being added to.

    Parameters
    ----------
    path
        The file.
    writable
        Create it where it does not exist, and allow rows to be added.

    Raises
    ------
    LibraryError
        If it is no library, or of a newer format.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        self.name = path.stem
        if not writable and not path.is_file():
            raise LibraryError(f"There is no library {path}.")
        self._db = _connection(path, writable=writable)
        try:
            if writable:
                self._create_tables()
            self._refuse_what_computes()
            version = self._meta("format")
        except (sqlite3.Error, ValueError) as error:
            # a connection that is left open keeps others from writing
            self.close()
            raise LibraryError(f"{path} is no library of structures ({error}).") from error
        if version != str(FORMAT):
            self.close()
            raise LibraryError(f"{path} has the format {version}; this program reads {FORMAT}.")

    def _create_tables(self) -> None:
        self._db.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (str(FORMAT),))
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('id', ?)", (uuid.uuid4().hex,))
        self._db.commit()

    def _refuse_what_computes(self) -> None:
        """Refuse a file whose tables are views or the like: reading those would execute something.

        Raises
        ------
        ValueError
            If a table is none.
        """
        self._db.execute("PRAGMA trusted_schema = OFF")
        rows = self._db.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        stated = {str(name): (kind, str(sql)) for name, kind, sql in rows}
        for name in ("meta", "structure", "skipped"):
            kind, sql = stated.get(name, ("", ""))
            is_plain = kind == "table" and sql.startswith("CREATE TABLE")
            if not is_plain or "generated always" in sql.lower():
                raise ValueError(f"it has no table {name}")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what a damaged file makes the database say into a sentence."""
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            raise LibraryError(f"{self.path} is damaged ({error}).") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn a full disk and the like into a sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise LibraryError(
                f"{self.path} cannot be written ({error}); what was written before is kept."
            ) from error

    def _meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def identity(self) -> str:
        """Identity of this state of the library: its id, count and last row."""
        with self._reading():
            count, last = self._db.execute("SELECT COUNT(*), MAX(id) FROM structure").fetchone()
            return f"{self._meta('id')}-{count}-{last}"

    def __len__(self) -> int:
        with self._reading():
            return int(self._db.execute("SELECT COUNT(*) FROM structure").fetchone()[0])

    # --- writing

    def known_files(self) -> set[str]:
        """Return the files that were read already, with success or without."""
        query = "SELECT file FROM structure UNION ALL SELECT file FROM skipped"
        with self._reading():
            return {str(row[0]) for row in self._db.execute(query)}

    def add(self, rows: Sequence[tuple[Any, ...]], skipped: Iterable[tuple[str, str]]) -> None:
        """Add structures and files that could not be used, all or none of them.

        Raises
        ------
        LibraryError
            If they cannot be written, as on a full disk.
        """
        marks = ", ".join("?" * 18)
        with self._writing(), self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO structure (file, name, formula, aliases, prototype, source, "
                "symbol, triplets, a, b, c, alpha, beta, gamma, elements_low, elements_high, "
                f"sites, zones) VALUES ({marks})",
                rows,
            )
            self._db.executemany("INSERT OR IGNORE INTO skipped VALUES (?, ?)", skipped)

    def finish(self) -> None:
        """Write everything into the one file, so that it can be copied.

        Raises
        ------
        LibraryError
            If that cannot be written.
        """
        with self._writing():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("PRAGMA journal_mode=DELETE")

    # --- reading

    def skipped(self) -> list[tuple[str, str]]:
        """Return the files that could not be used, with the reasons."""
        query = "SELECT file, reason FROM skipped ORDER BY file"
        with self._reading():
            return [(str(file), str(reason)) for file, reason in self._db.execute(query)]

    def ids_and_masks(self) -> tuple[np.ndarray, MaskArray]:
        """Return the ids (n,) of all structures and their elements' masks (n, 2)."""
        query = "SELECT id, elements_low, elements_high FROM structure ORDER BY id"
        with self._reading(), closing(self._db.execute(query)) as cursor:
            table = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1:].astype(np.uint64)

    def zones(self) -> Iterator[tuple[int, bytes]]:
        """Yield the id and the rows of the search index of every structure."""
        with self._reading():
            for number, rows in self._db.execute("SELECT id, zones FROM structure ORDER BY id"):
                if not isinstance(rows, bytes):
                    # a number would become as many bytes
                    raise LibraryError(f"{self.path}: the zones of a structure are damaged.")
                yield int(number), rows

    def structures(self, ids: Sequence[int]) -> list[LibraryStructure]:
        """Return structures by their ids, in this order.

        Raises
        ------
        LibraryError
            If one of them is not there or damaged.
        """
        found = []
        for number in ids:
            query = f"SELECT {_COLUMNS} FROM structure WHERE id = ?"
            with self._reading():
                row = self._db.execute(query, (int(number),)).fetchone()
            if row is None:
                raise LibraryError(f"{self.path} has no structure {number}.")
            found.append(self._structure(row))
        return found

    def all(self) -> Iterator[LibraryStructure]:
        """Yield every structure."""
        with self._reading():
            for row in self._db.execute(f"SELECT {_COLUMNS} FROM structure ORDER BY id"):
                yield self._structure(row)

    def _structure(self, row: tuple[Any, ...]) -> LibraryStructure:
        _, *words, symbol, triplets = row[:8]
        cell, sites = row[8:14], row[14]
        try:
            name, formula, aliases, prototype, source = map(_text, words)
            group = _space_group(_text(symbol), _text(triplets))
            places = json.loads(_text(sites))
            if not 0 < len(places) <= MAX_SITES:
                raise ValueError("number of sites")
            phase = Phase(
                name,
                Lattice(*(float(x) for x in cell)),
                group,
                tuple(_site(*place) for place in places),
                formula,
            )
        # gemmi and deeply nested JSON raise RuntimeError
        except (ValueError, TypeError, RuntimeError, PhaseError) as error:
            raise LibraryError(f"{self.path}: the structure {row[0]} is damaged.") from error
        return LibraryStructure(
            phase, formula, tuple(aliases.split("\n")) if aliases else (), prototype, source,
            self.name,
        )  # fmt: skip


def _connection(path: Path, *, writable: bool) -> sqlite3.Connection:
    try:
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
            return sqlite3.connect(path)
        _roll_back_what_was_begun(path)
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
    except (sqlite3.Error, OSError) as error:
        raise LibraryError(f"{path} is no library of structures ({error}).") from error


def _roll_back_what_was_begun(path: Path) -> None:
    """Let SQLite undo what a killed build left half written; reading alone could not."""
    if not any(path.with_name(path.name + end).exists() for end in ("-journal", "-wal")):
        return
    # in a folder that is not ours it stays as it is, and the reading says so
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database:
        database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _space_group(symbol: str, triplets: str) -> SpaceGroup:
    if not triplets:
        return space_group_from_symbol(symbol)
    operations = tuple(triplets.split("\n"))
    if len(operations) > _MOST_OPERATIONS:
        raise ValueError("number of operations")
    group = SpaceGroup(operations, symbol)
    if not group.is_closed:
        raise ValueError("no group")
    return group


def _site(element: Any, x: float, y: float, z: float, occupancy: float, b_iso: float) -> Site:
    numbers = [float(value) for value in (x, y, z, occupancy, b_iso)]
    if not np.isfinite(numbers).all() or not 0 < numbers[3] <= _LARGEST_OCCUPANCY:
        raise ValueError("a site")
    if gemmi.Element(_text(element)).atomic_number == 0:
        raise ValueError("an element")
    return Site(element, (numbers[0], numbers[1], numbers[2]), numbers[3], numbers[4])
