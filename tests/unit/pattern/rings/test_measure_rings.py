"""Rings measured: centre, ellipse and radii of drawn ones, whole, in arcs and behind a stop."""

import numpy as np
import pytest

from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import Edits, prepare
from saed_desktop.pattern.rings.peaks import area_factor, pseudo_voigt
from tests.drawing import halo_pattern
from tests.ring_drawing import GOLD_D, draw_rings

SCALE = 0.0045
RADII = np.array([1 / (d * SCALE) for d, _ in GOLD_D.values()])


def found_radii(measured):
    return np.array([measured.radius_px[np.argmin(np.abs(measured.radius_px - r))] for r in RADII])


@pytest.mark.parametrize(
    "drawn",
    [
        {},
        {"center": (200.4, 301.7)},
        {"stop": True},
        {"ellipse": (0.012, -0.008)},
        {"arc": (200, 330)},
    ],
    ids=["whole", "off-centre", "stop", "ellipse", "arc"],
)
def test_radii_centre_and_ellipse_are_those_drawn(drawn):
    prepared = prepare(Pattern(draw_rings(GOLD_D, **drawn)))
    measured = prepared.measured_rings
    assert prepared.kind is PatternKind.RINGS
    center = drawn.get("center", (262.3, 247.8))
    reach = 1.0 if "arc" not in drawn else 3.0
    assert np.hypot(*(np.array(prepared.center.xy) - center)) < reach
    strong = slice(0 if "arc" not in drawn else 1, 4)
    error = found_radii(measured)[strong] / RADII[strong] - 1
    assert np.abs(error).max() < (0.004 if "arc" not in drawn else 0.03)
    a, b = drawn.get("ellipse", (0.0, 0.0))
    if "arc" not in drawn:
        assert np.hypot(measured.geometry.cos2 - a, measured.geometry.sin2 - b) < 0.003


def test_widths_and_intensities_are_those_drawn():
    measured = prepare(Pattern(draw_rings(GOLD_D, fwhm_px=7.0))).measured_rings
    index = [int(np.argmin(np.abs(measured.radius_px - r))) for r in RADII[:4]]
    # (1 + x²)^-1.5 is half at x = 0.766
    assert measured.fwhm_px[index] == pytest.approx(7.0 * 0.766, rel=0.12)
    strength = np.array([s for _, s in GOLD_D.values()])[:4]
    relative = measured.intensity[index] / measured.intensity[index[0]]
    assert relative == pytest.approx(strength / strength[0], rel=0.15)


def test_stated_uncertainties_hold_the_scatter_of_repeated_patterns():
    radii = []
    sigmas = []
    for seed in range(6):
        measured = prepare(Pattern(draw_rings(GOLD_D, seed=seed, height=300))).measured_rings
        i = int(np.argmin(np.abs(measured.radius_px - RADII[2])))
        radii.append(measured.radius_px[i])
        sigmas.append(measured.radius_sigma_px[i])
    assert np.abs(np.array(radii) - RADII[2]).max() < 4 * max(sigmas)
    assert max(sigmas) < 0.6


def test_the_users_centre_stays():
    prepared = prepare(Pattern(draw_rings(GOLD_D)), edits=Edits(center_xy=(264.0, 246.0)))
    assert prepared.center.xy == (264.0, 246.0)
    assert prepared.measured_rings.geometry.center_xy == pytest.approx((264.0, 246.0), abs=0.01)


def test_a_halo_is_broad_and_noise_has_no_rings():
    halo = prepare(Pattern(halo_pattern())).measured_rings
    assert halo.is_halo
    assert halo.radius_px == pytest.approx([90], abs=3)
    noise = np.random.default_rng(1).poisson(30, (300, 300)).astype(np.float32)
    assert prepare(Pattern(noise)).measured_rings is None


def test_a_ring_of_a_few_dots_is_none_and_one_of_many_is():
    def dots(count):
        rng = np.random.default_rng(3)
        image = rng.poisson(30, (400, 400)).astype(float)
        y, x = np.mgrid[:400, :400]
        for radius in (60, 85, 120):
            for angle in rng.uniform(0, 2 * np.pi, count):
                dx, dy = x - 200 - radius * np.cos(angle), y - 200 - radius * np.sin(angle)
                image += 400 * np.exp(-(dx**2 + dy**2) / 8)
        return Pattern(image.astype(np.float32))

    many = prepare(dots(60)).measured_rings
    for radius in (60, 85, 120):
        assert np.abs(many.radius_px - radius).min() < 1.5
    few = prepare(dots(3)).measured_rings
    assert few is None or len(few) == 0


def test_the_area_of_a_peak():
    x = np.linspace(-400, 400, 200_001)
    for shape in (0.0, 0.4, 1.0):
        curve = pseudo_voigt(x, np.array([0.0]), np.array([2.0]), shape)[0]
        assert np.trapezoid(curve, x) == pytest.approx(2 * area_factor(shape), rel=0.01)
