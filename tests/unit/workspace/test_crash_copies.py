import os
import time

import pytest

from saed_desktop.workspace.crash_copies import read_copies
from saed_desktop.workspace.document import Label, PatternState
from saed_desktop.workspace.project import Project, ProjectPattern, save_project


@pytest.fixture
def copy_of(tmp_path):
    """Returns a function that writes a copy of some states; later calls write newer ones."""
    start, count = time.time() - 1000, iter(range(1000))

    def write(name, *states):
        path = tmp_path / name
        save_project(path, Project(tuple(ProjectPattern(state) for state in states)))
        stamp = start + 10 * next(count)
        os.utime(path, (stamp, stamp))
        return path

    return write


def state(tmp_path, name, **decided):
    return PatternState(tmp_path / name, **decided)


def test_all_copies_are_offered_and_the_newest_state_of_each_pattern(copy_of, tmp_path):
    a, b = state(tmp_path, "a", center_xy=(1.0, 2.0)), state(tmp_path, "b", label=Label("PuO"))
    older = copy_of("0.saedproj", a, b)
    newer = copy_of("1.saedproj", state(tmp_path, "c"), a)
    offer = read_copies([older, newer])
    assert [s.path.name for s in offer.states] == ["c", "a", "b"]
    assert set(offer.whole) == {older, newer} == set(offer.files)


def test_what_only_an_older_copy_holds_keeps_it(copy_of, tmp_path):
    older = copy_of("0.saedproj", state(tmp_path, "a", center_xy=(1.0, 2.0)))
    newer = copy_of("1.saedproj", state(tmp_path, "a", center_xy=(5.0, 6.0)))
    offer = read_copies([older, newer])
    assert [s.center_xy for s in offer.states] == [(5.0, 6.0)]
    # the older one holds other work on the same pattern: it must not go when this one is opened
    assert offer.whole == (newer,)
    assert set(offer.files) == {older, newer}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'{"format": 1, "patte', b"[]"])
def test_a_damaged_newest_copy_costs_none_of_the_good_ones(copy_of, tmp_path, content):
    good = copy_of("0.saedproj", state(tmp_path, "a", label=Label("PuO")))
    damaged = copy_of("1.saedproj")
    damaged.write_bytes(content)
    offer = read_copies([good, damaged])
    assert [s.path.name for s in offer.states] == ["a"]
    assert offer.whole == (good,)
    assert [path.read_bytes() for path in offer.damaged] == [content]
    assert not damaged.exists() and good.exists()
    # another damaged one does not replace it
    damaged.write_bytes(content)
    assert len({*offer.damaged, *read_copies([damaged]).damaged}) == 2


def test_a_copy_with_an_entry_that_cannot_be_understood_stays(copy_of, tmp_path):
    path = copy_of("0.saedproj", state(tmp_path, "a"), state(tmp_path, "b"))
    path.write_text(path.read_text().replace('"path": "b"', '"path": 5'))
    offer = read_copies([path])
    assert [s.path.name for s in offer.states] == ["a"]
    assert offer.whole == () and offer.files == (path,)


def test_no_copies_are_no_offer():
    assert read_copies([]).states == ()
