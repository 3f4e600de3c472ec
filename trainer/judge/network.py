"""The judge's network: a set of reflections and left-over spots in, log evidence out.

Deep Sets (Zaheer et al., NeurIPS 2017) in two rounds: tokens are pooled, and read again in the
light of what was pooled, so that one intensity is judged against all others of the fit. What the
posterior by spot indexing is behind the pattern's best enters as it is, however much it is; the
network learns what to add to it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from saed_desktop.indexing.deciding.fit_tokens import (
    NUMBER_FEATURES,
    POSTERIOR_UNIT,
    REFLECTION_FEATURES,
    SPOT_FEATURES,
)

_EMPTY = -30.0
_FIRST_WEIGHT = 0.4
"""First weight of the log posterior; one or so claims far too much among near misses."""
_FAR_BEHIND = 3.0
"""Beyond so many units of log posterior, over `POSTERIOR_UNIT`, only the linear term tells them."""


@dataclass(frozen=True)
class JudgeShape:
    """Size of the network.

    Parameters
    ----------
    width
        Of a token.
    head
        Of the last layers.
    dropout
        In the last layers, while training.
    """

    width: int = 32
    head: int = 64
    dropout: float = 0.25


class JudgeNetwork(nn.Module):
    """Weighs fits; each by itself, so that a pattern may have any number of candidates.

    Parameters
    ----------
    shape
        Its size.
    """

    def __init__(self, shape: JudgeShape) -> None:
        super().__init__()
        width, n_numbers = shape.width, len(NUMBER_FEATURES) + 1
        n_reflection, n_spot = len(REFLECTION_FEATURES) - 1, len(SPOT_FEATURES) - 1
        self.scales = nn.ParameterDict(
            {
                name: nn.Parameter(torch.stack([torch.zeros(n), torch.ones(n)]), False)
                for name, n in (
                    ("reflections", n_reflection),
                    ("spots", n_spot),
                    ("numbers", len(NUMBER_FEATURES)),
                )
            }
        )
        self.reflection_in = nn.Linear(n_reflection, width)
        self.spot_in = nn.Linear(n_spot, width)
        self.numbers_in = nn.Linear(n_numbers, 2 * width)
        self.first = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.context = nn.Linear(4 * width + n_numbers, 2 * width)
        self.second = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.third = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.head = nn.Sequential(
            nn.Dropout(shape.dropout),
            nn.Linear(8 * width + n_numbers, shape.head),
            nn.GELU(),
            nn.Dropout(shape.dropout),
            nn.Linear(shape.head, shape.head),
            nn.GELU(),
        )
        self.last = nn.Linear(shape.head, 1)
        self.posterior_weight = nn.Parameter(torch.tensor(_FIRST_WEIGHT))
        self.offset = nn.Parameter(torch.tensor(0.0))
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(
        self, reflections: Tensor, spots: Tensor, numbers: Tensor, behind: Tensor
    ) -> Tensor:
        """Return log evidence (n,) of fits against a crystal that is not listed.

        Parameters
        ----------
        reflections, spots, numbers
            Tokens (n, 64, 18), (n, 32, 10) and numbers (n, 41), see `FitTokens`.
        behind
            By how much each log posterior (n,) is below the best of its pattern, 0 for that one.
        """
        place = (behind / POSTERIOR_UNIT).clamp(max=_FAR_BEHIND)[:, None]
        numbers = torch.cat([self._scaled("numbers", numbers).clamp(-5, 5), place], dim=-1)
        masks = reflections[..., -1:], spots[..., -1:]
        tokens = (
            self.reflection_in(self._scaled("reflections", reflections[..., :-1])),
            self.spot_in(self._scaled("spots", spots[..., :-1])),
        )
        shifts = self.numbers_in(numbers)[:, None, :].chunk(2, dim=-1)
        pooled = []
        states = []
        for token, mask, shift, layer in zip(tokens, masks, shifts, self.first, strict=True):
            state = nn.functional.gelu(layer(nn.functional.gelu(token + shift)))
            states.append(state)
            pooled += _pooled(state, mask)
        shifts = self.context(torch.cat([*pooled, numbers], dim=-1))[:, None, :].chunk(2, dim=-1)
        for state, mask, shift, second, third in zip(
            states, masks, shifts, self.second, self.third, strict=True
        ):
            seen = third(nn.functional.gelu(second(state) + shift))
            pooled += _pooled(nn.functional.gelu(seen), mask)
        evidence = self.last(self.head(torch.cat([*pooled, numbers], dim=-1)))[:, 0]
        return evidence - self.posterior_weight * behind + self.offset

    def standardise(self, reflections: Tensor, spots: Tensor, numbers: Tensor) -> None:
        """Set mean and spread of the inputs from training data, padding left out.

        The best fit of a pattern starts level with a crystal that is not listed.
        """
        for name, values in (
            ("reflections", reflections[reflections[..., -1] > 0][:, :-1]),
            ("spots", spots[spots[..., -1] > 0][:, :-1]),
            ("numbers", numbers),
        ):
            if len(values) < 2:  # an ablation may leave nothing
                continue
            spread = values.std(dim=0)
            spread = torch.where(spread < 1e-3, torch.ones_like(spread), spread)
            self.scales[name].data = torch.stack([values.mean(dim=0), spread])

    def _scaled(self, name: str, values: Tensor) -> Tensor:
        mean, spread = self.scales[name]
        return (values - mean) / spread


def _pooled(state: Tensor, mask: Tensor) -> list[Tensor]:
    """Return mean and largest value over the tokens that are there."""
    number = mask.sum(dim=1).clamp(min=1.0)
    mean = (state * mask).sum(dim=1) / number
    largest = (state + (1 - mask) * _EMPTY).amax(dim=1).clamp(min=-1.0)
    return [mean, largest]
