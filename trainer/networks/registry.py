"""Every architecture by name.

A module of this package that offers networks is named in `_MODULES` and decorates its builders
with `register`; a family of networks with names of its own making (any timm network, any point of
the search space) uses `register_family`.
"""

import difflib
import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from trainer.networks.base import Intensity, Network, count_parameters
from trainer.networks.redrawn import on_redrawn_spots
from trainer.options import fraction, option, positive

_MODULES = (
    "trainer.networks.cnn_299an",
    "trainer.networks.torchvision_networks",
    "trainer.networks.timm_networks",
    "trainer.networks.search_space",
    "trainer.networks.spot_network",
    "trainer.networks.polar_network",
    "trainer.networks.profile_network",
    "trainer.networks.plain_family",
)


@dataclass(frozen=True)
class NetworkOptions:
    """Options of the network."""

    network: str = option("spots", "architecture by name; 'saed-trainer networks' lists them")
    pretrained: bool = option(
        False, "features of a network pre-trained on photographs, frozen, with a new head"
    )
    size: int = option(0, "side of the image the network sees in pixels; 0: its own", metavar="PX")
    crop: int = option(
        0, "side of the square cut from the pattern in pixels; 0: the network's own", metavar="PX"
    )
    crop_share: float = option(
        0.0,
        "that side as a share of the pattern's shorter side instead, for patterns of any size",
        check=fraction,
        rule="at least 0 and below 1",
    )
    center: str = option(
        "image",
        "what the square is cut around: the middle of the image, or the direct beam",
        choices=("image", "beam"),
    )
    gamma: float = option(
        1.0,
        "exponent on the brightness; 0.4 brings out faint spots",
        check=positive,
        rule="above 0",
    )
    intensity: str = option(
        "auto",
        "range of brightness the network sees: 0 to 1, that of ImageNet, 0 to 255, or each spot "
        "relative to its surroundings (local)",
        choices=("auto", *Intensity),
    )
    sigmoid: bool = option(False, "end in a sigmoid before the cross-entropy, as published")
    redrawn: bool = option(
        False,
        "show a network on images the spots that the program finds, drawn anew as small blobs "
        "around the beam, in place of the picture",
    )
    weights_dir: Path | None = option(
        None, "folder of pre-trained weights, for nodes without internet", metavar="DIR"
    )


@dataclass(frozen=True)
class BuildRequest:
    """Arguments of a network builder.

    Parameters
    ----------
    n_classes
        Number of outputs.
    size, crop_px, crop_share
        Side of the image the network sees, and of the square cut from the pattern, in pixels or
        as a share of the pattern's shorter side.
    center, gamma
        What the square is cut around, and the exponent on the brightness.
    pretrained
        Frozen pre-trained features with a new head instead of everything from scratch.
    intensity
        Range of brightness.
    sigmoid
        End in a sigmoid.
    weights_dir
        Folder of pre-trained weights; None asks the hub.
    load_weights
        Whether pre-trained weights are loaded at all: not where a checkpoint follows, nor to
        count parameters.
    """

    n_classes: int
    size: int
    crop_px: int
    pretrained: bool = False
    intensity: Intensity = Intensity.UNIT
    sigmoid: bool = False
    weights_dir: Path | None = None
    load_weights: bool = True
    crop_share: float = 0.0
    center: str = "image"
    gamma: float = 1.0

    def image_spec(self) -> InputSpec:
        """Return the spec of the one image that a network on images looks at."""
        return InputSpec(
            "image",
            InputKind.IMAGE,
            self.size,
            crop_px=0 if self.crop_share else self.crop_px,
            channels=self.channels,
            center=self.center,
            gamma=self.gamma,
            crop_share=self.crop_share,
        )

    @property
    def channels(self) -> int:
        """The image channels: three where the features come from photographs."""
        return 3 if self.pretrained else 1


Builder = Callable[[BuildRequest], Network]


@dataclass(frozen=True)
class RegistryEntry:
    """One architecture.

    Parameters
    ----------
    name
        As given on the command line.
    title
        As printed in tables.
    summary
        One line on what it is.
    build
        Makes it.
    size, crop_px
        Its own image side and the square cut from the pattern; 0 for networks not on images.
    has_pretrained
        Whether there are pre-trained weights for it.
    """

    name: str
    title: str
    summary: str
    build: Builder
    size: int = 800
    crop_px: int = 800
    has_pretrained: bool = False


_entries: dict[str, RegistryEntry] = {}
_families: dict[str, Callable[[str], RegistryEntry]] = {}


