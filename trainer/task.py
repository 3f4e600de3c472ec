"""The task: forward and loss as one object that also knows precision, averages and wrapping."""

import contextlib
import inspect
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

from saed_desktop.errors import UsageError
from trainer.batch_norm import use_global_batch_norm
from trainer.data.loader import Batch
from trainer.distributed import World
from trainer.networks.base import Network
from trainer.options import fraction, option

_NORM_MOMENTUM = 0.1


@dataclass(frozen=True)
class TaskOptions:
    """Options of the loss and of its computation."""

    label_smoothing: float = option(
        0.05, "label smoothing", check=fraction, rule="at least 0 and below 1"
    )
    ema: float = option(
        0.998,
        "decay of the moving average of the weights that is measured and kept; 0 for none",
        check=fraction,
        rule="at least 0 and below 1",
    )
    precision: str = option(
        "auto",
        "bf16 computes in bfloat16 where that is safe; auto does so on GPUs that can. On CPUs with "
        "AMX it takes less than half the time of fp32 for networks on images",
        choices=("auto", "fp32", "bf16"),
    )
    channels_last: bool = option(True, "keep channels innermost in memory, which is quicker")
    compile: bool = option(False, "compile the network with torch.compile")
    global_batch_norm: bool = option(
        True, "batch norm over the batches of all processes, not of each by itself"
    )


@dataclass(frozen=True, eq=False)
class StepResult:
    """Result of one training step.

    Parameters
    ----------
    loss
        To be differentiated: this process's part of the mean over the global batch.
    sums
        Loss, number of correct answers and number of patterns of each network (networks, 3), to
        be added up.
    """

    loss: Tensor
    sums: Tensor


