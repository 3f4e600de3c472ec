"""Lists of the modules and files that the frozen program holds or leaves out; imports no Qt.

The specification reads them, and the tests check them against the dependencies.
"""

import fnmatch
import importlib.metadata
import importlib.util
from collections.abc import Iterable
from pathlib import Path

from saed_desktop.pattern.formats import FORMATS

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "installer"

RESOURCE_FOLDERS = (
    "help",
    "icons",
    "judge",
    "languages",
    "lattice",
    "library",
    "networks",
    "patterns",
    "phases",
    "schema",
    "self-test",
    "templates",
)
"""Folders of `resources` that the window reads; job scripts belong to the trainer."""

RESOURCES_THAT_MAY_BE_MISSING = ("help", "self-test", "networks", "patterns")

READER_MODULES = tuple(sorted({fmt.reader for fmt in FORMATS if fmt.reader}))
"""Modules of RosettaSciIO; they are imported by name, so that no analysis finds them."""

CODECS = (
    "_shared", "_imcd", "_zlib", "_deflate", "_zstd", "_lz4", "_blosc", "_bitshuffle", "_png",
    "_jpeg8", "_jpeg2k",
)  # fmt: skip
"""Parts of imagecodecs that files need; the other sixty stay out."""

OTHER_MODULES = (
    # imported by name, for the format alone
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.WebPImagePlugin",
    # imported by name, at the first use of a codec
    "imagecodecs",
    *(f"imagecodecs.{name}" for name in CODECS),
    *sorted(
        {
            f"saed_desktop.pattern.loaders.{fmt.loader.partition('.')[0]}"
            for fmt in FORMATS
            if fmt.loader
        }
    ),
)

EXCLUDED_MODULES = (
    # the trainer and what only it needs
    "trainer", "torch", "torchvision", "timm", "onnx", "onnxscript", "sklearn", "submitit",
    # optional companions of our dependencies
    "IPython", "OpenGL", "bokeh", "cupy", "distributed", "jax", "matplotlib", "mpi4py", "numba",
    "pandas", "pyarrow", "scipy", "skimage", "sparse", "sympy", "xarray", "zarr", "PIL.ImageQt",
    "PIL.ImageShow", "PIL.ImageTk", "PIL.AvifImagePlugin",
    # examples, tests, tools of developers
    "cv2.gapi", "dask.dataframe", "dask.bag", "h5py.tests", "hypothesis", "lib2to3", "mypy",
    "numpy.f2py", "onnxruntime.quantization", "onnxruntime.tools", "onnxruntime.transformers",
    "pip", "pkg_resources", "pytest", "pyqtgraph.examples", "pyqtgraph.jupyter",
    "pyqtgraph.opengl", "setuptools", "tkinter", "turtledemo", "wheel",
    # the program speaks to no network and has no terminal
    "_curses", "_ssl", "curses", "readline",
    # parts of Qt that no window of ours uses
    "PySide6.QtPrintSupport", "PySide6.QtQml", "PySide6.QtQuick",
    "PySide6.QtSql", "PySide6.QtSvgWidgets", "PySide6.QtTest", "PySide6.QtXml",
    "PySide6.scripts",
)  # fmt: skip

QT_LIBRARIES = (
    "Core", "DBus", "Gui", "Network", "OpenGL", "OpenGLWidgets", "Svg", "WaylandClient", "Widgets",
    "XcbQpa",
)  # fmt: skip
"""Libraries of Qt that are kept, by what follows `Qt6`."""

QT_PLUGINS = (
    "iconengines/*qsvgicon*",
    "imageformats/*q[ij]co*",
    "imageformats/*qjpeg*",
    "imageformats/*qsvg*",
    "platforminputcontexts/*composeplatform*",
    "platforminputcontexts/*ibusplatform*",
    "platforms/*qcocoa*",
    "platforms/*qoffscreen*",
    "platforms/*qwayland*",
    "platforms/*qwindows*",
    "platforms/*qxcb*",
    "platformthemes/*xdgdesktopportal*",
    "styles/*",
    "wayland-decoration-client/*",
    "wayland-shell-integration/*xdg-shell*",
)
"""Plugins that are kept: screens, icons, keyboards. None speaks to a network."""

