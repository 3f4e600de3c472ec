"""Projects that someone made to do harm, or that a disk damaged: a sentence, or the rest opens."""

import json
import os
import sys
import time
import zlib

import pytest

from saed_desktop.workspace.project import ProjectError, load_project, save_project
from tests.fuzz.own_files import project

NAN, INF, DEEP = float("nan"), float("inf"), "[" * 100_000 + "]" * 100_000
BOMB = zlib.compress(b"\0" * 200_000_000, 9).hex()

WHOLE = {
    "empty": "",
    "no JSON": "hello",
    "no text": b"\xff\xfe\x00\x01",
    "null": "null",
    "a list": "[]",
    "a number": "5",
    "cut short": '{"format": 1, "patterns": [',
    "100,000 brackets": DEEP,
    "a field 100,000 deep": '{"format": 1, "patterns": [], "x": ' + DEEP + "}",
    "no patterns": '{"format": 1}',
    "patterns of a number": '{"format": 1, "patterns": 5}',
    "patterns of text": '{"format": 1, "patterns": "abc"}',
    "patterns of a table": '{"format": 1, "patterns": {}}',
    "format 99": '{"format": 99, "patterns": []}',
    "format of a list": '{"format": [1], "patterns": []}',
    "no format": '{"patterns": []}',
    "NaN": '{"format": 1, "patterns": [], "current": NaN}',
    "a number of 5,000 digits": '{"format": 1, "patterns": [], "current": ' + "9" * 5000 + "}",
}
"""Whole files: each is one sentence."""

ENTRIES = {
    "null": None,
    "a number": 5,
    "a list": [],
    "an empty table": {},
    "no state": {"answer": None},
    "a state of text": {"state": "x"},
    "a state without a path": {"state": {"frame": 0}},
    "a path of a number": {"path": 5},
    "a path with NUL and no text": {"path": ["a"]},
    "frame -1": {"frame": -1},
    "frame of text": {"frame": "first"},
    "frame 1e99": {"frame": 1e99},
    "energy 0": {"energy_kev": 0},
    "energy of text": {"energy_kev": "200 kV"},
    "energy 1e300": {"energy_kev": 1e300},
    "a centre of one number": {"center_xy": [5]},
    "a centre 1e300 away": {"center_xy": [1e300, 5]},
    "a centre of text": {"center_xy": "middle"},
    "a scale of 0": {"calibration": {"scale_inv_angstrom_per_px": 0, "source": "user"}},
    "a scale of -1": {"calibration": {"scale_inv_angstrom_per_px": -1, "source": "user"}},
    "a scale of text": {"calibration": {"scale_inv_angstrom_per_px": "x", "source": "user"}},
    "a scale by a stranger": {"calibration": {"scale_inv_angstrom_per_px": 1, "source": "moon"}},
    "a scale of a list": {"calibration": [1]},
    "a mask of text": {"drawn": "all"},
    "a mask of no bytes": {"drawn": {"shape_yx": [8, 8], "zlib": ""}},
    "a mask that is no hexadecimal": {"drawn": {"shape_yx": [8, 8], "zlib": "xyz"}},
    "a mask that is damaged": {"drawn": {"shape_yx": [8, 8], "zlib": "00ff"}},
    "a mask of 0 pixels": {"drawn": {"shape_yx": [0, 8], "zlib": BOMB}},
    "a mask of -8 pixels": {"cleared": {"shape_yx": [-8, -8], "zlib": BOMB}},
    "a mask of 10¹² pixels": {"drawn": {"shape_yx": [10**6, 10**6], "zlib": BOMB}},
    "a mask that swells to 200 MB": {"drawn": {"shape_yx": [8, 8], "zlib": BOMB}},
    "a mask of three sides": {"drawn": {"shape_yx": [8, 8, 8], "zlib": BOMB}},
    "an ellipse of ratio 0": {"ellipse": {"ratio": 0, "azimuth_deg": 0}},
    "an ellipse of text": {"ellipse": "round"},
    "a label of a number": {"label": 5},
    "a label without a phase": {"label": {"is_correction": True}},
    "a specimen of a list": {"specimen": ["s"]},
    "inverted of text": {"is_inverted": "perhaps"},
    "spots of text": {"spots": "many"},
}
"""Entries beside a good one: the good one opens, the bad one is named."""


@pytest.fixture
def good(tmp_path):
    """A project's file and its content."""
    path = tmp_path / "p.saedproj"
    save_project(path, project(tmp_path))
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_there_are_enough_of_them():
    assert len(WHOLE) + len(ENTRIES) >= 40


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_no_project_is_one_sentence(tmp_path, name):
    path = tmp_path / "p.saedproj"
    content = WHOLE[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ProjectError) as caught:
        load_project(path)
    assert caught.value.sentence.isprintable() and len(caught.value.sentence) < 300
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ENTRIES)
def test_a_bad_entry_is_set_aside_and_the_rest_opens(good, name):
    path, data = good
    whole, bare = data["patterns"]
    change = ENTRIES[name]
    is_change = isinstance(change, dict) and change and not {"state", "answer"} & set(change)
    entry = {"state": {**bare["state"], **change}} if is_change else change
    path.write_text(json.dumps({**data, "patterns": [entry, whole]}), encoding="utf-8")
    start = time.monotonic()
    found = load_project(path)
    assert time.monotonic() - start < 5
    assert len(found.patterns) == 1
    assert len(found.unread) == 1
    assert found.patterns[0].state == project(path.parent).patterns[0].state


@pytest.mark.parametrize("value", [5, "x", [], {}, {"schema": 99}, {"file": "a"}, None])
def test_an_answer_that_cannot_be_read_costs_itself_alone(good, value):
    path, data = good
    data["patterns"][0]["answer"] = value
    path.write_text(json.dumps(data), encoding="utf-8")
    found = load_project(path)
    assert found.unread == ()
    assert [item.record is None for item in found.patterns] == [True, True]


@pytest.mark.parametrize("field", ["current", "network", "phases"])
@pytest.mark.parametrize("value", [None, -1, "x" * 5000, [5], {"a": 1}, "\ud800"])
def test_a_bad_setting_of_a_project_falls_back(good, field, value):
    path, data = good
    path.write_text(json.dumps({**data, field: value}), encoding="utf-8")
    assert len(load_project(path).patterns) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="names of any bytes")
def test_names_that_are_no_text_are_saved_and_come_back(tmp_path):
    from saed_desktop.workspace.document import PatternState
    from saed_desktop.workspace.project import Project, ProjectPattern

    names = [os.fsdecode(b"caf\xe9.dm3"), "a\nb.dm3", "a\u2028b.dm3", "good.dm3"]
    states = [PatternState(tmp_path / name) for name in names]
    path = tmp_path / "p.saedproj"
    save_project(path, Project(tuple(ProjectPattern(state) for state in states)))
    assert [item.state for item in load_project(path).patterns] == states
    path.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "p.saedproj")
    with pytest.raises(ProjectError):
        load_project(tmp_path / "p.saedproj")
