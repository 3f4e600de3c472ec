"""Several networks of one shape as one: stacked weights, one pass, one optimizer, own rates.

`torch.func` maps the network over the stack. The networks see the same batches and never one
another: each has its own weights, statistics, dropout and learning rate.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.modules.batchnorm import _BatchNorm

from trainer.optim import set_rate

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8
_MOMENTUM = 0.1


class Stack:
    """Networks of one shape that are trained together.

    Parameters
    ----------
    networks
        The networks, on the device.
    rates
        Learning rate of each.
    bf16
        Compute in bfloat16 where that is safe.
    """

    def __init__(self, networks: Sequence[nn.Module], rates: Sequence[float], bf16: bool) -> None:
        # one network alone is quicker without the map
        self._alone = len(networks) == 1
        self._network = networks[0]
        self._bf16 = bf16
        self._rates = list(rates)
        self.size = len(networks)
        self._norms = [m for m in self._network.modules() if isinstance(m, _BatchNorm)]
        self._steps = 0
        self.parameters, self.buffers = _state_of(networks, alone=self._alone)
        tensors = list(self.parameters.values())
        self._device = tensors[0].device
        if self._alone:
            self._network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._adam: torch.optim.Adam | StackedAdam = torch.optim.Adam(
                self._network.parameters(), lr=rates[0], fused=True
            )
        else:
            self._adam = StackedAdam(tensors, torch.tensor(self._rates, device=self._device))

    def learn(self, inputs: Tensor, classes: Tensor, *, factor: float = 1.0) -> Tensor:
        """Take one step of every network and return their losses (networks,).

        Parameters
        ----------
        inputs, classes
            What all of them learn from.
        factor
            What their learning rates are multiplied by in this step.
        """
        self._network.train()
        if isinstance(self._adam, StackedAdam):
            self._adam.factor = factor
        else:
            set_rate(self._adam, self._rates[0] * factor)
        self._steps += 1
        for norm in self._norms:
            # a plain mean at first: after a short rung the usual moving average would still
            # remember what it began with, and rank networks with batch norm too low
            norm.momentum = max(_MOMENTUM, 1 / self._steps)
        logits = self._logits(inputs)
        n, b, k = logits.shape
        each = nn.functional.cross_entropy(
            logits.reshape(n * b, k), classes.repeat(n), reduction="none"
        )
        losses = each.view(n, b).mean(dim=1)
        self._adam.zero_grad()
        # the networks share nothing, so the gradient of the sum is that of each
        losses.sum().backward()  # type: ignore[no-untyped-call]
        self._adam.step()
        return losses.detach()

    def logits(self, inputs: Tensor) -> Tensor:
        """Return the logits (networks, batch, classes) in evaluation."""
        self._network.eval()
        with torch.no_grad():
            return self._logits(inputs)

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint holds."""
        return {
            "parameters": {name: p.detach() for name, p in self.parameters.items()},
            "buffers": dict(self.buffers),
            "optimizer": self._adam.state_dict(),
            "steps": self._steps,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go back to what `state` returned."""
        with torch.no_grad():
            for name, value in state["parameters"].items():
                self.parameters[name].copy_(value)
            for name, value in state["buffers"].items():
                self.buffers[name].copy_(value)
        self._adam.load_state_dict(state["optimizer"])
        self._steps = int(state["steps"])

    def _logits(self, inputs: Tensor) -> Tensor:
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._bf16):
            if self._alone:
                if inputs.dim() == 4:
                    inputs = inputs.contiguous(memory_format=torch.channels_last)
                return self._network(inputs).float().unsqueeze(0)

            def one(parameters: dict[str, Tensor], buffers: dict[str, Tensor]) -> Tensor:
                found: Tensor = functional_call(self._network, (parameters, buffers), (inputs,))
                return found

            mapped: Tensor = vmap(one, randomness="different")(self.parameters, self.buffers)
        return mapped.float()


class StackedAdam:
    """Adam on stacked parameters with a learning rate for every place of the stack.

    Parameters
    ----------
    parameters
        Each (networks, ...).
    rates
        Learning rates (networks,).

    Attributes
    ----------
    factor
        What the rates are multiplied by.
    """

    def __init__(self, parameters: Sequence[Tensor], rates: Tensor) -> None:
        self._parameters = list(parameters)
        self._first = [torch.zeros_like(p) for p in parameters]
        self._second = [torch.zeros_like(p) for p in parameters]
        self._rates = [rates.view(-1, *([1] * (p.dim() - 1))) for p in parameters]
        self._step = 0
        self.factor = 1.0

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def step(self) -> None:
        """Take one step."""
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
            torch._foreach_mul_(change, self._rates)
            torch._foreach_add_(self._parameters, change, alpha=-self.factor / first)

    def state_dict(self) -> dict[str, Any]:
        """Return the state."""
        return {"step": self._step, "first": self._first, "second": self._second}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go back to a state."""
        self._step = int(state["step"])
        for own, kept in (("_first", "first"), ("_second", "second")):
            for tensor, value in zip(getattr(self, own), state[kept], strict=True):
                tensor.copy_(value)


def _state_of(
    networks: Sequence[nn.Module], *, alone: bool
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    if alone:
        return dict(networks[0].named_parameters()), dict(networks[0].named_buffers())
    return stack_module_state(list(networks))
