"""What networks on images learn from drawn ones is what the desktop would show them."""

import numpy as np
import pytest
import torch

from saed_desktop.network.input import InputKind, InputSpec, network_input
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import Edits, prepare
from trainer.data import drawn_inputs
from trainer.data.drawn_inputs import DrawnInputs
from trainer.data.image_simulator import ImageBatch
from trainer.data.sample_rng import SampleRng

SCALE = 0.0045
POLAR = InputSpec("polar", InputKind.POLAR, 64)
IMAGE = InputSpec("image", InputKind.IMAGE, 96, crop_px=200, channels=3, gamma=0.7)
CONTEXT = InputSpec("context", InputKind.CONTEXT, 4)
CENTER = (151.3, 144.6)


def picture(side=300, *, inverted=False):
    rows, columns = np.mgrid[:side, :side]
    x, y = columns - CENTER[0], rows - CENTER[1]
    image = 400 * np.exp(-np.hypot(x, y) / 60) + 2000 * np.exp(-0.5 * (x**2 + y**2) / 16)
    for h in range(-4, 5):
        for k in range(-4, 5):
            if h or k:
                u, v = 31 * h + 8 * k, -7 * h + 29 * k
                image += (
                    900 / (1 + h * h + k * k) * np.exp(-0.5 * ((x - u) ** 2 + (y - v) ** 2) / 3)
                )
    image += np.random.default_rng(3).normal(0, 2, image.shape)
    return (image.max() - image if inverted else image).astype(np.float32)


def drawn(images, *, scale=SCALE, hidden=None):
    n, side = len(images), images[0].shape[0]
    shown = torch.zeros(n, side, side, dtype=torch.bool) if hidden is None else hidden
    return ImageBatch(
        torch.from_numpy(np.stack(images)),
        np.zeros(n, bool),
        np.tile(CENTER, (n, 1)),
        np.full(n, SCALE),
        np.full(n, scale),
        np.full(n, 0.02),
        np.zeros(n, np.int64),
        shown,
    )


@pytest.fixture
def exact(monkeypatch):
    monkeypatch.setattr(drawn_inputs, "CENTER_SIGMA", (1e-12, 1e-11))


def by_the_desktop(image, spec, *, scale=SCALE, cleared=True):
    pattern = Pattern(image)
    if np.isfinite(scale):
        pattern = pattern.with_calibration(Calibration.known(scale, ScaleSource.USER, 0.02))
    edits = Edits(center_xy=CENTER, cleared_yx=np.full(image.shape, cleared))
    return network_input(prepare(pattern, edits=edits), spec)


@pytest.mark.parametrize("scale", [SCALE, np.nan])
@pytest.mark.parametrize("inverted", [False, True])
def test_drawn_patterns_look_as_prepared_ones(exact, scale, inverted):
    image = picture(inverted=inverted)
    inputs = DrawnInputs((POLAR, CONTEXT))(drawn([image], scale=scale), SampleRng(0, 0, [1]))
    theirs = by_the_desktop(image, POLAR, scale=scale)
    ours = inputs["polar"][0].numpy()
    assert ours.shape == theirs.shape
    assert np.corrcoef(ours[0].ravel(), theirs[0].ravel())[0, 1] > 0.999
    assert np.corrcoef(ours[1].ravel(), theirs[1].ravel())[0, 1] > 0.999
    assert (ours[2] == theirs[2]).mean() > 0.999
    # of the context only what is said of the scale is known without a search for spots
    context = by_the_desktop(image, CONTEXT, scale=scale)
    np.testing.assert_allclose(inputs["context"][0, :2].numpy(), context[:2], rtol=1e-5)


@pytest.mark.parametrize("center", ["image", "beam"])
@pytest.mark.parametrize("crop", [{"crop_px": 200}, {"crop_share": 2 / 3}])
def test_crops_are_those_of_the_desktop(exact, center, crop):
    spec = InputSpec("image", InputKind.IMAGE, 96, channels=3, center=center, gamma=0.7, **crop)
    image = picture()
    ours = DrawnInputs((spec,))(drawn([image]), SampleRng(0, 0, [1]))["image"][0].numpy()
    theirs = by_the_desktop(image, spec)
    assert ours.shape == theirs.shape == (3, 96, 96)
    assert np.abs(ours - theirs).mean() < 0.005


def test_what_a_beam_stop_hides_is_not_seen(exact, monkeypatch):
    monkeypatch.setattr(drawn_inputs, "UNSEEN_STOP_SHARE", 0.0)
    image = picture()
    hidden = torch.zeros(1, *image.shape, dtype=torch.bool)
    hidden[0, 140:150, 151:] = True
    covered = np.where(hidden[0].numpy(), np.float32(0), image)
    free, stopped = (
        DrawnInputs((POLAR,))(batch, SampleRng(0, 0, [1]))["polar"][0].numpy()
        for batch in (drawn([image]), drawn([covered], hidden=hidden))
    )
    # opposite directions are Friedel mates: what is hidden on one side is seen on the other
    far = slice(6, 24)
    assert np.corrcoef(free[0, far].ravel(), stopped[0, far].ravel())[0, 1] > 0.97
    assert stopped[2, far].mean() > 0.97


def test_the_same_samples_whatever_the_batch():
    images = [picture(), picture(inverted=True)]
    make = DrawnInputs((POLAR, CONTEXT))
    both = make(drawn(images), SampleRng(4, 2, [7, 8]))
    for i, image in enumerate(images):
        one = make(drawn([image]), SampleRng(4, 2, [7 + i]))
        for name, values in one.items():
            torch.testing.assert_close(values[0], both[name][i], rtol=1e-4, atol=1e-4)


def test_networks_on_spots_want_a_search():
    spots = InputSpec("spots", InputKind.SPOTS, 64)
    assert DrawnInputs.can_make((POLAR, CONTEXT))
    assert DrawnInputs.can_make((IMAGE,))
    assert not DrawnInputs.can_make((spots, CONTEXT))
    assert not DrawnInputs.can_make((POLAR, spots))
    assert not DrawnInputs.can_make((CONTEXT,))
