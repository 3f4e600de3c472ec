import cv2
import numpy as np
import pytest
import torch

from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.representations import POLAR_THETA, polar_representation
from tests.trainer.toy_data import toy_pattern
from trainer.data.inputs import InputMaker, resize_matrix
from trainer.data.rotation import rotate_and_crop, rotation_plan
from trainer.data.stored_input import region_side

CROP = 48


def turned(image: np.ndarray, angle: int, n_angles: int = 24) -> np.ndarray:
    plan = rotation_plan(n_angles, CROP)
    kept = torch.from_numpy(image)[None]
    return rotate_and_crop(kept, torch.tensor([angle]), plan)[0].numpy()


@pytest.fixture
def region() -> np.ndarray:
    side = region_side(CROP, rotated=True)
    return toy_pattern(1, 3, side)


def crop_of(image: np.ndarray) -> np.ndarray:
    start = (len(image) - CROP) // 2
    return image[start : start + CROP, start : start + CROP]


@pytest.mark.parametrize("crop", [16, 48, 224, 799, 800])
def test_the_kept_square_holds_every_turn_of_the_crop(crop):
    side = region_side(crop, rotated=True)
    assert (side - crop) % 4 == 0
    assert side >= crop * np.sqrt(2) + 2
    assert region_side(crop, rotated=False) == crop
    plan = rotation_plan(24, crop)
    last = plan.taps.amax() + side + 1
    assert plan.taps.amin() >= 0
    assert last < side * side


@pytest.mark.parametrize("quarter", range(4))
def test_quarter_turns_move_pixels_without_change(region, quarter):
    # counter-clockwise as shown, as numpy turns
    expected = np.rot90(crop_of(region), quarter)
    np.testing.assert_array_equal(turned(region, 6 * quarter), expected)


@pytest.mark.parametrize("angle", [1, 2, 5, 11, 17, 23])
def test_other_turns_agree_with_opencv(region, angle):
    centre = ((len(region) - 1) / 2,) * 2
    matrix = cv2.getRotationMatrix2D(centre, 15.0 * angle, 1.0)
    whole = cv2.warpAffine(
        region.astype(np.float32), matrix, region.shape[::-1], flags=cv2.INTER_LINEAR
    )
    difference = np.abs(turned(region, angle).astype(float) - crop_of(whole))
    # both round positions, one to 1/128 and the other to 1/32 of a pixel
    assert difference.max() < 6
    assert difference.mean() < 0.6


def test_all_at_once_and_one_by_one_are_the_same_to_the_bit(region):
    from trainer.data.rotation import _interpolate

    plan = rotation_plan(24, CROP)
    images = torch.from_numpy(np.stack([region, np.rot90(region), 255 - region]).copy())
    angles = torch.tensor([3, 17, 9])
    one_by_one = rotate_and_crop(images, angles, plan)
    at_once = _interpolate(images, angles, plan).view_as(one_by_one)
    assert torch.equal(one_by_one, at_once)


@pytest.mark.parametrize(("n_in", "n_out"), [(100, 28), (96, 32), (48, 64), (800, 224)])
def test_resizing_is_what_opencv_does(n_in, n_out):
    image = np.random.default_rng(0).random((n_in, n_in), dtype=np.float32)
    method = cv2.INTER_AREA if n_out < n_in else cv2.INTER_LINEAR
    expected = cv2.resize(image, (n_out, n_out), interpolation=method)
    matrix = resize_matrix(n_in, n_out)
    np.testing.assert_allclose(matrix @ image @ matrix.T, expected, atol=2e-6)


@pytest.mark.parametrize("angle", [3, 8, 22])
def test_polar_images_turn_with_the_pattern(angle):
    side, q = 161, 40
    pattern = toy_pattern(1, 5, side).astype(np.float32)
    centre = ((side - 1) / 2,) * 2
    matrix = cv2.getRotationMatrix2D(centre, 15.0 * angle, 1.0)
    rotated = cv2.warpAffine(pattern, matrix, (side, side), flags=cv2.INTER_CUBIC)
    nothing = np.zeros((side, side), bool)
    still, moved = (
        polar_representation(image, nothing, centre, radius_px=70.0, size=q)
        for image in (pattern, rotated)
    )
    maker = InputMaker(InputSpec("polar", InputKind.POLAR, q), 24, torch.device("cpu"))
    ours = maker(torch.from_numpy(still)[None], torch.tensor([angle]))[0].numpy()

    def agreement(a, b):
        return np.corrcoef(a[0].ravel(), b[0].ravel())[0, 1]

    assert ours.shape == (3, q, POLAR_THETA)
    assert agreement(ours, moved) > 0.9
    # and the other sense would not do
    wrong = maker(torch.from_numpy(still)[None], torch.tensor([24 - angle]))[0].numpy()
    assert agreement(wrong, moved) < agreement(ours, moved) - 0.2


def test_spots_turn_with_the_pattern():
    spots = torch.tensor([[[1.0, 0.5, 0.0, -1.0], [0.0, 0.0, 0.0, 0.0]]])
    maker = InputMaker(InputSpec("spots", InputKind.SPOTS, 2), 4, torch.device("cpu"))
    up = maker(spots, torch.tensor([1]))[0]
    # a spot on the right comes to the top, and rows count downwards
    torch.testing.assert_close(up[0], torch.tensor([1.0, 0.0, -0.5, -1.0]))
    assert not up[1].any()
