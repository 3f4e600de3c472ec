"""Several zones of one specimen searched together: simulated ones, on a scale that is 2.5 % off."""

import json

import pytest

from saed_desktop.cli import main
from saed_desktop.indexing.library.library_answer import (
    index_with_library,
)
from saed_desktop.indexing.library.shortlist import LibrarySetup
from saed_desktop.indexing.library.specimen import _log_agreement, index_specimen
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.library.elements import ElementFilter
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.rendering import SCALE, save_hspy, save_tiff, spot_image

ZONES = ((0, 0, 1), (1, 0, 1), (1, 1, 1))


def crystal(name):
    return named(bundled_collection(), name).phase


def drawn(name, zones, off=1.025):
    return [
        spot_image(crystal(name), zone, scale=SCALE * off, in_plane_deg=17 * i, seed=i)[0]
        for i, zone in enumerate(zones)
    ]


def measured(images, scale=SCALE):
    known = Calibration.known(scale, ScaleSource.FILE) if scale else Calibration()
    return [Pattern(image, known) for image in images]


def ranked(joint):
    return sorted(joint.probabilities, key=lambda name: -joint.probabilities[name])


@pytest.fixture(scope="module")
def rutile():
    return drawn("TiO2-rutile", ZONES)


def test_zones_that_leave_many_structures_leave_one_together(rutile):
    patterns, setup = measured(rutile), LibrarySetup((bundled_collection(),))
    alone = [index_with_library(pattern, setup).solution.probabilities for pattern in patterns]
    assert max(p.get("TiO2-rutile", 0.0) for p in alone) < 0.4
    found = index_specimen([prepare(pattern) for pattern in patterns], setup)
    # on this scale NbO2 of the same structure and 5 % more in a is as near
    assert "TiO2-rutile" in ranked(found.joint)[:2]
    assert found.joint.probabilities["TiO2-rutile"] > 0.3
    assert found.zones == ("[001]", "[101]", "[111]")
    assert found.joint.supporting == 3 and found.joint.contradicting == 0
    # all patterns are answered over the same structures
    assert len({tuple(one.shortlist.structures) for one in found.answers}) == 1


def test_a_crystal_that_no_single_pattern_lists_is_found_by_three():
    patterns = measured(drawn("Fe3C", ((0, 0, 1), (1, 0, 0), (1, 1, 0))))
    setup = LibrarySetup((bundled_collection(),))
    alone = index_with_library(patterns[0], setup)
    assert "Fe3C" not in [c.phase for c in alone.solution.candidates]
    found = index_specimen([prepare(pattern) for pattern in patterns], setup)
    names = ranked(found.joint)[:3]
    assert "Fe3C" in names
    # the others are carbides of the same structure and size
    prototypes = {found.answers[0].shortlist.structures[name].prototype for name in names}
    assert len(prototypes) == 1


def test_without_a_scale_the_zones_hold_each_other_to_one(rutile):
    setup = LibrarySetup((bundled_collection(),), ElementFilter(allowed=("Ti", "O", "N", "C")))
    found = index_specimen([prepare(p) for p in measured(rutile, scale=None)], setup)
    assert found.joint.phase == "TiO2-rutile" and found.joint.probabilities["TiO2-rutile"] > 0.8


def test_a_pattern_of_another_crystal_is_counted_against(rutile):
    other = drawn("Cr23C6", ((1, 1, 0),))
    setup = LibrarySetup((bundled_collection(),))
    found = index_specimen([prepare(p) for p in measured([*rutile, *other])], setup)
    assert "TiO2-rutile" in ranked(found.joint)[:2]
    assert (found.joint.supporting, found.joint.contradicting) == (3, 1)
    assert found.zones[3] == "" and "second phase" in found.joint.sentence


def test_scales_that_share_one_error_count_it_once(rutile):
    pattern = measured(rutile)[0]
    setup = LibrarySetup((bundled_collection(),), ElementFilter(allowed=("Ti", "O")))
    candidate = index_with_library(pattern, setup).solution.candidates[0]

    def with_scale(scale):
        return type(candidate)(
            **{**vars(candidate), "scale_inv_angstrom_per_px": scale, "scale_sigma": 0.001}
        )

    # the same error of one sigma twice: half a unit too much was counted
    same = [with_scale(SCALE * 1.03)] * 2
    assert _log_agreement(same, SCALE, 0.03) == pytest.approx(0.5, abs=0.02)
    apart = [with_scale(SCALE * 0.97), with_scale(SCALE * 1.03)]
    assert _log_agreement(apart, SCALE, 0.03) < -8
    assert _log_agreement(same, None, 1.0) == 0


def test_saed_index_answers_a_specimen(tmp_path, rutile, capsys):
    files = [save_hspy(tmp_path / f"z{i}.hspy", im, SCALE) for i, im in enumerate(rutile)]
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"II*\0")
    names = [str(path) for path in (*files, broken)]
    options = ["--library", "--specimen", "--elements", "Ti,O,V", "--only"]
    output = tmp_path / "answers.json"
    assert main([*names, *options, "--json", "--output", str(output)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("status") for line in lines[:4]].count("error") == 1
    joint = lines[4]["joint"]
    assert joint["phase"] == "TiO2-rutile" and joint["supporting"] == 3
    assert joint["zones"][str(files[1])] == "[101]"
    assert joint["families"][0]["prototype"].startswith("TiO2-rutile")
    assert "TiO2-rutile" in joint["families"][0]["phases"]
    assert len(output.read_text().splitlines()) >= 4
    assert main([*names[:3], *options]) == 0
    text = capsys.readouterr().out
    assert "3 of 3 answered patterns agree" in text and "z1.hspy [101]" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--specimen"], "needs --library"),
        (["--library", "--specimen", "--watch"], "not --watch"),
        (["--library", "--specimen", "--joint"], "--joint"),
    ],
)
def test_wrong_usage_gets_a_sentence(options, words, tmp_path, rutile, capsys):
    file = save_tiff(tmp_path / "a.tif", rutile[0])
    assert main([str(file), *options]) == 2
    assert words in capsys.readouterr().err
