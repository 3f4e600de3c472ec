"""Do two commits give the same answers, bit for bit?

    python -m tests.benchmarks.compare_answers COMMIT_A COMMIT_B [FOLDER ...] [--every N]

Each commit is checked out into a folder of its own and run as `saed-index --json --details` over the
bundled examples and the folders given. Every number, name and sentence must be the same, except
for the time that an answer took; keys that one format has and the other has not are listed, not
counted. Exit status: 0 the same, 1 different.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from saed_desktop.pattern.readers import find_patterns
from saed_desktop.results.reading import present_verdict

ROOT = Path(__file__).parents[2]
NOT_COMPARED = {"schema", "seconds"}
SENTENCES = ("reasons", "deciding")
RENAMED = {"physics_in_candidates": "in_candidates", "conditional_on": "considered"}
REWORDED = ("By the physics alone", "By indexing alone")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commits", nargs=2, metavar="COMMIT")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="of the folders' files")
    parser.add_argument("--options", default="", help="further options of saed-index, in one word")
    options = parser.parse_args()
    files = find_patterns([ROOT / "resources" / "patterns"], recursive=True)
    files += find_patterns(options.folders, recursive=True)[:: options.every]
    with tempfile.TemporaryDirectory() as work:
        answers = [
            answers_of(commit, files, Path(work) / str(i), options.options.split())
            for i, commit in enumerate(options.commits)
        ]
    return report(options.commits, *answers)


def answers_of(commit: str, files: list[Path], tree: Path, more: list[str]) -> list[dict]:
    """Return what a commit answers to files."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
    try:
        command = [sys.executable, "-m", "saed_desktop.cli", "--json", "--details", *more]
        done = subprocess.run(
            [*command, *map(str, files)],
            env={**os.environ, "PYTHONPATH": str(tree), "SAED_DESKTOP_HOME": str(tree / "home")},
            cwd=tree, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise SystemExit(f"{commit}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def report(commits: list[str], first: list[dict], second: list[dict]) -> int:
    """Print what is different and return the exit status."""
    only, different, shown = Counter(), 0, []
    for one, other in zip(first, second, strict=True):
        found = list(differences(plain(one), plain(other), only))
        different += bool(found)
        shown += [f"{Path(one['file']).name}: {line}" for line in found[:3]]
    print(f"{len(first)} answers by {commits[0]} and {commits[1]}: {different} different")
    print(*shown[:40], sep="\n")
    for key, count in sorted(only.items()):
        print(f"only one format has {key} ({count} times)")
    return 1 if different else 0


def plain(record: dict) -> dict:
    """Return an answer in the words of today's format, its reasons as sentences."""
    words = {
        key: [
            (reason if isinstance(reason, str) else reason["text"]).replace(*REWORDED)
            for reason in record[key]
        ]
        for key in SENTENCES
        if key in record
    }
    words["verdict"] = present_verdict(record["verdict"])
    return {
        RENAMED.get(key, key): value
        for key, value in {**record, **words}.items()
        if key not in NOT_COMPARED
    }


def differences(one, other, only: Counter, where: str = "") -> Iterator[str]:
    """Yield each difference between two answers; keys of one format only are counted in `only`."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            place = f"{where}.{key}".lstrip(".")
            # names of phases are no keys of a format
            is_format = where not in ("probabilities",)
            if is_format and (key not in one or key not in other):
                only[place] += 1
            else:
                yield from differences(one.get(key), other.get(key), only, place)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from differences(a, b, only, f"{where}[]")
    elif one != other:
        yield f"{where}: {one!r} became {other!r}"


if __name__ == "__main__":
    sys.exit(main())
