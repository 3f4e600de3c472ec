import json
from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.orientation import orientation_of_zone
from trainer.data.ranges import OrientationRanges
from trainer.studies.ceiling import ceiling
from trainer.studies.noise_free import distorted, noise_free_pattern
from trainer.studies.ties import Errors, rival_points, tied_plausibility

PIXEL = 0.004
KNOWN = Errors(scale=0.04)
UNKNOWN = Errors(scale=0.3)


def phase(name):
    return read_phase(resources_dir() / "phases" / f"{name}.cif")


def seen(name, uvw, errors=KNOWN):
    crystal = phase(name)
    points = rival_points(crystal, errors)
    return noise_free_pattern(points, orientation_of_zone(crystal.lattice, uvw), PIXEL)


def tied(rival, pattern, errors):
    points = rival_points(phase(rival), errors)
    return tied_plausibility(points, pattern, errors, OrientationRanges()) > 0


def test_a_phase_reproduces_its_own_pattern():
    for name, uvw in (("PuO2", (1, 1, 0)), ("beta-Pu", (0, 0, 1)), ("ZrO2_mono", (1, 0, 0))):
        for errors in (KNOWN, replace(KNOWN, dynamical=True, log_intensity=1.1)):
            assert tied(name, seen(name, uvw), errors), (name, errors)


def test_cubes_of_one_net_are_told_apart_by_the_scale_alone():
    # a = 4.95 and 5.40 Å: nine per cent, more than twice the error of a known scale
    pattern = seen("PuO", (0, 0, 1))
    assert not tied("PuO2", pattern, KNOWN)
    assert tied("PuO2", pattern, replace(UNKNOWN, faintest_log=-3.0))
    # and a wrong scale makes the one the other
    grown = distorted(pattern, np.eye(2) * 4.958 / 5.396)
    assert tied("PuO2", grown, replace(KNOWN, faintest_log=-3.0))


@pytest.mark.parametrize(
    ("name", "uvw", "tilt_deg"),
    [("Zr3O_R-3c", (1, 1, 1), 0.0), ("Zr3O_R32", (1, 1, 0), 1.5), ("Zr3O_R-3c", (1, 0, 0), 3.0)],
)
def test_without_a_scale_no_more_is_told_apart_than_with_one(name, uvw, tilt_deg):
    # superlattice spots that do not show mislead a fit that may grow by a third
    crystal = phase(name)
    turned = orientation_of_zone(crystal.lattice, uvw, tilt_deg=tilt_deg, tilt_azimuth_deg=20)
    pattern = noise_free_pattern(rival_points(crystal, KNOWN), turned, PIXEL, -4.5)
    known = replace(KNOWN, dynamical=True, log_intensity=1.1)
    plausible = {
        rival: [
            tied_plausibility(
                rival_points(phase(rival), errors), pattern, errors, OrientationRanges()
            )
            for errors in (known, replace(known, scale=0.3))
        ]
        for rival in ("Zr3O_R32", "Zr3O_R-3c", "alpha-Zr")
    }
    assert all(well <= not_at_all for well, not_at_all in plausible.values()), plausible
    assert plausible[name][1] > 0


def test_superlattice_spots_tell_until_they_are_too_faint_to_be_seen():
    ordered = seen("Zr3O_R-3c", (1, 1, 0))
    faint = replace(KNOWN, faintest_log=-7.0)
    assert not tied("alpha-Zr", ordered, faint)


def test_brightness_tells_where_places_do_not():
    pattern = seen("PuO2", (1, 1, 0))
    errors = replace(KNOWN, log_intensity=0.4, dynamical=True)
    assert tied("PuO2", replace(pattern, log_intensity=0.65 * pattern.log_intensity), errors)
    shuffled = np.random.default_rng(0).permutation(pattern.log_intensity) * 2
    assert not tied("PuO2", replace(pattern, log_intensity=shuffled), errors)


def test_low_zone_axes_are_more_plausible_than_high_ones():
    points = rival_points(phase("PuO2"), KNOWN)
    low, high = (
        tied_plausibility(points, seen("PuO2", uvw), KNOWN, OrientationRanges())
        for uvw in ((1, 1, 0), (3, 1, 2))
    )
    assert 0 < high < low < 1


