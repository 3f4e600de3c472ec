"""Any network of the timm library, as `timm:NAME`."""

import inspect
from typing import Any

from torch import nn

from saed_desktop.errors import UsageError
from trainer.networks.base import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    FrozenBody,
    ImageNetwork,
    Network,
    PhotographStatistics,
)
from trainer.networks.pretrained_weights import load_timm_weights
from trainer.networks.registry import BuildRequest, RegistryEntry, register_family
from trainer.networks.torchvision_guard import timm

FAMILY = "timm"


@register_family(FAMILY)
def timm_entry(name: str) -> RegistryEntry:
    """Return the entry of a timm network.

    Raises
    ------
    UsageError
        If timm has none of that name.
    """
    library = timm()
    if not library.is_model(name):
        near = library.list_models(f"*{name[:6]}*")[:3]
        hint = f"; there are {', '.join(near)}" if near else ""
        raise UsageError(f"timm has no network '{name}'{hint}.")
    config = library.get_pretrained_cfg(name)
    side = int(config.input_size[-1]) if config is not None else 224

    def build(request: BuildRequest) -> Network:
        return _build(name, request)

    return RegistryEntry(
        name=f"{FAMILY}:{name}",
        title=name,
        summary="from the timm library",
        build=build,
        size=side,
        crop_px=800,
        has_pretrained=config is not None and bool(config.has_weights),
    )


def _build(name: str, request: BuildRequest) -> Network:
    # Where no new head is wanted the body ends in pooled features.
    n_outputs = 0 if request.pretrained else request.n_classes
    body = _create(name, request, n_outputs)
    if request.pretrained:
        if request.load_weights:
            load_timm_weights(body, name, request.weights_dir)
        head = nn.Linear(int(body.num_features), request.n_classes)
        body = FrozenBody(body, head)
    spec = request.image_spec()
    return ImageNetwork(
        body,
        spec,
        intensity=request.intensity,
        sigmoid=request.sigmoid,
        photographs=_photographs(name),
    )


def _photographs(name: str) -> PhotographStatistics:
    config = timm().get_pretrained_cfg(name)
    if config is None:
        return IMAGENET_MEAN, IMAGENET_STD
    return tuple(config.mean), tuple(config.std)


def _create(name: str, request: BuildRequest, n_outputs: int) -> Any:
    wanted = {"pretrained": False, "num_classes": n_outputs, "in_chans": request.channels}
    create = timm().create_model
    config = timm().get_pretrained_cfg(name)
    if config is not None and config.input_size[-1] != request.size:
        # networks with a fixed grid of patches must be told their image size; others have no
        # such option and take any
        accepted = inspect.signature(timm().model_entrypoint(name)).parameters
        if "kwargs" in accepted:
            try:
                return create(name, img_size=request.size, **wanted)
            except TypeError:
                return create(name, **wanted)
            except (AssertionError, ValueError, RuntimeError) as error:
                raise UsageError(
                    f"{name} cannot be built for images of {request.size} pixels."
                ) from error
    return create(name, **wanted)
