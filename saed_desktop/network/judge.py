"""The judge: a network that weighs how fits of any crystal suit a pattern.

It knows no crystal: what it reads says how a candidate fits, and how its rivals do. Its files are a
graph, run by ONNX Runtime, and a card with what turns its numbers into probabilities.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from saed_desktop.arrays import Float32Array, FloatArray
from saed_desktop.errors import BundleError
from saed_desktop.network.runtime import onnx_runtime

GRAPH_FILE = "judge.onnx"
CARD_FILE = "card.json"
FORMAT = 3


class JudgeCard(msgspec.Struct, frozen=True, kw_only=True):
    """The model card.

    Parameters
    ----------
    format
        Version of the files.
    graph_sha256
        Of the graph.
    features
        What the rows of the input hold, in their order.
    temperature
        Log evidence is divided by it.
    listed_slope, listed_offset
        Log odds of the crystal being listed are multiplied by the first, plus the second.
    share_of_set
        Of the probability among the candidates, what a prediction set must hold.
    provenance
        How it was made: data, seeds, versions.
    measured
        What it scored on crystals of prototypes that it never saw.
    """

    format: int
    graph_sha256: str
    features: tuple[str, ...]
    temperature: float
    listed_slope: float
    listed_offset: float
    share_of_set: float
    provenance: dict[str, Any] = {}
    measured: dict[str, Any] = {}


@dataclass(frozen=True, eq=False)
class Judgement:
    """The answer of the judge to one pattern.

    Parameters
    ----------
    shares
        Probabilities of the candidates among themselves (n,); they sum to 1.
    listed
        Probability that the pattern's crystal is one of them.
    """

    shares: FloatArray
    listed: float


class Judge:
    """A judge ready to run.

    Parameters
    ----------
    folder
        Holds its graph and its card.

    Raises
    ------
    BundleError
        If a file is missing or damaged, or the graph is not the one that the card speaks of.
    """

    def __init__(self, folder: Path) -> None:
        self.card, self._graph = read_judge(folder)

    @cached_property
    def _session(self) -> Any:
        """The graph ready to run, from the first pattern on: many an answer needs no judge."""
        onnxruntime = onnx_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        try:
            return onnxruntime.InferenceSession(
                self._graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's own exceptions share no base class
            raise BundleError("The judge cannot be run.") from error

    def judge(
        self, values: Float32Array, behind: Float32Array, odds: float, *, is_scaled: bool
    ) -> Judgement:
        """Return what it says of one pattern's fits.

        Parameters
        ----------
        values
            Features of each fit (n, features), by the card's `features`; n is at least 1.
        behind
            By how much each log posterior is below the best (n,).
        odds
            Log odds of the best fit against a crystal that is not listed, by spot indexing.
        is_scaled
            Whether a scale is stated.
        """
        rows = len(behind)
        inputs = {
            "values": values.astype(np.float32),
            "behind": behind.astype(np.float32),
            "odds": np.full(rows, odds, np.float32),
            "is_scaled": np.full(rows, float(is_scaled), np.float32),
        }
        found = np.asarray(self._session.run(None, inputs)[0], dtype=np.float64)
        logits = found[:, 0] / self.card.temperature
        weight = np.exp(logits - logits.max())
        log_odds = self.card.listed_slope * found[0, 1] + self.card.listed_offset
        return Judgement(
            np.asarray(weight / weight.sum()),
            float(1 / (1 + np.exp(-np.clip(log_odds, -50, 50)))),
        )


def read_judge(folder: Path) -> tuple[JudgeCard, bytes]:
    """Return card and graph of a judge.

    Raises
    ------
    BundleError
        If a file is missing or damaged, or the two do not belong together.
    """
    try:
        graph = (folder / GRAPH_FILE).read_bytes()
        card = msgspec.json.decode((folder / CARD_FILE).read_bytes(), type=JudgeCard)
    except OSError as error:
        raise BundleError(f"The judge in {folder} cannot be read ({error.strerror}).") from error
    except msgspec.MsgspecError as error:
        raise BundleError(f"The judge's card in {folder} is damaged ({error}).") from error
    if card.format != FORMAT:
        raise BundleError(f"The judge in {folder} was made for another version of the program.")
    if hashlib.sha256(graph).hexdigest() != card.graph_sha256:
        raise BundleError(f"The judge in {folder} is damaged: its graph is not the card's.")
    return card, graph
