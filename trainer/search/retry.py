"""Trying failed trainings again."""

import json
from dataclasses import asdict
from pathlib import Path

from saed_desktop.results.atomic import atomic_text
from trainer.search.layout import result_files
from trainer.search.results import TrialStatus, merge, read_results
from trainer.search.rung_trials import n_rungs
from trainer.search.settings import SearchSettings

IMPOSSIBLE = "impossible"
"""Beginning of the reason of a failure that no second try can change."""


def forget_failures(folder: Path, settings: SearchSettings) -> int:
    """Take the failures that a second try may overcome out of the result files.

    Only for a search without active workers. The lines go to `failures.jsonl` beside them. A rung
    that has begun keeps its members, whatever the second tries in the rung before bring.
    """
    count = 0
    for rung in range(n_rungs(settings)):
        successes = {
            key
            for key, result in merge(result_files(folder, rung)).by_key.items()
            if result.outcome is not TrialStatus.FAILED
        }
        for path in result_files(folder, rung):
            results, _ = read_results(path)
            again = [
                r
                for r in results
                if r.outcome is TrialStatus.FAILED and not (r.reason or "").startswith(IMPOSSIBLE)
            ]
            if not again:
                continue
            with path.with_name("failures.jsonl").open("a", encoding="utf-8") as stream:
                stream.writelines(json.dumps(asdict(r)) + "\n" for r in again)
            kept = [r for r in results if r not in again]
            with atomic_text(path) as stream:
                stream.writelines(json.dumps(asdict(r), ensure_ascii=False) + "\n" for r in kept)
            count += len({r.key for r in again} - successes)
    return count
