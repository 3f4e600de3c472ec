"""The direct beam's places and their evidence."""

import numpy as np
import pytest

from saed_desktop.pattern.center import Center, CenterHypothesis, judged_center
from saed_desktop.pattern.negative import looks_inverted
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.drawing import net_pattern, spot, with_beam_stop

BASIS = np.array([(41.0, 6.0), (-9.0, 52.0)])
CENTER = np.array([262.3, 249.1])


def distance(a, b):
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def test_beam_is_a_node_where_the_envelope_is_centred_beside_it():
    """A tilted crystal: all reflections brighter to one side, the background as well."""
    image, _ = net_pattern(beam_height=900)
    columns = np.arange(512)[None, :]
    lean = 1 / (1 + np.exp(-(columns - CENTER[0] - 30) / 60))
    image = np.random.default_rng(3).poisson(20 + (image - 20).clip(0) * (0.25 + 2 * lean))
    center = prepare(Pattern(image.astype(np.float32))).center
    offset = (np.array(center.xy) - CENTER) @ np.linalg.inv(BASIS)
    assert np.abs(offset - np.round(offset)).max() < 0.05


def test_beam_weaker_than_a_reflection_is_found():
    image, places = net_pattern(beam_height=700)
    bright = places[np.argmin(np.hypot(*(places - CENTER - BASIS[0]).T))]
    spot(image, *bright, 5000, sigma=2.5)
    assert distance(prepare(Pattern(image.astype(np.float32))).center.xy, CENTER) < 1


def test_beam_cut_off_in_an_export_is_a_spot():
    image, _ = net_pattern(beam_height=300)
    rows, columns = np.mgrid[:512, :512]
    image += 4e4 * np.exp(-0.5 * (np.hypot(columns - CENTER[0], rows - CENTER[1]) / 22) ** 2)
    prepared = prepare(Pattern(np.minimum(image, 900).astype(np.float32)))
    assert distance(prepared.center.xy, CENTER) < 1
    assert np.hypot(*(prepared.spots.xy - CENTER).T).min() < 1.5


def test_hidden_beam_leaves_places_whose_probabilities_sum_to_one():
    image, _ = net_pattern(background=2, decay=400)
    image, _ = with_beam_stop(image, CENTER, width=60)
    center = prepare(Pattern(image)).center
    assert sum(center.probabilities) == pytest.approx(1)
    assert list(center.probabilities) == sorted(center.probabilities, reverse=True)
    nearest = min(distance(h.xy, CENTER) for h in center.hypotheses)
    assert nearest < 2


@pytest.mark.parametrize(
    ("weights", "wide"), [((0.0, -8.0), False), ((0.0, -0.5), True), ((0.0, -3.5), False)]
)
def test_uncertainty_covers_the_other_place_where_it_remains(weights, wide):
    first = CenterHypothesis((100.0, 100.0), 0.4, weights[0], "lattice")
    other = CenterHypothesis((130.0, 140.0), 0.4, weights[1], "lattice")
    start = Center(first.xy, first.sigma_px, {}, "lattice")
    center = judged_center(start, [other, first])
    assert center.xy == first.xy
    assert center.sigma_px == pytest.approx(25.0 if wide else 0.4)
    assert center.local_sigma_px == 0.4


def test_knowledge_from_elsewhere_moves_the_beam():
    first = CenterHypothesis((100.0, 100.0), 0.4, 0.0, "lattice")
    other = CenterHypothesis((130.0, 140.0), 0.7, -1.0, "lattice")
    center = judged_center(Center(first.xy, 0.4, {}, "lattice"), [first, other])
    moved = judged_center(
        center, [first, CenterHypothesis(other.xy, 0.7, other.log_weight + 9, "lattice")]
    )
    assert moved.xy == other.xy
    assert moved.sigma_px == 0.7


def test_dark_spots_in_noise_are_seen_as_inverted():
    rng = np.random.default_rng(2)
    image = np.zeros((400, 400))
    for x, y in rng.uniform(40, 360, (14, 2)):
        spot(image, x, y, 6.0, sigma=2.5)
    noisy = rng.normal(0, 1, image.shape) - image
    assert looks_inverted(noisy.astype(np.float32))
    assert not looks_inverted((-noisy).astype(np.float32))


def test_logarithm_of_a_transform_is_not_inverted_and_its_spots_are_found():
    """An FFT on a logarithmic scale: speckle with a long dark tail, six sharp spots, no beam."""
    rng = np.random.default_rng(4)
    power = rng.exponential(1.0, (512, 512))
    truth = [(218, 310), (294, 310), (219, 203), (294, 203), (180, 256), (332, 256)]
    for x, y in truth:
        spot(power, x, y, 150.0, sigma=1.3)
    image = np.round(np.log(power + 1e-3) * 1.5) * 16
    image = np.asarray(image + 160, np.float32)
    assert not looks_inverted(image)
    found = prepare(Pattern(image)).spots.xy
    assert all(np.hypot(*(found - place).T).min() < 1.5 for place in truth)
