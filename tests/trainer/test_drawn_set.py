"""A drawn set is drawn once, whatever interrupts it, and presented turned and mirrored."""

from pathlib import Path

import numpy as np
import pytest
import torch

from saed_desktop.crystal.cif import read_phase
from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.input import InputKind, InputSpec, network_inputs
from saed_desktop.network.labels import Labels
from saed_desktop.network.representations import image_representation, polar_representation
from saed_desktop.network.session import NetworkSession
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from trainer.data import drawn_set
from trainer.data.array_cache import default_cache_dir
from trainer.data.drawn_set import DrawnSet, DrawnSetSource, draw_set, mirrored
from trainer.data.interruption import PreparationStopped
from trainer.data.ranges import OrientationRanges, Ranges
from trainer.data.reflection_library import LibraryTask, compute_reflection_libraries
from trainer.data.simulated import ImageSource, Simulation
from trainer.weights_file import load_network

NAMES = ("alpha-Zr", "PuO2")
CPU = torch.device("cpu")
IMAGE = InputSpec("image", InputKind.IMAGE, 64, crop_share=0.7, center="beam", gamma=0.4)
POLAR = InputSpec("polar", InputKind.POLAR, 32)


@pytest.fixture(scope="module")
def library():
    phases = [read_phase(resources_dir() / "phases" / f"{name}.cif") for name in NAMES]
    tasks = [LibraryTask(phase, i, 4, 0) for i, phase in enumerate(phases)]
    return compute_reflection_libraries(tasks, OrientationRanges()).named(NAMES)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(drawn_set, "_CHUNK", 4)
    monkeypatch.setattr(drawn_set, "_AT_ONCE", 2)


def wanted(library, folder: Path, *specs: InputSpec, n=8, is_turned=True, seed=3) -> DrawnSet:
    simulation = Simulation(Labels(NAMES), Ranges(), np.ones(2), "unknown", seed)
    return DrawnSet(
        library, simulation, specs or (IMAGE,), n_samples=n, side_px=96, searched=False,
        is_turned=is_turned, cache_dir=folder,
    )  # fmt: skip


def silent(text: str) -> None:
    del text


def test_what_was_drawn_is_kept_when_it_is_stopped(library, tmp_path, few):
    own = wanted(library, tmp_path / "cut")
    asked = []

    def within_the_second_chunk():
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(PreparationStopped):
        draw_set(own, line=silent, is_stopped=within_the_second_chunk)
    assert [chunk.is_dir() for chunk in own.chunks] == [True, False]
    assert not list(own.folder.glob(".making*"))
    first = (own.chunks[0] / "image.npy").stat().st_mtime_ns
    draw_set(own, line=silent)
    assert (own.chunks[0] / "image.npy").stat().st_mtime_ns == first
    whole = wanted(library, tmp_path / "whole")
    draw_set(whole, line=silent)
    for a, b in zip(own.chunks, whole.chunks, strict=True):
        np.testing.assert_array_equal(np.load(a / "image.npy"), np.load(b / "image.npy"))
    # a larger set goes on where the smaller one ended, one of other numbers begins anew
    assert wanted(library, tmp_path / "cut", n=12).chunks[:2] == own.chunks
    assert wanted(library, tmp_path / "cut", seed=4).folder != own.folder


def test_unturned_patterns_are_those_that_the_simulator_draws(library, tmp_path, few):
    own = wanted(library, tmp_path, IMAGE, POLAR, is_turned=False)
    draw_set(own, line=silent)
    source = DrawnSetSource(own, 8, CPU)
    drawn = ImageSource(library, own.simulation, own.specs, n_samples=8, device=CPU, side_px=96)
    # two that were drawn together: rounding in a batch of others moves the shot noise
    indices = np.array([4, 5])
    ours, theirs = source.batch(1, indices), drawn.batch(0, indices)
    assert torch.equal(ours.labels, theirs.labels)
    torch.testing.assert_close(
        ours.inputs["image"], theirs.inputs["image"], atol=0.5 / 255 + 1e-6, rtol=0
    )
    torch.testing.assert_close(ours.inputs["polar"], theirs.inputs["polar"], atol=2e-3, rtol=2e-3)


def test_every_presentation_turns_a_pattern_otherwise(library, tmp_path, few):
    own = wanted(library, tmp_path)
    draw_set(own, line=silent)
    source = DrawnSetSource(own, 400, CPU)
    assert len(source) == 400
    same_pattern = np.arange(0, 400, 8)
    batch = source.batch(0, same_pattern)
    assert len(set(batch.labels.tolist())) == 1
    seen = {image.numpy().tobytes() for image in batch.inputs["image"]}
    assert len(seen) > 20
    assert torch.equal(batch.inputs["image"], source.batch(0, same_pattern).inputs["image"])
    assert not torch.equal(batch.inputs["image"], source.batch(1, same_pattern).inputs["image"])


