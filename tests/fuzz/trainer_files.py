"""Files of the trainer's run and search folders, as seeds."""

import json
from pathlib import Path

import numpy as np

from saed_desktop.network.labels import Labels
from trainer.config import make_config
from trainer.networks.registry import NetworkOptions, build, resolve
from trainer.predictions import PredictionTable, write_table
from trainer.run_folder import claim_run_folder
from trainer.search.results import Result, TrialStatus, append_result
from trainer.search.settings import check_or_create_search_folder, make_settings
from trainer.weights_file import save_weights

LABELS = Labels(("PuO", "PuO2", "alpha-Zr"))


def trainer_files(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Write one of each and return their contents by kind."""
    place = folder / "trainer"
    options = resolve(NetworkOptions(network="plain:conv=1,width=2,dense=4", size=16, crop=16))
    network = build(options, len(LABELS))
    save_weights(
        place / "weights.pt", state=network.state_dict(), options=options, labels=LABELS,
        facts={"epoch": 3, "seed": 1},
    )  # fmt: skip
    claim_run_folder(place, make_config({}))
    probabilities = np.full((6, 3), 1 / 3)
    labels = np.arange(6) % 3
    table = PredictionTable(LABELS.names, labels, labels, probabilities, tuple("abcdef"))
    write_table(place / "predictions.csv", table)
    result = {
        "seed": 1, "best_score": 0.8, "select_by": "macro_f1", "steps": 90, "device": "cpu",
        "test": table.scores.to_json(),
    }  # fmt: skip
    check_or_create_search_folder(place, make_settings({}))
    for k in range(4):
        append_result(
            place / "results.jsonl",
            Result(k, 0, TrialStatus.DONE, score=0.5, correct=5, n=10, log_loss=1.0,
                   curve=((1.0, 0.4), (0.5, 0.5)), epochs=2),
        )  # fmt: skip
    files = {
        "weights": "weights.pt", "claim": "config.json", "table": "predictions.csv",
        "search": "search.json", "trials": "results.jsonl",
    }  # fmt: skip
    seeds = {kind: ((place / name).read_bytes(),) for kind, name in files.items()}
    members = {"keys": [[k, 0] for k in range(5)]}
    seeds |= {
        kind: (json.dumps(content).encode(),)
        for kind, content in (("run", result), ("members", members))
    }
    return seeds
