"""The rules of the house that a machine can check: small files, arrows that point down."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "saed_desktop").rglob("*.py")) + sorted((ROOT / "trainer").rglob("*.py"))


def test_files_and_functions_stay_small():
    too_long = [
        f"{path.relative_to(ROOT)}: does it test two things?"
        for path in (ROOT / "tests").rglob("*.py")
        if path.read_text(encoding="utf-8").count("\n") > 400
    ]
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 400:
            too_long.append(f"{path.relative_to(ROOT)}: has one duty become two?")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body
                first = body[1] if len(body) > 1 and isinstance(body[0], ast.Expr) else body[0]
                length = (node.end_lineno or 0) - first.lineno + 1
                if length > 60:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")
    assert not too_long


def test_summaries_say_what_a_thing_is_or_does():
    files = [
        *SOURCES,
        *(ROOT / "installer").rglob("*.py"),
        *(ROOT / "tests/benchmarks").rglob("*.py"),
    ]
    question = re.compile(r'^\s*r?"""(?:What|How|Who|Which|Where|When|Why)\b.*', re.MULTILINE)
    found = [
        f"{path.relative_to(ROOT)}: {summary.group(0).strip()}"
        for path in files
        for summary in question.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_no_test_takes_its_tools_from_another():
    tool = re.compile(
        r"^from tests\.(?:\w+\.)*test_\w+ import.*|^import tests\..*test_.*", re.MULTILINE
    )
    found = [
        f"{path.relative_to(ROOT)}: {line.group(0)}"
        for path in (ROOT / "tests").rglob("*.py")
        for line in tool.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_import_contracts_are_kept():
    # in a process of its own: the linter imports nothing of ours but reads everything
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(tool), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_repository_names_no_machine_path():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?<![\w.])/(?:work|root|home)/[a-z]")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".sh", ".txt", ".yml", "") and path.is_file():
            found = pattern.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None, f"{name}: {found.group(0) if found else ''}"


def test_headless_entry_point_imports_neither_qt_nor_torch():
    code = (
        "import sys, saed_desktop.cli; "
        "print([m for m in ('PySide6', 'pyqtgraph', 'torch', 'matplotlib', 'scipy', 'trainer')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