class ClassificationTask:
    """A network with its loss.

    Parameters
    ----------
    network
        On the device already.
    options
        Its options.
    world
        The processes.
    class_weights
        Weight of each class in the loss (classes,), mean 1 over the training patterns.
    learns
        Whether it will be trained, not only measured.
    short
        Take the statistics of batch norm as a plain mean at first. After few steps the usual
        moving average would still remember what it began with.
    """

    n_networks = 1
    """Networks that learn side by side; `trainer.search` has a task of several."""

    def __init__(
        self,
        network: Network,
        options: TaskOptions,
        world: World,
        class_weights: Tensor | None = None,
        *,
        learns: bool = True,
        short: bool = False,
    ) -> None:
        self.options = options
        self._world = world
        self._weights = None if class_weights is None else class_weights.to(world.device)
        self.network = _arranged(network, options, world)
        self._norms = [m for m in self.network.modules() if short and isinstance(m, _BatchNorm)]
        self._steps = 0
        self._autocast = uses_bf16(options, world.device)
        if options.compile:
            _check_compiler(world.device)
            self.network.compile()
        self._runner: nn.Module = self.network
        if world.size > 1 and learns:
            self._runner = DistributedDataParallel(
                self.network,
                device_ids=[world.device.index] if world.device.type == "cuda" else None,
                **_buffer_options(synchronised=not options.global_batch_norm),
            )
        self.average = MovingAverage(self.network, options.ema) if options.ema else None

    def learn(self, batch: Batch, *, global_size: int, last: bool) -> StepResult:
        """Add one batch's gradient.

        Parameters
        ----------
        batch
            This process's part of the global batch, or of one accumulation of it.
        global_size
            Patterns in the global batch, over all processes and accumulations.
        last
            Whether it is the last accumulation: only then do processes exchange gradients.
        """
        self.settle_norms()
        quiet: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        if not last and isinstance(self._runner, DistributedDataParallel):
            quiet = self._runner.no_sync()
        with quiet:
            logits = self.logits(batch, self._runner)
            each = self._loss_of_each(logits, batch)
            # processes average their gradients; the mean is to be one over all patterns
            loss = each.sum() * (self._world.size / global_size)
            loss.backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            correct = (logits.argmax(dim=1) == batch.labels).sum()
            total = each.detach().double().sum()
            sums = torch.stack([total, correct.double(), total.new_tensor(len(batch))])[None]
        return StepResult(loss.detach(), sums)

    def running_statistics(self) -> list[Tensor]:
        """Return what a forward pass changes: the statistics of batch norm."""
        return [
            tensor
            for module in self.network.modules()
            if isinstance(module, _BatchNorm)
            for tensor in module.buffers(recurse=False)
        ]

    def settle_norms(self) -> None:
        """Let batch norm take the plain mean of its first steps, in a short training."""
        for norm in self._norms:
            norm.momentum = max(_NORM_MOMENTUM, 1 / (self._steps + 1))

    def members(self) -> list[nn.Module]:
        """Return the networks to be measured, in evaluation."""
        return [self.network.eval()]

    def logits(self, batch: Batch, runner: nn.Module | None = None) -> Tensor:
        """Return the logits (batch, classes) in float32."""
        inputs = [self._formatted(batch.inputs[s.name]) for s in self.network.input_specs]
        device = self._world.device.type
        with torch.autocast(device, dtype=torch.bfloat16, enabled=self._autocast):
            logits: Tensor = (runner or self.network)(*inputs)
        return logits.float()

    def after_step(self) -> None:
        """Do what follows every step of the optimizer."""
        self._steps += 1
        if self.average is not None:
            self.average.update()

    @contextlib.contextmanager
    def evaluation(self) -> Iterator[nn.Module]:
        """Give the network in evaluation, with the averaged weights where there are any."""
        network = self.network if self.average is None else self.average.network
        network.eval()
        try:
            yield network
        finally:
            network.train()

    def state(self) -> dict[str, Any]:
        """Return everything that a checkpoint holds of the task."""
        average = None if self.average is None else self.average.state()
        return {"network": self.network.state_dict(), "average": average, "steps": self._steps}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go back to a state that `state` returned."""
        self.network.load_state_dict(state["network"])
        self._steps = int(state.get("steps", 0))
        if self.average is not None and state["average"] is not None:
            self.average.load_state(state["average"])

    def _formatted(self, tensor: Tensor) -> Tensor:
        if self.options.channels_last and tensor.dim() == 4:
            return tensor.contiguous(memory_format=torch.channels_last)
        return tensor

    def _loss_of_each(self, logits: Tensor, batch: Batch) -> Tensor:
        each = nn.functional.cross_entropy(
            logits,
            batch.labels,
            reduction="none",
            label_smoothing=self.options.label_smoothing,
        )
        if self._weights is not None:
            each = each * self._weights[batch.labels]
        return each if batch.weights is None else each * batch.weights


class MovingAverage:
    """An exponential moving average of a network's weights and statistics, by torch.

    Parameters
    ----------
    network
        The network.
    decay
        How much of the average is kept at each step, once there have been many.
    """

    def __init__(self, network: Network, decay: float) -> None:
        def average(held: Sequence[Tensor], live: Sequence[Tensor], steps: Tensor | int) -> None:
            # at first the average follows quickly, so that the random start is soon forgotten
            kept = min(decay, (1 + int(steps)) / (10 + int(steps)))
            if held[0].is_floating_point():
                torch._foreach_lerp_(list(held), list(live), 1 - kept)
            else:
                for own, other in zip(held, live, strict=True):
                    own.copy_(other)

        self._averaged = AveragedModel(network, multi_avg_fn=average, use_buffers=True)
        # the copy of the first weights counts: torch would begin with those of the first step
        self._averaged.n_averaged.fill_(1)
        self._network = network
        _share_frozen(network, self.network)

    @property
    def network(self) -> Network:
        """The network with the averaged weights."""
        module = self._averaged.module
        assert isinstance(module, Network)
        return module

    def update(self) -> None:
        """Take the network's present weights into the average."""
        self._averaged.update_parameters(self._network)

    def state(self) -> dict[str, Any]:
        """Return the average for a checkpoint."""
        moving = {k: v for k, v in self.network.state_dict().items() if v.is_floating_point()}
        frozen = {k for k, p in self.network.named_parameters() if not p.requires_grad}
        values = {name: tensor for name, tensor in moving.items() if name not in frozen}
        return {"steps": int(self._averaged.n_averaged) - 1, "values": values}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go back to an average that `state` returned."""
        self._averaged.n_averaged.fill_(int(state["steps"]) + 1)
        held = self.network.state_dict()
        for name, tensor in state["values"].items():
            held[name].copy_(tensor)
        # counts are those of the network, as after every step
        for name, tensor in self._network.state_dict().items():
            if not tensor.is_floating_point():
                held[name].copy_(tensor)


def _share_frozen(network: nn.Module, copy: nn.Module) -> None:
    """Let a copy of a network use the frozen weights of the first: they may be gigabytes."""
    for (_, own), (_, other) in zip(
        network.named_parameters(), copy.named_parameters(), strict=True
    ):
        if not own.requires_grad:
            other.data = own.data


def uses_bf16(options: TaskOptions, device: torch.device) -> bool:
    """Tell whether the network computes in bfloat16."""
    if options.precision == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    return options.precision == "bf16"


def has_fast_bf16() -> bool:
    """Tell whether this CPU multiplies matrices of bfloat16 in hardware (AMX)."""
    known = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(known is not None and known())


def balanced_weights(counts: Tensor) -> Tensor:
    """Return loss weights (classes,) inverse to class counts, with mean 1 over the patterns."""
    present = counts > 0
    weights = torch.where(present, counts.sum() / counts.clamp(min=1), torch.zeros(()))
    return weights / present.sum()


def _buffer_options(*, synchronised: bool) -> dict[str, Any]:
    """Return what tells DDP whether to send the main process's statistics before each step.

    With global batch norm the statistics are equal already.
    """
    known = inspect.signature(DistributedDataParallel.__init__).parameters
    # the option was renamed and the old name now warns
    name = "forward_sync_buffers" if "forward_sync_buffers" in known else "broadcast_buffers"
    return {name: synchronised}


def _arranged(network: Network, options: TaskOptions, world: World) -> Network:
    arranged: nn.Module = network
    if world.size > 1 and options.global_batch_norm:
        arranged = use_global_batch_norm(network, world.device)
    if options.channels_last:
        arranged = arranged.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert isinstance(arranged, Network)
    return arranged.train()


def _check_compiler(device: torch.device) -> None:
    if device.type == "cpu" and not any(shutil.which(name) for name in ("g++", "c++", "clang++")):
        raise UsageError("--compile needs a C++ compiler, and this machine has none.")
