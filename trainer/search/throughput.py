"""Measure the throughput of one network on this device by a few timed steps."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from saed_desktop.errors import SaedError
from trainer.data.loader import Batch
from trainer.distributed import World
from trainer.networks.registry import NetworkOptions, build
from trainer.search.arithmetic import parameter_count
from trainer.search.memory import is_out_of_memory, peak_memory_mb
from trainer.search.settings import SearchSettings
from trainer.search.space import Architecture
from trainer.search.stack import trial_task
from trainer.task import TaskOptions

N_CLASSES = 9

FEWEST = 2
"""Patterns of the smallest batch that batch norm learns from."""


@dataclass(frozen=True)
class Throughput:
    """Measured throughput of a network at one size.

    Parameters
    ----------
    step_seconds
        Of a learning step, per network.
    validate_seconds
        Per pattern and network.
    together
        Networks trained as one batch of networks.
    batch
        Patterns of a step.
    steps
        Learning steps that were timed.
    peak_memory_mb
        The most that was had of the device; on a CPU since the process began.
    """

    step_seconds: float
    validate_seconds: float
    together: int
    batch: int
    steps: int
    peak_memory_mb: float

    @property
    def learn_seconds(self) -> float:
        """Of learning, per pattern and network."""
        return self.step_seconds / self.batch


def measure(
    settings: SearchSettings,
    architecture: Architecture,
    size: int,
    device: torch.device,
    *,
    together: int,
    batch: int,
    seconds: float,
    shrink: bool = False,
) -> Throughput:
    """Return how quickly some copies of an architecture learn at a size.

    Parameters
    ----------
    settings
        Of the search.
    architecture, size, device
        What is measured, at which side of the input, where.
    together
        Copies trained as one batch of networks.
    batch
        Patterns of a step.
    seconds
        How long to measure; one step is always taken.
    shrink
        Take a smaller batch where a step of the whole batch would take longer than `seconds`, and
        time a single step where that of the smallest does.

    Raises
    ------
    SaedError
        If the memory does not suffice.
    """
    try:
        return _measure(settings, architecture, size, device, together, batch, seconds, shrink)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
    raise SaedError(
        f"{together} network(s) of {architecture.point.conv_layers} convolution(s) at {size} "
        f"pixels with {parameter_count(architecture, size, N_CLASSES):,} parameters are more than "
        "the memory holds; choose a smaller --together or a larger --memory-gb."
    )


def _measure(
    settings: SearchSettings,
    architecture: Architecture,
    size: int,
    device: torch.device,
    together: int,
    batch: int,
    seconds: float,
    shrink: bool,
) -> Throughput:
    options = NetworkOptions(network=architecture.network, size=size, crop=size)
    networks = [build(options, N_CLASSES).to(device) for _ in range(together)]
    task = TaskOptions(
        precision=settings.search.precision,
        label_smoothing=0.0,
        ema=0.0,
        channels_last=together == 1,
    )
    stack, optimizer = trial_task(networks, [1e-3] * together, task, World(device=device))
    shape = architecture.spec(size, size).shape
    name = networks[0].input_specs[0].name
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (batch, *shape), dtype=torch.uint8, generator=generator)
    images = images.to(device)
    classes = torch.randint(0, N_CLASSES, (batch,), generator=generator).to(device)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)

    def batch_of(count: int) -> Batch:
        return Batch({name: images[:count].float() / 255}, classes[:count])

    def learn(count: int) -> Callable[[], None]:
        def step() -> None:
            stack.learn(batch_of(count), global_size=count, last=True)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            stack.after_step()

        return step

    def check() -> None:
        with torch.inference_mode():
            for member in stack.members():
                stack.logits(batch_of(used), member)

    if shrink:
        used, steps, step = _as_large_as_time_allows(learn, device, batch, seconds)
    else:
        used, (steps, step) = batch, _timed(learn(batch), device, seconds)
    _, checked = _timed(check, device, seconds / 4)
    peak = peak_memory_mb(device)
    return Throughput(step / together, checked / used / together, together, used, steps, peak)


def _as_large_as_time_allows(
    learn: Callable[[int], Callable[[], None]], device: torch.device, batch: int, seconds: float
) -> tuple[int, int, float]:
    """Return the batch that was taken, the steps that were timed, and the time of one."""
    used = min(FEWEST, batch)
    _, step = _timed(learn(used), device, 0.0)
    if step > seconds:
        return used, 1, step
    each = step / used
    while 2 * used <= batch and 2 * used * each <= seconds:
        used *= 2
    return used, *_timed(learn(used), device, seconds, warm=used > FEWEST)


def _timed(
    call: Callable[[], None], device: torch.device, seconds: float, *, warm: bool = True
) -> tuple[int, float]:
    """Return how many calls were timed and their mean, after one that is not where `warm`.

    The first step makes Adam's means, and on a GPU much else: it says nothing. On a CPU the time
    is that of this process, which others at work hardly change; but it lasts some seconds of the
    clock on the wall, for that is what a person waits.
    """
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    if warm:
        call()
    _settle(device)
    start, count = clock(), 0
    deadline = time.monotonic() + seconds
    while count < 1 or time.monotonic() < deadline:
        call()
        count += 1
        if count % 8 == 0:
            _settle(device)
    _settle(device)
    return count, (clock() - start) / count


def _settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
