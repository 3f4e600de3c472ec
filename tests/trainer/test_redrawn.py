import json
import shutil

import numpy as np
import pytest
import torch

from saed_desktop.crystal.cif import read_phase
from saed_desktop.errors import UsageError
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.input import InputKind, network_inputs
from saed_desktop.network.session import NetworkSession, softmax
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from trainer.config import make_config
from trainer.data.ranges import OrientationRanges
from trainer.data.reflection_library import LibraryTask, compute_reflection_libraries
from trainer.networks.redrawn import RedrawnSpots
from trainer.networks.registry import NetworkOptions, build
from trainer.weights_file import load_network

NAMES = ("alpha-Zr", "delta-PuZr")
SIZE = 64


def spot_rows(xy, log_intensity):
    """A spot list (1, 64, 4)."""
    rows = torch.zeros(1, 64, 4)
    rows[0, : len(xy), 0] = 1
    rows[0, : len(xy), 1:3] = torch.as_tensor(xy, dtype=torch.float32)
    rows[0, : len(xy), 3] = torch.as_tensor(log_intensity, dtype=torch.float32)
    return rows


def hexagon(turn_deg=0.0, length=0.6):
    azimuth = np.deg2rad(turn_deg + 60.0 * np.arange(6))
    return length * np.stack([np.cos(azimuth), np.sin(azimuth)], axis=1)


FALLING = -np.arange(6.0)


def test_blobs_lie_where_the_spots_do():
    drawn = RedrawnSpots(128, 1)(spot_rows(hexagon(), FALLING))[0, 0].numpy()
    # the mean radius is 0.6 already and the brightest spot lies to the right: nothing is moved
    px = (128 - 1) / 2 + hexagon() * 128 / (2 * RedrawnSpots.HALF_SIDE)
    y, x = np.mgrid[:128, :128]
    expected = np.zeros((128, 128))
    for (px_x, px_y), log_intensity in zip(px, FALLING, strict=True):
        away = (x - px_x) ** 2 + (y - px_y) ** 2
        height = max(1 + log_intensity / RedrawnSpots.LOG_RANGE, RedrawnSpots.FAINTEST)
        expected += height * np.exp(-0.5 * away / RedrawnSpots.SPOT_SIGMA_PX**2)
    np.testing.assert_allclose(drawn, expected, atol=1e-4)


def test_neither_turn_nor_scale_shows():
    redrawn = RedrawnSpots(SIZE, 3)
    still = redrawn(spot_rows(hexagon(), FALLING))
    torch.testing.assert_close(
        redrawn(spot_rows(hexagon(turn_deg=77.0, length=31.0), FALLING)), still, atol=1e-4, rtol=0
    )
    assert still.shape == (1, 3, SIZE, SIZE)
    # a mirror image is another pattern: on the other side of the brightest come fainter spots
    mirrored = hexagon() * [1, -1]
    assert (redrawn(spot_rows(mirrored, FALLING)) - still).abs().max() > 0.1


def test_a_pattern_without_spots_is_black():
    assert RedrawnSpots(SIZE, 1)(torch.zeros(2, 64, 4)).abs().max() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network": "spots"}, "on images"),
        ({"network": "plain:input=polar,conv=3"}, "on images"),
        ({"gamma": 0.4}, "--gamma"),
        ({"center": "beam"}, "--center"),
        ({"crop_share": 0.5}, "--crop-share"),
        ({"crop": 500}, "--crop"),
    ],
)
def test_what_makes_no_sense_with_it_is_refused(changes, words):
    options = {"network": "299-an", "size": 192, "redrawn": True, **changes}
    with pytest.raises(UsageError, match=words):
        build(NetworkOptions(**options), 9)


@pytest.mark.parametrize("network", ["299-an", "resnet-50", "efficientnet-b3"])
def test_a_command_may_name_any_network_on_images(network):
    options = make_config({"network": {"network": network, "redrawn": True, "size": 192}}).network
    with torch.device("meta"):
        # a run's options are decided once more where it is opened again
        made = build(options, 9)
    assert (options.size, options.crop) == (192, 192)
    assert [spec.kind for spec in made.input_specs] == [InputKind.SPOTS]


def test_the_architecture_stays_what_it_is():
    with torch.device("meta"):
        plain = build(NetworkOptions(network="299-an", size=800), 9)
        redrawn = build(NetworkOptions(network="299-an", size=800, redrawn=True), 9)
    shapes = {f"network.{name}": tensor.shape for name, tensor in plain.state_dict().items()}
    assert {name: tensor.shape for name, tensor in redrawn.state_dict().items()} == shapes


def test_from_lists_to_the_answer_of_the_desktop(tmp_path, saed_trainer):
    cifs = tmp_path / "cifs"
    cifs.mkdir()
    for name in NAMES:
        shutil.copy(resources_dir() / "phases" / f"{name}.cif", cifs)
    phases = [read_phase(cifs / f"{name}.cif") for name in NAMES]
    tasks = [LibraryTask(phase, i, 20, 0) for i, phase in enumerate(phases)]
    reflections = tmp_path / "reflections.npz"
    compute_reflection_libraries(tasks, OrientationRanges()).named(NAMES).save(reflections)
    run, bundle = tmp_path / "run", tmp_path / "redrawn.saednet"
    status, _, err = saed_trainer(
        "train", "--network", "plain:conv=4,width=12,dense=16", "--redrawn", "--size", SIZE,
        "--reflections", reflections, "--samples", 3000, "--validation-samples", 300,
        "--epochs", 2, "--batch-size", 32, "--lr", 0.004, "--output", run,
    )  # fmt: skip
    assert status == 0, err
    scores = json.loads((run / "repeat-00" / "validation-scores.json").read_text())
    assert scores["balanced_accuracy"] > 0.55
    status, _, err = saed_trainer(
        "export", run, "--phases", *sorted(cifs.glob("*.cif")), "--output", bundle
    )
    assert status == 0, err

    picture = drawn_net()
    network = load_network(run).network
    session = NetworkSession(open_bundle(bundle))
    answers = []
    for calibration in (Calibration.unknown(), Calibration.known(0.004, ScaleSource.USER, 0.02)):
        prepared = prepare(Pattern(picture).with_calibration(calibration))
        assert len(prepared.diffracted) > 20
        inputs = network_inputs(prepared, network.input_specs)
        with torch.no_grad():
            logits = network(torch.from_numpy(inputs["spots"])[None])[0].double().numpy()
        card = session.bundle.card
        temperature, _ = card.calibration_for(scale_known=calibration.is_known)
        expected = softmax(logits / temperature)
        answer = session.predict(prepared).probabilities
        np.testing.assert_allclose([answer[n] for n in card.labels.phases], expected, atol=1e-3)
        answers.append(logits)
    # it sees no scale
    np.testing.assert_allclose(answers[0], answers[1], atol=1e-2)


def drawn_net(side=400, spacing=46.0):
    """A picture (side, side) of a square net of spots whose brightness falls outwards."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    picture = 40 * np.exp(-np.hypot(x, y) / 60)
    for h in range(-4, 5):
        for k in range(-4, 5):
            g_x, g_y = spacing * (0.96 * h - 0.28 * k), spacing * (0.28 * h + 0.96 * k)
            height = 4000 if (h, k) == (0, 0) else 1500 * np.exp(-np.hypot(g_x, g_y) / 70)
            picture += height * np.exp(-0.5 * ((x - g_x) ** 2 + (y - g_y) ** 2) / 2.2**2)
    return rng.poisson(picture + 5).astype(np.float32)
