"""Nothing heavy is imported before the window shows, nor before files are handed over."""

import subprocess
import sys
import textwrap

ALLOWED = {
    "PySide6", "colorama", "numpy", "platformdirs", "pyqtgraph", "saed_desktop", "shiboken6",
    "shibokensupport",
}  # fmt: skip
"""Every package outside the standard library that may be there when the window shows."""

NOT_OURS = {"signature_bootstrap", "sitecustomize", "usercustomize", "distutils-precedence"}

HEAVY = (
    "onnxruntime",
    "rsciio",
    "scipy",
    "dask",
    "gemmi",
    "cv2",
    "h5py",
    "tifffile",
    "PIL",
    "matplotlib",
    "torch",
    "multiprocessing.pool",
)


def _run(code, tmp_path):
    environment = {
        "SAED_DESKTOP_HOME": str(tmp_path / "home"),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    import os

    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def test_the_window_shows_before_anything_heavy_is_imported(tmp_path):
    loaded = _run(
        """
        import sys
        from saed_desktop.gui.app import application
        from saed_desktop.gui.assembly import Desktop
        from saed_desktop.gui.settings import SettingsStore
        app = application()
        desktop = Desktop(SettingsStore())
        desktop.window.show()
        app.processEvents()
        print(*sys.modules)
        desktop.close()
        """,
        tmp_path,
    )
    assert "pyqtgraph" in loaded
    assert not [name for name in HEAVY if name in loaded]
    packages = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    # what a test runner or the environment's own start puts there begins with an underscore
    assert {name for name in packages if not name.startswith("_")} - NOT_OURS <= ALLOWED


def test_the_first_image_waits_for_neither_opencv_nor_the_engine(tmp_path):
    loaded = _run(
        """
        import sys
        from saed_desktop.paths import resources_dir
        from saed_desktop.workspace import display
        from saed_desktop.workspace.reading import load_pattern
        for path in sorted((resources_dir() / "patterns").glob("*.tif")):
            pyramid = load_pattern(path).pyramid
            assert len(display.render(pyramid, display.auto_contrast(pyramid))) == len(pyramid.levels)
        print(*sys.modules)
        """,
        tmp_path,
    )
    assert "tifffile" in loaded
    assert not {"cv2", "gemmi", "onnxruntime", "saed_desktop.workspace.analysis_service"} & set(
        loaded
    )


def test_the_window_paints_the_first_image_before_it_imports_the_indexing(tmp_path):
    loaded = _run(
        """
        import sys
        from PySide6.QtCore import QTimer
        from saed_desktop.gui.app import application
        from saed_desktop.gui.assembly import Desktop
        from saed_desktop.gui.settings import SettingsStore
        from saed_desktop.paths import resources_dir
        app = application()
        desktop = Desktop(SettingsStore())
        desktop.window.show()
        painted = []
        desktop.window.pattern_view.image_painted.connect(lambda: painted.extend(sys.modules))
        desktop.window.pattern_view.image_painted.connect(app.quit)
        path = next((resources_dir() / "patterns").glob("*.tif"))
        QTimer.singleShot(0, lambda: desktop.start([path]))
        QTimer.singleShot(30_000, app.quit)
        app.exec()
        print(*painted)
        desktop.close()
        """,
        tmp_path,
    )
    assert "tifffile" in loaded
    assert not {"cv2", "gemmi", "onnxruntime", "saed_desktop.indexing.pipeline"} & set(loaded)


def test_handing_files_over_imports_next_to_nothing(tmp_path):
    loaded = _run(
        """
        import sys
        from saed_desktop.__main__ import _parser
        from saed_desktop.gui.handover import hand_over
        assert not hand_over(["a.dm3"])
        print(*sys.modules)
        """,
        tmp_path,
    )
    assert not [name for name in (*HEAVY, "numpy", "PySide6", "platformdirs") if name in loaded]
