"""Files that are there whole or not at all."""

import os
import sys
import threading

import pytest

from saed_desktop.results.atomic import (
    atomic_bytes,
    atomic_text,
    remove_parts,
    replacing,
    write_bytes,
    write_csv,
    write_json,
    write_text,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")


def test_a_block_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "new" / "facts.json"
    write_json(path, {"seed": 1})
    old = path.read_text()
    for opened in (atomic_text, atomic_bytes):
        with pytest.raises(ZeroDivisionError), opened(path) as stream:
            stream.write(old[:3] if opened is atomic_text else b"{")
            1 / 0  # noqa: B018
        assert path.read_text() == old
        assert [p.name for p in path.parent.iterdir()] == ["facts.json"]


def test_what_a_killed_process_left_is_removed(tmp_path):
    write_json(tmp_path / "facts.json", {"seed": 1})
    left, fresh = (tmp_path / f".facts.json.{n}.part" for n in ("0a1b", "2c3d"))
    deeper = tmp_path / "deeper" / ".facts.json.4e5f.part"
    deeper.parent.mkdir()
    for path in (left, fresh, deeper):
        path.write_text("half")
    os.utime(left, (0, 0))
    remove_parts(tmp_path, older_than_s=60)
    assert not left.exists()
    assert fresh.exists()
    remove_parts(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deeper", "facts.json"]
    assert deeper.exists()
    remove_parts(tmp_path / "none")


def test_readers_see_the_old_file_until_the_block_ends(tmp_path):
    path = tmp_path / "table.csv"
    write_csv(path, ["a", "b"], [[1, "ü, x"]])
    with atomic_text(path) as stream:
        stream.write("other")
        stream.flush()
        assert path.read_bytes() == b'a,b\r\n1,"\xc3\xbc, x"\r\n'
    assert path.read_text() == "other"


def test_a_file_may_be_written_by_its_name(tmp_path):
    path = tmp_path / "copy.bin"
    with replacing(path) as part:
        assert part.parent == tmp_path
        part.write_bytes(b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@posix
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_of_any_other(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_text(tmp_path / "new.txt", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == mode


@posix
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    path = tmp_path / "private.json"
    path.write_text("old")
    path.chmod(0o600)
    write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o600


@posix
def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "dotfiles" / "window.json", tmp_path / "window.json"
    real.parent.mkdir()
    real.write_text("old")
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_many_writers_of_one_file_leave_one_whole_content(tmp_path):
    path = tmp_path / "shared.bin"
    contents = [bytes([i]) * 200_000 for i in range(8)]
    threads = [
        threading.Thread(target=lambda data=data: [write_bytes(path, data) for _ in range(10)])
        for data in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_locked_folder_is_an_error_and_the_old_file_stays(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OSError, match=r"x\.txt"):
            write_text(path, "new")
    finally:
        tmp_path.chmod(0o700)
    assert path.read_text() == "old"
