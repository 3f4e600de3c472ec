"""Patterns without candidates: the library is searched and says what it found."""

import json
from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.cli import main
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.library.library_answer import (
    index_with_library,
    is_same_structure,
    look_alikes,
)
from saed_desktop.indexing.library.shortlist import LibrarySetup
from saed_desktop.indexing.pipeline import IndexingSetup, index_pattern
from saed_desktop.library.build import build
from saed_desktop.library.collection import FileCollection, bundled_collection, named
from saed_desktop.library.elements import ElementFilter
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.results.text import csv_row

PLUTONIA = resources_dir() / "patterns" / "PuO2.tif"
BETA = resources_dir() / "patterns" / "beta-Pu.tif"


def setup(**elements):
    return LibrarySetup((bundled_collection(),), ElementFilter(**elements))


def test_a_pattern_of_a_large_cell_is_named_among_all():
    found = index_with_library(read_pattern(BETA), setup())
    assert found.solution.candidates[0].phase == "beta-Pu"
    record = found.to_record(file="x")
    assert record.considered == "library"
    assert record.library.structures == len(bundled_collection().masks)
    assert record.library.families[0].probability > 0.9 * (1 - record.none_of_these)


def test_what_looks_alike_is_folded_into_families():
    record = index_with_library(read_pattern(PLUTONIA), setup()).to_record(file="x")
    best = record.library.families[0]
    assert best.prototype.startswith("CaF2") and "PuO2" in best.phases and len(best.phases) > 3
    assert best.a_angstrom[0] < 5.396 < best.a_angstrom[1]
    assert "CaF2 (fluorite), a = " in best.text
    assert any("EDS" in sentence for sentence in record.library.decides)
    assert sum(f.probability for f in record.library.families) <= 1.001


def test_what_is_named_is_of_the_likeliest_family():
    """An element leads by its prior where nothing else tells, and a family of compounds is first."""
    pattern = read_pattern(PLUTONIA)
    found = index_with_library(pattern, setup())
    record = found.to_record(file="x")
    family = record.library.families[0]
    assert record.phase == family.phases[0] and record.phase in record.prediction_set
    assert record.probability == max(record.probabilities[name] for name in family.phases)
    assert record.reasons[0].phase == record.phase and record.phase in record.reasons[0].text
    row = csv_row(record)
    assert (row["phase"], row["family"]) == (record.phase, "CaF2 (fluorite)")
    assert row["family_probability"] == family.probability > row["probability"]
    assert row["zone_label"] == record.named_candidate.zone_label
    # the likeliest structure of all is of a family of its own here, or this test says nothing
    likeliest = max(record.probabilities, key=lambda name: record.probabilities[name])
    assert likeliest not in family.phases and found.solution.phase == likeliest
    bare = index_with_library(pattern.with_calibration(type(pattern.calibration)()), setup())
    fitted = bare.to_record(file="x")
    if fitted.phase is not None:
        scale = fitted.named_candidate.scale_inv_angstrom_per_px
        assert fitted.calibration.scale_inv_angstrom_per_px == pytest.approx(scale, rel=1e-5)


def test_elements_narrow_the_search():
    found = index_with_library(read_pattern(PLUTONIA), setup(allowed=("Pu", "O")))
    assert {e for s in found.shortlist.structures.values() for e in s.elements} <= {"Pu", "O"}
    assert found.solution.candidates[0].phase == "PuO2"
    record = found.to_record(file="x")
    assert record.library.elements == "of nothing but Pu, O"
    assert any("exclude" in sentence for sentence in record.library.not_searched)


def test_without_a_scale_ratios_and_angles_find_it():
    pattern = read_pattern(BETA)
    bare = pattern.with_calibration(type(pattern.calibration)())
    found = index_with_library(bare, setup(required=("Pu",)))
    assert "beta-Pu" in list(found.shortlist.structures)[:10]


