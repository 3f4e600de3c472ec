"""`saed-library` through its real entry point."""

import os
import subprocess
import sys

import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.library_command import main


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "saed_desktop.library_command", *arguments],
        capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_find_show_export_build_info(tmp_path):
    found = run("find", "--elements", "Al,Cu", "--only", "--text", "theta")
    assert found.returncode == 0
    assert found.stdout.startswith("theta-Al2Cu")
    shown = run("show", "cementite")
    assert "P n m a" in shown.stdout and "source" in shown.stdout and "5.089" in shown.stdout
    exported = run("export-cif", "Fe3C", "Si", "alpha-Ti", "--output", str(tmp_path / "out"))
    assert exported.returncode == 0
    assert read_phase(tmp_path / "out" / "Fe3C.cif").n_atoms == 16
    (tmp_path / "out" / "bad.cif").write_text("data_nothing")
    library = tmp_path / "mine.saedlib"
    built = run("build", str(tmp_path / "out"), "--output", str(library))
    assert built.returncode == 1 and "3 added, 1 files refused" in built.stdout
    assert "bad.cif" in built.stderr
    info = run("info", str(library))
    assert run("info", "--library", str(library)).stdout == info.stdout
    assert "mine: 3 structures" in info.stdout and "bad.cif" in info.stdout
    again = run("find", "--library", str(library), "bundled", "--elements", "Ti", "--only")
    assert "alpha-Ti" in again.stdout and "beta-Ti" in again.stdout


def test_export_all_gives_every_structure_a_file_of_its_own(tmp_path, capsys):
    assert main(["export-cif", "--all", "--output", str(tmp_path)]) == 0
    files = list(tmp_path.glob("*.cif"))
    assert f"{len(files)} files" in capsys.readouterr().out
    assert len(files) > 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "unobtainium"], "no structure named"),
        (["find", "--elements", "Zz"], "no chemical element"),
        (["find", "--library", "absent.saedlib"], "no library"),
        (["export-cif"], "--all"),
        (["build", ".", "--output", "x.txt"], ".saedlib"),
        (["build", "nowhere", "--output", "x.saedlib"], "no file or folder"),
    ],
)
def test_wrong_usage_gets_one_sentence(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_nothing_found_says_so(capsys):
    assert main(["find", "--elements", "Pu,He"]) == 1
    assert "0 structures" in capsys.readouterr().err