def test_the_best_answer_to_a_tie_is_the_likeliest():
    plausibility = np.array([[0.2, 0.2, 0], [0.2, 0.2, 0], [0, 0, 0.1], [0, 0.01, 0.1]])
    truth = np.array([0, 1, 2, 2])
    even = ceiling(plausibility, truth, np.full(3, 1 / 3))
    # one of two equally likely ones is right every other time
    assert even["accuracy"] == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert even["recall"] == [0.5, 0.5, 1.0]
    assert even["tied"] == pytest.approx(2 / 3 + 1 / 6)
    uneven = ceiling(plausibility, truth, np.array([0.6, 0.1, 0.3]))
    assert uneven["accuracy"] == pytest.approx(0.6 + 0.3)
    assert uneven["recall"] == [1.0, 0.0, 1.0]
    assert uneven["balanced_accuracy"] == pytest.approx(2 / 3)
    # a phase that does not reproduce its own pattern is said, and counts as told apart
    plausibility[3, 2] = 0
    lost = ceiling(plausibility, truth, np.full(3, 1 / 3))
    assert lost["own_phase_not_reproduced"] == pytest.approx(1 / 6)
    assert lost["recall"][2] == 1.0
    assert lost["accuracy"] == pytest.approx(2 / 3)
    assert lost["accuracy_where_reproduced"] == pytest.approx(0.5 / (5 / 6))
    nothing = ceiling(np.zeros((4, 3)), truth, np.full(3, 1 / 3))
    assert nothing["accuracy"] == pytest.approx(1.0)
    assert nothing["accuracy_where_reproduced"] is None


@pytest.fixture(scope="module")
def reflections(tmp_path_factory):
    """Two patterns of each of two phases, as `simulate` keeps reflections."""
    path = tmp_path_factory.mktemp("ceiling") / "reflections.npz"
    names = ("PuO", "PuO2")
    patterns = [seen(name, uvw) for name in names for uvw in ((0, 0, 1), (1, 1, 0))]
    most = max(len(pattern.q_xy) for pattern in patterns)
    q = np.zeros((4, most, 2))
    log = np.full((4, most), -40.0)
    for i, pattern in enumerate(patterns):
        q[i, : len(pattern.q_xy)] = pattern.q_xy
        log[i, : len(pattern.q_xy)] = pattern.log_intensity
    label = np.array([0, 0, 1, 1])
    np.savez(path, q_xy=q, log_intensity=log, label=label, names=np.array(names))
    return path


def test_the_command_says_what_the_scale_is_worth(reflections, saed_trainer):
    accuracy = {}
    for sigma in ("1", "unknown"):
        words = ["--scale-sigma", sigma]
        status, out, _ = saed_trainer("ceiling", reflections, *words, "--json")
        assert status == 0
        found = json.loads(out)["uniform"]
        assert found["patterns"] == 4
        accuracy[sigma] = found["accuracy"]
    assert accuracy["1"] == 1.0
    assert accuracy["unknown"] < 0.8
    status, out, _ = saed_trainer("ceiling", reflections, "--limit", 1)
    assert status == 0
    assert "2 patterns at best" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--scale-sigma", "much"], "--scale-sigma is a percentage or 'unknown', not much."),
        (["--intensity-sigma", "-1"], "--intensity-sigma is at least 0."),
        (["--dynamic-range", "0"], "--dynamic-range is above 0."),
        (["--limit", "0"], "--limit"),
        (["--energy-kev", "0"], "--energy-kev is between 10 and 3000."),
    ],
)
def test_bad_options_are_a_sentence(reflections, saed_trainer, words, sentence):
    status, _, err = saed_trainer("ceiling", reflections, *words)
    assert status == 2
    assert sentence in err


def test_what_holds_no_reflections_is_a_sentence(tmp_path, saed_trainer):
    path = tmp_path / "no.npz"
    path.write_bytes(b"nothing")
    status, _, err = saed_trainer("ceiling", path)
    assert status == 2
    assert "holds no computed reflections" in err


def test_reflections_without_names_or_without_patterns_are_a_sentence(
    reflections, tmp_path, saed_trainer
):
    path = tmp_path / "unnamed.npz"
    with np.load(reflections) as data:
        np.savez(path, **{**data, "names": np.array((), dtype=str)})
    status, _, err = saed_trainer("ceiling", path)
    assert status == 2
    assert "its phases have no names" in err
    status, _, err = saed_trainer("ceiling", reflections, "--skip", 5)
    assert status == 2
    assert "no pattern of these phases after --skip" in err


def test_a_missing_file_is_said_to_be_missing(tmp_path, saed_trainer):
    for command in ("ceiling", "mix"):
        status, _, error = saed_trainer(command, tmp_path / "nope")
        assert status in (1, 2)
        assert "There is no file" in error and "Errno" not in error
