"""What the judge reads of a fit: how it fits, whatever the crystal is called and however it lies."""

from dataclasses import replace

import numpy as np
import pytest

from saed_desktop.electron import wavelength_angstrom
from saed_desktop.indexing.deciding.fit_tokens import (
    NUMBER_FEATURES,
    REFLECTION_FEATURES,
    SPOT_FEATURES,
    fit_numbers,
    fit_tokens,
)
from saed_desktop.indexing.deciding.unknown_crystal import (
    log_odds_against_unknown,
)
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.pattern.spots import Spots
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone

SCALE = 0.004
PHASES = {phase.name: phase for phase in bundled_phases()}


def observed(*, turn_deg=0.0, extra=(), intensity_noise=0.0):
    """Return the spots of PuO2 along [011], with spots of a superlattice where asked."""
    phase = PHASES["PuO2"]
    orientation = orientation_of_zone(phase.lattice, (0, 1, 1), in_plane_deg=20 + turn_deg)
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.2), orientation, thickness_angstrom=300
    )
    bright = np.flatnonzero(shown.intensity > np.exp(-6) * shown.intensity.max())
    xy = shown.q_xy[bright] / SCALE
    log_i = 0.65 * np.log(shown.intensity[bright])
    log_i = log_i + intensity_noise * np.random.default_rng(1).normal(size=len(log_i))
    for hkl in extra:
        lab = phase.lattice.g_vectors(np.array([hkl])) @ orientation.T
        xy = np.concatenate([xy, lab[:, :2] / SCALE])
        log_i = np.append(log_i, np.median(log_i))
    n = len(xy)
    observation = Observation(
        xy, np.full(n, 0.4), log_i, np.clip(8 * np.exp(log_i - log_i.min()), 8, 300),
        (400.0, 400.0), 0.5, SCALE, 0.02, 200.0, np.zeros((800, 800), bool), np.arange(n),
    )  # fmt: skip
    spots = Spots(
        xy + 400, np.full(n, 0.4), np.exp(log_i), np.exp(log_i), np.full(n, 2.0),
        observation.significance,
    )  # fmt: skip
    return observation, find_spot_lattice(spots, tolerance_px=2.4)


def tokens_of(names, **how):
    observation, lattice = observed(**how)
    pairs = find_basis_pairs(observation, lattice)
    phases = [PHASES[name] for name in names]
    found = {phase.name: match_phase(phase, observation, pairs) for phase in phases}
    phases = [phase for phase in phases if found[phase.name]]
    best = [found[phase.name][0] for phase in phases]
    return best, fit_tokens(best, phases, observation, lattice)


def column(tokens, name):
    present = tokens[:, -1] > 0
    return tokens[present, REFLECTION_FEATURES.index(name)]


def number(tokens, i, name):
    return tokens.numbers[i, NUMBER_FEATURES.index(name)]


@pytest.fixture(scope="module")
def right():
    return tokens_of(["PuO2"])


def test_reflections_of_the_right_crystal_lie_on_bright_spots(right):
    (candidate,), tokens = right
    reflections = tokens.reflections[0]
    matched = column(reflections, "matched") > 0
    assert matched.sum() == min(candidate.matched, 64)
    assert column(reflections, "distance")[matched].max() < 1.0
    assert np.abs(column(reflections, "misfit")[matched]).mean() < 0.7
    assert number(tokens, 0, "correlation") > 0.8


def test_excitation_errors_are_those_of_the_ewald_sphere(right):
    _, tokens = right
    reflections = tokens.reflections[0]
    s, q = 0.01 * column(reflections, "excitation"), column(reflections, "q")
    # along the zone axis itself: s = -λq²/2
    assert s == pytest.approx(-0.5 * wavelength_angstrom(200.0) * q**2, abs=2e-3)


def test_the_numbers_alone_are_those_among_the_tokens():
    best, tokens = tokens_of(["PuO2", "alpha-Zr", "beta-Pu"], extra=[(3, 0, 0)])
    observation, lattice = observed(extra=[(3, 0, 0)])
    phases = [PHASES[candidate.phase] for candidate in best]
    assert np.array_equal(fit_numbers(best, phases, observation, lattice), tokens.numbers)


def test_odds_of_several_fits_are_those_of_each():
    best, _ = tokens_of(["PuO2", "alpha-Zr", "beta-Pu"])
    observation, lattice = observed()
    phases = [PHASES[candidate.phase] for candidate in best]
    for one in (lattice, None):
        together = log_odds_against_unknown(best, phases, observation, one)
        alone = [
            log_odds_against_unknown([c], [p], observation, one)[0]
            for c, p in zip(best, phases, strict=True)
        ]
        assert together == alone
        assert len(set(alone)) == len(best)


def test_a_name_makes_no_difference(right):
    (candidate,), tokens = right
    observation, lattice = observed()
    other = replace(candidate, phase="something else")
    again = fit_tokens([other], [replace(PHASES["PuO2"], name="x")], observation, lattice)
    for one, two in zip(vars(tokens).values(), vars(again).values(), strict=True):
        assert np.array_equal(one, two)


def test_a_turned_pattern_has_the_same_tokens(right):
    _, tokens = right
    _, turned = tokens_of(["PuO2"], turn_deg=90.0)
    assert turned.numbers == pytest.approx(tokens.numbers, abs=0.15)
    for name in ("q", "expected", "visible"):
        one, two = column(tokens.reflections[0], name), column(turned.reflections[0], name)
        assert np.sort(two) == pytest.approx(np.sort(one), abs=0.1)


def test_spots_of_a_superlattice_are_left_over_off_the_indices():
    _, tokens = tokens_of(["PuO2"], extra=((0.5, 0.5, -0.5), (1.5, -0.5, 0.5)))
    left = tokens.spots[0][tokens.spots[0, :, -1] > 0]
    off = left[:, SPOT_FEATURES.index("off index")]
    assert len(left) >= 2
    assert (off > 1.6).sum() >= 2  # four times the distance of half an index


def test_wrong_intensities_show():
    _, right = tokens_of(["PuO2"])
    _, wrong = tokens_of(["PuO2"], intensity_noise=2.0)
    assert number(wrong, 0, "misfit") > 2 * number(right, 0, "misfit")


def test_nothing_is_beyond_bounds_and_candidates_keep_their_order():
    names = ["PuO2", "kappa-PuZr2", "beta-Pu", "Zr3O_R32"]
    best, tokens = tokens_of(names)
    for array in vars(tokens).values():
        assert len(array) == len(best) >= 2
        assert np.isfinite(array).all()
        assert np.abs(array).max() <= 20
    posterior = tokens.numbers[:, NUMBER_FEATURES.index("log posterior")]
    assert posterior == pytest.approx([c.log_posterior / 10 for c in best], abs=1e-5)


def test_no_candidates_give_no_tokens():
    observation, lattice = observed()
    assert len(fit_tokens([], [], observation, lattice)) == 0
