"""Words for phases, probabilities and verdicts: alpha-Zr is written α-Zr, PuO2 PuO₂."""

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
_PART = re.compile(r"([A-Z][a-z]?)(\d*)")


VERDICT_WORDS = {
    "agree": mark("agree"),
    "network-only": mark("network only"),
    "physics-only": mark("physics only"),
    "disagree": mark("disagree"),
    "none": mark("none of these"),
    "error": mark("cannot be read"),
}
"""Verdicts, and "error" where there is none."""
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
    if match is None or (match[1] and match[1] not in _GREEK):
        return name
    parts = _PART.findall(match[2])
    if not all(element in _ELEMENTS for element, _ in parts):
        return name
    formula = "".join(element + number.translate(_SUBSCRIPTS) for element, number in parts)
    greek = f"{_GREEK[match[1]]}-" if match[1] else ""
    remark = f" ({match[3].replace('_', ' ')})" if match[3] else ""
    return f"{greek}{formula}{remark}"


def is_formula(text: str) -> bool:
    """Tell whether a text reads as a chemical formula: Al, ZrO2, not alp or delta."""
    return re.fullmatch(r"(?:[A-Z][a-z]?\d*)+", text) is not None and all(
        element in _ELEMENTS for element, _ in _PART.findall(text)
    )


def percent(probability: float) -> str:
    """Return a probability as people read it; nothing is called 100 %, however it was rounded."""
    if probability >= 0.995:
        return "> 99 %"
    return f"{100 * probability:.0f} %"
