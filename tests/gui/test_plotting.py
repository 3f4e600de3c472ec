"""pyqtgraph comes quickly, and what of it is not loaded says so."""

import subprocess
import sys
import textwrap

import pytest

from saed_desktop.gui.plotting import pg

UNLOADED = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "pyqtgraph.imageview")


def _run(code):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_what_the_window_draws_with_is_there_and_opengl_is_not():
    loaded = _run(
        """
        import sys
        from saed_desktop.gui.plotting import pg
        for name in ("AxisItem", "GraphicsLayout", "GraphicsView", "ImageItem", "InfiniteLine",
                     "ItemGroup", "PlotCurveItem", "ViewBox"):
            assert "_Unloaded" not in str(getattr(pg, name).mro()), name
        print(*sys.modules)
        """
    )
    assert not [name for name in UNLOADED if name in loaded]


def test_the_classes_of_qt_are_built_when_they_are_asked_for():
    names = _run(
        """
        import PySide6.QtWidgets
        from saed_desktop.gui.plotting import pg
        from pyqtgraph.Qt import QtWidgets
        assert QtWidgets.QDialog is PySide6.QtWidgets.QDialog
        assert "QWizard" in dir(PySide6.QtWidgets)
        print(*vars(QtWidgets))
        """
    )
    assert "QDialog" in names
    assert "QWizard" not in names


def test_a_part_that_was_left_out_can_still_be_imported_by_its_name():
    _run(
        """
        from saed_desktop.gui.plotting import pg
        from pyqtgraph.graphicsItems.ROI import ROI
        from pyqtgraph.widgets.SpinBox import SpinBox
        from PySide6.QtOpenGLWidgets import QOpenGLWidget
        assert ROI.__module__ == "pyqtgraph.graphicsItems.ROI"
        assert SpinBox.__module__ == "pyqtgraph.widgets.SpinBox"
        assert QOpenGLWidget.__module__ == "PySide6.QtOpenGLWidgets"
        """
    )


def test_pyqtgraph_that_is_loaded_already_is_taken_as_it_is():
    _run(
        """
        import pyqtgraph
        from saed_desktop.gui.plotting import pg
        assert pg is pyqtgraph and hasattr(pg, "ImageView")
        """
    )


def test_making_what_is_not_loaded_fails_with_its_name():
    from pyqtgraph.graphicsItems.PlotItem import PlotItem

    with pytest.raises(ImportError, match=r"\w+ is a part of pyqtgraph that is not loaded"):
        sys.modules[PlotItem.__module__].FileDialog()


def test_names_that_qt_lacks_are_missing_as_ever():
    assert not hasattr(sys.modules["pyqtgraph.Qt"].QtCore, "QNothing")
    assert pg.__name__ == "pyqtgraph"


def test_a_version_that_cannot_be_imported_in_part_comes_whole():
    _run(
        """
        import sys
        from saed_desktop.gui import plotting
        for name in [name for name in sys.modules if name.startswith("pyqtgraph")]:
            del sys.modules[name]
        # no list of Qt's modules to mirror, as if their names had changed
        plotting._QT_MODULES = ("QtNoSuchModule",)
        whole = plotting._load()
        assert "_Unloaded" not in str(whole.ImageView.mro())
        """
    )
