"""Reflections and left-over spots of a fit, read as two sets.

Deep Sets (Zaheer et al., NeurIPS 2017) in two rounds: tokens are pooled, and read again in the
light of what was pooled, so that one intensity is judged against all others of the fit.
"""

import torch
from torch import Tensor, nn

from saed_desktop.indexing.deciding.fit_tokens import REFLECTION_FEATURES, SPOT_FEATURES

_EMPTY = -30.0
_FARTHEST = 5.0


class TokenEncoder(nn.Module):
    """Turns the tokens of fits into numbers, whatever their order.

    Parameters
    ----------
    width
        Of a token.
    n_features
        Number of features of the fit as a whole, in whose light tokens are read.
    """

    def __init__(self, width: int, n_features: int) -> None:
        super().__init__()
        sizes = len(REFLECTION_FEATURES) - 1, len(SPOT_FEATURES) - 1
        self.sets = nn.ModuleList(_SetEncoder(n, width, n_features) for n in sizes)
        self.n_pooled = 8 * width

    def forward(
        self, reflections: Tensor, spots: Tensor, features: Tensor, present: Tensor
    ) -> Tensor:
        """Return numbers (b, m, 8 width).

        Parameters
        ----------
        reflections, spots
            Tokens (b, m, 64, 18) and (b, m, 32, 10).
        features
            Of the fit as a whole (b, m, n), standardised.
        present
            Whether there is a fit (b, m).
        """
        both = zip(self.sets, (reflections, spots), strict=True)
        pooled = torch.cat([one(t[present], features[present]) for one, t in both], dim=-1)
        found = features.new_zeros(*present.shape, self.n_pooled)
        found[present] = pooled
        return found

    def standardise(self, reflections: Tensor, spots: Tensor) -> None:
        """Set mean and spread of the tokens from those of some fits, padding left out."""
        for one, tokens in zip(self.sets, (reflections, spots), strict=True):
            values = tokens[tokens[..., -1] > 0][:, :-1]
            if isinstance(one, _SetEncoder) and len(values) > 1:
                spread = values.std(dim=0)
                spread = torch.where(spread < 1e-3, torch.ones_like(spread), spread)
                one.scaling.data = torch.stack([values.mean(dim=0), spread])


class _SetEncoder(nn.Module):
    def __init__(self, n: int, width: int, n_features: int) -> None:
        super().__init__()
        self.scaling = nn.Parameter(torch.stack([torch.zeros(n), torch.ones(n)]), False)
        self.token = nn.Linear(n, width)
        self.shift = nn.Linear(n_features, width)
        self.first = nn.Linear(width, width)
        self.context = nn.Linear(2 * width + n_features, width)
        self.second = nn.Linear(width, width)
        self.third = nn.Linear(width, width)

    def forward(self, tokens: Tensor, features: Tensor) -> Tensor:
        mean, spread = self.scaling
        mask = tokens[..., -1:]
        values = ((tokens[..., :-1] - mean) / spread).clamp(-_FARTHEST, _FARTHEST)
        gelu = nn.functional.gelu
        state = gelu(self.first(gelu(self.token(values) + self.shift(features)[:, None])))
        pooled = _pooled(state, mask)
        context = self.context(torch.cat([pooled, features], dim=-1))[:, None]
        seen = gelu(self.third(gelu(self.second(state) + context)))
        return torch.cat([pooled, _pooled(seen, mask)], dim=-1)


def _pooled(state: Tensor, mask: Tensor) -> Tensor:
    """Return mean and largest value over the tokens that are there."""
    number = mask.sum(dim=1).clamp(min=1.0)
    mean = (state * mask).sum(dim=1) / number
    largest = (state + (1 - mask) * _EMPTY).amax(dim=1).clamp(min=-1.0)
    return torch.cat([mean, largest], dim=-1)