def register(
    name: str,
    *,
    title: str,
    summary: str,
    size: int = 800,
    crop_px: int = 800,
    has_pretrained: bool = False,
) -> Callable[[Builder], Builder]:
    """Register the decorated builder as an architecture."""

    def add(build: Builder) -> Builder:
        if name in _entries:
            raise ValueError(f"two networks are called {name}")
        _entries[name] = RegistryEntry(name, title, summary, build, size, crop_px, has_pretrained)
        return build

    return add


def register_family(
    prefix: str,
) -> Callable[[Callable[[str], RegistryEntry]], Callable[[str], RegistryEntry]]:
    """Register the decorated function, which makes the entry for what follows `prefix:`."""

    def add(make: Callable[[str], RegistryEntry]) -> Callable[[str], RegistryEntry]:
        _families[prefix] = make
        return make

    return add


@functools.cache
def _load_modules() -> None:
    for module in _MODULES:
        importlib.import_module(module)


def entries() -> dict[str, RegistryEntry]:
    """Return every registered architecture by name, families left out."""
    _load_modules()
    return dict(_entries)


def entry(name: str) -> RegistryEntry:
    """Return one architecture.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    _load_modules()
    prefix, _, rest = name.partition(":")
    if rest and prefix in _families:
        return _families[prefix](rest)
    if name in _entries:
        return _entries[name]
    near = difflib.get_close_matches(name, list(_entries), n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(sorted(_entries))}."
    raise UsageError(f"There is no network '{name}'; {hint}")


def resolve(options: NetworkOptions) -> NetworkOptions:
    """Return the options with the network's own values in place of 0 and 'auto'.

    Raises
    ------
    UsageError
        If the network does not exist or the combination is impossible.
    """
    known = entry(options.network)
    if options.pretrained and not known.has_pretrained:
        raise UsageError(f"There are no pre-trained weights for {known.name}.")
    if min(options.size, options.crop) < 0:
        raise UsageError("--size and --crop are sides in pixels, 0 or above.")
    if options.crop and options.crop_share:
        raise UsageError("--crop and --crop-share are two ways to say the same; give one of them.")
    if options.redrawn:
        _check_redrawn(options)
    if options.redrawn:
        # it is drawn at the size that the network sees: there is nothing to cut
        size = crop = options.size or known.size
    elif known.size != known.crop_px:
        # a network with a size of its own has the crop brought to it
        size, crop = options.size or known.size, options.crop or known.crop_px
    else:
        size = options.size or options.crop or known.size
        crop = options.crop or size
    if options.crop_share:
        crop = 0
    intensity = options.intensity
    if intensity == "auto":
        intensity = Intensity.IMAGENET if options.pretrained else Intensity.UNIT
    return replace(options, size=size, crop=crop, intensity=str(intensity))


def _check_redrawn(options: NetworkOptions) -> None:
    """Refuse what is for pictures: redrawn spots have a frame and a brightness of their own."""
    of_pictures = {
        "--crop": options.crop not in (0, options.size),
        "--crop-share": options.crop_share != 0,
        "--center": options.center != "image",
        "--gamma": options.gamma != 1,
    }
    for name, is_given in of_pictures.items():
        if is_given:
            raise UsageError(f"{name} is for pictures; leave it out with --redrawn.")


def build(options: NetworkOptions, n_classes: int, *, load_weights: bool = True) -> Network:
    """Return a network.

    Parameters
    ----------
    options
        Which one.
    n_classes
        Number of outputs.
    load_weights
        Whether pre-trained weights are loaded where the options ask for them.

    Raises
    ------
    UsageError
        If the combination is impossible, with the reason.
    """
    decided = resolve(options)
    known = entry(decided.network)
    request = BuildRequest(
        n_classes=n_classes,
        size=decided.size,
        crop_px=decided.crop,
        pretrained=decided.pretrained,
        intensity=Intensity(decided.intensity),
        sigmoid=decided.sigmoid,
        weights_dir=decided.weights_dir,
        load_weights=load_weights,
        crop_share=decided.crop_share,
        center=decided.center,
        gamma=decided.gamma,
    )
    network = known.build(request)
    return on_redrawn_spots(network) if decided.redrawn else network


def parameter_count(options: NetworkOptions, n_classes: int = 9) -> int:
    """Return how many parameters a network has, without giving memory to any of them."""
    with torch.device("meta"):
        return count_parameters(build(options, n_classes, load_weights=False))
