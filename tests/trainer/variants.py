"""Every architecture in every variant, and small options of it."""

from trainer.networks.registry import NetworkOptions, entries

VARIANTS = [
    (name, pretrained)
    for name, known in entries().items()
    for pretrained in ((False, True) if known.has_pretrained else (False,))
]
TOY_SIZES = {"299-an": 192}


def toy_options(name: str, **more: object) -> NetworkOptions:
    return NetworkOptions(network=name, size=TOY_SIZES.get(name, 32), **more)
