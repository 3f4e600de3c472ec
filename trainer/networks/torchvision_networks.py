"""The four classical networks of the paper, as torchvision builds them.

Raw: one input channel, everything learnt from scratch. Pre-trained: three channels, ImageNet
features that stay as they are, and a new head.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from torch import nn

from saed_desktop.errors import UsageError
from trainer.networks.base import FrozenBody, ImageNetwork, Network
from trainer.networks.pretrained_weights import State, load_torchvision_weights
from trainer.networks.registry import BuildRequest, register
from trainer.networks.torchvision_guard import torchvision

SMALLEST_IMAGE_PX = 32
VGG_STRIDE = 32
VGG_CHANNELS = 512
VGG_USUAL_MAP = 7


_WEIGHTS = {
    "resnet-50": "ResNet50_Weights",
    "resnet-101": "ResNet101_Weights",
    "efficientnet-b3": "EfficientNet_B3_Weights",
    "vgg16": "VGG16_Weights",
    "vgg16-usual": "VGG16_Weights",
    "vit-l-16": "ViT_L_16_Weights",
}


def weights_url(name: str) -> str:
    """Return where torchvision publishes the weights of a network."""
    return str(getattr(torchvision().models, _WEIGHTS[name]).DEFAULT.url)


@register(
    "resnet-50",
    title="ResNet-50",
    summary="residual network of 50 layers",
    has_pretrained=True,
)
def build_resnet50(request: BuildRequest) -> Network:
    """Return ResNet-50."""
    models = torchvision().models
    return _resnet(models.resnet50, weights_url("resnet-50"), request)


@register(
    "resnet-101",
    title="ResNet-101",
    summary="residual network of 101 layers, as Ra et al. 2021 used for space groups",
    size=224,
    has_pretrained=True,
)
def build_resnet101(request: BuildRequest) -> Network:
    """Return ResNet-101, the network of Ra et al., RSC Adv. 11, 38307 (2021)."""
    models = torchvision().models
    return _resnet(models.resnet101, weights_url("resnet-101"), request)


@register(
    "efficientnet-b3",
    title="EfficientNet-B3",
    summary="inverted residual blocks with squeeze and excitation",
    has_pretrained=True,
)
def build_efficientnet_b3(request: BuildRequest) -> Network:
    """Return EfficientNet-B3."""
    models = torchvision().models
    body = models.efficientnet_b3(weights=None)
    head = nn.Linear(body.classifier[1].in_features, request.n_classes)
    if request.pretrained:
        _load(body, weights_url("efficientnet-b3"), request)
        dropout = body.classifier[0].p
        body.classifier = nn.Identity()
        return _network(FrozenBody(body, nn.Sequential(nn.Dropout(dropout), head)), request)
    body.features[0][0] = _one_channel(body.features[0][0])
    body.classifier[1] = head
    return _network(body, request)


@register(
    "vgg16",
    title="VGG16",
    summary="VGG16 with the paper's head on the whole map, 25 × 25 at 800 pixels",
    has_pretrained=True,
)
def build_vgg16(request: BuildRequest) -> Network:
    """Return VGG16 that keeps its last map whole: 1.3 billion parameters at 800 × 800."""
    return _vgg16(request, request.size // VGG_STRIDE)


@register(
    "vgg16-usual",
    title="VGG16 (7 × 7 map)",
    summary="VGG16 with its usual head on a map pooled to 7 × 7",
    has_pretrained=True,
)
def build_vgg16_usual(request: BuildRequest) -> Network:
    """Return VGG16 as Simonyan and Zisserman have it."""
    return _vgg16(request, VGG_USUAL_MAP)


@register(
    "vit-l-16",
    title="ViT-L/16",
    summary="vision transformer, large, patches of 16 pixels",
    size=224,
    has_pretrained=True,
)
def build_vit_l16(request: BuildRequest) -> Network:
    """Return ViT-L/16."""
    if request.size % 16 or request.size < 16:
        raise UsageError(f"ViT-L/16 needs a size divisible by 16, not {request.size}.")
    models = torchvision().models
    if request.pretrained:
        body = models.vit_l_16(weights=None, image_size=request.size)

        def to_size(state: State) -> State:
            # the position embeddings are those of a grid of 14 × 14 patches
            interpolate = models.vision_transformer.interpolate_embeddings
            return dict(interpolate(request.size, 16, OrderedDict(state)))

        _load(body, weights_url("vit-l-16"), request, adapt=to_size)
        head = nn.Linear(body.heads.head.in_features, request.n_classes)
        body.heads = nn.Identity()
        return _network(FrozenBody(body, head), request)
    body = models.vit_l_16(weights=None, image_size=request.size)
    body.conv_proj = _one_channel(body.conv_proj)
    body.heads.head = nn.Linear(body.heads.head.in_features, request.n_classes)
    return _network(body, request)


def _resnet(make: Callable[..., Any], url: str, request: BuildRequest) -> Network:
    """Return a residual network with a head for our classes."""
    body = make(weights=None)
    head = nn.Linear(body.fc.in_features, request.n_classes)
    if request.pretrained:
        _load(body, url, request)
        body.fc = nn.Identity()
        return _network(FrozenBody(body, head), request)
    body.conv1 = _one_channel(body.conv1)
    body.fc = head
    return _network(body, request)


def _vgg16(request: BuildRequest, map_side: int) -> Network:
    """Return VGG16 with a head on a map of the given side."""
    if map_side < 1:
        raise UsageError(f"VGG16 needs images of {VGG_STRIDE} pixels or more, not {request.size}.")
    models = torchvision().models
    body = models.vgg16(weights=None)
    if request.pretrained:
        _load(body, weights_url("vgg16"), request)
    body.avgpool = nn.AdaptiveAvgPool2d(map_side)
    head = body.classifier
    head[0] = nn.Linear(VGG_CHANNELS * map_side**2, head[0].out_features)
    head[6] = nn.Linear(head[6].in_features, request.n_classes)
    if request.pretrained:
        body.classifier = nn.Identity()
        return _network(FrozenBody(body, head), request)
    body.features[0] = _one_channel(body.features[0])
    return _network(body, request)


def _one_channel(convolution: nn.Conv2d) -> nn.Conv2d:
    """Return a new first convolution like the given one, for images of one channel."""
    old: Any = convolution
    return nn.Conv2d(
        1,
        old.out_channels,
        old.kernel_size,
        stride=old.stride,
        padding=old.padding,
        bias=old.bias is not None,
    )


def _load(
    body: nn.Module,
    url: str,
    request: BuildRequest,
    *,
    adapt: Callable[[State], State] | None = None,
) -> None:
    if request.load_weights:
        load_torchvision_weights(body, url, request.weights_dir, adapt=adapt)


def _network(body: nn.Module, request: BuildRequest) -> Network:
    if request.size < SMALLEST_IMAGE_PX:
        raise UsageError(
            f"This network needs images of {SMALLEST_IMAGE_PX} pixels or more, not {request.size}."
        )
    spec = request.image_spec()
    return ImageNetwork(body, spec, intensity=request.intensity, sigmoid=request.sigmoid)
