"""Wheel and source distribution: everything inside, and the wheel works on its own."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.rendering import save_png, spot_image

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with both, built as `python -m build` does."""
    folder = tmp_path_factory.mktemp("built")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


def resources() -> set[str]:
    done = subprocess.run(
        ["git", "ls-files", "resources"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return {p.relative_to(ROOT).as_posix() for p in (ROOT / "resources").rglob("*.cif")}
    return set(done.stdout.split("\n")) - {""}


def test_wheel_holds_both_packages_and_all_resources(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        entry_points = next(n for n in names if n.endswith("entry_points.txt"))
        scripts = wheel.read(entry_points).decode()
    assert {f"saed_desktop/{name}" for name in resources()} <= names
    assert {"saed_desktop/gui/app.py", "saed_desktop/self_test.py", "trainer/cli.py"} <= names
    assert not [name for name in names if name.startswith(("tests", "installer", "resources"))]
    assert {"saed-desktop", "saed-index", "saed-trainer"} <= {
        line.split(" = ")[0] for line in scripts.splitlines()
    }


def test_source_distribution_can_be_built_tested_and_frozen(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert resources() <= names
    assert {
        "installer/build.py", "installer/saed-desktop.spec", "installer/linux/install.sh",
        "tests/conftest.py", "Makefile", "LICENSE", "CHANGELOG.md", ".ci/constraints.txt",
    } <= names  # fmt: skip


def test_the_wheel_answers_from_another_folder(built, tmp_path):
    """Unpacked where the checkout is out of sight: its own resources are what it finds."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    image, _ = spot_image("delta-PuZr", (0, 0, 1), side=256)
    save_png(tmp_path / "delta.png", image)
    code = (
        "from saed_desktop import cli, paths; from pathlib import Path;"
        "assert Path('site').resolve() in paths.resources_dir().parents, paths.resources_dir();"
        "raise SystemExit(cli.main(['--network', 'none', 'delta.png', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"status":"' in done.stdout
