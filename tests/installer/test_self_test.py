"""`saed-desktop --self-test` as it is run: passes on a sound installation, names what is not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from saed_desktop import paths, self_test
from tests.bundles import small_bundle
from tests.rendering import SCALE, save_hspy, spot_image

ROOT = Path(__file__).resolve().parents[2]


def run(installation, tmp_path, *, code=None):
    report = tmp_path / "report.txt"
    command = ["-c", code] if code else ["-m", "saed_desktop", "--self-test", str(report)]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=installation,
        env={**os.environ, "PYTHONPATH": str(installation), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, report.read_text() if report.exists() else done.stdout + done.stderr


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A copy of the program with a network and an example of its own, and their answers."""
    folder = tmp_path_factory.mktemp("installation")
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "saed_desktop", folder / "saed_desktop", ignore=skip)
    for name in ("phases", "judge", "icons", "help"):
        shutil.copytree(ROOT / "resources" / name, folder / "resources" / name)
    (folder / "resources" / "networks").mkdir()
    (folder / "resources" / "patterns").mkdir()
    small_bundle(folder / "resources" / "networks" / "saed-nine-phases.saednet")
    image, _ = spot_image("delta-PuZr", (0, 0, 1), side=256)
    save_hspy(folder / "resources" / "patterns" / "delta.hspy", image, SCALE)
    code = (
        "import json; from pathlib import Path; from saed_desktop import self_test;"
        "file = Path('resources') / self_test.ANSWERS; file.parent.mkdir();"
        "file.write_text(json.dumps(self_test.record()))"
    )
    status, said = run(folder, folder, code=code)
    assert status == 0, said
    return folder


@pytest.fixture
def copied(installation, tmp_path):
    """The installation, to be damaged."""
    folder = tmp_path / "copy"
    shutil.copytree(installation, folder)
    return folder


def test_a_sound_installation_passes(installation, tmp_path):
    status, report = run(installation, tmp_path)
    assert status == 0, report
    assert report.splitlines()[-1] == "passed"
    assert "FAILED" not in report


def test_another_answer_is_named(copied, tmp_path):
    file = copied / "resources" / self_test.ANSWERS
    answers = json.loads(file.read_text())
    answer = answers["examples"]["patterns/delta.hspy"]["answer"]
    named, answer["phase"] = answer["phase"], "beta-Pu"
    assert named not in (None, "beta-Pu")
    file.write_text(json.dumps(answers))
    status, report = run(copied, tmp_path)
    assert status == 1
    assert f"phase is {named}, expected beta-Pu" in report


def test_a_damaged_network_and_missing_examples_are_named(copied, tmp_path):
    network = next((copied / "resources" / "networks").iterdir())
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 0xFF
    network.write_bytes(content)
    shutil.rmtree(copied / "resources" / "patterns")
    status, report = run(copied, tmp_path)
    assert status == 1
    assert "networks: FAILED" in report
    assert "no example is bundled: resources/patterns holds no pattern" in report


def test_differences_allow_another_processor_and_nothing_else():
    expected = {"phase": "a", "matched": 12, "score": 0.91, "hkl": [[1, 0, 0]]}
    assert not list(self_test.differences(expected, {**expected, "score": 0.9101}))
    for change in (
        {"phase": "b"}, {"matched": 13}, {"score": 0.95}, {"score": None}, {"hkl": [[1, 0, 1]]},
        {"hkl": []}, {"more": 1},
    ):  # fmt: skip
        assert len(list(self_test.differences(expected, {**expected, **change}))) == 1


def test_recorded_answers_belong_to_what_is_bundled():
    resources = paths.resources_dir()
    examples = self_test.examples()
    if not examples:
        pytest.skip("no example is bundled yet")
    recorded = json.loads((resources / self_test.ANSWERS).read_text(encoding="utf-8"))
    found = {path.relative_to(resources).as_posix(): self_test.sha256(path) for path in examples}
    said = {name: entry["sha256"] for name, entry in recorded["examples"].items()}
    assert found == said, "run `python -m installer.record_answers`"
    networks = {p.name: self_test.sha256(p) for p in (resources / "networks").glob("*.saednet")}
    assert networks == recorded["networks"], "run `python -m installer.record_answers`"
