"""The only code that turns a prepared pattern into network input, in training and in the app.

A network states what it wants to see as one `InputSpec` per input; the specs travel in its
bundle. What is done here to a measured pattern is done, by the same functions, to a simulated
one in training, so the two cannot drift apart.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import msgspec
import numpy as np
from msgspec import Meta

from saed_desktop.arrays import Float32Array
from saed_desktop.errors import BundleError
from saed_desktop.network.representations import (
    CONTEXT_FEATURES,
    POLAR_CHANNELS,
    POLAR_Q_MAX,
    POLAR_THETA,
    SPOT_FEATURES,
    context,
    image_representation,
    length_unit,
    polar_representation,
    profile_representation,
    spot_list,
)
from saed_desktop.pattern.prepare import PreparedPattern


class InputKind(StrEnum):
    """The representations of a pattern that a network may ask for."""

    IMAGE = "image"
    POLAR = "polar"
    PROFILE = "profile"
    SPOTS = "spots"
    CONTEXT = "context"


@dataclass(frozen=True)
class InputSpec:
    """Specification of one input of a network.

    Parameters
    ----------
    name
        The input's name in the ONNX graph.
    kind
        Which representation.
    size
        Side of the image in pixels, rows of the spot list, or bins along the radius.
    crop_px
        For images: side of the square cut from the pattern before it is brought to `size`.
    crop_share
        For images: that side as a share of the pattern's shorter side, which suits patterns of any
        size; 0 where `crop_px` says it.
    channels
        For images: 1, or 3 for networks that were pre-trained on colour photographs.
    center
        For images: cut around the middle of the "image" or around the direct "beam".
    gamma
        For images: exponent on the brightness between 0 and 1.
    """

    name: str
    kind: InputKind
    size: int
    crop_px: int = 0
    channels: int = 1
    center: str = "image"
    gamma: float = 1.0
    crop_share: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the spec as it stands in a bundle's card."""
        fields = {**asdict(self), "kind": self.kind.value}
        if not self.crop_share:
            # versions that do not know the field read the cards of networks that do without it
            del fields["crop_share"]
        return fields

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read a spec from a bundle's card.

        Raises
        ------
        BundleError
            If a field is missing, unknown or out of range.
        """
        try:
            written = msgspec.convert(data, _Written)
        except msgspec.ValidationError as error:
            raise BundleError(f"The network asks for an impossible input ({error}).") from error
        is_image = written.kind is InputKind.IMAGE
        if is_image and bool(written.crop_px) == bool(written.crop_share):
            raise BundleError(f"The network's input {written.name} has an impossible size.")
        return cls(**msgspec.structs.asdict(written))

    def crop_side_px(self, shape_yx: tuple[int, int]) -> int:
        """Return the side in pixels of the square cut from a pattern of a given shape."""
        if self.crop_share:
            return max(round(self.crop_share * min(shape_yx)), 1)
        return self.crop_px

    @property
    def shape(self) -> tuple[int, ...]:
        """The array shape of one pattern, without the batch axis."""
        return {
            InputKind.IMAGE: (self.channels, self.size, self.size),
            InputKind.POLAR: (POLAR_CHANNELS, self.size, POLAR_THETA),
            InputKind.PROFILE: (self.size,),
            InputKind.SPOTS: (self.size, SPOT_FEATURES),
            InputKind.CONTEXT: (CONTEXT_FEATURES,),
        }[self.kind]


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A spec as it stands in a bundle's card."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    kind: InputKind
    size: Annotated[int, Meta(ge=1, le=4096)]
    crop_px: Annotated[int, Meta(ge=0, le=16384)] = 0
    channels: Literal[1, 3] = 1
    center: Literal["image", "beam"] = "image"
    gamma: Annotated[float, Meta(ge=0.01, le=10)] = 1.0
    crop_share: Annotated[float, Meta(ge=0, le=2)] = 0.0


def network_inputs(
    prepared: PreparedPattern, specs: Sequence[InputSpec]
) -> dict[str, Float32Array]:
    """Return the inputs of a network for one pattern by name, each of its `spec.shape`."""
    return {spec.name: network_input(prepared, spec) for spec in specs}


def network_input(prepared: PreparedPattern, spec: InputSpec) -> Float32Array:
    """Return one input of a network for one pattern, of shape `spec.shape`."""
    if spec.kind is InputKind.IMAGE:
        return _image(prepared, spec)
    scale = prepared.pattern.calibration.scale_inv_angstrom_per_px
    spots = prepared.diffracted
    offsets = spots.xy - np.array(prepared.center.xy)
    if spec.kind is InputKind.SPOTS:
        return spot_list(offsets, spots.intensity, scale, spec.size)
    if spec.kind is InputKind.CONTEXT:
        sigma = prepared.pattern.calibration.relative_sigma
        edge = edge_radius_px(prepared) * length_unit(offsets, spots.intensity, scale)
        return context(scale is not None, sigma, edge, len(spots))
    radius = polar_radius_px(scale, edge_radius_px(prepared))
    represent = polar_representation if spec.kind is InputKind.POLAR else profile_representation
    return represent(
        prepared.bright_image,
        prepared.mask.masked,
        prepared.center.xy,
        radius_px=radius,
        size=spec.size,
    )


def edge_radius_px(prepared: PreparedPattern) -> float:
    """Return the distance in pixels from the beam to the farthest side of the image."""
    height, width = prepared.pattern.shape_yx
    x, y = prepared.center.xy
    return float(max(x, y, width - 1 - x, height - 1 - y))


def polar_radius_px(scale: float | None, edge_px: float) -> float:
    """Return the outer radius of polar representations: a fixed q, or all there is."""
    return POLAR_Q_MAX / scale if scale is not None else edge_px


def _image(prepared: PreparedPattern, spec: InputSpec) -> Float32Array:
    height, width = prepared.pattern.shape_yx
    middle = ((width - 1) / 2, (height - 1) / 2)
    center = prepared.center.xy if spec.center == "beam" else middle
    return image_representation(
        prepared.bright_image,
        center,
        crop_px=spec.crop_side_px(prepared.pattern.shape_yx),
        size=spec.size,
        channels=spec.channels,
        gamma=spec.gamma,
    )
