"""What a spot lattice alone tells: measured cells, symmetry of intensities, and probabilities."""

import json
from dataclasses import replace

import gemmi
import msgspec
import numpy as np
import pytest

from saed_desktop.cli import main
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.errors import BundleError
from saed_desktop.indexing.lattice.cubic_zones import CENTRINGS, cubic_zones
from saed_desktop.indexing.lattice.evidence import (
    joint_evidence,
    lattice_evidence,
    lattice_record,
    zone_of,
)
from saed_desktop.indexing.lattice.features import FEATURES, lattice_features
from saed_desktop.indexing.lattice.space_groups import (
    BRAVAIS,
    SYSTEMS,
    bravais_of_classes,
    class_of,
    space_group_classes,
)
from saed_desktop.indexing.lattice.statistics import bundled_statistics, read_statistics
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.results.lattice_record import LatticeRecord
from saed_desktop.results.lattice_sentences import lattice_reason, lattice_words, space_group_words
from tests.rendering import SCALE, save_tiff, spot_image


def prepared(phase, zone, *, scale=SCALE):
    calibration = Calibration.known(scale, ScaleSource.FILE) if scale else Calibration()
    return prepare(Pattern(spot_image(phase, zone)[0], calibration))


def feature(zone, name):
    return float(lattice_features(zone)[FEATURES.index(name)])


@pytest.fixture(scope="module")
def cubic_face():
    return prepared("PuO2", (0, 0, 1))


@pytest.fixture(scope="module")
def hexagonal_base():
    return prepared("alpha-Zr", (0, 0, 1))


def test_the_cell_of_a_zone_is_that_of_the_crystal(cubic_face):
    measured = lattice_record(cubic_face).measured[0]
    # (200) and (020) of a = 5.396 Å, the shortest of an F lattice along [001]
    assert measured.spacings_angstrom == pytest.approx((2.698, 2.698), rel=0.01)
    assert measured.ratio == pytest.approx(1, abs=0.01)
    assert measured.angle_deg == pytest.approx(90, abs=0.5)


def test_without_a_scale_there_is_a_shape_and_no_length():
    measured = lattice_record(prepared("PuO2", (0, 0, 1), scale=None)).measured[0]
    assert measured.spacings_angstrom is None and measured.relative_sigma is None
    assert measured.ratio == pytest.approx(1, abs=0.01)


def with_strengths(zone, orbit):
    """Return a zone whose nodes are as bright as a random number of their orbit says."""
    rng = np.random.default_rng(5)
    drawn = {}
    strength = [drawn.setdefault(orbit(h, k), rng.normal()) for h, k in zone.nodes.tolist()]
    return replace(zone, strength=np.array(strength), is_seen=np.ones(len(strength), bool))


def test_symmetry_of_the_intensities_is_seen(cubic_face, hexagonal_base):
    square = with_strengths(zone_of(cubic_face), lambda h, k: tuple(sorted((abs(h), abs(k)))))
    assert feature(square, "fourfold applies") > 0.7
    assert feature(square, "fourfold differs") == pytest.approx(-1, abs=0.3)
    assert feature(square, "mirror along axes differs") == pytest.approx(-1, abs=0.3)
    assert feature(square, "threefold applies") == pytest.approx(0, abs=0.01)
    # of one length on a hexagonal lattice
    base = with_strengths(zone_of(hexagonal_base), lambda h, k: h * h - h * k + k * k)
    assert feature(base, "threefold applies") > 0.7
    assert feature(base, "threefold differs") == pytest.approx(-1, abs=0.3)


def test_broken_symmetry_is_seen_too(cubic_face):
    # as of a lattice that is square by chance: one axis is not like the other
    zone = with_strengths(zone_of(cubic_face), lambda h, k: (abs(h), abs(k)))
    assert feature(zone, "friedel differs") == pytest.approx(-1, abs=0.01)
    assert feature(zone, "fourfold differs") > -0.6
    assert feature(zone, "mirror along axes differs") == pytest.approx(-1, abs=0.3)


def test_features_do_not_depend_on_how_the_pattern_lies(cubic_face):
    zone = zone_of(cubic_face)
    turn = np.deg2rad(37)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned = replace(zone, basis_px=zone.basis_px @ matrix)
    np.testing.assert_allclose(lattice_features(turned), lattice_features(zone), atol=1e-4)


