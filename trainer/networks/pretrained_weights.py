"""Pre-trained weights: from a folder on nodes without internet, else from the hub."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from trainer.networks.torchvision_guard import timm
from trainer.networks.weights_names import (
    State,
    WeightsError,
    find_weights_file,
    own_names,
    read_state,
    timm_stems,
    torchvision_stems,
)

__all__ = ["State", "WeightsError"]

_HEADS = ("fc.", "classifier.", "heads.", "head.", "pre_logits.")
"""Beginnings of the names of old heads, which are not wanted."""


def load_torchvision_weights(
    body: nn.Module,
    url: str,
    weights_dir: Path | None,
    *,
    adapt: Callable[[State], State] | None = None,
) -> None:
    """Load the weights of a torchvision network, by the name of the file behind its address.

    Parameters
    ----------
    body
        The whole torchvision network, as built without weights.
    url
        Where the hub keeps the file.
    weights_dir
        Folder to take it from instead.
    adapt
        What is done to the weights before they are put in.

    Raises
    ------
    WeightsError
        If the file is absent, damaged or does not fit.
    """
    adapt = adapt or (lambda state: state)
    name = url.rpartition("/")[2]
    if weights_dir is not None:
        path = find_weights_file(weights_dir, torchvision_stems(url))
        if path is None:
            raise WeightsError(
                f"The pre-trained weights {name} are not in {weights_dir}; fetch them from {url}."
            )
        _load_into(body, adapt(read_state(path)), path.name)
        return
    try:
        state = torch.hub.load_state_dict_from_url(
            url, map_location="cpu", check_hash=True, progress=False, weights_only=True
        )
    except (OSError, RuntimeError) as error:
        raise WeightsError(
            f"The pre-trained weights cannot be fetched from {url}; on a machine without internet "
            f"put {name} into a folder ('saed-trainer weights fetch' fills one) and name it with "
            "--weights-dir."
        ) from error
    _load_into(body, adapt(state), name)


def load_timm_weights(body: nn.Module, name: str, weights_dir: Path | None) -> None:
    """Load the weights of a timm network's body from a file of its name, or the hub.

    Raises
    ------
    WeightsError
        If they are absent, damaged or do not fit.
    """
    if weights_dir is not None:
        path = find_weights_file(weights_dir, timm_stems(name, timm_url(name)))
        if path is None:
            raise WeightsError(
                f"The pre-trained weights {name}.safetensors (or .pth) are not in {weights_dir}."
            )
        _load_into(body, own_names(read_state(path), body.state_dict()), path.name)
        return
    try:
        whole = timm().create_model(name, pretrained=True, num_classes=0)
    except Exception as error:  # the hub's client, the network and timm each raise their own
        raise WeightsError(
            f"The pre-trained weights of {name} cannot be fetched from the hub; on a machine "
            f"without internet put {name}.safetensors into a folder and name it with --weights-dir."
        ) from error
    _load_into(body, whole.state_dict(), name)


def timm_url(name: str) -> str:
    """Return where timm's own file of a network lies; empty where it has no address."""
    config = timm().get_pretrained_cfg(name)
    return str(config.url or "") if config is not None else ""


def checksum_remark(path: Path) -> str | None:
    """Return a remark where a file's checksum is not the one that its name ends in.

    The hub's names end in the first eight hexadecimal digits of their sha256.
    """
    stated = re.search(r"-([0-9a-f]{8})\.pth$", path.name)
    if stated is None or not path.is_file():
        return None
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 22):
            digest.update(block)
    if digest.hexdigest().startswith(stated.group(1)):
        return None
    return f"{path.name} is not the file of that name on the hub: its checksum differs."


def weights_remarks(weights_dir: Path | None, pretrained: bool) -> list[str]:
    """Return what is odd about the files of a folder of pre-trained weights."""
    if weights_dir is None or not pretrained:
        return []
    remarks = (checksum_remark(path) for path in sorted(weights_dir.glob("*.pth")))
    return [remark for remark in remarks if remark is not None]


def _load_into(body: nn.Module, state: State, name: str) -> None:
    """Put weights into a network; what concerns only a head may be absent or left over."""
    own = body.state_dict()
    wanted = {key: value for key, value in state.items() if key in own}
    odd = [key for key in (own.keys() ^ state.keys()) if not key.startswith(_HEADS)]
    # an average over batches that old files do not count
    odd = [key for key in odd if not key.endswith("num_batches_tracked")]
    if odd or not wanted:
        raise WeightsError(f"The weights {name} are those of another network.")
    try:
        body.load_state_dict(wanted, strict=False)
    except RuntimeError as error:
        raise WeightsError(f"The weights {name} are those of another network.") from error
