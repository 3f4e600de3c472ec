"""Reading imports what it needs and nothing that only costs time."""

import subprocess
import sys

import pytest

from tests.pattern_files import written


def test_reading_png_imports_no_heavy_library(tmp_path):
    path, _ = written(tmp_path, "a.png")
    code = (
        "import sys; from pathlib import Path; from saed_desktop.pattern.readers import read_pattern;"
        f"read_pattern(Path({str(path)!r}));"
        "print(sorted(m for m in ('dask', 'scipy', 'h5py', 'torch', 'rsciio', 'gemmi') if m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_reading_dm3_leaves_dask_alone(tmp_path):
    path, _ = written(tmp_path, "a.dm3")
    code = (
        "import sys; from pathlib import Path; from saed_desktop.pattern.readers import read_pattern;"
        f"read_pattern(Path({str(path)!r}));"
        "print([m for m in ('dask', 'scipy') if m in sys.modules]);"
        "import dask.array; print(dask.array.ones(3).sum().compute())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split("\n")[:2] == ["[]", "3.0"]


@pytest.mark.parametrize("reader", ["rsciio.tvips", "rsciio.blockfile"])
def test_readers_that_look_for_dask_or_miss_scikit_image_are_imported(reader):
    code = (
        "import importlib; from saed_desktop.pattern.deferred_imports import deferred_imports\n"
        f"with deferred_imports(): importlib.import_module({reader!r})\n"
        "import dask.array; print(dask.array.ones(3).sum().compute())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # before it may stand that a reader is slower without numba
    assert out.stdout.splitlines()[-1] == "3.0"
