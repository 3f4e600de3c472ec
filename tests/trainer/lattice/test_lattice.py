"""The lattice statistics from drawing to the program's own reading of them."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.errors import UsageError
from saed_desktop.indexing.lattice.evidence import zone_of
from saed_desktop.indexing.lattice.features import FEATURES, lattice_features
from saed_desktop.indexing.lattice.space_groups import SYSTEMS, class_of, system_of_classes
from saed_desktop.indexing.lattice.statistics import read_statistics
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.rendering import SCALE, spot_image
from trainer.cli import main
from trainer.judge.observed import draw_pattern
from trainer.lattice import draw
from trainer.lattice.crystals import deformed, space_group_label
from trainer.lattice.draw import (
    LatticeExamples,
    load_examples,
    load_zones,
    zone_row,
    zones_of_rows,
)
from trainer.lattice.training import (
    LatticeTraining,
    calibrated,
    fit_statistics,
    summed,
    system_loss,
    without_scale,
)

SCALED = Calibration.known(SCALE, ScaleSource.FILE)


def phase(name):
    return read_phase(resources_dir() / "phases" / f"{name}.cif")


@pytest.mark.parametrize("name", ["PuO2", "alpha-Zr", "Zr3O_R-3c", "ZrO2_mono", "beta-Pu"])
def test_a_deformed_cell_keeps_its_symmetry(name):
    crystal = phase(name)
    bent = deformed(crystal, np.random.default_rng(4))
    assert abs(np.log(bent.lattice.volume / crystal.lattice.volume)) > 1e-3
    group = crystal.space_group
    hkl = np.random.default_rng(1).integers(-4, 5, (50, 3))
    length = np.linalg.norm(bent.lattice.g_vectors(hkl), axis=1)
    for rotation in group.laue_rotations:
        turned = np.linalg.norm(bent.lattice.g_vectors(hkl @ rotation), axis=1)
        np.testing.assert_allclose(turned, length, rtol=1e-6)


def test_the_label_is_that_of_the_atoms_and_not_of_the_file():
    # an fcc metal without its symmetry
    places = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
    plain = Phase(
        "plain",
        Lattice(4.05, 4.05, 4.05),
        space_group_from_symbol("P 1"),
        tuple(Site("Al", place) for place in places),
    )
    assert space_group_label(plain) == class_of(225)


def made_up(n, seed):
    """Return zones some of whose features tell the system; the others are noise."""
    rng = np.random.default_rng(seed)
    numbers = np.array([2, 14, 62, 136, 166, 194, 225])
    label = np.array([class_of(int(x)) for x in rng.choice(numbers, n // 2)]).repeat(2)
    features = rng.normal(0, 1, (len(label), len(FEATURES))).astype(np.float32)
    # those of the scale are the first
    features[np.arange(len(label)), 10 + system_of_classes()[label]] += 3
    return LatticeExamples(features, label, np.arange(n // 2).repeat(2))


def test_statistics_learn_and_are_calibrated():
    examples, others = made_up(1200, 1), made_up(400, 2)
    options = LatticeTraining(epochs=20, hidden=32, dropout=0.2, weight_decay=0.1, members=2)
    found = calibrated(fit_statistics(examples, options, log=lambda line: None), others)
    single = found.log_probabilities(others.features)
    system = summed(single, system_of_classes(), len(SYSTEMS))
    right = system.argmax(axis=1) == system_of_classes()[others.label]
    assert right.mean() > 0.8
    assert system.max(axis=1).mean() == pytest.approx(right.mean(), abs=0.1)
    prior = np.repeat(found.log_prior[None], len(others), axis=0)
    assert system_loss(single, others.label) < 0.7 * system_loss(prior, others.label)


def test_members_are_averaged_in_one_network():
    examples = made_up(200, 3)
    options = LatticeTraining(epochs=2, hidden=8, members=2, seed=4)
    both = fit_statistics(examples, options, log=lambda line: None)
    alone = [
        fit_statistics(examples, replace(options, members=1, seed=seed), log=lambda line: None)
        for seed in (4, 5)
    ]
    logits = [
        np.maximum((examples.features - one.mean) / one.spread @ one.inner + one.inner_bias, 0)
        @ one.outer
        + one.outer_bias
        for one in (both, *alone)
    ]
    np.testing.assert_allclose(logits[0], (logits[1] + logits[2]) / 2, atol=1e-9)


def test_a_zone_without_its_scale_keeps_its_shape():
    zone = zone_of(prepare(Pattern(spot_image("alpha-Zr", (0, 0, 1))[0], SCALED)))
    free = replace(zone, scale=None, scale_sigma=np.inf)
    examples = LatticeExamples(lattice_features(zone)[None], np.zeros(1, int), np.zeros(1, int))
    np.testing.assert_allclose(
        without_scale(examples).features[0], lattice_features(free), atol=1e-6
    )


def test_zones_keep_the_spots_that_their_features_come_from(tmp_path):
    pattern = draw_pattern(phase("PuO2"), 3, 1, picture=False)
    row = zone_row(pattern)
    zones = zones_of_rows([{**row, "label": 5, "crystal": 1, "name": "PuO2"}] * 2)
    zones.save(tmp_path / "zones.npz")
    found = load_zones(tmp_path)[np.array([1])]
    assert found.name[0] == "PuO2" and found.n_spots[0] == len(pattern.observation)
    spots = found.spots[0, : found.n_spots[0]]
    np.testing.assert_allclose(spots[:, :2], pattern.observation.offsets_px, atol=1e-3)
    assert not found.spots[0, found.n_spots[0] :].any()
    np.testing.assert_array_equal(load_examples(tmp_path).features, load_zones(tmp_path).features)


def test_drawn_and_fitted_by_command(tmp_path, monkeypatch):
    monkeypatch.setattr(draw, "PER_FILE", 6)
    folder = tmp_path / "zones"
    command = ["lattice", "draw", "--split", "calibration", "--crystals", "6", "--seed", "5"]
    assert main([*command, "--output", str(folder)]) == 0
    first = load_examples(folder)
    assert first.features.shape[1] == len(FEATURES) and len(first) >= 6
    assert np.isfinite(first.features).all()
    # the same seed draws the same zones, and what is there is kept
    again = tmp_path / "again"
    assert main([*command, "--output", str(again)]) == 0
    np.testing.assert_array_equal(load_examples(again).features, first.features)
    path = tmp_path / "statistics.npz"
    fit = ["lattice", "fit", "--examples", str(folder), "--calibration", str(again)]
    assert (
        main([*fit, "--output", str(path), "--epochs", "3", "--hidden", "8", "--members", "2"]) == 0
    )
    log_p = read_statistics(path).log_probabilities(first.features)
    np.testing.assert_allclose(np.exp(log_p).sum(axis=1), 1, rtol=1e-6)


def test_a_folder_without_zones_is_named(tmp_path, capsys):
    fit = ["lattice", "fit", "--examples", str(tmp_path), "--calibration", str(tmp_path)]
    assert main([*fit, "--output", str(tmp_path / "x.npz")]) == 2
    assert "holds no zones" in capsys.readouterr().err
    np.savez(tmp_path / "train-1-0000.npz", features=np.zeros((2, 3)), label=[1, 1], crystal=[1, 2])
    with pytest.raises(UsageError, match="other features"):
        load_examples(tmp_path)
