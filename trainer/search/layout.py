"""Layout of a search folder.

search.json                     what the search does
rung-0/members.json             which trainings the rung has, written once
rung-0/shard-000/results.jsonl  one line per finished training
rung-0/shard-000/state.json     what the shard's worker is doing
rung-0/shard-000/checkpoint.pt  where an unfinished training goes on
finals/000039040/               a run of `saed-trainer train`, ready for `export`
jobs.json                       what was handed to the batch system
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saed_desktop.results.atomic import write_json
from trainer.search.results import RESULTS

MEMBERS = "members.json"
STATE = "state.json"
JOBS = "jobs.json"


def rung_folder(folder: Path, rung: int) -> Path:
    """Return the folder of a rung."""
    return folder / f"rung-{rung}"


def shard_folder(folder: Path, rung: int, shard: int) -> Path:
    """Return the folder of a shard's work in a rung."""
    return rung_folder(folder, rung) / f"shard-{shard:03d}"


def result_files(folder: Path, rung: int) -> list[Path]:
    """Return the result files of a rung's shards."""
    return sorted(rung_folder(folder, rung).glob(f"shard-*/{RESULTS}"))


def final_run(folder: Path, index: int) -> Path:
    """Return the run folder of a finalist."""
    return folder / "finals" / f"{index:06d}"


def write_once(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain values unless the file is there already; of two writers one wins, whole."""
    if not path.exists():
        # a second writer in the same moment brings the same content: it follows from the results
        write_json(path, content)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the plain values of a file, None where it is missing or torn."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
