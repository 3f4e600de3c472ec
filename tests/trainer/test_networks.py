import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from saed_desktop.errors import UsageError
from tests.trainer.conftest import trainer_environment
from tests.trainer.variants import VARIANTS, toy_options
from trainer.networks.base import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    BrightnessRange,
    Intensity,
    LocalContrast,
    blur_matrix,
    count_parameters,
)
from trainer.networks.cnn_299an import PlainCnn, PlainCnnBody
from trainer.networks.command import network_rows
from trainer.networks.pretrained_weights import WeightsError, checksum_remark
from trainer.networks.registry import NetworkOptions, build, parameter_count, resolve
from trainer.studies.report.reference import TABLE_III

PRINTED = {"299-an": 0.265, "efficientnet-b3": 10.7, "vgg16": 1300, "resnet-50": 23.5,
           "vit-l-16": 302}  # fmt: skip


@pytest.mark.parametrize("row", TABLE_III, ids=lambda row: row.folder)
def test_parameter_counts_are_those_of_the_paper(row):
    options = NetworkOptions(network=row.network, pretrained=row.pretrained)
    count = parameter_count(options)
    assert count == row.parameters
    # the paper prints one number for raw and pre-trained, cut off after its last digit
    raw = parameter_count(NetworkOptions(network=row.network))
    step = {1300: 100, 302: 1, 10.7: 0.1, 23.5: 0.1, 0.265: 0.001}[PRINTED[row.network]]
    assert np.floor(raw / 1e6 / step + 1e-9) * step == pytest.approx(PRINTED[row.network])


def test_299an_is_exactly_the_one_of_the_paper():
    assert parameter_count(NetworkOptions(network="299-an")) == 265_385
    with torch.device("meta"):
        network = build(NetworkOptions(network="299-an"), 9)
    kinds = [type(m).__name__ for m in network.modules() if not list(m.children())]
    assert kinds.count("Conv2d") == 6
    assert kinds.count("Linear") == 5
    assert kinds.count("Sigmoid") == 0
    assert network.body.dense[0].linear.in_features == 3200


def test_pooling_before_relu_changes_nothing():
    torch.manual_seed(0)
    body = PlainCnnBody(PlainCnn(2, (8,)), shape=(1, 32, 32), n_classes=3).double()

    def as_published(x):
        for block in body.convolution:
            x = block.norm(torch.max_pool2d(torch.relu(block.convolution(x)), 2))
        x = x.flatten(1)
        for block in list(body.dense)[:-1]:
            x = block.norm(torch.relu(block.linear(x)))
        return body.dense[-1](x)

    image = torch.rand(6, 1, 32, 32, dtype=torch.float64)
    gradients = []
    for forward in (body, as_published):
        body.zero_grad()
        output = forward(image)
        output.square().sum().backward()
        gradients.append([output.detach(), *(p.grad.clone() for p in body.parameters())])
    for ours, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_sigmoid_switch_caps_confidence():
    options = toy_options("299-an", sigmoid=True)
    network = build(options, 9).eval()
    with torch.no_grad():
        output = network(torch.rand(2, 1, 192, 192) * 100)
    assert output.min() > 0
    assert output.max() < 1
    # the most that a softmax makes of nine outputs between 0 and 1
    assert torch.softmax(output, 1).max() <= np.e / (np.e + 8)


@pytest.mark.parametrize(("name", "pretrained"), VARIANTS)
def test_every_network_is_built_without_memory_and_says_what_it_sees(name, pretrained):
    with torch.device("meta"):
        network = build(NetworkOptions(network=name, pretrained=pretrained), 9, load_weights=False)
        batch = [torch.empty(2, *spec.shape) for spec in network.input_specs]
        assert network.eval()(*batch).shape == (2, 9)
    assert network.input_specs[0].channels == (3 if pretrained else 1)


@pytest.mark.parametrize(("name", "pretrained"), [v for v in VARIANTS if v[0] != "vit-l-16"])
def test_every_network_learns(name, pretrained):
    learns(name, pretrained)


