"""A scale that is stated roughly may help, and must not mislead."""

from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.rough_scale import (
    blend,
    depends_on_scale,
    on_possible_scales,
    without_scale,
)
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import ROUGH_SIGMA, Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.rendering import spot_image

SCALE = 0.0042


@pytest.fixture(scope="module")
def oxide():
    image, _ = spot_image("PuO2", (0, 1, 1), scale=SCALE, in_plane_deg=31.0, seed=4)
    return prepare(Pattern(image, Calibration.known(SCALE, ScaleSource.USER, 0.01), 200.0))


@pytest.fixture(scope="module")
def session():
    return NetworkSession(open_bundle(resources_dir() / "networks" / "saed-nine-phases.saednet"))


def stated(prepared, factor, sigma):
    calibration = Calibration.known(factor * SCALE, ScaleSource.USER, sigma)
    return replace(prepared, pattern=prepared.pattern.with_calibration(calibration))


def test_scales_within_five_per_cent_and_none_are_not_rough():
    assert not Calibration.known(SCALE, ScaleSource.FILE).is_rough
    assert not Calibration.known(SCALE, ScaleSource.USER, ROUGH_SIGMA).is_rough
    assert not Calibration.unknown().is_rough
    assert Calibration.known(SCALE, ScaleSource.USER, 0.06).is_rough


@pytest.mark.parametrize("sigma", [0.06, 0.1, 0.3])
def test_the_scales_tried_are_as_uncertain_as_the_one_stated(oxide, sigma):
    patterns, likely = on_possible_scales(stated(oxide, 1.0, sigma))
    calibrations = [p.pattern.calibration for p in patterns]
    log_scale = np.log([c.scale_inv_angstrom_per_px for c in calibrations])
    assert likely.sum() == pytest.approx(1)
    assert likely @ log_scale == pytest.approx(np.log(SCALE))
    variance = likely @ (log_scale - np.log(SCALE)) ** 2 + ROUGH_SIGMA**2
    assert np.sqrt(variance) == pytest.approx(sigma, rel=0.08)
    assert not any(c.is_rough for c in calibrations)


def test_an_uncertainty_without_bounds_is_taken_for_a_large_one(oxide):
    endless, large = (on_possible_scales(stated(oxide, 1.0, sigma))[0] for sigma in (np.inf, 1.0))
    for one, other in zip(endless, large, strict=True):
        assert one.pattern.calibration == other.pattern.calibration


def test_a_scale_on_which_nothing_known_is_seen_counts_for_nothing():
    # two phases and "other"; on the second scale the pattern looks like no phase at all
    on_scales = np.array([[0.8, 0.1, 0.1], [0.0, 0.001, 0.999]])
    without = np.full(3, 1 / 3)
    found = blend(on_scales, np.array([0.5, 0.5]), without, 2)
    alone = blend(on_scales[:1], np.ones(1), without, 2)
    np.testing.assert_allclose(found, alone, atol=0.003)
    assert found.sum() == pytest.approx(1)
    # a network without such a class has no say in how likely a scale is
    even = blend(on_scales, np.array([0.5, 0.5]), without, None)
    assert even[2] > even[0]


def test_two_certain_answers_that_contradict_each_other_leave_everything_open():
    found = blend(np.eye(3)[:1], np.ones(1), np.eye(3)[1], None)
    np.testing.assert_allclose(found, np.full(3, 1 / 3))


def test_what_no_scale_can_exclude_a_rough_one_does_not_make_certain(oxide, session):
    # 9 % too small: on this scale the lattice is that of PuO
    astray = 4.958 / 5.396
    believed = session.predict(stated(oxide, 1 / astray, 0.02))
    assert believed.best != "PuO2"
    rough = session.predict(stated(oxide, 1 / astray, 0.1))
    blind = session.predict(without_scale(oxide))
    assert rough.probabilities["PuO2"] > 10 * believed.probabilities["PuO2"]
    assert "PuO2" in rough.prediction_set
    # where the rough scale is right it helps
    lucky = session.predict(stated(oxide, 1.0, 0.1))
    assert lucky.probabilities["PuO2"] > 1.5 * blind.probabilities["PuO2"]


def test_networks_on_images_alone_are_asked_once():
    image = InputSpec("image", InputKind.IMAGE, 64, crop_px=64)
    polar = InputSpec("polar", InputKind.POLAR, 128)
    assert not depends_on_scale((image,))
    assert depends_on_scale((image, polar))
