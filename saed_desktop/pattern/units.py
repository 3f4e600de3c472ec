"""Units as files spell them: the one place where a spelling becomes a number."""

import math
import re
import unicodedata
from functools import lru_cache

_LENGTHS_IN_ANGSTROM = {
    "fm": 1e-5,
    "pm": 1e-2,
    "a": 1.0,
    "nm": 10.0,
    "um": 1e4,
    "mm": 1e7,
    "cm": 1e8,
    "m": 1e10,
}

_LENGTH_NAMES = {
    **{name: name for name in _LENGTHS_IN_ANGSTROM},
    **dict.fromkeys(
        ("aa", "ang", "å", "angstrom", "angstroem", "ångstrom", "ångström", "ångstroem"), "a"
    ),
    **dict.fromkeys(("micron", "µm", "μm"), "um"),
}
for _prefix, _short in (("femto", "f"), ("pico", "p"), ("nano", "n"), ("micro", "u")):
    for _metre in ("meter", "metre"):
        _LENGTH_NAMES[_prefix + _metre] = _short + "m"
for _metre in ("meter", "metre"):
    _LENGTH_NAMES |= {"milli" + _metre: "mm", "centi" + _metre: "cm", _metre: "m"}

_ANGLES_IN_RADIANS = {
    **dict.fromkeys(("rad", "radian"), 1.0),
    **dict.fromkeys(("mrad", "millirad", "milliradian"), 1e-3),
    **dict.fromkeys(("urad", "µrad", "μrad", "microrad", "microradian"), 1e-6),
    **dict.fromkeys(("deg", "degree", "°"), math.pi / 180),
}

_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

_PLAIN = {
    # UTF-8 bytes of Å, Å (the sign) and µ, read as Latin-1 or Windows-1252
    "\u00c3\u0085": "Å",
    "\u00c3\u2026": "Å",
    "\u00e2\u201e\u00ab": "Å",
    "\u00e2\u0084\u00ab": "Å",
    "\u00c2\u00b5": "µ",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{SUPERSCRIPT MINUS}": "-",
    "\N{DIVISION SLASH}": "/",
    "\N{FRACTION SLASH}": "/",
}

_LATEX_WORDS = re.compile(r"\\(?:mathrm|mathregular|text|textrm|rm|mbox|unit|si|,|;|!| )\s*")

# the numerator or the exponent makes it reciprocal; never both
_RECIPROCAL = re.compile(
    r"(?:(?P<over>1?/|per|reciprocal|inverse|inv\.?)(?P<under>[a-zåöµμ.]+)(?:\^?1)?"
    r"|(?P<base>[a-zåöµμ.]+)(?:\^|\*\*)?-1(?:\.0*)?)"
)


def inverse_length_factor(unit: str) -> float | None:
    r"""Return the factor from a reciprocal unit to 1/Å, or None if it is no reciprocal length.

    Understands the spellings that programs write: `1/nm`, `(1/nm)`, `nm^-1`, `nm⁻¹`, `n_m^-1`,
    `1/\u00C5`, `$\AA^{-1}$`, `1 / angstrom`, `k_A^-1`. The unit `q_nm^-1` of pyFAI counts 2π/d
    and is divided by 2π; every other spelling counts 1/d.
    """
    return _inverse_length_factor(unit)


@lru_cache(maxsize=256)
def _inverse_length_factor(unit: str) -> float | None:
    text = _plain(unit)
    scale = 1.0
    prefix = re.match(r"([kqs])_(?=[acfåmnupµμ])", text)
    if prefix is not None:
        scale = 1 / (2 * math.pi) if prefix.group(1) == "q" else 1.0
        text = text[2:]
    text = text.replace("_", "")
    text = re.sub(r"(?:/|per)(?:px|pix|pixels?)$", "", text)
    match = _RECIPROCAL.fullmatch(text)
    if match is None:
        return None
    length = _length_in_angstrom(match.group("under") or match.group("base"))
    return None if length is None else scale / length


def length_factor(unit: str) -> float | None:
    """Return the factor from a unit of length to Å, or None if it is none."""
    return _length_in_angstrom(_plain(unit).replace("_", ""))


def angle_factor(unit: str) -> float | None:
    """Return the factor from a unit of angle to radians, or None if it is none."""
    text = _plain(unit)
    return _ANGLES_IN_RADIANS.get(text, _ANGLES_IN_RADIANS.get(text.rstrip("s")))


def _length_in_angstrom(name: str) -> float | None:
    name = name.rstrip(".")
    short = _LENGTH_NAMES.get(name) or _LENGTH_NAMES.get(name.rstrip("s"))
    return None if short is None else _LENGTHS_IN_ANGSTROM[short]


def _plain(unit: str) -> str:
    """Return a unit without blanks, brackets, LaTeX, escapes and typographic signs; lower case."""
    text = unit.strip()
    # ImageJ writes Å as the six characters of its Java escape
    text = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found.group(1), 16)), text)
    for garbled, sign in _PLAIN.items():
        text = text.replace(garbled, sign)
    text = re.sub(r"\\(?:AA|r\s*A|angstrom|Angstrom)(?![a-zA-Z])\s*", "Å", text)
    text = re.sub(r"\\(?:mu|micro)(?![a-zA-Z])\s*", "µ", text)
    text = _LATEX_WORDS.sub("", text)
    # composed: the sign Å (U+212B) and A with a ring become the letter Å
    text = unicodedata.normalize("NFC", text.translate(_SUPERSCRIPTS)).lower()
    return re.sub(r"[\s${}()\[\]|\x00]", "", text)
