"""The judge: a network that weighs fits of any crystal's reflections to a pattern's spots.

It knows no crystal: what it reads says how a candidate fits. Its files are a graph, run by ONNX
Runtime, and a card with what turns its numbers into log odds.
"""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from saed_desktop.arrays import Float32Array, FloatArray
from saed_desktop.errors import BundleError
from saed_desktop.network.runtime import onnx_runtime

GRAPH_FILE = "judge.onnx"
CARD_FILE = "card.json"
FORMAT = 2


class JudgeCard(msgspec.Struct, frozen=True, kw_only=True):
    """The model card.

    Parameters
    ----------
    format
        Version of the files.
    graph_sha256
        Of the graph.
    reflection_features, spot_features, number_features
        What the inputs hold, in their order.
    temperature, per_log_posterior, log_unlisted
        Evidence over the temperature, less so much more for each unit that the log posterior is
        behind the best candidate's, less the prior, is the log odds of a candidate against a
        crystal that is not listed.
    set_log_odds
        Candidates whose log odds are no more than this below the best one's cannot be excluded.
    provenance
        How it was made: data, seeds, versions.
    measured
        What it scored on crystals of prototypes that it never saw.
    """

    format: int
    graph_sha256: str
    reflection_features: tuple[str, ...]
    spot_features: tuple[str, ...]
    number_features: tuple[str, ...]
    temperature: float
    per_log_posterior: float
    log_unlisted: float
    set_log_odds: float
    provenance: dict[str, Any] = {}
    measured: dict[str, Any] = {}


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
        self.card, graph = read_judge(folder)
        onnxruntime = onnx_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        try:
            self._session: Any = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's own exceptions share no base class
            raise BundleError(f"The judge in {folder} cannot be run.") from error

    def log_odds(
        self,
        reflections: Float32Array,
        spots: Float32Array,
        numbers: Float32Array,
        log_posterior: FloatArray,
    ) -> FloatArray:
        """Return the log odds (n,) of one pattern's candidates against a crystal not listed.

        Parameters
        ----------
        reflections
            Tokens (n, reflections, features).
        spots
            Tokens (n, spots, features).
        numbers
            Of each fit as a whole (n, features).
        log_posterior
            Of each (n,).
        """
        if len(numbers) == 0:
            return np.zeros(0)
        behind = log_posterior.max() - log_posterior
        inputs = {
            "reflections": reflections,
            "spots": spots,
            "numbers": numbers,
            "behind": behind.astype(np.float32),
        }
        evidence = np.asarray(self._session.run(None, inputs)[0], dtype=np.float64)
        odds = evidence / self.card.temperature - self.card.per_log_posterior * behind
        return np.asarray(odds - self.card.log_unlisted)


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
