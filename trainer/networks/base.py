"""Base of all networks: a module that states its inputs and returns logits."""

import contextlib
from enum import StrEnum

import torch
from torch import Tensor, nn

from saed_desktop.network.input import InputKind, InputSpec

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

PhotographStatistics = tuple[tuple[float, ...], tuple[float, ...]]
"""Mean and standard deviation per colour that pre-trained weights expect."""


class Network(nn.Module):
    """A network: `forward` takes one batch per spec, in their order, and returns logits.

    Parameters
    ----------
    input_specs
        What each input expects; they travel with the weights.
    """

    def __init__(self, input_specs: tuple[InputSpec, ...]) -> None:
        super().__init__()
        self.input_specs = input_specs


class Intensity(StrEnum):
    """In which range a network on images sees their brightness of 0 to 1."""

    UNIT = "unit"
    """As it is."""

    IMAGENET = "imagenet"
    """By mean and standard deviation of the photographs that pre-trained weights come from."""

    BYTES = "bytes"
    """0 to 255: what the published scripts feed, which read 8-bit files and do not normalise."""

    LOCAL = "local"
    """Spots relative to what is usual around them, without diffuse background."""


class BrightnessRange(nn.Module):
    """Shifts and scales the brightness inside the network, so that it is exported with it."""

    mean: Tensor
    std: Tensor

    def __init__(
        self, intensity: Intensity, channels: int, photographs: PhotographStatistics
    ) -> None:
        super().__init__()
        mean, std = [0.0] * channels, [1.0] * channels
        if intensity is Intensity.IMAGENET:
            mean, std = list(photographs[0][:channels]), list(photographs[1][:channels])
        elif intensity is Intensity.BYTES:
            std = [1 / 255] * channels
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1), persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Return the image (batch, channels, height, width) in the network's range."""
        return (image - self.mean) / self.std


def in_float32(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """Return a context in which nothing is computed in fewer digits than float32."""
    if device.type == "meta":  # has no numbers, and no autocast to switch off
        return contextlib.nullcontext()
    return torch.autocast(device.type, enabled=False)


class LocalContrast(nn.Module):
    """Brightness relative to the neighbourhood, inside the network, so that it is exported with it.

    Spots stand out of a band-pass (a difference of two Gaussians), divided by its root mean square
    in a wider neighbourhood: the brightness of the beam, the halo around it and the exposure are
    gone before the first layer that learns.

    Parameters
    ----------
    size
        Side of the image in pixels.
    """

    spot: Tensor
    around: Tensor
    wide: Tensor

    SIGMAS_PX = (1.2, 5.0, 14.0)
    """Widths of a spot, of its surroundings and of the neighbourhood."""
    FLOOR = 0.01
    """Root mean square below which there is nothing but the steps of 8 bits."""
    HIGHEST = 5.0
    """The value that becomes 1, in root mean squares."""

    def __init__(self, size: int) -> None:
        super().__init__()
        for name, sigma in zip(("spot", "around", "wide"), self.SIGMAS_PX, strict=True):
            self.register_buffer(name, blur_matrix(size, sigma), persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Return the contrast (batch, channels, size, size), 0 to 1."""
        # a blur of both axes is a product with a matrix from either side; sums need float32
        with in_float32(image.device):
            image = image.float()
            band = _blurred(image, self.spot) - _blurred(image, self.around)
            usual = _blurred(band.square(), self.wide).clamp_min(0).sqrt() + self.FLOOR
            return (band / usual / self.HIGHEST).clamp(0, 1)


def blur_matrix(size: int, sigma_px: float) -> Tensor:
    """Return the matrix (size, size) that blurs one axis by a Gaussian, mirrored at the edges."""
    reach = min(round(4 * sigma_px), size - 1)
    offsets = torch.arange(-reach, reach + 1)
    weights = torch.exp(-0.5 * (offsets / sigma_px) ** 2)
    weights = weights / weights.sum()
    rows = torch.arange(size)[:, None].expand(-1, len(offsets))
    columns = (rows + offsets).abs()
    columns = (size - 1) - ((size - 1) - columns).abs()
    matrix = torch.zeros(size, size)
    matrix.index_put_((rows, columns), weights.expand(size, -1), accumulate=True)
    return matrix


def _blurred(image: Tensor, matrix: Tensor) -> Tensor:
    return matrix @ image @ matrix.T


class ImageNetwork(Network):
    """A network on one image: brightness range, body, and the sigmoid where it is asked for.

    Parameters
    ----------
    body
        From images to logits.
    spec
        The image it expects.
    intensity
        The range of brightness it sees.
    sigmoid
        End in a sigmoid, as the published code does before its cross-entropy. It caps every
        probability at e/(e + classes - 1); it is there to reproduce, not to use.
    photographs
        Mean and standard deviation of the photographs, where the range is theirs.
    """

    def __init__(
        self,
        body: nn.Module,
        spec: InputSpec,
        *,
        intensity: Intensity,
        sigmoid: bool = False,
        photographs: PhotographStatistics = (IMAGENET_MEAN, IMAGENET_STD),
    ) -> None:
        super().__init__((spec,))
        if intensity is Intensity.UNIT:
            self.brightness: nn.Module = nn.Identity()
        elif intensity is Intensity.LOCAL:
            self.brightness = LocalContrast(spec.size)
        else:
            self.brightness = BrightnessRange(intensity, spec.channels, photographs)
        self.body = body
        self.output: nn.Module = nn.Sigmoid() if sigmoid else nn.Identity()

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits (batch, classes) of images (batch, channels, size, size).

        A network with a frozen body also takes the features (batch, n) that its `features` gave.
        """
        if image.dim() == 2 and isinstance(self.body, FrozenBody):
            logits: Tensor = self.output(self.body.head(image))
        else:
            logits = self.output(self.body(self.brightness(image)))
        return logits

    def features(self, image: Tensor) -> Tensor:
        """Return the features (batch, n) of images, of a network with a frozen body."""
        assert isinstance(self.body, FrozenBody)
        features: Tensor = self.body.features(self.brightness(image))
        return features.flatten(1)


class FrozenBody(nn.Module):
    """Pre-trained features that never change, batch-norm statistics included, and a new head.

    Parameters
    ----------
    features
        From images to features (batch, n) or (batch, n, height, width).
    head
        From flattened features to logits; the only part that learns.
    """

    def __init__(self, features: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.features = features.requires_grad_(requires_grad=False)
        self.head = head
        self.features.eval()

    def train(self, mode: bool = True) -> "FrozenBody":
        """Set the head to training or evaluation; the features stay in evaluation."""
        super().train(mode)
        self.features.eval()
        return self

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits (batch, classes)."""
        with torch.no_grad():
            features = self.features(image)
        logits: Tensor = self.head(features.flatten(1))
        return logits


def image_spec(size: int, crop_px: int, *, channels: int) -> InputSpec:
    """Return the spec of one image, cut around the middle of the pattern."""
    return InputSpec("image", InputKind.IMAGE, size, crop_px=crop_px, channels=channels)


def count_parameters(network: nn.Module, *, trainable: bool = False) -> int:
    """Return the number of parameters, frozen ones included unless only trainable are wanted."""
    wanted = (p for p in network.parameters() if p.requires_grad or not trainable)
    return sum(parameter.numel() for parameter in wanted)