def test_polar_network_does_not_see_how_a_pattern_is_turned():
    torch.manual_seed(0)
    network = build(NetworkOptions(network="polar"), 5).eval()
    polar, context = torch.rand(2, 3, 128, 192), torch.rand(2, 4)
    with torch.no_grad():
        straight = network(polar, context)
        # four layers of stride 2: turns by whole steps of the last map change nothing at all
        turned = network(torch.roll(polar, 5 * 16, dims=3), context)
        other_radius = network(torch.roll(polar, 16, dims=2), context)
        # and of the context it takes the scale alone, not what the spot search counted
        without_spots = network(polar, torch.cat([context[:, :2], torch.zeros(2, 2)], dim=1))
    torch.testing.assert_close(turned, straight)
    torch.testing.assert_close(without_spots, straight)
    assert (other_radius - straight).abs().max() > 1e-4


def test_what_is_summed_up_of_a_polar_image_hardly_depends_on_turn_or_scale():
    summary = build(NetworkOptions(network="polar"), 5).summary
    n_scale_free = 3 * 41

    def pattern(scale, turn, radii=(0.2, 0.28, 0.35, 0.4, 0.48)):
        polar = torch.zeros(1, 3, 128, 192)
        polar[:, 2] = 1
        rows, columns = torch.arange(128.0)[:, None], torch.arange(192.0)[None, :]
        for q, azimuth in zip(radii, (10, 74, 140, 10, 100), strict=True):
            far = (rows + 0.5) / 128 - scale * q
            wide = scale * 0.012
            around = (columns - azimuth - turn + 96) % 192 - 96
            polar[:, 0] += 4 * torch.exp(-0.5 * (far / wide) ** 2 - 0.5 * (around / 3) ** 2)
        return summary(polar)[0]

    still = pattern(1.0, 0)
    torch.testing.assert_close(pattern(1.0, 7), still, rtol=1e-3, atol=1e-3)
    larger, other = pattern(1.7, 30), pattern(1.0, 0, (0.2, 0.22, 0.24, 0.44, 0.48))
    assert (larger[:-n_scale_free] - still[:-n_scale_free]).norm() > 0.5 * still[
        :-n_scale_free
    ].norm()
    free, grown = still[-n_scale_free:], larger[-n_scale_free:]
    assert (grown - free).norm() < 0.15 * free.norm()
    assert (other[-n_scale_free:] - free).norm() > 0.15 * free.norm()


@pytest.mark.slow
@pytest.mark.parametrize("pretrained", [False, True])
def test_the_largest_network_learns(pretrained):
    learns("vit-l-16", pretrained)


def learns(name: str, pretrained: bool) -> None:
    """One step in training mode moves what may move, and nothing else."""
    torch.manual_seed(0)
    options = toy_options(name, pretrained=pretrained)
    network = build(options, 3, load_weights=False).train()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=1e-2)
    batch = [torch.rand(4, *spec.shape) for spec in network.input_specs]
    loss = nn.functional.cross_entropy(network(*batch), torch.tensor([0, 1, 2, 0]))
    loss.backward()
    optimizer.step()
    moved = {k for k, v in network.state_dict().items() if not torch.equal(v, before[k])}
    assert torch.isfinite(loss)
    parameters = [key for key, _ in network.named_parameters()]
    if pretrained:
        assert moved
        assert all(key.startswith("body.head.") for key in moved), sorted(moved)[:5]
    else:
        # from the first layer to the last; here and there a unit is dead in so small a batch, and
        # what is added to all scores of an attention alike has no gradient at all
        assert {parameters[0], parameters[-1]} <= moved
        assert len(moved & set(parameters)) > 0.85 * len(parameters)


def test_frozen_body_stays_frozen_in_training_mode():
    network = build(toy_options("resnet-50", pretrained=True), 3, load_weights=False).train()
    statistics = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(statistics) == 53
    assert not any(m.training for m in statistics)
    assert network.body.head.training
    trainable = count_parameters(network, trainable=True)
    assert trainable == 2048 * 3 + 3


