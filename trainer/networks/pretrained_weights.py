"""Pre-trained weights: from a folder on nodes without internet, else from the hub."""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from saed_desktop.errors import SaedError
from trainer.networks.torchvision_guard import timm


class WeightsError(SaedError):
    """Pre-trained weights that are missing, damaged or of another network."""


State = Mapping[str, Tensor]


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
        path = weights_dir / name
        if not path.is_file():
            raise WeightsError(
                f"The pre-trained weights {name} are not in {weights_dir}; fetch them from {url}."
            )
        _load_into(body, adapt(_read_state(path)), path.name)
        return
    try:
        state = torch.hub.load_state_dict_from_url(
            url, map_location="cpu", check_hash=True, progress=False, weights_only=True
        )
    except (OSError, RuntimeError) as error:
        raise WeightsError(
            f"The pre-trained weights cannot be fetched from {url}; on a machine without internet "
            f"put {name} into a folder and name it with --weights-dir."
        ) from error
    _load_into(body, adapt(state), name)


def load_timm_weights(body: nn.Module, name: str, weights_dir: Path | None) -> None:
    """Load the weights of a timm network's body from `NAME.safetensors` or `NAME.pth`, or the hub.

    Raises
    ------
    WeightsError
        If they are absent, damaged or do not fit.
    """
    if weights_dir is not None:
        candidates = [weights_dir / f"{name}{suffix}" for suffix in (".safetensors", ".pth")]
        path = next((p for p in candidates if p.is_file()), None)
        if path is None:
            raise WeightsError(
                f"The pre-trained weights {name}.safetensors (or .pth) are not in {weights_dir}."
            )
        state = _read_state(path)
        # a file of the whole network also holds the old head, which is not wanted
        own = body.state_dict()
        _load_into(body, {k: v for k, v in state.items() if k in own}, path.name)
        return
    try:
        whole = timm().create_model(name, pretrained=True, num_classes=0)
    except Exception as error:  # the hub's client, the network and timm each raise their own
        raise WeightsError(
            f"The pre-trained weights of {name} cannot be fetched from the hub; on a machine "
            f"without internet put {name}.safetensors into a folder and name it with --weights-dir."
        ) from error
    _load_into(body, whole.state_dict(), name)


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


def _read_state(path: Path) -> State:
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        # weights_only: a file of weights must not be able to run code
        state: Any = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # torch and safetensors share no exception for a damaged file
        raise WeightsError(f"{path.name} cannot be read as network weights.") from error
    if not isinstance(state, Mapping):
        raise WeightsError(f"{path.name} holds no table of weights.")
    return state


def _load_into(body: nn.Module, state: State, name: str) -> None:
    try:
        body.load_state_dict(dict(state))
    except RuntimeError as error:
        raise WeightsError(f"The weights {name} are those of another network.") from error


def weights_remarks(weights_dir: Path | None, pretrained: bool) -> list[str]:
    """Return what is odd about the files of a folder of pre-trained weights."""
    if weights_dir is None or not pretrained:
        return []
    remarks = (checksum_remark(path) for path in sorted(weights_dir.glob("*.pth")))
    return [remark for remark in remarks if remark is not None]
