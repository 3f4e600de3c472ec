"""The one place that imports torchvision, also beside a torch that its compiled library lacks.

The published wheel of torchvision links CUDA libraries. Beside a CPU build of torch the library
cannot load, and `import torchvision` then fails on `operator torchvision::nms does not exist`,
taking timm with it. The Python half (models, transforms) needs none of it: once the two operators
that are looked up at import are declared, everything but compiled nms and image files works.
"""

import functools
import importlib
from types import ModuleType
from typing import Any

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
# a library's operators vanish when the object does
_declared: list[Any] = []


@functools.cache
def torchvision() -> ModuleType:
    """Return torchvision, with its operators declared where its library cannot load."""
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    declare_operators()
    return importlib.import_module("torchvision")


@functools.cache
def timm() -> ModuleType:
    """Return timm, which imports torchvision."""
    torchvision()
    return importlib.import_module("timm")


def declare_operators() -> None:
    """Declare the operators that torchvision looks up at import."""
    library: Any = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)
    _declared.append(library)
