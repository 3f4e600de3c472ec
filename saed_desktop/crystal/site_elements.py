"""The element on a site, read from the many labels that files use."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import gemmi

_VACANCIES = ("va", "vac", "vacancy", "vc", "void", "du", "dum", "dummy", "cg", "cnt", "bq", "xx")
_WATER = re.compile(r"(?:wat|water|h2o|oh2|ow|wa(?![a-z])|hoh|aq)", re.IGNORECASE)
_OXYGEN_SITE = re.compile(r"O(?:[a-z](?![a-z])|H|W|-H)", re.IGNORECASE)
_CHARGE = re.compile(r"(?:\d*\.?\d*[+-]|[+-]\d*\.?\d*)$")
_SHARE = re.compile(r"(\d*\.?\d+)\s*\*?\s*([A-Z][a-z]?)(?![a-z])|([A-Z][a-z]?)\s*(0?\.\d+)")

WATER_REMARK = "The hydrogen of water and OH that has no site of its own is left out."
ISOTOPE_REMARK = "Deuterium and tritium scatter electrons as hydrogen and are taken as such."
VACANCY_REMARK = "Vacancies and dummy sites were left out."
MIXTURE_REMARK = "A site's label states a mixture, which was taken as its occupancies."


@dataclass(frozen=True)
class Occupant:
    """An element on a site and its share of the site."""

    element: str
    share: float = 1.0


def occupants(
    symbol: str, label: str, formula: Collection[str], remarks: list[str]
) -> tuple[Occupant, ...] | None:
    """Return what stands on a site: none on a vacancy, None where it cannot be told.

    Parameters
    ----------
    symbol
        The type symbol, such as Fe3+; empty where the file has none.
    label
        The site's label, such as Fe1 or Wat2.
    formula
        Elements of the stated formula: they decide whether CA1 is calcium or carbon.
    remarks
        Where what was assumed is added to.
    """
    for text, is_symbol in ((symbol.strip(), True), (label.strip(), False)):
        if not text or text in ("?", "."):
            continue
        # T names a tetrahedral site in labels, and tritium in type symbols
        named = (*formula, "T") if is_symbol else formula
        found = _of_text(text, named, remarks)
        if found is not None:
            return found
    return None


def _of_text(
    text: str, formula: Collection[str], remarks: list[str]
) -> tuple[Occupant, ...] | None:
    letters = re.match(r"[A-Za-z]*", text)
    word = letters.group(0) if letters else ""
    if word.lower() in _VACANCIES or text.startswith(("□", "[]", "Q")):
        _add(remarks, VACANCY_REMARK)
        return ()
    mixture = _mixture(text)
    if mixture:
        _add(remarks, MIXTURE_REMARK)
        return mixture
    element = _element(text, word, formula, remarks)
    if element in ("D", "T"):
        _add(remarks, ISOTOPE_REMARK)
        element = "H"
    return None if element is None else (Occupant(element),)


def _mixture(text: str) -> tuple[Occupant, ...]:
    """Return the parts of a label such as '0.8Nb + 0.2Zr' or 'Nb0.8Zr0.2'."""
    parts = [
        (element_a or element_b, float(share_a or share_b))
        for share_a, element_a, element_b, share_b in _SHARE.findall(text)
    ]
    are_elements = all(_is_element(name) for name, _ in parts)
    total = sum(share for _, share in parts)
    if len(parts) < 2 or not are_elements or not 0 < total < 1.05:
        return ()
    return tuple(Occupant(name, share) for name, share in parts)


def _element(text: str, word: str, formula: Collection[str], remarks: list[str]) -> str | None:
    """Return the element that a symbol or label begins with, or names further on."""
    plain = _CHARGE.sub("", text)
    if _is_element(plain):
        return plain.capitalize()
    two, one = word[:2].capitalize(), word[:1].upper()
    water = _WATER.match(text)
    if water and not (_is_element(two) and two in formula) and not word.startswith("Os"):
        _add(remarks, WATER_REMARK)
        return "O"
    # W1 is water in old mineral files, unless the formula has tungsten
    if one == "W" and len(word) == 1 and formula and "W" not in formula and "O" in formula:
        _add(remarks, WATER_REMARK)
        return "O"
    choices = [name for name in (two, one) if len(word) >= len(name) and _is_element(name)]
    # two capitals, CA or CO, may be one element or an element and the name of its site
    if len(word) >= 2 and word[1].isupper() and formula:
        named = [name for name in choices if name in formula]
        choices = named or choices
    if choices and not (choices == ["T"] and "T" not in formula):
        if two not in choices and _OXYGEN_SITE.match(word) and word[1:2].upper() in "HW":
            _add(remarks, WATER_REMARK)
        return choices[0]
    # M1Mg, T2Si: the site's name, then the element
    behind = re.match(r"[A-Z][a-z]?\d*[-_ ]?([A-Z][a-z]?)", text)
    if behind and _is_element(behind.group(1)) and behind.group(1) in formula:
        return behind.group(1)
    return None


def _is_element(name: str) -> bool:
    return (
        name[:1].isalpha()
        and name.isalpha()
        and gemmi.Element(name).atomic_number > 0
        and (gemmi.Element(name).name == name.capitalize() or name.upper() == "D")
    )


def _add(remarks: list[str], remark: str) -> None:
    if remark not in remarks:
        remarks.append(remark)
