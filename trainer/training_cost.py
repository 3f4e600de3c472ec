"""Memory and time of a training, from its network alone and a few timed steps."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from saed_desktop.errors import SaedError
from trainer.config import TrainConfig
from trainer.data.frozen_features import has_frozen_body
from trainer.data.loader import Batch, BatchSource, Sampler
from trainer.data.measured_plan import DataPlan
from trainer.distributed import World
from trainer.job_estimate import JobEstimate, duration_text
from trainer.networks.base import Network, count_parameters
from trainer.networks.registry import build
from trainer.optim import make_optimizer
from trainer.task import ClassificationTask, has_fast_bf16, uses_bf16

_PROCESS_BYTES = 0.45e9
"""Python, torch and what it imports."""

_FEWEST = 2
"""Patterns of the smallest batch that batch norm learns from."""


class OutOfMemoryError(SaedError):
    """A training that does not fit into the memory of its device."""


def training_estimate(
    config: TrainConfig, world: World, plan: DataPlan, outline: Network, *, is_begun: bool
) -> JobEstimate:
    """Return what a training will take, from a few timed steps.

    Parameters
    ----------
    config, world, plan
        What is trained, by whom, on what.
    outline
        The network on the device "meta".
    is_begun
        Whether it only goes on.
    """
    loop = config.loop
    repeats = 1 if loop.only_repeat is not None else loop.repeats
    train, validation, test = plan.sizes
    batches = Sampler(train, loop.batch_size, seed=0).batches_per_epoch
    part = -(-loop.batch_size // (loop.accumulation * world.size))
    needed = memory_bytes(outline, config, max(min(part, train), _FEWEST))
    learn, measure = seconds_per_pattern(config, len(plan.labels), world.device, budget=2.0)
    learnt = repeats * loop.epochs * train
    seen = repeats * (loop.epochs * validation + test)
    images = learnt + seen
    if config.data.keep_features and has_frozen_body(outline):
        # the body sees every pattern once, whatever the number of passes; the head costs little
        learnt, seen, learn = 0, train + validation + test, 0.0
    preparation = plan.preparation_seconds(outline.input_specs)
    making, notes = 0.0, []
    if preparation:
        notes.append(
            f"preparing the patterns takes about {duration_text(preparation)} of it; what making "
            "batches takes is known afterwards, and not in it"
        )
    else:
        making = _seconds_of_making(plan.open(outline.input_specs, world.device).train)
    on_cpu = world.device.type == "cpu"
    if on_cpu and has_fast_bf16() and not uses_bf16(config.task, world.device):
        notes.append("this CPU multiplies bfloat16 in hardware (AMX): --precision bf16 is quicker")
    seconds = (learnt * (learn + making) + seen * (measure + making)) / world.size
    return JobEstimate(
        images=images,
        steps=repeats * loop.epochs * batches,
        seconds=preparation + seconds,
        memory_bytes=_PROCESS_BYTES + (needed if on_cpu else 0.0),
        gpu_bytes=needed,
        on_cpu=on_cpu,
        is_begun=is_begun,
        notes=tuple(notes),
    )


def memory_bytes(outline: Network, config: TrainConfig, batch: int) -> float:
    """Return the memory of weights, gradients, optimizer and activations in float32.

    Parameters
    ----------
    outline
        The network on the device "meta", which holds no numbers.
    config
        Options of the training.
    batch
        Patterns at a time.
    """
    trainable = count_parameters(outline, trainable=True)
    copies = 3 + (1 if config.task.ema else 0)  # gradient, two means of Adam, moving average
    weights = 4.0 * (count_parameters(outline) + copies * trainable)
    return weights + activation_bytes(outline, batch)


def activation_bytes(outline: Network, batch: int) -> float:
    """Return the bytes that a forward pass keeps for its way back, without computing it."""
    own = {tensor.untyped_storage()._cdata for tensor in outline.parameters()}
    kept: dict[int, tuple[int, object]] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            # the storage is held on to, so that its address stays its own
            kept[storage._cdata] = (storage.nbytes(), storage)
        return tensor

    with torch.device("meta"):
        inputs = [torch.empty(batch, *spec.shape) for spec in outline.input_specs]
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        outline.train()(*inputs)
    return float(sum(size for size, _ in kept.values()))


def seconds_per_pattern(
    config: TrainConfig, n_classes: int, device: torch.device, *, budget: float
) -> tuple[float, float]:
    """Return the seconds of learning and of measuring one pattern, timed on random inputs.

    The batch grows to that of the training as long as a step takes less than the budget.
    """
    network = build(config.network, n_classes, load_weights=False).to(device)
    options = replace(config.task, compile=False)
    task = ClassificationTask(network, options, World(device=device))
    optimizer = make_optimizer(task.network, config.optim, device)
    part = max(config.loop.batch_size // config.loop.accumulation, _FEWEST)

    def batch_of(count: int) -> Batch:
        inputs = {s.name: torch.rand(count, *s.shape, device=device) for s in network.input_specs}
        return Batch(inputs, torch.randint(n_classes, (count,), device=device))

    def learn(batch: Batch) -> None:
        task.learn(batch, global_size=len(batch), last=True)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        task.after_step()

    used, warm = min(_FEWEST, part), batch_of(min(_FEWEST, part))
    each = _timed(lambda: learn(warm), device) / used
    while used < part and 2 * used * each <= budget:
        used = min(8 * used, part, max(int(budget / each), 2 * used))
        batch = batch_of(used)
        each = _timed(lambda batch=batch: learn(batch), device) / used  # type: ignore[misc]
    seen = batch_of(used)

    def measure() -> None:
        with task.evaluation() as evaluated, torch.inference_mode():
            task.logits(seen, evaluated)

    return each, _timed(measure, device) / used


def _seconds_of_making(source: BatchSource) -> float:
    """Return the seconds that a source takes for one pattern."""
    few = np.arange(min(4, len(source)), dtype=np.int64)
    source.batch(0, few[:1])
    start = time.perf_counter()
    source.batch(0, few)
    return (time.perf_counter() - start) / len(few)


def _timed(call: Callable[[], None], device: torch.device) -> float:
    start = time.perf_counter()
    call()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return max(time.perf_counter() - start, 1e-9)


@contextlib.contextmanager
def naming_lack_of_memory(config: TrainConfig, world: World) -> Iterator[None]:
    """Turn what torch says where memory runs out into a sentence."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemoryError(_memory_sentence(config, world)) from error
    except RuntimeError as error:
        if "can't allocate memory" in str(error):
            raise OutOfMemoryError(_memory_sentence(config, world)) from error
        raise


def _memory_sentence(config: TrainConfig, world: World) -> str:
    where = "GPU" if world.device.type == "cuda" else "machine"
    return (
        f"The {where} has too little memory for a batch of {config.loop.batch_size} at "
        f"{config.network.size} pixels: raise --accumulation (batch norm then sees smaller parts, "
        "as on more processes), lower --batch-size or --size, or use more processes; on a GPU also "
        "--no-resident. The last good checkpoint is untouched."
    )