def test_pretrained_weights_come_from_a_folder(tmp_path):
    from trainer.networks.torchvision_guard import torchvision

    models = torchvision().models
    torch.manual_seed(1)
    whole = models.resnet50(weights=None)
    name = models.ResNet50_Weights.DEFAULT.url.rpartition("/")[2]
    torch.save(whole.state_dict(), tmp_path / name)
    options = toy_options("resnet-50", pretrained=True, weights_dir=tmp_path)
    network = build(options, 3)
    ours = network.body.features.layer1[0].conv1.weight
    assert torch.equal(ours, whole.layer1[0].conv1.weight)
    assert "checksum" in (checksum_remark(tmp_path / name) or "")


def test_position_embeddings_follow_the_image_size():
    from collections import OrderedDict

    from trainer.networks.torchvision_guard import torchvision

    vision_transformer = torchvision().models.vision_transformer
    state = OrderedDict({"encoder.pos_embedding": torch.rand(1, 197, 4)})
    fitted = vision_transformer.interpolate_embeddings(64, 16, state)
    assert fitted["encoder.pos_embedding"].shape == (1, 17, 4)


@pytest.mark.parametrize("content", [None, b"no weights at all", "another network"])
def test_missing_or_foreign_weights_are_a_sentence(tmp_path, content):
    path = tmp_path / "resnet50-11ad3fa6.pth"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save({"weight": torch.zeros(3)}, path)
    options = toy_options("resnet-50", pretrained=True, weights_dir=tmp_path)
    with pytest.raises(WeightsError, match=r"resnet50-11ad3fa6\.pth"):
        build(options, 3)


def test_weights_that_would_run_code_are_refused(tmp_path):
    class Malicious:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'ran')!r}, 'w').close()",))

    torch.save({"conv1.weight": Malicious()}, tmp_path / "resnet50-11ad3fa6.pth")
    options = toy_options("resnet-50", pretrained=True, weights_dir=tmp_path)
    with pytest.raises(WeightsError, match="cannot be read"):
        build(options, 3)
    assert not (tmp_path / "ran").exists()


def test_timm_networks_stand_beside_the_others(tmp_path):
    raw = build(NetworkOptions(network="timm:resnet18", size=64), 3).eval()
    assert raw(torch.rand(2, 1, 64, 64)).shape == (2, 3)
    vit = NetworkOptions(network="timm:vit_tiny_patch16_224", size=64)
    assert build(vit, 3).eval()(torch.rand(1, 1, 64, 64)).shape == (1, 3)
    # its photographs were brought to -1..1, unlike torchvision's
    own_range = replace(vit, intensity="imagenet")
    assert build(own_range, 3).brightness.mean.flatten().tolist() == [0.5]
    frozen = NetworkOptions(network="timm:resnet18", size=64, pretrained=True, weights_dir=tmp_path)
    with pytest.raises(WeightsError, match=r"resnet18\.safetensors"):
        build(frozen, 3)
    from safetensors.torch import save_file

    from trainer.networks.torchvision_guard import timm

    state = timm().create_model("resnet18", pretrained=False).state_dict()
    save_file(state, tmp_path / "resnet18.safetensors")
    network = build(frozen, 3)
    assert torch.equal(network.body.features.conv1.weight, state["conv1.weight"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (NetworkOptions(network="299-an", size=100), "leave nothing"),
        (NetworkOptions(network="vit-l-16", size=100), "divisible by 16"),
        (NetworkOptions(network="resnet-50", size=16), "32 pixels or more"),
        (NetworkOptions(network="299-an", pretrained=True), "no pre-trained weights"),
        (NetworkOptions(network="299-an", size=-1), "0 or above"),
    ],
)
def test_impossible_networks_say_why(options, words):
    with pytest.raises(UsageError, match=words):
        build(options, 3)


