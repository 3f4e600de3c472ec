"""What is found in drawn patterns whose truth is known."""

import cv2
import numpy as np
import pytest

from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.negative import looks_inverted
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import Edits, prepare
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.pattern.spot_lattice import find_spot_lattice, reduced_basis
from tests.drawing import halo_pattern, net_pattern, ring_pattern, with_beam_stop

CENTER = (262.3, 249.1)


def distance(a, b):
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def recall_and_precision(found, true, reach=1.5):
    between = np.linalg.norm(found[:, None, :] - true[None, :, :], axis=2)
    return (between.min(axis=0) < reach).mean(), (between.min(axis=1) < reach).mean()


@pytest.fixture(scope="module")
def drawn():
    image, places = net_pattern()
    return prepare(Pattern(image)), image, places


def test_center_of_a_plain_pattern(drawn):
    prepared, _, _ = drawn
    assert distance(prepared.center.xy, CENTER) < 0.6
    assert prepared.center.sigma_px < 2


def test_spots_of_a_plain_pattern(drawn):
    prepared, _, places = drawn
    recall, precision = recall_and_precision(prepared.diffracted.xy, places)
    assert recall > 0.8
    assert precision > 0.95
    near = np.linalg.norm(prepared.diffracted.xy[:, None] - places[None], axis=2).min(axis=1)
    assert np.median(near) < 0.3  # below a pixel
    assert np.median(prepared.diffracted.width_px) == pytest.approx(2.2, rel=0.25)


def test_net_of_a_plain_pattern(drawn):
    prepared, _, _ = drawn
    assert prepared.kind is PatternKind.SPOTS
    assert prepared.spot_lattice is not None
    lengths = np.linalg.norm(prepared.spot_lattice.basis, axis=1)
    assert lengths == pytest.approx([np.hypot(41, 6), np.hypot(9, 52)], rel=0.01)
    area = abs(np.linalg.det(prepared.spot_lattice.basis))
    assert area == pytest.approx(abs(41 * 52 + 9 * 6), rel=0.01)


@pytest.mark.parametrize("azimuth", [0, 75, 160, 250])
def test_center_behind_a_beam_stop(azimuth):
    image, _ = net_pattern(seed=3)
    hidden_image, hidden = with_beam_stop(image, CENTER, azimuth_deg=azimuth)
    prepared = prepare(Pattern(hidden_image))
    assert distance(prepared.center.xy, CENTER) < 2.0
    stop = prepared.mask.layers["beam stop"]
    assert (stop & hidden).sum() > 0.7 * hidden.sum()
    assert (stop & ~hidden).sum() < 0.5 * hidden.sum()


def test_center_far_off_the_middle():
    image, _ = net_pattern(center=(150.0, 330.0), seed=4)
    assert distance(prepare(Pattern(image)).center.xy, (150, 330)) < 1.5


def test_a_brighter_spot_elsewhere_is_not_the_beam():
    # two-beam condition: a diffracted spot outshines the direct beam
    image, _ = net_pattern(beam_height=1500.0, seed=5)
    from tests.drawing import spot

    spot(image, CENTER[0] + 41, CENTER[1] + 6, 5000)
    assert distance(prepare(Pattern(image)).center.xy, CENTER) < 2.5


def test_user_edits_win():
    image, _ = net_pattern()
    drawn = np.zeros(image.shape, bool)
    drawn[:, :100] = True
    prepared = prepare(Pattern(image), edits=Edits(center_xy=(200.0, 210.0), drawn_yx=drawn))
    assert prepared.center.xy == (200.0, 210.0)
    assert prepared.mask.masked[:, :100].all()
    assert prepared.spots.xy[:, 0].min() > 95


def test_inverted_images_give_the_same_spots(drawn):
    prepared, image, _ = drawn
    negative = image.max() - image
    assert looks_inverted(negative)
    assert not looks_inverted(image)
    found = prepare(Pattern(negative))
    assert found.is_inverted
    assert distance(found.center.xy, prepared.center.xy) < 0.1
    assert len(found.spots) == len(prepared.spots)