UNWANTED_FILES = (
    # a theme of the desktop that would draw in half of GTK
    "libatk*", "libcairo*", "libepoxy*", "libgdk*", "libgtk*", "libpango*", "librsvg*",
    "libfribidi*", "libthai*", "libdatrie*", "libharfbuzz*", "libgraphite2*", "libpixman*",
    # the network: the only sockets are the program's own
    "libssl*", "libcups*", "libgnutls*",
    # what the Python of the build machine is linked with and the program never imports
    "libtcl*", "libtk*", "libreadline*", "readline*",
    # what every desktop has, in the version that its fonts' and screens' caches were made for
    "libX11*", "libXau.so*", "libXdmcp*", "libexpat.so*", "libfontconfig*", "libfreetype.so*",
    "libgcc_s.so*", "libstdc++*", "libuuid.so*", "libz.so*",
    # films
    "opencv_videoio_ffmpeg*",
)  # fmt: skip
"""Files of the top folder that the analysis collects and nothing needs."""

STRIPPED_FILES = ("libpython*", "python3*/lib-dynload/*", "box/*", "yaml/*")
"""Files of Linux that come with what only a debugger reads; wheels of C++ libraries are not
touched, for some of them do not survive it."""

LICENCE_NAMES = ("*LICEN[CS]E*", "COPYING*", "NOTICE*", "*THIRD*PARTY*")

NOT_SHIPPED = ("pip", "saed-desktop", "setuptools", "wheel")
"""Distributions of the build environment that no installer carries."""


def reader_modules() -> list[str]:
    """Return every module that reading may import, found without importing any.

    RosettaSciIO imports its own parts by name, at their first use; and some of its readers import
    what is not installed, behind `deferred_imports`.
    """
    spec = importlib.util.find_spec("rsciio")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("RosettaSciIO is not installed")
    root = Path(spec.submodule_search_locations[0])
    names = []
    for package in (*READER_MODULES, "rsciio.utils"):
        folder = root.joinpath(*package.split(".")[1:])
        for file in sorted(folder.rglob("*.py")):
            parts = ("rsciio", *file.relative_to(root).with_suffix("").parts)
            if not {"tests", "_tests"} & set(parts):
                names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def licence_data() -> list[tuple[str, str]]:
    """Return the licence texts of everything installed here with where they go."""
    found = [(str(ROOT / "LICENSE"), "licences")]
    # the wheels of Qt and PySide6 carry none
    found += [(str(file), "licences") for file in sorted((HERE / "licences").glob("*.txt"))]
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name.lower() in NOT_SHIPPED:
            continue
        found += [
            (str(file.locate()), f"licences/{name}")
            for file in distribution.files or ()
            if (".dist-info" in str(file) or len(file.parts) == 2)
            and _matches(file.name.upper(), LICENCE_NAMES)
        ]
    return found


def resource_data() -> list[tuple[str, str]]:
    """Return the folders of resources with where they go in the frozen program.

    Raises
    ------
    FileNotFoundError
        If a folder is missing without which the program cannot work.
    """
    found = []
    for name in RESOURCE_FOLDERS:
        folder = ROOT / "resources" / name
        if folder.is_dir() and any(folder.iterdir()):
            found.append((str(folder), f"resources/{name}"))
        elif name not in RESOURCES_THAT_MAY_BE_MISSING:
            raise FileNotFoundError(f"resources/{name} is missing")
    return found


def is_wanted(destination: str) -> bool:
    """Tell whether a file that the analysis collected is to be kept.

    Parameters
    ----------
    destination
        Its path inside the frozen program.
    """
    path = destination.replace("\\", "/")
    name = path.rpartition("/")[2]
    if "/" not in path:
        if _matches(name, UNWANTED_FILES):
            return False
        if name.startswith("libQt6"):
            return _is_wanted_qt_library(name)
        return True
    if not path.startswith("PySide6/"):
        return not _matches(name, ("opencv_videoio_ffmpeg*",)) and "/tests/" not in path
    if "/translations/" in path or "/qml/" in path:
        return False
    if "/plugins/" in path:
        return _matches(path.partition("/plugins/")[2], QT_PLUGINS)
    if name.startswith(("libQt6", "Qt6")) or ".framework/" in path:
        return _is_wanted_qt_library(name if ".framework/" not in path else _framework(path))
    # Mesa's renderer in software, for windows drawn with OpenGL
    return not name.startswith(("opengl32sw", "d3dcompiler", "libcrypto", "libssl"))


def wanted(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the entries of a table of PyInstaller that are to be kept."""
    return [entry for entry in entries if is_wanted(entry[0])]


def _framework(path: str) -> str:
    return "Qt6" + path.partition(".framework/")[0].rpartition("/")[2].removeprefix("Qt")


def _is_wanted_qt_library(name: str) -> bool:
    stem = name.removeprefix("lib").removeprefix("Qt6").partition(".")[0]
    # FFmpeg-free, network-free: what is not listed is not needed
    return stem in QT_LIBRARIES


def _matches(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(text, pattern) for pattern in patterns)
