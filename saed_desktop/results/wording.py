"""Words for phases, probabilities and verdicts: alpha-Zr is written α-Zr, PuO2 PuO₂."""

import math
import re
from functools import lru_cache

from saed_desktop.translation import mark

_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "sigma": "σ",
    "tau": "τ",
    "chi": "χ",
    "omega": "ω",
}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy "
    "Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm"
)
_ELEMENTS = frozenset(_SYMBOLS.split())
_NAME = re.compile(r"(?:([a-z]+)-)?((?:[A-Z][a-z]?\d*)+)(?:_(.+))?")
_ALLOY = re.compile(r"([a-z]+)-(\(?[A-Z][\w(),-]*)")
_PART = re.compile(r"([A-Z][a-z]?)(\d*)")


VERDICT_WORDS = {
    "agree": mark("agree"),
    "network-only": mark("network only"),
    "indexing-only": mark("indexing only"),
    "disagree": mark("disagree"),
    "none": mark("none of these"),
    "error": mark("cannot be read"),
}
"""Verdicts, and "error" where there is none."""
EVIDENCE_WORDS = {
    "spots": mark("Spots explained"),
    "positions": mark("Spot positions"),
    "intensities": mark("Intensities"),
    "missing": mark("Missing reflections"),
    "forbidden": mark("Forbidden reflections"),
    "geometry": mark("Scale and distortion"),
    "zone": mark("Zone axis and tilt"),
    "crystal": mark("Cell and symmetry"),
    "prior": mark("Prior"),
}
"""Parts of the evidence for one candidate and against another."""
NOT_DECIDED = mark("not decided")
"""The verdict on a halo or on too few spots or rings, which may yet be one of the phases."""
SOURCE_WORDS = {
    "file": mark("from the file"),
    "user": mark("entered or confirmed by you"),
    "profile": mark("from a profile"),
    "scale-bar": mark("from the scale bar"),
    "standard": mark("measured with a standard"),
    "fitted": mark("fitted, not confirmed"),
}
"""Sources of a scale, by `pattern.calibration.ScaleSource`."""


@lru_cache(maxsize=1024)
def phase_label(name: str) -> str:
    """Return a phase's name as a person would write it.

    Only names that read as a Greek letter, a formula and a remark are changed; a name such as
    COD_1011098 stays what it is.
    """
    match = _NAME.fullmatch(name)
    alloy = _ALLOY.fullmatch(name)
    if match is None and alloy is not None and alloy[1] in _GREEK:
        return f"{_GREEK[alloy[1]]}-{alloy[2]}"
    if match is None or (match[1] and match[1] not in _GREEK):
        return name
    parts = _PART.findall(match[2])
    if not all(element in _ELEMENTS for element, _ in parts):
        return name
    formula = "".join(element + number.translate(_SUBSCRIPTS) for element, number in parts)
    greek = f"{_GREEK[match[1]]}-" if match[1] else ""
    remark = f" ({match[3].replace('_', ' ')})" if match[3] else ""
    return f"{greek}{formula}{remark}"


def formula_label(text: str) -> str:
    """Return a formula with its numbers below the line: Pu0.7Zr0.3 is Pu₀.₇Zr₀.₃.

    What follows a space, as in "CaF2 (fluorite)", stays as it is.
    """
    formula, space, rest = text.partition(" ")
    if not is_formula(formula.replace(".", "")):
        return text
    return formula.translate(_SUBSCRIPTS) + space + rest


def space_group_label(symbol: str) -> str:
    """Return a Hermann–Mauguin symbol as people write it: P 1 21/c 1 is P2₁/c.

    Parameters
    ----------
    symbol
        With spaces between its parts, a setting after a colon.
    """
    whole, colon, setting = symbol.partition(":")
    lattice, *parts = whole.split()
    if len(parts) == 3 and parts.count("1") == 2:
        parts = [part for part in parts if part != "1"]  # monoclinic, in full
    written = (re.sub(r"\b([2346])([1-5])\b", _screw_axis, part) for part in parts)
    return lattice + "".join(written) + colon + setting


def _screw_axis(found: re.Match[str]) -> str:
    return found[1] + found[2].translate(_SUBSCRIPTS)


def is_formula(text: str) -> bool:
    """Tell whether a text reads as a chemical formula: Al, ZrO2, not alp or delta."""
    return re.fullmatch(r"(?:[A-Z][a-z]?\d*)+", text) is not None and all(
        element in _ELEMENTS for element, _ in _PART.findall(text)
    )


def verdict_words(verdict: str, none_of_these: float | None) -> str:
    """Return a verdict in words; "none of these" only where that has a probability.

    Parameters
    ----------
    verdict
        As in the record, or "error".
    none_of_these
        Probability that it is none of the phases; None where that was not asked.
    """
    if verdict == "none" and none_of_these is None:
        return NOT_DECIDED
    return VERDICT_WORDS.get(verdict, verdict)


def percent(probability: float) -> str:
    """Return a probability as people read it; nothing is called 100 % or 0 %, if it was rounded."""
    if probability >= 0.995:
        return "> 99 %"
    if probability <= 0.005:
        return "< 1 %"
    return f"{100 * probability:.0f} %"


LEAST_LOG_FACTOR = 0.05
"""A part of the evidence whose factor is nearer to 1, in its logarithm, makes no difference."""
_LARGEST_FACTOR = 1000


def factor_size(log_factor: float) -> str:
    """Return the factor of log odds, or of their opposite where they are below zero."""
    size = abs(log_factor)
    if size >= math.log(_LARGEST_FACTOR):
        return f"> {_LARGEST_FACTOR}"
    factor = math.exp(size)
    return f"{factor:.0f}" if factor >= 9.95 else f"{factor:.1f}"


def factor_text(log_factor: float) -> str:
    """Return a factor on odds: ×2.3, and ÷2.3 below 1."""
    return f"{'×' if log_factor > 0 else '÷'}{factor_size(log_factor)}"
