import pytest

from trainer.whole_file import whole_bytes, whole_text, write_csv, write_json


def test_a_block_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "new" / "facts.json"
    write_json(path, {"seed": 1})
    old = path.read_text()
    for opened in (whole_text, whole_bytes):
        with pytest.raises(ZeroDivisionError), opened(path) as stream:
            stream.write(old[:3] if opened is whole_text else b"{")
            1 / 0  # noqa: B018
        assert path.read_text() == old
        assert [p.name for p in path.parent.iterdir()] == ["facts.json"]


def test_readers_see_the_old_file_until_the_block_ends(tmp_path):
    path = tmp_path / "table.csv"
    write_csv(path, ["a", "b"], [[1, "ü, x"]])
    with whole_text(path) as stream:
        stream.write("other")
        stream.flush()
        assert path.read_bytes() == b'a,b\r\n1,"\xc3\xbc, x"\r\n'
    assert path.read_text() == "other"