def test_a_mirrored_representation_is_that_of_the_mirrored_pattern():
    rng = np.random.default_rng(0)
    image = rng.gamma(2.0, 50.0, (81, 81)).astype(np.float32)
    hidden, center, flipped = np.zeros(image.shape, bool), (40.0, 40.0), image[:, ::-1].copy()

    def polar(picture):
        return polar_representation(picture, hidden, center, radius_px=40.0, size=32)

    def crop(picture):
        return image_representation(picture, center, crop_px=61, size=61, channels=1, gamma=1.0)

    np.testing.assert_array_equal(mirrored(crop(image), InputKind.IMAGE, True), crop(flipped))
    ours, theirs = mirrored(polar(image), InputKind.POLAR, True)[0], polar(flipped)[0]
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.99
    assert mirrored(image, InputKind.CONTEXT, True) is image


def test_from_a_library_to_a_network_that_says_what_it_sees(
    library, tmp_path, monkeypatch, saed_trainer, few
):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    file = tmp_path / "reflections.npz"
    library.save(file)
    command = [
        "train", "--network", "plain:conv=2,width=4,dense=8", "--reflections", file, "--scale", "unknown",
        "--size", 48, "--crop-share", 0.7, "--center", "beam", "--gamma", 0.4,
        "--image-side", 72, "--drawn", 8, "--samples", 16, "--validation-samples", 4,
        "--batch-size", 8, "--epochs", 1, "--output", tmp_path / "run",
    ]  # fmt: skip
    status, out, err = saed_trainer(*command)
    assert status == 0, err
    assert "drawing 8 patterns" in out
    (spec,) = load_network(tmp_path / "run").network.input_specs
    assert (spec.crop_share, spec.center, spec.gamma, spec.crop_px) == (0.7, "beam", 0.4, 0)
    bundle = tmp_path / "small.saednet"
    status, _, err = saed_trainer("export", tmp_path / "run", "--output", bundle)
    assert status == 0, err
    # the desktop cuts the same share of a pattern of another size
    prepared = prepare(
        Pattern(np.random.default_rng(0).gamma(2.0, 9.0, (150, 210)).astype(np.float32))
    )
    inputs = network_inputs(prepared, (spec,))
    assert inputs["image"].shape == (1, 48, 48)
    asked = NetworkSession(open_bundle(bundle)).logits(
        {name: values[None] for name, values in inputs.items()}
    )
    with torch.no_grad():
        network = load_network(tmp_path / "run").network
        ours = network(torch.tensor(inputs["image"])[None])
    np.testing.assert_allclose(asked[0], ours[0].numpy(), atol=1e-4)
    status, out, err = saed_trainer(*command[:-1], tmp_path / "again")
    assert status == 0, err
    assert "drawing" not in out
    status, _, err = saed_trainer(*command[:-1], tmp_path / "spots", "--network", "spots")
    assert status != 0
    assert "--drawn is for networks on images" in err
    status, _, err = saed_trainer(*command[:-1], tmp_path / "both", "--crop", 48)
    assert status != 0
    assert "--crop-share" in err


def test_profiles_are_kept_too(library, tmp_path, monkeypatch, saed_trainer, few):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    file = tmp_path / "reflections.npz"
    library.save(file)
    command = [
        "train", "--network", "profile", "--reflections", file, "--image-side", 72, "--drawn", 8,
        "--samples", 16, "--validation-samples", 4, "--batch-size", 8, "--epochs", 1,
        "--output", tmp_path / "run",
    ]  # fmt: skip
    # before anything is drawn it can be told how long drawing takes
    status, out, err = saed_trainer(*command, "--dry-run")
    assert status == 0, err
    assert "preparing the patterns takes about" in out
    status, out, err = saed_trainer(*command)
    assert status == 0, err
    assert "drawing 8 patterns" in out
    chunks = sorted((default_cache_dir() / "drawn").rglob("profile.npy"))
    assert len(chunks) == 3
    kept = np.concatenate([np.load(chunk) for chunk in chunks])
    assert kept.shape == (12, 512)
    # the strongest ring of every profile is 1
    np.testing.assert_allclose(kept.max(axis=1), 1, atol=1e-3)
    status, out, err = saed_trainer(*command, "--dry-run")
    assert status == 0, err
    assert "preparing" not in out
