"""Classes from the azimuthal profile alone: the route of Aguiar et al., Sci. Adv. 5 (2019) aaw1949.

They classified crystals from azimuthally integrated diffraction profiles with a one-dimensional
CNN. What a profile cannot hold is the angles between spots; the network stands here as the measure
of what those are worth.
"""

from itertools import pairwise

from torch import Tensor, nn

from saed_desktop.network.input import InputKind, InputSpec
from trainer.networks.base import Network
from trainer.networks.registry import BuildRequest, register

N_RADII = 512


class ProfileNetwork(Network):
    """Classifies azimuthal profiles with a one-dimensional CNN.

    Parameters
    ----------
    n_classes
        Outputs.
    n_radii
        Bins of the profile, a multiple of 32.
    width
        Channels of the first layer; they double three times.
    dropout
        Before the hidden dense layer.
    """

    def __init__(
        self, n_classes: int, *, n_radii: int = N_RADII, width: int = 16, dropout: float = 0.2
    ) -> None:
        super().__init__((InputSpec("profile", InputKind.PROFILE, n_radii),))
        widths = [1, width, 2 * width, 4 * width, 8 * width, 8 * width]
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise(widths):
            layers += [
                nn.Conv1d(n_in, n_out, 5, padding=2, bias=False),
                nn.BatchNorm1d(n_out),
                nn.ReLU(),
                nn.MaxPool1d(2),
            ]
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(widths[-1] * (n_radii // 32), 128),
            nn.ReLU(),
            nn.Linear(128, n_classes),
        )

    def forward(self, profile: Tensor) -> Tensor:
        """Return logits (b, classes) for profiles (b, radii)."""
        logits: Tensor = self.head(self.body(profile[:, None, :]))
        return logits


@register(
    "profile",
    title="azimuthal profile, 1-D CNN",
    summary="on azimuthal profiles, after Aguiar et al. 2019",
    size=0,
    crop_px=0,
)
def build_profile_network(request: BuildRequest) -> Network:
    """Return the network on azimuthal profiles."""
    return ProfileNetwork(request.n_classes)
