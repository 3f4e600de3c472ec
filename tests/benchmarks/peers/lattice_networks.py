"""Networks beside the lattice statistics: a ResNet on pictures, a 1-D CNN on azimuthal profiles.

After Ra et al., RSC Adv. 11, 38307 (2021), and Aguiar et al., Sci. Adv. 5, eaaw1949 (2019), in a
size that a processor trains; with the statistics' own loss on the same zones.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from saed_desktop.indexing.lattice.space_groups import space_group_classes
from saed_desktop.indexing.lattice.statistics import normalised
from tests.benchmarks.peers.lattice_inputs import N_RADII, pictures, profiles
from trainer.lattice.draw import DrawnZones
from trainer.lattice.training import symmetry_loss
from trainer.networks.profile_network import ProfileNetwork
from trainer.networks.torchvision_guard import timm

_CHANNELS = (32, 64, 128, 256)
_BATCH = 64
_WEIGHT_DECAY = 0.05


@dataclass(frozen=True)
class Peer:
    """A network with its input and the options of its training.

    Parameters
    ----------
    name
        As the table has it.
    build
        Makes it.
    inputs
        Makes what it sees of zones, turned at random where a generator is given.
    learning_rate
        The largest of a one-cycle schedule.
    """

    name: str
    build: Callable[[], nn.Module]
    inputs: Callable[[DrawnZones, np.random.Generator | None], np.ndarray]
    learning_rate: float


def _resnet() -> nn.Module:
    """Return ResNet-18 of half the width, for one channel."""
    library = timm().models.resnet
    network: nn.Module = library.ResNet(
        library.BasicBlock,
        [2, 2, 2, 2],
        num_classes=len(space_group_classes()),
        in_chans=1,
        channels=_CHANNELS,
        drop_rate=0.2,
    )
    return network.to(memory_format=torch.channels_last)


def _profile_network() -> nn.Module:
    return ProfileNetwork(len(space_group_classes()), n_radii=N_RADII, dropout=0.3)


PEERS = {
    "resnet": Peer("ResNet-18 (half width) on pictures", _resnet, pictures, 2e-3),
    "cnn": Peer(
        "1-D CNN on azimuthal profiles", _profile_network, lambda zones, _: profiles(zones), 2e-3
    ),
}


def trained(
    peer: Peer, zones: DrawnZones, epochs: int, seed: int, *, log: Callable[[str], None]
) -> nn.Module:
    """Return a network trained on zones.

    Parameters
    ----------
    peer
        Which one.
    zones
        With a scale each.
    epochs
        Passes over them, each turned afresh.
    seed
        Of weights, order and turns.
    log
        Told a line after each epoch.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = peer.build()
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=peer.learning_rate, weight_decay=_WEIGHT_DECAY
    )
    steps = max(len(zones) // _BATCH, 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peer.learning_rate, total_steps=steps * epochs, pct_start=0.2
    )
    label = torch.from_numpy(zones.label)
    start = time.process_time()
    for epoch in range(epochs):
        network.train()
        total = 0.0
        for rows in np.array_split(rng.permutation(len(zones)), steps):
            seen = torch.from_numpy(peer.inputs(zones[rows], rng))
            loss = symmetry_loss(network(seen), label[rows])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        minutes = (time.process_time() - start) / 60
        log(
            f"{peer.name}: epoch {epoch + 1} of {epochs}, loss {total / steps:.3f}, {minutes:.1f} min"
        )
    return network


def logits_of(peer: Peer, network: nn.Module, zones: DrawnZones) -> np.ndarray:
    """Return logits (n, classes) of zones."""
    network.eval()
    parts: list[Tensor] = []
    with torch.no_grad():
        for start in range(0, len(zones), _BATCH):
            rows = np.arange(start, min(start + _BATCH, len(zones)))
            parts.append(network(torch.from_numpy(peer.inputs(zones[rows], None))))
    return torch.cat(parts).double().numpy()


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Temperature and weight of joint evidence, as the lattice statistics have them."""

    log_prior: np.ndarray
    temperature: float = 1.0
    joint_weight: float = 1.0

    def log_probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return log probabilities (n, c) of single zones."""
        return normalised(logits / self.temperature)

    def joint(self, log_probabilities: np.ndarray) -> np.ndarray:
        """Return log probabilities (c,) out of those of several zones (n, c)."""
        weight = 1.0 if len(log_probabilities) == 1 else self.joint_weight
        evidence = (log_probabilities - self.log_prior).sum(axis=0)
        return normalised(self.log_prior + weight * evidence)
