"""Computing that can be left between two layers of a network.

A step of a large network takes many seconds of a CPU. A request to stop is heard between its
layers, forward and backward; whoever catches the exception throws the step away.
"""

import contextlib
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

_SMALLEST_HEARD = 1 << 16
"""Numbers in a layer's output from which on computing it may take noticeable time."""


@contextlib.contextmanager
def interruptible(is_stopped: Callable[[], bool], leave: type[Exception]) -> Iterator[None]:
    """Raise an exception between two layers where it is asked to stop, on a CPU.

    A GPU takes milliseconds for a step, and works on while Python is between layers.

    Parameters
    ----------
    is_stopped
        Asked after every layer of every network, forward and backward.
    leave
        What is raised.
    """

    def check(_: Tensor | None = None) -> None:
        if is_stopped():
            raise leave

    def after_layer(_module: nn.Module, _inputs: object, output: object) -> None:
        check()
        if not isinstance(output, Tensor) or output.numel() < _SMALLEST_HEARD:
            return
        if output.device.type == "cpu":
            gradient_of = _under_vmap(output)
            if gradient_of.requires_grad:
                gradient_of.register_hook(check)  # type: ignore[no-untyped-call]

    handle = register_module_forward_hook(after_layer)
    try:
        yield
    finally:
        handle.remove()


def _under_vmap(output: Tensor) -> Tensor:
    """Return the tensor that `torch.func.vmap` has wrapped, which alone has a gradient."""
    functorch = torch._C._functorch
    while functorch.is_functorch_wrapped_tensor(output):
        output = functorch.get_unwrapped(output)
    return output