def test_libraries_of_ones_own_are_searched_beside_the_bundled_one(tmp_path):
    source = tmp_path / "cifs"
    source.mkdir()
    for name in ("beta-Pu", "PuO2", "MgO"):
        (source / f"{name}.cif").write_text(named(bundled_collection(), name).cif)
    build([source], tmp_path / "mine.saedlib")
    both = LibrarySetup((bundled_collection(), FileCollection(tmp_path / "mine.saedlib")))
    found = index_with_library(read_pattern(BETA), both)
    # the same crystal twice, by two names
    names = [name for name, s in found.shortlist.structures.items() if s.formula == "Pu"]
    assert len(set(names)) == len(names) >= 2
    assert {c.phase for c in found.solution.candidates[:2]} <= set(names)


def test_look_alikes_of_a_candidate_are_named():
    library = setup()
    own = named(bundled_collection(), "PuO2").phase
    solution = index_pattern(read_pattern(PLUTONIA), IndexingSetup((own,)))
    alike = look_alikes(solution, (own,), library)
    assert any(name.startswith(("NpO2", "AmO2", "UO2", "CmO2", "CeO2")) for name in alike)
    assert not any(name.startswith("PuO2 [") for name in alike)
    asked = iter((False, False, True))
    assert look_alikes(solution, (own,), library, is_cancelled=lambda: next(asked)) == ()
    assert next(asked, None) is None
    large = named(bundled_collection(), "beta-Pu").phase
    solution = index_pattern(read_pattern(BETA), IndexingSetup((large,)))
    assert look_alikes(solution, (large,), library) == ()


def test_a_structure_described_in_another_group_is_no_look_alike_of_itself():
    graphite = named(bundled_collection(), "graphite").phase
    buckled = replace(
        graphite,
        name="C-Graphite",
        space_group=space_group_from_symbol("P 63 m c"),
        lattice=Lattice(2.456, 2.456, 6.696, 90, 90, 120),
        sites=(Site("C", (0.0, 0.0, 0.0)), Site("C", (1 / 3, 2 / 3, 0.005))),
    )
    assert is_same_structure(graphite, buckled)
    diamond = named(bundled_collection(), "diamond").phase
    assert not is_same_structure(graphite, diamond)
    cubic = named(bundled_collection(), "BaTiO3-cubic").phase
    tetragonal = named(bundled_collection(), "BaTiO3").phase
    assert not is_same_structure(cubic, tetragonal)


def test_saed_index_with_a_library(capsys):
    assert main([str(PLUTONIA), "--library", "--elements", "Pu,O", "--only", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["considered"] == "library" and answer["candidates"][0]["phase"] == "PuO2"
    assert answer["library"]["libraries"] == ["bundled"]
    assert main(["--library", str(BETA), "--top", "5"]) == 0
    text = capsys.readouterr().out
    assert "Pu-beta" in text and "beta-Pu" in text


def test_saed_index_names_look_alikes_of_candidates(capsys):
    assert main([str(PLUTONIA), "--network", "none", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["considered"] == "candidates" and answer["library"] is None
    assert np.ndim(answer["look_alikes"]) == 1
    assert main([str(PLUTONIA), "--network", "none", "--no-look-alikes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["look_alikes"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--elements", "Fe"], "need --library"),
        (["--library", "absent.saedlib"], "no library"),
        (["--library", "--top", "0"], "--top"),
        (["--library", "--elements", "Xx"], "no chemical element"),
        (["--library", "--phase", "a.cif"], "leave out --phase"),
    ],
)
def test_wrong_usage_gets_a_sentence(options, words, capsys):
    assert main([str(PLUTONIA), *options]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_damaged_libraries_are_refused(tmp_path, capsys):
    bad = tmp_path / "bad.saedlib"
    bad.write_bytes(b"not sqlite" * 100)
    assert main([str(PLUTONIA), "--library", str(bad)]) == 2
    assert "no library" in capsys.readouterr().err
