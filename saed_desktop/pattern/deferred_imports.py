"""Keeps a reader's import quick by deferring what it imports and does not use.

RosettaSciIO's readers import dask (0.4 s) at module level although a plain read never touches
it, and the BLO reader imports scikit-image for writing only. While a reader is imported, these
names stand in `sys.modules` as placeholders; the first touch of a placeholder replaces it by the
real package, so a reader that does need it works as before, only later.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_DEFERRED = ("dask", "dask.array", "dask.base", "skimage")


class _Placeholder(ModuleType):
    """Stands for a package until something of it is used."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        # pint asks whether dask could be found, and a module without a specification is an error
        self.__spec__ = ModuleSpec(name, None)

    def __getattr__(self, attribute: str) -> Any:
        # the import system itself asks for dunder names; they are no use of the package
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        _remove_placeholders()
        return getattr(importlib.import_module(self.__name__), attribute)


def _remove_placeholders() -> None:
    for name in _DEFERRED:
        if isinstance(sys.modules.get(name), _Placeholder):
            del sys.modules[name]


@contextmanager
def deferred_imports() -> Iterator[None]:
    """Import readers inside this context without importing what they may never use."""
    placed: dict[str, ModuleType] = {}
    for name in _DEFERRED:
        if name not in sys.modules:
            placed[name] = sys.modules[name] = _Placeholder(name)
    if "dask" in placed and "dask.array" in placed:
        # set as an attribute, or `import dask.array as da` would count as a use
        vars(placed["dask"])["array"] = placed["dask.array"]
    try:
        yield
    finally:
        # others must find the real package, not our placeholder, from here on
        _remove_placeholders()
