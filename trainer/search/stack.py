"""Several networks of one shape as one task: stacked weights, one pass, one optimizer, own rates.

`torch.func` maps the network over the stack. The networks see the same batches and never one
another: each has its own weights, statistics, dropout and learning rate.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from trainer.data.loader import Batch
from trainer.distributed import World
from trainer.networks.base import Network
from trainer.optim import OptimOptions, make_optimizer
from trainer.task import ClassificationTask, StepResult, TaskOptions

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


def trial_task(
    networks: Sequence[Network], rates: Sequence[float], options: TaskOptions, world: World
) -> tuple[ClassificationTask, torch.optim.Optimizer]:
    """Return the task and the optimizer of networks of one shape, each with its learning rate.

    One network alone is an ordinary task, which is quicker than a stack of one.
    """
    if len(networks) == 1:
        task = ClassificationTask(networks[0], options, world, short=True)
        optim = OptimOptions(optimizer="adam", lr=rates[0], weight_decay=0.0)
        return task, make_optimizer(task.network, optim, world.device)
    stack = StackedTask(networks, options, world)
    return stack, StackedAdam(list(stack.parameters.values()), rates)


class StackedTask(ClassificationTask):
    """Networks of one shape that are trained together on one process.

    Parameters
    ----------
    networks
        The networks, on the device.
    options
        Options of the loss; there is no moving average.
    world
        The process.
    """

    def __init__(self, networks: Sequence[Network], options: TaskOptions, world: World) -> None:
        assert world.size == 1
        assert not options.ema
        super().__init__(networks[0], options, world, short=True)
        self.n_networks = len(networks)
        self.parameters, self.buffers = stack_module_state(list(networks))

    def learn(self, batch: Batch, *, global_size: int, last: bool) -> StepResult:
        """Add one batch's gradient of every network; see `ClassificationTask.learn`."""
        del last
        self.settle_norms()
        logits = self._mapped(batch)
        n, b, k = logits.shape
        each = nn.functional.cross_entropy(
            logits.reshape(n * b, k),
            batch.labels.repeat(n),
            reduction="none",
            label_smoothing=self.options.label_smoothing,
        ).view(n, b)
        # the networks share nothing, so the gradient of the sum is that of each
        loss = each.sum() / global_size
        loss.backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            correct = (logits.argmax(dim=2) == batch.labels).sum(dim=1)
            total = each.detach().double().sum(dim=1)
            sums = torch.stack([total, correct.double(), torch.full_like(total, b)], dim=1)
        return StepResult(loss.detach(), sums)

    def running_statistics(self) -> list[Tensor]:
        """Return what a forward pass changes: the buffers of all networks."""
        return list(self.buffers.values())

    def members(self) -> list[nn.Module]:
        """Return every network as a module of its own, in evaluation, on its present weights."""
        self.network.eval()
        return [
            _Member(self.network, _at(self.parameters, i), _at(self.buffers, i))
            for i in range(self.n_networks)
        ]

    def state(self) -> dict[str, Any]:
        """Return everything that a checkpoint holds of the networks."""
        detached = {name: p.detach() for name, p in self.parameters.items()}
        return {**super().state(), "parameters": detached, "buffers": dict(self.buffers)}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go back to a state that `state` returned."""
        super().load_state(state)
        with torch.no_grad():
            for name, value in state["parameters"].items():
                self.parameters[name].copy_(value)
            for name, value in state["buffers"].items():
                self.buffers[name].copy_(value)

    def _mapped(self, batch: Batch) -> Tensor:
        """Return the logits (networks, batch, classes) in float32."""

        def one(parameters: dict[str, Tensor], buffers: dict[str, Tensor]) -> Tensor:
            return self.logits(batch, _Member(self.network, parameters, buffers))

        self.network.train()
        mapped: Tensor = vmap(one, randomness="different")(self.parameters, self.buffers)
        return mapped


class _Member(nn.Module):
    """One network of a stack: the shared code on weights of its own."""

    def __init__(
        self, network: nn.Module, parameters: dict[str, Tensor], buffers: dict[str, Tensor]
    ) -> None:
        super().__init__()
        self._state = (parameters, buffers)
        # in a list, so that the shared network is no child of this one
        self._shared = [network]

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return the logits (batch, classes)."""
        found: Tensor = functional_call(self._shared[0], self._state, inputs)
        return found


class StackedAdam(torch.optim.Optimizer):
    """Adam on stacked parameters with a learning rate for every place of the stack.

    The group's rate is the highest; each place keeps its share of it whatever that is set to.

    Parameters
    ----------
    parameters
        Each (networks, ...).
    rates
        Learning rate of each network.
    """

    def __init__(self, parameters: Sequence[Tensor], rates: Sequence[float]) -> None:
        highest = max(rates)
        super().__init__(list(parameters), {"lr": highest})
        self._parameters = list(parameters)
        self._first = [torch.zeros_like(p) for p in parameters]
        self._second = [torch.zeros_like(p) for p in parameters]
        share = torch.tensor([rate / highest if highest else 1.0 for rate in rates])
        share = share.to(self._parameters[0].device)
        self._shares = [share.view(-1, *([1] * (p.dim() - 1))) for p in parameters]
        self._step = 0

    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Take one step."""
        del closure
        self._step += 1
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p)
                     for p in self._parameters]  # fmt: skip
        first, second = 1 - _BETAS[0] ** self._step, 1 - _BETAS[1] ** self._step
        with torch.no_grad():
            torch._foreach_lerp_(self._first, gradients, 1 - _BETAS[0])
            torch._foreach_mul_(self._second, _BETAS[1])
            torch._foreach_addcmul_(self._second, gradients, gradients, 1 - _BETAS[1])
            below = torch._foreach_div(self._second, second)
            torch._foreach_sqrt_(below)
            torch._foreach_add_(below, _EPSILON)
            change = torch._foreach_div(self._first, below)
            torch._foreach_mul_(change, self._shares)
            rate = float(self.param_groups[0]["lr"])
            torch._foreach_add_(self._parameters, change, alpha=-rate / first)

    def state_dict(self) -> dict[str, Any]:
        """Return the state."""
        return {"step": self._step, "first": self._first, "second": self._second}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go back to a state."""
        self._step = int(state["step"])
        for own, kept in (("_first", "first"), ("_second", "second")):
            for tensor, value in zip(getattr(self, own), state[kept], strict=True):
                tensor.copy_(value)


def _at(tensors: dict[str, Tensor], place: int) -> dict[str, Tensor]:
    return {name: tensor[place].detach() for name, tensor in tensors.items()}
