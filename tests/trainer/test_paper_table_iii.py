"""Every row of the published table, from patterns through two epochs to a bundle, at toy size."""

import json
import shutil

import pytest
import torch

from saed_desktop.network.bundle import open_bundle
from saed_desktop.network.session import NetworkSession
from saed_desktop.pattern.prepare import prepare
from saed_desktop.pattern.readers import read_pattern
from tests.trainer.toy_data import TOY_PHASES, write_toy_set
from trainer.networks.torchvision_guard import torchvision
from trainer.studies.report.reference import TABLE_III

QUICK = {"299-an", "raw-rn-50"}
MAKERS = {
    "resnet-50": ("resnet50", "ResNet50_Weights"),
    "efficientnet-b3": ("efficientnet_b3", "EfficientNet_B3_Weights"),
    "vgg16": ("vgg16", "VGG16_Weights"),
    "vit-l-16": ("vit_l_16", "ViT_L_16_Weights"),
}


@pytest.fixture(scope="module")
def few_patterns(tmp_path_factory):
    return write_toy_set(tmp_path_factory.mktemp("few"), dict.fromkeys(TOY_PHASES, 6))


@pytest.fixture
def large_files(tmp_path):
    """A folder that is emptied at once: weights and bundles here take gigabytes."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def write_stand_in_weights(network: str, folder) -> None:
    """Write weights of the right shape under the hub's name: tests have no internet."""
    models = torchvision().models
    maker, weights = MAKERS[network]
    torch.manual_seed(0)
    name = getattr(models, weights).DEFAULT.url.rpartition("/")[2]
    torch.save(getattr(models, maker)(weights=None).state_dict(), folder / name)


@pytest.mark.parametrize(
    "row",
    [pytest.param(r, marks=() if r.folder in QUICK else pytest.mark.slow) for r in TABLE_III],
    ids=lambda row: row.folder,
)
def test_row(row, few_patterns, toy_cache, large_files, saed_trainer):
    size = 192 if row.network == "299-an" else 32
    run = large_files / "run"
    options = ["--size", size, "--crop", 192, "--rotations", 2, "--epochs", 2, "--batch-size", 4]
    if row.pretrained:
        write_stand_in_weights(row.network, large_files)
        options += ["--pretrained", "--weights-dir", large_files]
    status, _, err = saed_trainer(
        "train", "--output", run, "--data", few_patterns, "--cache-dir", toy_cache, "--jobs", 1,
        "--network", row.network, "--validation-fraction", 0, "--ema", 0, *options,
    )  # fmt: skip
    assert status == 0, err
    assert json.loads((run / "repeat-00" / "result.json").read_text())["epochs"] == 2
    status, _, err = saed_trainer("export", run, "--output", large_files / "row.saednet")
    assert status == 0, err
    session = NetworkSession(open_bundle(large_files / "row.saednet"))
    path = next(few_patterns.rglob("*.png"))
    prediction = session.predict(prepare(read_pattern(path)))
    assert sum(prediction.probabilities.values()) == pytest.approx(1)
