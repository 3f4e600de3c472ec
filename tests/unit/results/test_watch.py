"""Watching a folder: each file once, when it is complete, and again when it has changed."""

from saed_desktop.results.watch import new_files


def test_a_file_is_given_when_it_has_stopped_growing_and_again_when_it_changes(tmp_path):
    path, looks, answered = tmp_path / "a.png", iter(range(100)), {}
    writes = {1: b"", 2: b"half", 3: b"half and the rest", 7: b"another picture"}

    def wait(_seconds):
        look = next(looks)
        if look in writes:
            path.write_bytes(writes[look])
        return look == 12

    found = new_files([tmp_path], lambda p, stamp: answered.get(p) == stamp, wait)
    assert [p.read_bytes() for p in found] == [writes[3], writes[7]]


def test_what_is_known_is_not_given(tmp_path):
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.png").write_bytes(b"x")
    looks = iter([False, False, True, False, False, True])
    flat = list(
        new_files([tmp_path], lambda _p, _s: False, lambda _s: next(looks), recursive=False)
    )
    assert [p.name for p in flat] == ["a.png"]
    known = list(new_files([tmp_path], lambda _p, _s: True, lambda _s: next(looks)))
    assert known == []
