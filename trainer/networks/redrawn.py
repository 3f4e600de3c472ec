"""Images drawn from spot lists inside a network: what any network on images sees of found spots.

A picture of a pattern is mostly beam, halo, noise and exposure, and a network learns late to look
past them. The spots that the program finds hold what tells phases apart. Drawn as small blobs of
their logarithmic intensity they make an image that any architecture on images takes unchanged, and
lists of them are simulated by the thousand a second, which drawn pictures are not.
"""

import torch
from torch import Tensor, nn

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from saed_desktop.network.representations import UNKNOWN_SCALE_MEAN_Q
from trainer.networks.base import ImageNetwork, Network, in_float32

N_SPOTS = 64


class RedrawnSpots(nn.Module):
    """Draws spot lists as images around the direct beam.

    The images show no scale, whether the lists do or not: the mean distance of the spots from the
    beam always has the same length. The brightest spot lies to the right of the beam, so that a
    pattern looks the same however it is turned.

    Parameters
    ----------
    size
        Side of the images in pixels.
    channels
        Equal channels of them.
    """

    HALF_SIDE = 1.4
    """Distance of the sides from the beam, in units in which the mean spot radius is 0.6."""
    SPOT_SIGMA_PX = 1.3
    """Standard deviation of a blob."""
    LOG_RANGE = 8.0
    """Natural logarithm of the ratio of intensities from white to black."""
    FAINTEST = 0.1
    """Height of the blobs of spots that are fainter than that."""

    pixels: Tensor

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.channels = channels
        pixels = torch.arange(size) - (size - 1) / 2
        self.register_buffer("pixels", pixels * (2 * self.HALF_SIDE / size), persistent=False)
        self.sigma = self.SPOT_SIGMA_PX * 2 * self.HALF_SIDE / size

    def forward(self, spots: Tensor) -> Tensor:
        """Return images (batch, channels, size, size) of lists (batch, n, 4), about 0 to 1."""
        # positions need more digits than bfloat16 has
        with in_float32(spots.device):
            spots = spots.float()
            present, q = spots[..., 0], spots[..., 1:3]
            height = present * (1 + spots[..., 3] / self.LOG_RANGE).clamp(self.FAINTEST, 1.0)
            radius = q.norm(dim=-1) * present
            mean = radius.sum(dim=1) / present.sum(dim=1).clamp_min(1)
            q = q * (UNKNOWN_SCALE_MEAN_Q / mean.clamp_min(1e-6))[:, None, None]
            # a list begins with its brightest spot
            axis = q[:, 0] / q[:, 0].norm(dim=-1, keepdim=True).clamp_min(1e-6)
            along = q[..., 0] * axis[:, :1] + q[..., 1] * axis[:, 1:]
            across = q[..., 1] * axis[:, :1] - q[..., 0] * axis[:, 1:]
            rows = self._blobs(across) * height[..., None]
            # blobs of equal widths along both axes: their sum is a product of two matrices
            image = rows.transpose(1, 2) @ self._blobs(along)
        return image[:, None].expand(-1, self.channels, -1, -1)

    def _blobs(self, places: Tensor) -> Tensor:
        """Return Gaussians (batch, n, size) about places (batch, n) along one axis."""
        return torch.exp(-0.5 * ((self.pixels - places[..., None]) / self.sigma).square())


class RedrawnNetwork(Network):
    """A network on images that looks at redrawn spot lists.

    Parameters
    ----------
    network
        The network on images.
    """

    def __init__(self, network: ImageNetwork) -> None:
        super().__init__((InputSpec("spots", InputKind.SPOTS, N_SPOTS),))
        (spec,) = network.input_specs
        self.redrawn = RedrawnSpots(spec.size, spec.channels)
        self.network = network

    def forward(self, spots: Tensor) -> Tensor:
        """Return the logits (batch, classes) of spot lists (batch, n, 4)."""
        image = self.redrawn(spots)
        if image.shape[1] > 1:
            image = image.contiguous()
        logits: Tensor = self.network(image)
        return logits


def on_redrawn_spots(network: Network) -> RedrawnNetwork:
    """Return a network on images as one on redrawn spot lists.

    Raises
    ------
    UsageError
        If it is no network on images.
    """
    if not isinstance(network, ImageNetwork) or network.input_specs[0].kind is not InputKind.IMAGE:
        raise UsageError("--redrawn is for networks on images.")
    return RedrawnNetwork(network)
