"""User's libraries: built from folders and archives, taken up after a break, read again."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from saed_desktop.library.build import build
from saed_desktop.library.collection import FileCollection, bundled_collection, find, named
from saed_desktop.library.elements import ElementFilter
from saed_desktop.library.library_index import index_of_file
from saed_desktop.library.store import LibraryError, LibraryFile
from saed_desktop.library.zone_index import load_index


def cif_of(name):
    return named(bundled_collection(), name).cif


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "cifs"
    (source / "deep").mkdir(parents=True)
    (source / "iron.cif").write_text(cif_of("alpha-Fe"))
    (source / "deep" / "rutile.CIF").write_text(cif_of("TiO2-rutile"))
    (source / "broken.cif").write_text("data_x\n_cell_length_a 4\n")
    (source / "noise.cif").write_bytes(os.urandom(3000))
    (source / "empty.cif").write_text("")
    (source / "notes.txt").write_text("nothing")
    with zipfile.ZipFile(source / "more.zip", "w") as archive:
        archive.writestr("a/silicon.cif", cif_of("Si"))
        archive.writestr("readme.md", "no structure")
    (source / "torn.zip").write_bytes(b"PK\x03\x04 not an archive")
    return source


def test_a_folder_with_bad_files_in_it(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    report = build([folder], output)
    assert report.added == 3 and report.total == 3
    refused = dict(report.refused)
    assert {name.rsplit("/", 1)[-1] for name in refused} == {
        "broken.cif", "noise.cif", "empty.cif", "torn.zip"
    }  # fmt: skip
    assert all("\n" not in reason and reason for reason in refused.values())
    library = FileCollection(output)
    assert {s.formula for s in library.all()} == {"Fe", "TiO2", "Si"}
    (found,) = find(library, elements=ElementFilter(required=("O",)))
    own = named(bundled_collection(), "TiO2-rutile").phase
    hkl = own.lattice.hkl_within(0.8)
    assert np.allclose(
        np.abs(found.phase.structure_factors(hkl)), np.abs(own.structure_factors(hkl)), atol=1e-3
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_pipes_folders_and_dead_links_named_as_files_are_one_line_each(folder, tmp_path):
    for name in ("pipe.cif", "pipe.zip"):
        os.mkfifo(folder / name)
    (folder / "folder.cif").mkdir()
    (folder / "dead.cif").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder)
    command = [sys.executable, "-m", "saed_desktop.library_command", "build", str(folder),
               "--output", str(tmp_path / "mine.saedlib")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    lines = {Path(line.split(": ")[0]).name: line for line in done.stderr.splitlines()}
    for name in ("pipe.cif", "pipe.zip", "folder.cif"):
        assert "no regular file" in lines[name]
    assert "cannot be read" in lines["dead.cif"]
    assert "3 structures; 3 added, 8 files refused" in done.stdout


def test_a_second_build_reads_only_what_is_new(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    (folder / "new.cif").write_text(cif_of("Al"))
    report = build([folder], output)
    assert report.added == 1 and report.known == 7 and report.total == 4 and not report.refused
    assert index_of_file(output).n_structures == 4


def test_two_processes_make_the_same_library(folder, tmp_path):
    one, two = tmp_path / "one.saedlib", tmp_path / "two.saedlib"
    build([folder], one)
    build([folder], two, jobs=2)
    first, second = index_of_file(one), index_of_file(two)
    assert all(np.array_equal(first.columns[n], second.columns[n]) for n in first.columns)


def test_killed_and_taken_up_again(tmp_path):
    source = tmp_path / "many"
    source.mkdir()
    texts = [s.cif for s in bundled_collection().structures(range(0, 1180, 4))]
    for i, text in enumerate(texts):
        (source / f"{i:04}.cif").write_text(text)
    output = tmp_path / "killed.saedlib"
    command = [sys.executable, "-m", "saed_desktop.library_command", "build", str(source),
               "--output", str(output)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        time.sleep(0.05)
        if output.exists() and _count(output) >= 64:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = _count(output)
    report = build([source], output)
    assert report.known == before and report.total == len(texts)
    assert LibraryFile(output).known_files() == {str(p) for p in source.iterdir()}


def _count(path):
    try:
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
            return db.execute("SELECT COUNT(*) FROM structure").fetchone()[0]
    except sqlite3.Error:
        return 0


def test_what_is_no_library_is_refused(tmp_path):
    with pytest.raises(LibraryError, match="no library"):
        LibraryFile(tmp_path / "absent.saedlib")
    bad = tmp_path / "bad.saedlib"
    bad.write_bytes(os.urandom(5000))
    with pytest.raises(LibraryError):
        LibraryFile(bad)
    with pytest.raises(LibraryError, match="no file or folder"):
        build([tmp_path / "absent"], tmp_path / "x.saedlib")


def test_a_damaged_index_is_refused_and_made_anew(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    beside = tmp_path / "mine.saedlib.zones"
    for damage in (b"", b"rubbish" * 50, beside.read_bytes()[:-7]):
        beside.write_bytes(damage)
        with pytest.raises(LibraryError, match="damaged"):
            load_index(beside)
        assert index_of_file(output).n_structures == 3


def test_a_damaged_structure_is_named(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    with sqlite3.connect(output) as db:
        db.execute("UPDATE structure SET sites = '[[1, 2]]' WHERE formula = 'Si'")
    with pytest.raises(LibraryError, match="damaged"):
        list(FileCollection(output).all())


def test_what_a_kill_left_half_written_is_undone_by_reading(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    with LibraryFile(output) as library:
        before = len(library)
    script = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('PRAGMA cache_size = 1'); db.execute('BEGIN IMMEDIATE')\n"
        "db.execute('UPDATE structure SET zones = zeroblob(90000), name = \\'lost\\'')\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(output)], check=True)
    assert output.with_name(output.name + "-journal").stat().st_size > 0
    with LibraryFile(output) as library:
        assert len(library) == before and all(s.name != "lost" for s in library.all())


def test_a_full_disk_is_a_sentence_and_loses_nothing(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    with LibraryFile(output, writable=True) as library:
        before = len(library)
        pages = library._db.execute("PRAGMA page_count").fetchone()[0]
        library._db.execute(f"PRAGMA max_page_count = {pages}")
        row = library._db.execute("SELECT * FROM structure").fetchone()
        rows = [(f"new{i}", *row[2:]) for i in range(200)]
        with pytest.raises(LibraryError, match="cannot be written"):
            library.add(rows, [])
    with LibraryFile(output) as library:
        assert len(library) == before


def test_a_file_that_was_refused_is_not_held(folder, tmp_path):
    output = tmp_path / "mine.saedlib"
    db = sqlite3.connect(output)
    db.executescript("PRAGMA journal_mode = WAL; CREATE TABLE meta (key PRIMARY KEY, value)")
    db.close()
    with pytest.raises(LibraryError, match="no table structure") as caught:
        LibraryFile(output)
    # the error keeps what failed alive; a connection left open would lock the build out
    assert build([folder], output).total > 0
    assert caught.value.__traceback__ is not None


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE structure RENAME TO other; CREATE VIEW structure AS SELECT * FROM other",
        "DROP TABLE skipped",
        "ALTER TABLE structure RENAME TO other; CREATE VIRTUAL TABLE structure USING fts5(name)",
    ],
)
def test_tables_that_compute_are_refused(folder, tmp_path, change):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    db = sqlite3.connect(output)
    db.executescript(change)
    db.close()
    with pytest.raises(LibraryError, match="no library"):
        LibraryFile(output)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("zones", 10**9), ("zones", b"odd"), ("sites", "[" * 100_000), ("sites", "[]"),
        ("sites", '[["Xx", 0, 0, 0, 1, 1]]'), ("sites", '[["Al", 0, 0, NaN, 1, 1]]'),
        ("a", None), ("a", "long"), ("name", b"5"), ("triplets", "x,y"), ("symbol", "no group"),
        ("elements_low", "many"),
    ],
)  # fmt: skip
def test_damaged_rows_are_sentences(folder, tmp_path, column, value):
    output = tmp_path / "mine.saedlib"
    build([folder], output)
    db = sqlite3.connect(output)
    db.execute(f"UPDATE structure SET {column} = ?", (value,))
    db.commit()
    db.close()
    with pytest.raises(LibraryError) as caught:
        with LibraryFile(output) as library:
            library.ids_and_masks()
            list(library.all())
        index_of_file(output, rebuild=True)
    assert "\n" not in str(caught.value) and "mine.saedlib" in str(caught.value)
