"""What is written on a picture gives no spots."""

import cv2
import numpy as np
import pytest

from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.drawing import net_pattern

CENTER = (262.3, 249.1)


def exported(seed=0):
    image, places = net_pattern(seed=seed)
    grey = np.clip((image - image.min()) / (0.4 * image.max()), 0, 1) ** 0.5
    return np.asarray(255 * grey, np.uint8), places


@pytest.mark.parametrize("ink", [255, 215, 170])
@pytest.mark.parametrize("font", [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_TRIPLEX])
def test_marks_in_any_grey_give_no_spots(ink, font):
    plain, _ = exported()
    marked = plain.copy()
    cv2.putText(marked, "5 1/nm", (18, 470), font, 0.9, ink, 2, cv2.LINE_AA)
    cv2.rectangle(marked, (20, 484), (130, 489), ink, -1)
    cv2.putText(marked, "[110]", (410, 36), font, 0.8, ink, 2, cv2.LINE_AA)
    cv2.arrowedLine(marked, (400, 330), (352, 300), ink, 2, cv2.LINE_AA)
    cv2.circle(marked, (170, 180), 13, ink, 2, cv2.LINE_AA)
    touched = cv2.dilate((marked != plain).astype(np.uint8), np.ones((5, 5))) > 0
    prepared = prepare(Pattern(marked.astype(np.float32)))
    x, y = np.round(prepared.spots.xy).astype(int).T
    assert touched[y, x].sum() <= 1
    assert np.hypot(*(np.array(prepared.center.xy) - CENTER)) < 1.5
    assert "beam stop" not in prepared.mask.layers
    assert prepared.scale_bar is not None
    assert prepared.scale_bar.width == pytest.approx(111, abs=3)


def test_spots_are_not_taken_for_ink():
    plain, places = exported(seed=3)
    found = prepare(Pattern(plain.astype(np.float32)))
    reached = places[np.hypot(*(places - np.array(CENTER)).T) < 160]
    distance = np.linalg.norm(reached[:, None] - found.spots.xy[None], axis=2).min(axis=1)
    assert (distance < 1.5).mean() > 0.9
    assert found.mask.fraction < 0.01


def test_a_broken_number_beside_a_bar_s_unit_is_part_of_its_label():
    plain, _ = exported()
    marked = plain.copy()
    cv2.rectangle(marked, (20, 484), (130, 491), 255, 1)
    cv2.putText(marked, "1/nm", (74, 474), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 1, cv2.LINE_AA)
    # a number whose thin strokes an export has broken and blurred: no part of it is a letter
    number = np.zeros_like(marked)
    cv2.putText(number, "5", (22, 474), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 1)
    number[np.random.default_rng(1).random(number.shape) < 0.6] = 0
    number = np.minimum(255, 3.0 * cv2.GaussianBlur(number.astype(np.float32), (0, 0), 1.0))
    marked = np.maximum(marked, number.astype(np.uint8))
    prepared = prepare(Pattern(marked.astype(np.float32)))
    assert prepared.scale_bar is not None
    x, y = prepared.spots.xy.T
    assert not ((x > 18) & (x < 132) & (y > 450) & (y < 495)).any()


def test_a_bar_without_a_label_hides_nothing_beside_it():
    plain, _ = exported()
    marked = plain.copy()
    cv2.rectangle(marked, (20, 484), (130, 489), 255, -1)
    prepared = prepare(Pattern(marked.astype(np.float32)))
    hidden = prepared.mask.layers["text"]
    assert prepared.scale_bar is not None
    assert not hidden[: 484 - 8].any()
