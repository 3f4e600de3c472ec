"""pyqtgraph, imported in a third of its time: `from saed_desktop.gui.plotting import pg`.

Importing pyqtgraph is the largest part of the start, and most of it is for what this window never
uses. It copies every name of three modules of Qt, which makes PySide6 build a thousand classes;
it loads OpenGL's modules and some fifty widgets and curves. While it is imported here, Qt's
modules keep their names to themselves and hand them out one by one, and placeholders stand for
the rest. Afterwards the placeholders are removed from `sys.modules`: an import of one of these
parts by its full name gets the real one, and making one through `pg` raises an error that says so.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_QT_MODULES = ("QtCore", "QtGui", "QtWidgets")

_UNUSED = (
    "imageview",
    *(
        f"graphicsItems.{name}"
        for name in (
            "ArrowItem", "BarGraphItem", "BoxplotItem", "ColorBarItem", "CurvePoint",
            "DateAxisItem", "ErrorBarItem", "FillBetweenItem", "GradientEditorItem",
            "GradientLegend", "GraphItem", "GridItem", "HistogramLUTItem", "IsocurveItem",
            "LinearRegionItem", "PColorMeshItem", "ROI", "ScaleBar", "TargetItem", "VTickGroup",
        )
    ),
    *(
        f"widgets.{name}"
        for name in (
            "BusyCursor", "CheckTable", "ColorButton", "ColorMapMenu", "ColorMapWidget",
            "ComboBox", "DataFilterWidget", "DataTreeWidget", "DiffTreeWidget", "FeedbackButton",
            "FileDialog", "GradientWidget", "GraphicsLayoutWidget", "GroupBox",
            "HistogramLUTWidget", "JoystickButton", "LayoutWidget", "PathButton", "PlotWidget",
            "ProgressDialog", "RawImageWidget", "RemoteGraphicsView", "ScatterPlotWidget",
            "SpinBox", "TableWidget", "TreeWidget", "ValueLabel", "VerticalLabel",
        )
    ),
)  # fmt: skip
"""Parts of pyqtgraph that are not loaded; a name that a version does not know harms nothing."""


class _Mirror(ModuleType):
    """Stands for pyqtgraph's copy of a module of Qt: fetches a name when it is asked for."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    def __getattr__(self, attribute: str) -> Any:
        # kept, so that the next look finds it at once
        value = getattr(vars(self)["_source"], attribute)
        setattr(self, attribute, value)
        return value


class _Unloaded:
    """Base of what stands for a class that was not loaded: nothing is an instance of it."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        raise ImportError(f"{type(self).__name__} is a part of pyqtgraph that is not loaded")


class _Placeholder(ModuleType):
    """Stands for a module; whatever is taken from it can be named but not made."""

    __all__: tuple[str, ...] = ()

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return type(attribute, (_Unloaded,), {})


@contextmanager
def _standing_in(modules: dict[str, ModuleType]) -> Iterator[None]:
    """Let modules be found by these names where none is loaded yet."""
    placed = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


@contextmanager
def _without_lists(modules: list[ModuleType]) -> Iterator[None]:
    """Let `dir()` of modules be empty: what is not listed is not copied."""
    before = {module: vars(module).get("__dir__") for module in modules}
    for module in modules:
        vars(module)["__dir__"] = list
    try:
        yield
    finally:
        for module, listing in before.items():
            if listing is None:
                del vars(module)["__dir__"]
            else:
                vars(module)["__dir__"] = listing


def _load() -> ModuleType:
    if "pyqtgraph" in sys.modules:
        return sys.modules["pyqtgraph"]
    try:
        return _imported_in_part()
    except Exception:  # a version that is built otherwise comes whole, and later
        for name in [name for name in sys.modules if name.split(".")[0] == "pyqtgraph"]:
            del sys.modules[name]
        return importlib.import_module("pyqtgraph")


def _imported_in_part() -> ModuleType:
    qt = {name: importlib.import_module(f"PySide6.{name}") for name in _QT_MODULES}
    # subclassed where pyqtgraph is imported, made only by who asks it to draw with OpenGL
    surface = ModuleType("PySide6.QtOpenGLWidgets")
    vars(surface)["QOpenGLWidget"] = type("QOpenGLWidget", (qt["QtWidgets"].QWidget,), {})
    mirrors = {f"pyqtgraph.Qt.{name}": _Mirror(name, module) for name, module in qt.items()}
    # the mirrors stay: other parts of pyqtgraph must find the same ones later
    sys.modules.update(mirrors)
    placeholders: dict[str, ModuleType] = {
        f"pyqtgraph.{name}": _Placeholder(f"pyqtgraph.{name}") for name in _UNUSED
    }
    placeholders["PySide6.QtOpenGL"] = _Placeholder("PySide6.QtOpenGL")
    placeholders["PySide6.QtOpenGLWidgets"] = surface
    with _standing_in(placeholders), _without_lists(list(qt.values())):
        import pyqtgraph

        return pyqtgraph


pg: Any = _load()
"""The package, with what the window draws with."""