def test_sizes_follow_one_another():
    assert (resolve(NetworkOptions(network="vit-l-16")).size) == 224
    assert (resolve(NetworkOptions(network="vit-l-16")).crop) == 800
    assert (resolve(NetworkOptions(network="vit-l-16", size=384)).crop) == 800
    assert (resolve(NetworkOptions(network="vit-l-16", crop=600)).size) == 224
    small = resolve(NetworkOptions(network="resnet-50", size=256))
    assert (small.size, small.crop) == (256, 256)
    resized = resolve(NetworkOptions(network="resnet-50", size=256, crop=800))
    assert (resized.size, resized.crop) == (256, 800)


def test_brightness_ranges():
    image = torch.tensor([0.0, 1.0]).view(1, 1, 1, 2)
    photographs = (IMAGENET_MEAN, IMAGENET_STD)
    as_bytes = BrightnessRange(Intensity.BYTES, 1, photographs)(image)
    torch.testing.assert_close(as_bytes.flatten(), torch.tensor([0.0, 255.0]))
    colour = BrightnessRange(Intensity.IMAGENET, 3, photographs)(torch.full((1, 3, 1, 1), 0.485))
    assert colour[0, 0].item() == pytest.approx(0, abs=1e-6)


def test_listing_counts_every_variant(saed_trainer):
    status, out, _ = saed_trainer("networks")
    assert status == 0
    assert "265,385" in out
    assert "1,342,255,817" in out
    assert "spots 64 × 4, context 4" in out
    assert len(network_rows([], n_classes=9)) == len(VARIANTS)


def test_torchvision_comes_even_where_its_library_cannot_load():
    # a fresh process, for declaring the operators is done once and for all
    code = (
        "from trainer.networks.torchvision_guard import timm, torchvision\n"
        "import torch\n"
        "models = torchvision().models\n"
        "assert models.resnet18(weights=None)(torch.rand(2, 3, 32, 32)).shape == (2, 1000)\n"
        "assert timm().is_model('resnet18')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=trainer_environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_blur_by_matrices_is_that_of_opencv():
    import cv2

    image = np.random.default_rng(0).random((50, 50)).astype(np.float32)
    matrix = blur_matrix(50, 2.5).numpy()
    # the same reach of four standard deviations, mirrored at the same pixel
    theirs = cv2.GaussianBlur(image, (21, 21), 2.5)
    np.testing.assert_allclose(matrix @ image @ matrix.T, theirs, atol=1e-5)
    assert blur_matrix(16, 14.0).sum(dim=1).numpy() == pytest.approx(1.0, abs=1e-5)


def test_local_contrast_forgets_exposure_and_halo():
    rows, columns = torch.meshgrid(torch.arange(96.0), torch.arange(96.0), indexing="ij")
    x, y = columns - 48, rows - 48

    def picture(exposure, halo):
        image = halo * torch.exp(-torch.hypot(x, y) / 25)
        for u, v in ((20, 5), (-20, -5), (7, -24), (-7, 24)):
            image = image + exposure * torch.exp(-0.5 * ((x - u) ** 2 + (y - v) ** 2) / 2)
        return image[None, None]

    contrast = LocalContrast(96)
    plain, bright, hazy = (
        contrast(picture(*kind)) for kind in ((0.3, 0.0), (0.6, 0.0), (0.3, 0.4))
    )
    for shown in (plain, bright, hazy):
        assert float(shown.min()) >= 0
        assert float(shown.max()) <= 1
        # the spot, and half way to the beam, where there is only halo
        assert float(shown[0, 0, 53, 68]) > 0.5
        assert float(shown[0, 0, 50, 60]) < 0.1
    assert float((bright - plain).abs().mean()) < 0.02
    network = build(toy_options("299-an", intensity="local"), 3).eval()
    assert "brightness.spot" not in network.state_dict()
    assert network(torch.rand(2, 1, 192, 192)).shape == (2, 3)
    # what a training takes is estimated on a network without numbers
    with torch.device("meta"):
        outline = build(toy_options("299-an", intensity="local"), 3).eval()
        assert outline(torch.empty(2, 1, 192, 192)).shape == (2, 3)
