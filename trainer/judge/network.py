"""The judge's network: it starts as spot indexing's own posterior and learns what to add to it.

Two weights that do not decay say what the log posterior and the odds against an unknown crystal
are worth, with a scale and without; a small perceptron adds to each fit's evidence, and to the odds
that the crystal is listed at all. Its last layer starts at zero, so that an untrained network is
spot indexing at another temperature.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from saed_desktop.indexing.deciding.fit_features import FIT_FEATURES
from trainer.judge.token_encoder import TokenEncoder

_NO_FIT = -1e9
_FARTHEST = 4.0
"""Features are clipped at so many standard deviations: beyond them nothing was learnt."""
_FIRST_WEIGHTS = (0.6, 0.3)
"""First weights of the log posterior, with a scale and without."""


@dataclass(frozen=True)
class JudgeShape:
    """Size of the network.

    Parameters
    ----------
    width
        Of its two hidden layers; 0 for none, which leaves a conditional logit.
    dropout
        After each of them, while training.
    token_width
        Of the tokens of reflections and spots, 0 to read the numbers of the fit alone.
    """

    width: int = 32
    dropout: float = 0.3
    token_width: int = 0


class JudgeNetwork(nn.Module):
    """Weighs the fits of patterns with any number of candidates.

    Parameters
    ----------
    shape
        Its size.
    """

    def __init__(self, shape: JudgeShape) -> None:
        super().__init__()
        n = len(FIT_FEATURES)
        self.scaling = nn.Parameter(torch.stack([torch.zeros(n), torch.ones(n)]), False)
        self.posterior_weight = nn.Parameter(torch.tensor(_FIRST_WEIGHTS))
        self.odds_weight = nn.Parameter(torch.tensor([0.5, 0.5]))
        self.offset = nn.Parameter(torch.zeros(2))
        self.tokens = TokenEncoder(shape.token_width, n) if shape.token_width else None
        n_all = n + (0 if self.tokens is None else self.tokens.n_pooled)
        self.body, width = nn.Sequential(), n_all
        if shape.width:
            for before in (n_all, shape.width):
                self.body.extend(
                    [nn.Linear(before, shape.width), nn.GELU(), nn.Dropout(shape.dropout)]
                )
            width = shape.width
        self.last = nn.Linear(width, 2, bias=False)
        nn.init.zeros_(self.last.weight)

    @property
    def free(self) -> list[nn.Parameter]:
        """The weights of spot indexing, which shall not shrink with age."""
        return [self.posterior_weight, self.odds_weight, self.offset]

    def forward(
        self,
        values: Tensor,
        behind: Tensor,
        odds: Tensor,
        is_scaled: Tensor,
        present: Tensor,
        tokens: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return log evidence (b, m) of the fits, and log odds (b,) of the crystal being listed.

        Parameters
        ----------
        values, behind, odds
            See `FitFeatures`: (b, m, 90), (b, m) and (b,).
        is_scaled
            1 where a scale is stated, else 0 (b,).
        present
            Whether there is a fit (b, m).
        tokens
            Reflections (b, m, 64, 18) and spots (b, m, 32, 10) where the network reads them.
        """
        mean, spread = self.scaling
        features = ((values - mean) / spread).clamp(-_FARTHEST, _FARTHEST)
        if self.tokens is not None and tokens is not None:
            features = torch.cat([features, self.tokens(*tokens, features, present)], dim=-1)
        added = self.last(self.body(features))
        evidence = (
            added[..., 0] - self._of_scale(self.posterior_weight, is_scaled)[:, None] * behind
        )
        evidence = torch.where(present, evidence, torch.full_like(evidence, _NO_FIT))
        share = torch.softmax(evidence, dim=1)
        listed = self._of_scale(self.odds_weight, is_scaled) * odds
        listed = (
            listed + self._of_scale(self.offset, is_scaled) + (share * added[..., 1]).sum(dim=1)
        )
        return evidence, listed

    def standardise(self, values: Tensor) -> None:
        """Set mean and spread of the features from those of some fits (n, 90)."""
        spread = values.std(dim=0)
        spread = torch.where(spread < 1e-3, torch.ones_like(spread), spread)
        self.scaling.data = torch.stack([values.mean(dim=0), spread])

    @staticmethod
    def _of_scale(pair: Tensor, is_scaled: Tensor) -> Tensor:
        return pair[0] * is_scaled + pair[1] * (1 - is_scaled)
