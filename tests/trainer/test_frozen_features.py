"""A head that is trained on kept features is the head that the slow way trains."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trainer.toy_data import image_spec
from trainer.checkpoint import read_tensors
from trainer.data import frozen_features
from trainer.data.array_cache import readable_array_caches
from trainer.data.frozen_features import FeatureOptions, has_frozen_body, with_kept_features
from trainer.data.interruption import PreparationStopped
from trainer.data.manifest import labels_of, read_manifest
from trainer.data.measured import MeasuredSource
from trainer.data.measured_plan import DataSplits
from trainer.data.stored_input import StoredInputSpec
from trainer.distributed import World
from trainer.networks.registry import NetworkOptions, build
from trainer.predictions import read_table
from trainer.weights_file import WEIGHTS

NAME = "timm:tf_efficientnet_lite0"


@pytest.fixture(scope="module")
def weights_dir(tmp_path_factory):
    """Random weights under the name that the trained ones would have."""
    from trainer.networks.torchvision_guard import timm

    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    network = timm().create_model("tf_efficientnet_lite0", pretrained=False)
    torch.save(network.state_dict(), folder / "tf_efficientnet_lite0.pth")
    return folder


@pytest.fixture
def options(toy_set, toy_cache, weights_dir):
    return [
        "train", "--network", NAME, "--pretrained", "--data", toy_set, "--size", 32, "--crop", 64,
        "--cache-dir", toy_cache, "--jobs", 1, "--rotations", 4, "--epochs", 3, "--batch-size", 8,
        "--lr", 0.01, "--weights-dir", weights_dir, "--device", "cpu",
    ]  # fmt: skip


def test_the_quick_way_is_equal_to_the_slow_one(options, tmp_path, saed_trainer):
    status, quick, err = saed_trainer(*options, "--output", tmp_path / "quick")
    assert status == 0, err
    assert "computing the features" in quick
    status, slow, err = saed_trainer(*options, "--output", tmp_path / "slow", "--no-keep-features")
    assert status == 0, err
    assert "features" not in slow
    ours, theirs = (
        read_tensors(tmp_path / way / "repeat-00" / WEIGHTS)["state"] for way in ("quick", "slow")
    )
    assert ours.keys() == theirs.keys()
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name], rtol=1e-3, atol=2e-5)
    quick_table, slow_table = (
        read_table(tmp_path / way / "repeat-00" / "predictions.csv") for way in ("quick", "slow")
    )
    np.testing.assert_allclose(quick_table.probabilities, slow_table.probabilities, atol=1e-4)
    # and another training of the same body on the same images finds them
    status, again, err = saed_trainer(*options, "--output", tmp_path / "again", "--seed", 5)
    assert status == 0, err
    assert "computing the features" not in again


@pytest.fixture
def splits(toy_set, toy_cache):
    manifest = read_manifest(toy_set)
    spec = image_spec(32, channels=3)
    (cache,) = readable_array_caches(
        manifest.files, [StoredInputSpec(spec, rotated=True)], toy_cache
    )
    source = MeasuredSource(
        manifest, labels_of([manifest]), {"image": cache}, (spec,),
        device=torch.device("cpu"), n_angles=4,
    )  # fmt: skip
    return DataSplits(source.labels, source, None, None)


def network(weights_dir, **changes):
    options = NetworkOptions(
        network=NAME, pretrained=True, size=32, crop=32, weights_dir=weights_dir
    )
    return build(replace(options, **changes), 3)


def test_features_are_kept_block_by_block(splits, weights_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(frozen_features, "_BLOCK", 40)
    options = FeatureOptions(tmp_path, bf16=False, channels_last=True)

    def within_the_third_block():
        return len(list((tmp_path / "features").rglob("*.npy"))) == 2

    with pytest.raises(PreparationStopped):
        with_kept_features(
            splits, network(weights_dir), World(), options,
            line=lambda text: None, is_stopped=within_the_third_block,
        )  # fmt: skip
    kept = sorted((tmp_path / "features").rglob("*.npy"))
    assert len(kept) == 2
    written = [path.stat().st_mtime_ns for path in kept]
    lines = []
    train = with_kept_features(
        splits, network(weights_dir), World(), options, line=lines.append
    ).train
    assert [path.stat().st_mtime_ns for path in kept] == written
    assert len(train) == len(splits.train) == 36 * 4
    indices = np.array([143, 0, 77])
    images, features = splits.train.batch(0, indices), train.batch(3, indices)
    assert torch.equal(images.labels, features.labels)
    assert train.names(indices) == splits.train.names(indices)
    judge = network(weights_dir).eval()
    with torch.no_grad():
        torch.testing.assert_close(
            judge(features.inputs["image"]), judge(images.inputs["image"]), rtol=1e-4, atol=1e-5
        )


def test_other_weights_or_images_have_features_of_their_own(splits, weights_dir, tmp_path):
    options = FeatureOptions(tmp_path, bf16=False, channels_last=True)

    def folders(data, body):
        with_kept_features(data, body, World(), options, line=lambda text: None)
        return len(list((tmp_path / "features").iterdir()))

    assert folders(splits, network(weights_dir)) == 1
    assert folders(splits, network(weights_dir)) == 1
    changed = network(weights_dir)
    with torch.no_grad():
        changed.body.features.conv_stem.weight[0, 0, 0, 0] += 1
    assert folders(splits, changed) == 2
    assert folders(splits, network(weights_dir, intensity="unit")) == 3


def test_only_frozen_bodies_have_features(weights_dir):
    assert has_frozen_body(network(weights_dir))
    assert not has_frozen_body(build(NetworkOptions(network=NAME, size=32, crop=32), 3))
    assert not has_frozen_body(build(NetworkOptions(network="spots"), 3))
