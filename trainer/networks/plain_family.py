"""Plain CNNs that say in their name what they are: `plain:conv=3,width=16,dense=64-64,norm=yes`.

Points of a search space other than the paper's have no number that everybody knows. Their name
holds the whole description instead, so that weights and bundles made from them need no file of the
search beside them.
"""

from dataclasses import replace
from typing import Any

from saed_desktop.errors import UsageError
from saed_desktop.network.input import InputKind, InputSpec
from trainer.networks.base import Network
from trainer.networks.cnn_299an import PlainCnn, plain_cnn
from trainer.networks.registry import BuildRequest, RegistryEntry, register_family

FAMILY = "plain"

KINDS = (InputKind.IMAGE, InputKind.POLAR, InputKind.PROFILE)
"""Inputs of plain CNNs."""

_OWN_SIZE = {InputKind.IMAGE: 800, InputKind.POLAR: 96, InputKind.PROFILE: 512}


def plain_name(plan: PlainCnn, kind: InputKind = InputKind.IMAGE) -> str:
    """Return the name under which the registry builds a plan."""
    words = [
        f"input={kind.value}",
        f"conv={plan.conv_layers}",
        f"width={plan.width}",
        f"dense={'-'.join(str(nodes) for nodes in plan.dense_nodes)}",
        f"norm={'yes' if plan.batch_norm else 'no'}",
    ]
    if plan.dropout_2d:
        words.append(f"drop2d={plan.dropout_2d}")
    if plan.dropout:
        words.append(f"drop={plan.dropout}")
    return f"{FAMILY}:{','.join(words)}"


def plain_from_name(text: str) -> tuple[PlainCnn, InputKind]:
    """Return what follows `plain:` as a plan and the input it looks at.

    Raises
    ------
    UsageError
        If it cannot be understood.
    """
    plan, kind = PlainCnn(), InputKind.IMAGE
    for word in text.split(","):
        name, _, value = word.strip().partition("=")
        try:
            if name == "input":
                kind = InputKind(value)
            else:
                plan = replace(plan, **_parsed(name, value))
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"'{word}' says nothing about a plain network; an example is "
                f"'{plain_name(PlainCnn())}'."
            ) from error
    if kind not in KINDS:
        raise UsageError(f"A plain network looks at {', '.join(KINDS)}, not at {kind.value}.")
    return plan, kind


def input_spec(kind: InputKind, size: int, crop_px: int, channels: int = 1) -> InputSpec:
    """Return what a plain CNN expects of its only input."""
    if kind is InputKind.IMAGE:
        return InputSpec("image", kind, size, crop_px=crop_px, channels=channels)
    return InputSpec(kind.value, kind, size)


@register_family(FAMILY)
def plain_entry(text: str) -> RegistryEntry:
    """Return the entry of a described network."""
    plan, kind = plain_from_name(text)

    def build(request: BuildRequest) -> Network:
        is_image = kind is InputKind.IMAGE
        spec = request.image_spec() if is_image else InputSpec(kind.value, kind, request.size)
        return plain_cnn(plan, request, spec)

    own = _OWN_SIZE[kind]
    return RegistryEntry(
        name=f"{FAMILY}:{text}",
        title=f"plain CNN, {plan.conv_layers} + {len(plan.dense_nodes)} layers",
        summary="a plain CNN that its name describes",
        build=build,
        size=own,
        crop_px=own if kind is InputKind.IMAGE else 0,
    )


def _parsed(name: str, value: str) -> dict[str, Any]:
    if name in ("conv", "width"):
        number = int(value)
        if number < 1:
            raise ValueError(value)
        return {"conv_layers" if name == "conv" else "width": number}
    if name == "dense":
        return {"dense_nodes": tuple(int(nodes) for nodes in value.split("-") if nodes)}
    if name == "norm":
        return {"batch_norm": {"yes": True, "no": False}[value]}
    share = float(value)
    if not 0 <= share < 1:
        raise ValueError(value)
    return {{"drop2d": "dropout_2d", "drop": "dropout"}[name]: share}