def test_large_images_are_measured_at_full_size():
    image, places = net_pattern(side=512)
    large = cv2.resize(image, (2048, 2048), interpolation=cv2.INTER_CUBIC)
    prepared = prepare(Pattern(large))
    center = (np.array(CENTER) + 0.5) * 4 - 0.5
    assert distance(prepared.center.xy, center) < 3
    recall, _ = recall_and_precision(prepared.diffracted.xy, (places + 0.5) * 4 - 0.5, reach=4)
    assert recall > 0.75
    assert prepared.mask.masked.shape == (2048, 2048)


def test_rings_are_recognised_and_measured():
    prepared = prepare(Pattern(ring_pattern()))
    assert prepared.kind is PatternKind.RINGS
    for radius in (60, 98, 115, 162):
        assert np.abs(prepared.rings.radius_px - radius).min() < 2.5
    assert distance(prepared.center.xy, (250, 263)) < 1.5


def test_a_halo_is_no_crystal():
    assert prepare(Pattern(halo_pattern())).kind is PatternKind.AMORPHOUS


@pytest.mark.parametrize(
    ("height", "kind"), [(3000, PatternKind.SPOTS), (0, PatternKind.AMORPHOUS)]
)
def test_few_bright_spots_of_a_crystal_on_a_film_are_no_halo(height, kind):
    image = halo_pattern()
    rows, columns = np.indices(image.shape)
    for angle, radius in zip((10, 75, 130, 165, 220, 250, 290, 340, 20),
                             (70, 150, 105, 190, 88, 170, 120, 205, 225), strict=True):  # fmt: skip
        x = 250 + radius * np.cos(np.deg2rad(angle))
        y = 263 + radius * np.sin(np.deg2rad(angle))
        image += height * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 12)
    assert prepare(Pattern(image.astype(np.float32))).kind is kind


def test_an_empty_frame_shows_nothing():
    noise = np.random.default_rng(0).poisson(12, (400, 400)).astype(np.float32)
    prepared = prepare(Pattern(noise))
    assert prepared.kind is PatternKind.NOTHING
    assert len(prepared.spots) < 4
    assert prepare(Pattern(np.zeros((200, 200), np.float32))).kind is PatternKind.NOTHING


def test_hot_pixels_and_dead_lines_are_no_spots():
    image, places = net_pattern(seed=8)
    clean = prepare(Pattern(image)).diffracted
    rng = np.random.default_rng(2)
    rows, columns = rng.integers(5, 500, (2, 60))
    image[rows, columns] = 40_000
    image[:, 100] = 0
    image[333, :] = 3000
    prepared = prepare(Pattern(image))
    assert distance(prepared.center.xy, CENTER) < 1
    _, precision = recall_and_precision(prepared.diffracted.xy, places, reach=3)
    assert precision > 0.9
    assert len(prepared.diffracted) > 0.8 * len(clean)


