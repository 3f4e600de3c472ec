"""Batch norm over the global batch, so that a network learns the same on any number of processes.

torch's own `SyncBatchNorm` does this on GPUs only. The class here does it on any device.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


class GlobalBatchNorm(_BatchNorm):
    """Batch norm whose mean and variance are taken over the batches of all processes."""

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() < 2:
            raise ValueError(f"expected at least 2 dimensions, not {input.dim()}")

    def forward(self, input: Tensor) -> Tensor:
        """Return the normalised batch."""
        if not self.training or not dist.is_initialized():
            return super().forward(input)
        axes = [0, *range(2, input.dim())]
        shape = [1, -1] + [1] * (input.dim() - 2)
        # sums in half precision would lose most of a batch
        values = input.float() if input.element_size() < 4 else input
        own_count = values.new_tensor([input.numel() / max(input.shape[1], 1)])
        total = _summed(torch.cat([values.sum(axes), own_count]))
        count = total[-1].detach()
        mean = total[:-1] / count
        centred = values - mean.view(shape)
        # in two passes: a difference of large sums would lose what is left of them
        variance = _summed((centred * centred).sum(axes)) / count
        self._remember(mean.detach(), variance.detach(), count)
        result = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            result = result * self.weight.view(shape) + self.bias.view(shape)
        return result.to(input.dtype)

    def _remember(self, mean: Tensor, variance: Tensor, count: Tensor) -> None:
        if self.running_mean is None or self.running_var is None:
            return
        with torch.no_grad():
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
            share = self.momentum if self.momentum is not None else 0.1
            unbiased = variance * count / (count - 1).clamp(min=1)
            self.running_mean.lerp_(mean.to(self.running_mean.dtype), share)
            self.running_var.lerp_(unbiased.to(self.running_var.dtype), share)


def use_global_batch_norm(network: nn.Module, device: torch.device) -> nn.Module:
    """Return the network with every batch norm taken over all processes.

    Parameters and their names stay the same, so checkpoints fit with and without.
    """
    if device.type == "cuda":
        converted: nn.Module = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
        return converted
    for name, child in network.named_children():
        if isinstance(child, _BatchNorm):
            setattr(network, name, _converted(child))
        else:
            use_global_batch_norm(child, device)
    return network


def has_batch_norm(network: nn.Module) -> bool:
    """Tell whether a network learns with batch norm; frozen ones do not count."""
    return any(
        isinstance(module, _BatchNorm) and any(p.requires_grad for p in module.parameters())
        for module in network.modules()
    )


def _converted(old: _BatchNorm) -> GlobalBatchNorm:
    new = GlobalBatchNorm(
        old.num_features, old.eps, old.momentum, old.affine, old.track_running_stats
    )
    new.weight, new.bias = old.weight, old.bias
    new.running_mean, new.running_var = old.running_mean, old.running_var
    new.num_batches_tracked = old.num_batches_tracked
    new.train(old.training)
    return new


class _SumOverProcesses(torch.autograd.Function):
    """The sum over processes; what flows back is the sum of what flows back in all of them."""

    @staticmethod
    def forward(context: Any, values: Tensor) -> Tensor:
        del context
        total = values.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        del context
        total = gradients[0].clone()
        dist.all_reduce(total)
        return total


def _summed(values: Tensor) -> Tensor:
    result: Tensor = _SumOverProcesses.apply(values)  # type: ignore[no-untyped-call]
    return result
