"""Several networks as one, each with a share in the answer."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.errors import SaedError
from saed_desktop.network.input import InputKind, InputSpec
from trainer.networks.base import Network


class EnsembleError(SaedError):
    """Networks that do not make an ensemble."""


class Ensemble(Network):
    """Several networks as one: the weighted mean of their log-probabilities.

    Members may look at different inputs; an input that two of them share is given once.

    Parameters
    ----------
    members
        The networks, all of the same classes.
    shares
        Weight of each member (2, members), first for patterns whose scale is known, then for
        those without; equal ones where None. Where no member is told of the scale the first
        holds for all.

    Raises
    ------
    EnsembleError
        If two members mean different things by the same input name, or shares are negative.
    """

    def __init__(self, members: Sequence[Network], shares: FloatArray | None = None) -> None:
        specs: dict[str, InputSpec] = {}
        for member in members:
            for spec in member.input_specs:
                if specs.setdefault(spec.name, spec) != spec:
                    raise EnsembleError(
                        f"Two members of the ensemble expect different things of '{spec.name}'."
                    )
        super().__init__(tuple(specs.values()))
        self.members = nn.ModuleList(members)
        given = np.full((2, len(members)), 1 / len(members)) if shares is None else shares
        if given.shape != (2, len(members)) or given.min() < 0 or given.sum(axis=1).min() <= 0:
            raise EnsembleError("An ensemble needs a share, not negative, for each of its members.")
        self.shares: Tensor
        normalised = given / given.sum(axis=1, keepdims=True)
        self.register_buffer("shares", torch.as_tensor(normalised, dtype=torch.float32))

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return the weighted mean (batch, classes) of the members' log-probabilities."""
        by_name = {spec.name: x for spec, x in zip(self.input_specs, inputs, strict=True)}
        parts = []
        for member in self.members:
            assert isinstance(member, Network)
            own = [by_name[spec.name] for spec in member.input_specs]
            parts.append(torch.log_softmax(member(*own), dim=1))
        with_scale, without_scale = self.shares[0], self.shares[1]
        share = with_scale[None, :]
        for spec in self.input_specs:
            if spec.kind is InputKind.CONTEXT:
                known = by_name[spec.name][:, :1]
                share = known * with_scale + (1 - known) * without_scale
        return (torch.stack(parts, dim=1) * share[..., None]).sum(dim=1)


def fit_shares(log_probabilities: FloatArray, labels: IntArray) -> FloatArray:
    """Return the weights (members,) of the best weighted mean of log-probabilities.

    They minimise the log loss of a logarithmic opinion pool (Heskes, NIPS 1997) at whatever
    temperature suits it, which is convex in the weights over the temperature.

    Parameters
    ----------
    log_probabilities
        Of held-out patterns, by each member (members, n, classes).
    labels
        Class indices (n,).
    """
    values = torch.as_tensor(log_probabilities, dtype=torch.float64)
    target = torch.as_tensor(labels, dtype=torch.int64)
    # weights are exponentials, so that none is negative
    exponent = torch.full((len(values),), -float(np.log(len(values))), dtype=torch.float64)
    exponent.requires_grad_()
    optimizer = torch.optim.LBFGS([exponent], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        pooled = torch.einsum("m,mnc->nc", exponent.exp(), values)
        value = nn.functional.cross_entropy(pooled, target)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    weights = exponent.detach().exp().numpy()
    return np.asarray(weights / weights.sum())
