"""Reasons for one candidate and against another, as stored and as a person reads them."""

import msgspec

from saed_desktop.results.wording import (
    EVIDENCE_WORDS,
    LEAST_LOG_FACTOR,
    factor_size,
    factor_text,
)


class ComparisonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The reasons of the network that compares fits for one candidate and against another.

    Parameters
    ----------
    first, second
        The phases.
    log_odds
        Natural logarithm of the odds of the first against the second.
    parts
        What each part of the evidence adds to it, the strongest first; they sum to `log_odds`.
        The part "prior" was there before the pattern was looked at.
    """

    first: str
    second: str
    log_odds: float
    parts: dict[str, float]


def comparison_words(found: ComparisonRecord) -> str:
    """Return the reasons as a clause: Au 2.1 times as likely as Al, by intensities ×2.3."""
    first, second = found.first, found.second
    if found.log_odds < 0:
        first, second = second, first
    words = f"{first} {factor_size(found.log_odds)} times as likely as {second}"
    telling = [
        f"{EVIDENCE_WORDS[part].lower()} {factor_text(value)}"
        for part, value in found.parts.items()
        if abs(value) >= LEAST_LOG_FACTOR
    ]
    if not telling:
        return words
    of_first = f" (factors for {found.first})" if found.log_odds < 0 else ""
    return f"{words}, by {', '.join(telling)}{of_first}"
