"""The container recipes: what they copy is there, and is enough to build the package from."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.trainer.conftest import REPOSITORY

FOLDER = REPOSITORY / "resources" / "container"
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "ENTRYPOINT", "CMD"}
SECTIONS = {"files", "post", "environment", "runscript", "test"}


def logical_lines(path: Path) -> list[str]:
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    return [line for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def docker_copies() -> dict[str, str]:
    """Return what is copied, and where it goes from the folder of the build."""
    found = {}
    for line in logical_lines(FOLDER / "Dockerfile"):
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                found[source] = source if target == "./" else target
    return found


def apptainer_sections() -> dict[str, list[str]]:
    sections, name = {}, "header"
    for line in logical_lines(FOLDER / "saed-trainer.def"):
        if line.startswith("%"):
            name = line[1:].strip()
        else:
            sections.setdefault(name, []).append(line.strip())
    return sections


def apptainer_copies() -> dict[str, str]:
    pairs = (line.split() for line in apptainer_sections()["files"])
    return {source: target.removeprefix("/opt/saed/") for source, target in pairs}


def test_dockerfile_has_known_instructions_alone():
    words = [line.split()[0] for line in logical_lines(FOLDER / "Dockerfile")]
    assert words[0] == "FROM"
    assert set(words) == INSTRUCTIONS


def test_apptainer_definition_has_its_sections():
    sections = apptainer_sections()
    assert dict(line.split(": ") for line in sections.pop("header")) == {
        "Bootstrap": "docker", "From": "python:3.11-slim",
    }  # fmt: skip
    assert set(sections) == SECTIONS
    for name in ("post", "environment", "runscript", "test"):
        script = "\n".join(sections[name])
        assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0


def test_both_install_the_same_from_the_same_files():
    assert docker_copies() == apptainer_copies()
    (run,) = [line for line in logical_lines(FOLDER / "Dockerfile") if line.startswith("RUN ")]
    assert apptainer_sections()["post"][-1] == run.removeprefix("RUN ")
    (extra,) = re.findall(r'"\.\[(\w+)\]"', run)
    assert f"{extra} = [" in (REPOSITORY / "pyproject.toml").read_text()


@pytest.mark.parametrize("copies", [docker_copies, apptainer_copies])
def test_what_they_copy_is_there(copies):
    for source in copies():
        assert (REPOSITORY / source).exists(), source


def test_the_copied_files_build_the_package(tmp_path):
    context = tmp_path / "context"
    for source, target in docker_copies().items():
        place = context / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.saednet", "*.saedlib")
            shutil.copytree(REPOSITORY / source, place, ignore=ignored)
        else:
            shutil.copy(REPOSITORY / source, place)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, context],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"trainer/cli.py", "saed_desktop/resources/slurm/one_node.sbatch"} <= names