@pytest.mark.parametrize("quality", [70, 85, 95])
def test_hot_pixels_of_a_compressed_picture_are_no_spots(quality):
    image, places = net_pattern(seed=8)
    rng = np.random.default_rng(2)
    defects = rng.integers(5, 500, (60, 2))
    picture = 255 * np.clip(image / np.percentile(image, 99.9), 0, 1) ** 0.6
    picture[defects[:, 1], defects[:, 0]] = 250
    # compression leaves ripples about each of them
    _, coded = cv2.imencode(".jpg", picture.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    shown = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    prepared = prepare(Pattern(shown))
    assert distance(prepared.center.xy, CENTER) < 1
    _, precision = recall_and_precision(prepared.diffracted.xy, places, reach=3)
    assert precision > 0.9
    assert len(prepared.diffracted) > 30


def test_burnt_in_bar_and_text_are_masked_and_the_bar_measured():
    image, places = net_pattern(seed=9)
    high = float(np.percentile(image, 99.9))
    picture = (255 * np.clip(image / high, 0, 1) ** 0.6).astype(np.uint8)
    cv2.rectangle(picture, (20, 480), (139, 487), 255, -1)
    cv2.putText(picture, "5 1/nm", (22, 470), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 2, cv2.LINE_AA)
    prepared = prepare(Pattern(picture.astype(np.float32)))
    assert prepared.scale_bar is not None
    assert prepared.scale_bar.width == pytest.approx(120, abs=1)
    assert prepared.mask.layers["text"][484, 60]
    assert prepared.mask.layers["text"][462, 30]
    assert distance(prepared.center.xy, CENTER) < 1.5
    text = (prepared.spots.xy[:, 1] > 440) & (prepared.spots.xy[:, 0] < 160)
    true_there = ((places[:, 1] > 440) & (places[:, 0] < 160)).sum()
    assert text.sum() <= true_there + 1


def test_an_outlined_bar_is_measured_and_an_equals_sign_is_none():
    image, _ = net_pattern()
    image = np.clip(image / image.max() * 400, 0, 200).astype(np.uint8)
    cv2.putText(image, "a = -20", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 2)
    assert prepare(Pattern(np.float32(image))).scale_bar is None
    cv2.rectangle(image, (30, 480), (109, 487), 255, 1)
    bar = prepare(Pattern(np.float32(image))).scale_bar
    assert bar is not None
    assert bar.width == pytest.approx(80, abs=1)


def test_a_screenshots_title_bar_is_a_frame():
    image, _ = net_pattern(seed=10)
    image[:22, :] = 5000
    prepared = prepare(Pattern(image))
    assert prepared.mask.layers["frame"][:22].all()
    assert not prepared.mask.layers["frame"][60:].any()


def test_reduced_basis_spans_the_same_lattice():
    rng = np.random.default_rng(0)
    for _ in range(50):
        basis = rng.normal(size=(2, 2)) * 40
        if abs(np.linalg.det(basis)) < 100:
            continue
        matrix = np.array([[2, 1], [1, 1]]) @ np.array([[1, 3], [0, 1]])
        found = reduced_basis(matrix @ basis)
        assert found is not None
        whole = found @ np.linalg.inv(basis)
        assert np.allclose(whole, np.round(whole), atol=1e-9)
        assert abs(np.linalg.det(found)) == pytest.approx(abs(np.linalg.det(basis)))
        assert np.linalg.norm(found[0]) <= np.linalg.norm(found[1]) + 1e-9
        assert abs(found[0] @ found[1]) <= 0.5 * (found[0] @ found[0]) + 1e-9


def test_no_net_is_found_in_random_places():
    from saed_desktop.pattern.spots import Spots

    rng = np.random.default_rng(1)
    found = 0
    for _ in range(20):
        ones = np.ones(40)
        spots = Spots(rng.uniform(0, 800, (40, 2)), ones, ones, ones, ones, 20 * ones)
        spot_lattice = find_spot_lattice(spots, tolerance_px=2.0)
        found += spot_lattice is not None and spot_lattice.members.sum() > 16
    assert found <= 1


def test_letters_that_a_display_has_smoothed_in_colours_are_no_spots(tmp_path):
    image, places = net_pattern()
    grey = np.clip(40 * image / np.percentile(image, 99), 0, 255)
    letters = np.zeros(grey.shape, np.uint8)
    cv2.putText(letters, "10 1/nm", (20, 480), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 255, 4, cv2.LINE_AA)
    cv2.rectangle(letters, (20, 494), (190, 499), 255, -1)
    # each third of a pixel is a colour of its own: red comes early and blue late
    shares = [cv2.warpAffine(letters, np.float32([[1, 0, s], [0, 1, 0]]), letters.shape[::-1])
              / 255.0 for s in (-0.7, 0, 0.7)]  # fmt: skip
    colour = np.stack([grey * (1 - share) + 255 * share for share in shares], axis=-1)
    path = tmp_path / "smoothed.jpg"
    cv2.imwrite(str(path), colour[..., ::-1].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])
    prepared = prepare(read_pattern(path))
    assert prepared.scale_bar is not None
    from_places = np.linalg.norm(prepared.spots.xy[:, None] - places[None], axis=2).min(axis=1)
    x, y = prepared.spots.xy.T
    assert not np.any((x < 200) & (y > 440) & (from_places > 3))
