"""The store of a run: nothing that was answered is lost, whatever happens to the process."""

import json
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from saed_desktop.results.reading import read_record
from saed_desktop.results.record import Status, error_record, without_picture
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import AnswerStore

OLD = Path(__file__).parent / "written_by_schema_1" / "answers.jsonl"
OLD_2 = Path(__file__).parent / "written_by_schema_2" / "answers.jsonl"
HEAD = {"network": None, "phases": [["PuO2", "abc"]], "tilt": (0.0, 1.5)}


def records(*names):
    return [error_record(name, "It is damaged.") for name in names]


@pytest.fixture
def store(tmp_path):
    store = AnswerStore(tmp_path / "run" / "answers.jsonl")
    assert not store.resume(HEAD)
    return store


def test_what_is_appended_is_read_again_by_another_process(store):
    places = [store.append(records(name), Stamp(10, i)) for i, name in enumerate("abc")]
    again = AnswerStore(store.path)
    assert again.resume(HEAD)
    assert [offset for offset, _ in again.entries()] == places
    assert again.entry_at(places[1]).records[0].file == "b"
    stamps = {name: reach.stamp for name, reach in again.answered().items()}
    assert stamps == {name: Stamp(10, i) for i, name in enumerate("abc")}


def test_other_settings_begin_a_new_run(store):
    store.append(records("a"), None)
    assert not store.resume({**HEAD, "network": "x"})
    assert list(store.entries()) == []


def test_of_a_file_answered_twice_the_later_counts(store):
    for i, name in enumerate(["b", "a", "b"]):
        store.append([error_record(name, str(i))], None)
    assert [(r.file, r.message) for r in store.latest()] == [("a", "1"), ("b", "2")]
    store.append([error_record("a", "3")], None)
    assert [r.file for r in store.latest()] == ["b", "a"]
    assert [r.file for r in store.latest(by_name=True)] == ["a", "b"]


@pytest.mark.parametrize("torn", [b"{", b'{"stamp":[1,2],"records":[{"file"', b"\x00" * 70_000])
def test_a_torn_last_line_costs_only_itself(store, torn):
    store.append(records("a"), Stamp(1, 2))
    with store.path.open("ab") as stream:
        stream.write(torn)
    assert store.resume(HEAD)
    store.append(records("b"), Stamp(3, 4))
    assert [r.file for r in store.latest()] == ["a", "b"]


def test_a_damaged_line_in_the_middle_hides_no_other(store):
    store.append(records("a"), None)
    with store.path.open("ab") as stream:
        stream.write(b'{"stamp": 7, "records": "none"}\n[]\n\xff\xfe\n' + b"[" * 9999 + b"\n")
    store.append(records("b"), None)
    assert [r.file for r in store.latest()] == ["a", "b"]


def test_a_run_of_the_first_schema_goes_on(tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(HEAD, indent=1), encoding="utf-8")
    old = [json.loads(line) for line in OLD.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps({"stamp": [5, i], "records": [value]}) for i, value in enumerate(old)]
    (folder / "answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = AnswerStore(folder / "answers.jsonl")
    assert store.resume(HEAD)
    expected = {value["file"]: read_record(json.dumps(value)) for value in old}
    assert {r.file: without_picture(r) for r in store.latest()} == expected
    store.append(records("new"), Stamp(1, 1))
    assert AnswerStore(store.path).resume(HEAD)
    assert len(store.answered()) == len({value["file"] for value in old}) + 1


def test_a_run_of_the_second_schema_goes_on_where_it_stopped(tmp_path):
    old = [json.loads(line) for line in OLD_2.read_text(encoding="utf-8").splitlines()]
    lines = [{"head": HEAD}]
    lines += [{"stamp": [5, 1], "records": [{**old[0], "file": "stack"}], "partial": True}]
    lines += [{"stamp": [5, 2], "records": [], "file": "empty"}]
    lines += [{"stamp": [5, 3], "records": [old[-1]]}]
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    store = AnswerStore(path)
    assert store.resume(HEAD)
    is_done = {name: reach.is_done for name, reach in store.answered().items()}
    assert is_done == {"stack": False, "empty": True, old[-1]["file"]: True}
    assert [r.verdict for r in store.latest()] == ["agree", "indexing-only"]


def frame(number, *, failed=False):
    record = replace(error_record("stack", "damaged"), frame=number)
    return record if failed else replace(record, status=Status.UNKNOWN)


@pytest.mark.parametrize(
    ("entries", "n_frames", "is_done", "kept"),
    [
        ([([0], True), ([1], True)], 2, False, [0, 1]),
        ([([0], True), ([1], True), ([], False)], 2, True, [0, 1]),
        ([([0, 1, 2], False)], 3, True, [0, 1, 2]),
        # a frame that failed and what follows it are answered again
        ([([0], True), ([-1], True), ([2], True), ([], False)], 1, False, [0, -1, 2]),
        ([([0], True), ([-1], True), ([2], True), ([1], True), ([2], True), ([], False)], 3, True,
         [0, 1, 2]),
        # another file of the same name begins anew
        ([([0], True), ([1], True), ([0], True)], 1, False, [0]),
    ],
)  # fmt: skip
def test_frames_of_a_stack_are_entries_of_their_own(store, entries, n_frames, is_done, kept):
    store.start(HEAD)
    for numbers, is_partial in entries:
        found = [frame(abs(n), failed=n < 0) for n in numbers]
        store.append(found, Stamp(1, 1), is_partial=is_partial, file="" if found else "stack")
    reach = store.answered()["stack"]
    assert (reach.n_frames, reach.is_done) == (n_frames, is_done)
    latest = [r.frame if r.status is not Status.ERROR else -r.frame for r in store.latest()]
    assert latest == kept


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit on the size of files")
def test_a_full_disk_leaves_whole_lines(store):
    import resource
    import signal

    store.start(HEAD)
    place = store.append([frame(0)], Stamp(1, 1))
    size = store.path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, limits[1]))
        with pytest.raises(OSError):
            store.append([frame(1)], Stamp(1, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert store.path.stat().st_size == size
    store.append([frame(1)], Stamp(1, 1))
    assert [offset for offset, _ in store.entries()] == [place, size]
