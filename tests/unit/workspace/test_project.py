"""Projects: what was saved is read, by this version and from the first; damage costs only itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.distortion import Ellipse
from saed_desktop.pattern.spot_edits import SpotEdits
from saed_desktop.workspace.document import Label, PackedMask, PatternState
from saed_desktop.workspace.project import (
    Project,
    ProjectError,
    ProjectPattern,
    load_project,
    save_project,
)
from tests.records import answer

ANSWERS_1 = Path(__file__).parents[1] / "results" / "written_by_schema_1" / "answers.jsonl"

STATE_1 = {
    "path": "grains/a.tif",
    "frame": 2,
    "calibration": {
        "scale_inv_angstrom_per_px": 0.0042,
        "source": "user",
        "relative_sigma": 0.01,
        "remark": "by hand",
    },
    "energy_kev": 200,
    "center_xy": [10.5, 11],
    "drawn": {"shape_yx": [2, 3], "zlib": "789c53040000220022"},
    "is_inverted": False,
    "ellipse": {"ratio": 1.02, "azimuth_deg": 30.0},
    "label": {"phase": "PuO2", "is_correction": True},
    "specimen": "S1",
}
"""A state as the first version wrote it."""


@pytest.fixture
def full(tmp_path):
    return PatternState(
        path=tmp_path / "grains" / "a.tif",
        frame=1,
        calibration=Calibration.known(0.0042, ScaleSource.USER, 0.01, "by hand"),
        energy_kev=200.0,
        center_xy=(1.5, 2.0),
        drawn=PackedMask.of(np.eye(5, dtype=bool)),
        cleared=PackedMask.of(np.ones((2, 3), dtype=bool)),
        is_inverted=True,
        spots=SpotEdits(((1.0, 2.0),), ((3.0, 4.0),)),
        ellipse=Ellipse(1.02, 30.0),
        label=Label("PuO2", is_correction=True),
        specimen="S1",
    )


def test_what_was_saved_is_read(tmp_path, full):
    unknown = PatternState(tmp_path / "b.tif", calibration=Calibration.unknown("none"))
    bare = PatternState(Path("/elsewhere/c.tif"))
    patterns = (
        ProjectPattern(full, answer()),
        ProjectPattern(unknown),
        ProjectPattern(bare, None),
    )
    project = Project(
        patterns, 1, "nine", ("PuO", "PuO2"), elements_yes=("Pu",), elements_no=("H", "He")
    )
    save_project(tmp_path / "x.saedproj", project)
    assert load_project(tmp_path / "x.saedproj") == project
    # the folder can be moved: what is below it is noted relative to it
    written = json.loads((tmp_path / "x.saedproj").read_text(encoding="utf-8"))
    paths = [item["state"]["path"] for item in written["patterns"]]
    assert paths == ["grains/a.tif", "b.tif", "/elsewhere/c.tif"]


def test_a_project_of_the_first_version_is_read(tmp_path):
    old = json.loads(ANSWERS_1.read_text(encoding="utf-8").splitlines()[0])
    data = {
        "format": 1,
        "program": "0.1.0",
        "current": 0,
        "network": "",
        "phases": None,
        "patterns": [{"state": STATE_1, "answer": old}, {"state": {"path": "b.tif"}}],
    }
    file = tmp_path / "old.saedproj"
    file.write_text(json.dumps(data), encoding="utf-8")
    project = load_project(file)
    assert project.elements_yes is None and project.elements_no is None
    first, second = project.patterns
    assert first.state.path == tmp_path / "grains" / "a.tif"
    assert first.state.calibration == Calibration.known(0.0042, ScaleSource.USER, 0.01, "by hand")
    assert first.state.label == Label("PuO2", is_correction=True)
    assert first.state.ellipse == Ellipse(1.02, 30.0)
    assert first.record.phase == old["phase"]
    assert [reason.text for reason in first.record.reasons] == old["reasons"]
    assert second.state == PatternState(tmp_path / "b.tif")
    assert project.unread == ()


@pytest.mark.parametrize(
    "damage",
    [
        {"path": 7},
        {"frame": "two"},
        {"frame": -1},
        {"center_xy": [1.0]},
        {"calibration": {"scale_inv_angstrom_per_px": -1.0, "source": "user"}},
        {"calibration": {"scale_inv_angstrom_per_px": 0.1, "source": "the moon"}},
        {"drawn": {"shape_yx": [2, 3], "zlib": "no hex"}},
        {"ellipse": {"ratio": "wide", "azimuth_deg": 0}},
        {"ellipse": {"ratio": 50, "azimuth_deg": 0}},
        {"label": {"is_correction": True}},
    ],
)
def test_a_damaged_entry_costs_only_itself(tmp_path, damage):
    good = {"state": {"path": "good.tif", "colour": "of a newer version"}}
    patterns = [{"state": {**STATE_1, **damage}}, good, "nonsense", {"state": None}]
    data = {"format": 1, "patterns": patterns, "current": "first", "phases": [1, 2]}
    file = tmp_path / "torn.saedproj"
    file.write_text(json.dumps(data), encoding="utf-8")
    project = load_project(file)
    assert [item.state.path.name for item in project.patterns] == ["good.tif"]
    assert len(project.unread) == 3
    assert (project.current, project.phases) == (0, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "damaged"),
        ("[" * 100_000, "damaged"),
        ("[]", "no project"),
        ('{"format": 9, "patterns": []}', "Update the program"),
    ],
)
def test_what_is_no_project_is_refused_in_words(tmp_path, content, words):
    file = tmp_path / "x.saedproj"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ProjectError, match=words):
        load_project(file)