@pytest.mark.parametrize("centring", CENTRINGS)
def test_zones_of_cubic_lattices_are_those_of_their_reciprocal_points(centring):
    """A zone [110] by hand: P 1:√2, I √2:√2:2 as (1-10), (002); F 111, 11-1, 002."""
    by_hand = {"P": (1, 2**0.5, 3**0.5), "I": (2**0.5, 2, 6**0.5), "F": (3**0.5, 3**0.5, 2)}
    one, two, three = by_hand[centring]
    fit, log_first = cubic_zones(centring).best(np.log([two / one, three / one]), 0.001)
    assert fit > -0.75 * np.log(2) - 0.01
    assert np.exp(log_first) == pytest.approx(one, rel=1e-6)


def test_classes_are_all_space_groups_with_enantiomorphs_as_one():
    classes = space_group_classes()
    assert len(classes) == 219
    for number in range(1, 231):
        found = classes[class_of(number)]
        group = gemmi.find_spacegroup_by_number(number)
        assert found.system == group.crystal_system_str()
    assert class_of(152) == class_of(154) and "or" in classes[class_of(152)].symbol
    assert BRAVAIS[bravais_of_classes()[class_of(225)]] == "cF"
    assert BRAVAIS[bravais_of_classes()[class_of(166)]] == "hR"
    assert BRAVAIS[bravais_of_classes()[class_of(63)]] == "oC"


def test_probabilities_are_probabilities(cubic_face):
    found = lattice_evidence([cubic_face])
    assert np.exp(found.log_probabilities).sum() == pytest.approx(1)
    for shares in (found.systems, found.bravais, found.centrings):
        assert sum(shares.values()) == pytest.approx(1)
        assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert set(found.systems) == set(SYSTEMS)
    record = found.to_record()
    assert len(record.space_groups) == 5
    assert record.space_groups[0].probability >= record.space_groups[4].probability


def test_a_square_of_fourfold_intensities_is_cubic_or_tetragonal(cubic_face):
    systems = lattice_evidence([cubic_face]).systems
    assert systems["cubic"] + systems["tetragonal"] > 0.6
    assert next(iter(systems)) in ("cubic", "tetragonal")


def test_a_hexagonal_base_may_be_a_cube_along_its_diagonal(hexagonal_base):
    systems = lattice_evidence([hexagonal_base]).systems
    assert systems["hexagonal"] + systems["trigonal"] + systems["cubic"] > 0.7


def test_zones_together_are_surer_than_the_first_alone(cubic_face):
    alone = lattice_evidence([cubic_face]).systems
    both = lattice_evidence([cubic_face, prepared("PuO2", (1, 1, 1))])
    assert len(both.measured) == 2
    assert both.systems["cubic"] > alone["cubic"]


def test_records_of_single_zones_are_joined_as_their_patterns_are(cubic_face):
    other = prepared("PuO2", (1, 1, 1))
    records = [lattice_record(one, with_evidence=True) for one in (cubic_face, other)]
    found, expected = joint_evidence(records), lattice_evidence([cubic_face, other])
    assert len(found.measured) == 2
    np.testing.assert_allclose(found.log_probabilities, expected.log_probabilities, atol=0.01)
    # one alone is joined with nothing, nor are records without their evidence
    assert joint_evidence(records[:1]) is None
    assert joint_evidence([lattice_record(cubic_face), records[1]]) is None


def test_a_zone_met_again_and_again_does_not_grow_sure():
    found = bundled_statistics()
    features = np.random.default_rng(2).normal(found.mean, found.spread, (1, len(found.mean)))
    single = found.log_probabilities(features)
    three, fifty = (found.joint(np.repeat(single, n, axis=0)) for n in (3, 50))
    np.testing.assert_allclose(three, fifty)


def test_no_lattice_no_word():
    noise = np.random.default_rng(3).poisson(40.0, (256, 256)).astype(np.float32)
    assert lattice_evidence([prepare(Pattern(noise, Calibration()))]) is None


def test_words_for_one_zone_and_for_several(cubic_face):
    record = lattice_record(cubic_face)
    words = lattice_words(lattice_reason(record))
    best = next(iter(record.system))
    assert words.startswith(f"By its spot lattice alone: {best} (")
    share = 100 * sum(group.probability for group in record.space_groups[:3])
    assert f"({share:.0f} % together)." in words
    assert "One projection does not show the period along the beam" in words
    several = msgspec.structs.replace(record, measured=record.measured * 2)
    assert "spot lattices of 2 zones" in lattice_words(lattice_reason(several))


@pytest.mark.parametrize(
    ("symbol", "written"),
    [
        ("P 63/m m c", "P6₃/mmc"),
        ("P 1 21/c 1", "P2₁/c"),
        ("P 4 2 2", "P422"),
        ("I -4 2 d", "I-42d"),
        ("P 31 2 1 or P 32 2 1", "P3₁21 / P3₂21"),
    ],
)
def test_symbols_are_written_as_in_print(symbol, written):
    assert space_group_words(symbol) == written


