"""The first run of a network that somebody made: in a process of its own, which can be ended.

What a graph does with memory and time is known only when it runs. A network is therefore tried
before it is installed or asked for the first time: it must answer a few drawn inputs with finite
numbers within the limits below. What passed is remembered by its checksum.
"""

import contextlib
import logging
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from saed_desktop import paths
from saed_desktop.arrays import Float32Array
from saed_desktop.errors import BundleError, SaedError
from saed_desktop.network.bundle import Bundle, open_bundle
from saed_desktop.network.graph_check import check_graph
from saed_desktop.network.input import InputKind, InputSpec

TIME_LIMIT_S = 60.0
MEMORY_LIMIT_BYTES = 4_000_000_000
"""Above what the network itself occupies a few times."""

_COPIES = 4


def check_network(bundle: Bundle) -> None:
    """Check the graph and try it, unless this very network passed before.

    Raises
    ------
    BundleError
        If the graph holds what a network has no use for, fails, answers no finite numbers, or
        needs more time or memory than the limits.
    """
    passed = paths.cache_dir() / "tried-networks" / bundle.sha256
    if passed.exists():
        return
    check_graph(bundle.network_bytes())
    sentence = _tried_apart(bundle)
    if sentence:
        raise BundleError(sentence)
    with contextlib.suppress(OSError):  # tried again next time
        passed.parent.mkdir(parents=True, exist_ok=True)
        passed.touch()


def _tried_apart(bundle: Bundle) -> str:
    """Return what is wrong with a network, nothing where it runs."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    memory = MEMORY_LIMIT_BYTES + _COPIES * bundle.path.stat().st_size
    process = context.Process(target=_try, args=(bundle.path, theirs, memory), daemon=True)
    process.start()
    theirs.close()
    name = bundle.path.name
    try:
        if not ours.poll(TIME_LIMIT_S):
            return f"The network in {name} needs more than {TIME_LIMIT_S:.0f} s for one pattern."
        return str(ours.recv())
    except EOFError:
        return f"The network in {name} cannot be run: it ends the program that tries it."
    finally:
        process.kill()
        process.join()
        ours.close()


def _try(path: Path, connection: Connection, memory_bytes: int) -> None:
    """Run a network once, in the process itself, and send what is wrong with it."""
    _limit_memory(memory_bytes)
    logging.disable()
    try:
        # the runtime is loaded under the limits, in this process only
        from saed_desktop.network.session import NetworkSession

        bundle = open_bundle(path)
        _ = bundle.phases
        session = NetworkSession(bundle)
        for batch in (1, 2):
            drawn = {s.name: drawn_input(s, batch, seed=batch) for s in bundle.card.inputs}
            session.logits(drawn)
            # a pattern without spots
            session.logits({name: np.zeros_like(values) for name, values in drawn.items()})
        connection.send("")
    except SaedError as error:
        connection.send(error.sentence)
    except MemoryError:
        connection.send(f"The network in {path.name} needs more memory than any should.")
    except Exception as error:  # whatever it is, the network is not to be trusted
        connection.send(f"The network in {path.name} cannot be run ({type(error).__name__}).")


def _limit_memory(limit_bytes: int) -> None:
    if sys.platform != "win32":  # which has no such limit for a running process
        import resource

        with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
            resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def drawn_input(spec: InputSpec, batch: int, *, seed: int) -> Float32Array:
    """Return input (batch, *shape) of the range that patterns have."""
    generator = np.random.default_rng([seed, len(spec.name)])
    values = generator.random((batch, *spec.shape), dtype=np.float32)
    if spec.kind is InputKind.SPOTS:
        values[..., 0] = np.round(values[..., 0])
        values[..., 1:3] = 3 * values[..., 1:3] - 1.5
        values[..., 3] *= -8
        values *= values[..., :1]
    return values
