"""The zone law between the zone axis and the indices beside it, in everything `saed-index` writes."""

import contextlib
import csv
import io
import json

import numpy as np
import pytest

from saed_desktop import cli
from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.zone_axis import is_hexagonal
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.readers import find_patterns

PHASES = {p.stem: read_phase(p) for p in sorted((resources_dir() / "phases").glob("*.cif"))}
FILES = [str(path) for path in find_patterns([resources_dir() / "patterns"], recursive=True)]


@pytest.fixture(scope="module")
def records():
    words = [*FILES, "--network", "none", "--json", "--details", "--no-look-alikes"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        cli.main(words)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def in_image(candidate, phase):
    """Positions of a candidate's reflections from its indices and its orientation, in pixels."""
    hkl = np.array([r["hkl"] for r in candidate["reflections"]])
    lab = phase.lattice.g_vectors(hkl) @ np.array(candidate["orientation"]).T
    return hkl, lab, lab[:, :2] / candidate["scale_inv_angstrom_per_px"]


def test_every_candidate_of_the_bundled_examples_obeys_it(records):
    checked = 0
    for record in records:
        center = np.array(record["center_xy"])
        for candidate in record["candidates"]:
            phase = PHASES[candidate["phase"]]
            zone = np.array(candidate["zone_axis"])
            hkl, lab, places = in_image(candidate, phase)
            matched = np.array([r["spot"] is not None for r in candidate["reflections"]])
            layer = hkl @ zone
            # the zone's direction as the orientation has it, not as its name says
            up = np.array(candidate["orientation"]) @ phase.lattice.directions(zone)
            np.testing.assert_allclose(lab @ up, layer, atol=0.05)
            off = np.rad2deg(np.arccos(np.clip(-up[2] / np.linalg.norm(up), -1, 1)))
            assert off == pytest.approx(candidate["off_zone_deg"], abs=0.05)
            # near a zone axis most of what is seen is of its zero layer
            if candidate["off_zone_deg"] < 2 and matched.sum() >= 5:
                assert np.mean(layer[matched] == 0) >= 0.6
                checked += 1
            shown = np.array([r["xy"] for r in candidate["reflections"]]) - center
            # but for the ellipse and the beam's displacement
            assert np.abs(places - shown).max() < 0.04 * np.abs(shown).max() + 3
    assert checked > 20


def test_labels_have_four_indices_on_hexagonal_axes_and_say_the_same(records):
    four = 0
    for record in records:
        for candidate in record["candidates"]:
            u, v, w = candidate["zone_axis"]
            words = candidate["zone_label"].strip("[]")
            if not is_hexagonal(PHASES[candidate["phase"]].lattice):
                assert words.replace(" ", "") == f"{u}{v}{w}"
                continue
            four += 1
            ratio = np.array([2 * u - v, 2 * v - u, -(u + v), 3 * w])
            ratio //= np.gcd.reduce(ratio)
            assert words.replace(" ", "") == "".join(str(i) for i in ratio)
            for reflection in candidate["reflections"]:
                h, k, el = reflection["hkl"]
                assert reflection["label"].replace(" ", "") == f"{h}{k}{-h - k}{el}"
    assert four > 5


def test_the_table_the_page_and_the_reasons_use_the_label(index, tmp_path):
    example = next(path for path in FILES if "kappa" in path)
    words = (example, "--network", "none", "--no-look-alikes", "--output")
    _, line, _ = index(*words, tmp_path / "out.csv")
    _, out, _ = index(*words, tmp_path / "out.html", "--json")
    label = next(
        c["zone_label"]
        for c in json.loads(out)["candidates"]
        if c["phase"] == json.loads(out)["phase"]
    )
    assert len(label.strip("[]")) == 4
    row = next(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert row["zone_label"] == label
    assert len(row["zone_axis"].split()) == 3
    assert label in (tmp_path / "out.html").read_text()
    assert label in line
    assert any(label in reason["text"] for reason in json.loads(out)["reasons"])