def test_damaged_statistics_are_named(tmp_path):
    path = tmp_path / "statistics.npz"
    with pytest.raises(BundleError, match="holds no lattice statistics"):
        read_statistics(path)
    path.write_bytes(b"not an archive")
    with pytest.raises(BundleError, match="holds no lattice statistics"):
        read_statistics(path)


def test_statistics_of_other_features_are_refused(tmp_path):
    found = bundled_statistics()
    values = {name: getattr(found, name) for name in found.__dataclass_fields__}
    values["mean"] = values["mean"][:-1]
    np.savez(tmp_path / "other.npz", **values)
    with pytest.raises(BundleError, match="other features"):
        read_statistics(tmp_path / "other.npz")


def test_the_command_line_speaks_of_the_lattice_of_an_unknown_crystal(tmp_path, capsys):
    crystal = Lattice(4.1, 5.3, 7.7)
    path = tmp_path / "unknown.tif"
    save_tiff(path, drawn_lattice(crystal))
    # one candidate, which is not it
    command = [str(path), "--network", "none", "--scale", str(SCALE), "--no-look-alikes"]
    candidate = ["--phase", "resources/phases/PuO2.cif"]
    assert main([*command, *candidate]) == 0
    assert "By its spot lattice alone: " in capsys.readouterr().out
    assert main([*command, *candidate, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["phase"] is None
    assert record["reasons"][-1]["kind"] == "lattice-alone"
    lattice = record["lattice"]
    assert lattice["measured"][0]["spacings_angstrom"] == pytest.approx([5.3, 4.1], rel=0.02)
    assert lattice["system"]["cubic"] < 0.3 if "cubic" in lattice["system"] else True


def test_patterns_of_an_unknown_crystal_are_joined_by_the_command_line(tmp_path, capsys):
    folder = tmp_path / "piece"
    folder.mkdir()
    for zone in ((0, 0, 1), (0, 1, 0)):
        picture = drawn_lattice(Lattice(4.1, 5.3, 7.7), zone)
        save_tiff(folder / f"zone{zone[1]}.tif", picture)
    command = [str(folder), "--network", "none", "--scale", str(SCALE), "--no-look-alikes"]
    command += ["--phase", "resources/phases/PuO2.cif", "--joint"]
    assert main(command) == 0
    last = capsys.readouterr().out.splitlines()[-2:]
    assert last[0].endswith("None of the patterns could be answered.")
    assert last[1].startswith("  By the spot lattices of 2 zones alone: ")
    assert main([*command, "--json", "--output", str(tmp_path / "kept.jsonl")]) == 0
    *singles, joint = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(joint["joint"]["lattice"]["measured"]) == 2
    # what carries the evidence between processes is printed with the details alone
    assert all("log_evidence" not in one["lattice"] for one in singles)
    assert "log_evidence" not in (tmp_path / "kept.jsonl").read_text(encoding="utf-8")
    assert main([*command, "--json", "--details"]) == 0
    detailed = json.loads(capsys.readouterr().out.splitlines()[0])
    assert len(detailed["lattice"]["log_evidence"]) == len(space_group_classes())


def drawn_lattice(lattice, zone=(0, 0, 1)):
    """Return a picture of a made-up crystal along a zone axis."""
    sites = (Site("Zr", (0.12, 0.31, 0.2)), Site("O", (0.4, 0.07, 0.6)))
    phase = Phase("made-up", lattice, space_group_from_symbol("P 2 2 2"), sites)
    return spot_image(phase, zone)[0]


def test_asked_for_it_is_said_beside_a_phase_that_is_named(tmp_path, capsys):
    path = tmp_path / "known.tif"
    save_tiff(path, spot_image("PuO2", (0, 0, 1))[0])
    command = [str(path), "--network", "none", "--scale", str(SCALE), "--no-look-alikes"]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lattice"] is None
    assert main([*command, "--json", "--lattice"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["phase"] is not None and len(record["lattice"]["space_groups"]) == 5


def test_what_is_left_open_is_said():
    record = LatticeRecord(
        system={"tetragonal": 0.3, "cubic": 0.2, "orthorhombic": 0.15, "hexagonal": 0.12},
        centring={},
        measured=(),
    )
    words = lattice_words(lattice_reason(record))
    assert ": tetragonal (30 %), cubic (20 %), orthorhombic (15 %) or another;" in words
    sure = msgspec.structs.replace(record, system={"cubic": 0.9, "tetragonal": 0.06})
    assert ": cubic (90 %);" in lattice_words(lattice_reason(sure))
