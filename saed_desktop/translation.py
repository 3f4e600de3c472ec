"""Texts in the user's language, by a catalogue that the window installs; English without one.

Every text that a user of the window may read goes through `tr` where it is shown, with its values
beside it: ``tr("{count} spots found", count=12)``. A text that stands in a table before it is
shown is marked by `mark`, and translated where it is shown. The command line installs no
catalogue: it, all data files and all records stay English.

Errors and remarks are sentences already when they reach the window, made by parts that know no
language. `recognised` finds them again by their templates.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Catalogue:
    """The texts of a language.

    Parameters
    ----------
    texts
        Translations by the English text.
    sentences
        Translations of sentences that parts without a window make, by their template, in which
        ``{names}`` stand for what varies.
    code
        Of the language: "de".
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    code: str = "en"

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The templates as expressions, those that say most first."""
        order = sorted(self.sentences, key=lambda text: -len(_FIELD.sub("", text)))
        return tuple((_expression(text), self.sentences[text]) for text in order)


_catalogue = Catalogue()


def tr(text: str, /, **values: object) -> str:
    """Return a text in the user's language with its values put in.

    Parameters
    ----------
    text
        The English text; a literal, or one that was marked.
    values
        What stands for its ``{names}``.
    """
    found = _catalogue.texts.get(text, text)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """Mark a text that is translated later, where it is shown; returns it as it is."""
    return text


def counted(number: int, one: str, several: str) -> str:
    """Return the text for one thing or for several, ``{n}`` in it replaced by their number.

    Both are literals, or marked: ``counted(3, "{n} spot", "{n} spots")``.
    """
    return tr(one if number == 1 else several, n=number or tr("no"))


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart, as in every language (ISO 80000-1).

    A comma would be read as a decimal sign in half of them.
    """
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def recognised(sentence: str) -> str:
    """Return a sentence that a part without a window made in the user's language.

    Several sentences are recognised one by one; what is not known stays as it is.
    """
    if not _catalogue.sentences:
        return sentence
    found = _recognised(sentence)
    if found is not None:
        return found
    parts = re.split(r"(?<=[.!?]) ", sentence)
    if len(parts) == 1:
        return sentence
    for count in range(len(parts) - 1, 0, -1):
        found = _recognised(" ".join(parts[:count]))
        if found is not None:
            return f"{found} {recognised(' '.join(parts[count:]))}"
    return f"{parts[0]} {recognised(' '.join(parts[1:]))}"


def install(catalogue: Catalogue) -> None:
    """Take the texts of a language; an empty catalogue is English."""
    global _catalogue  # noqa: PLW0603  # a process speaks one language, as its locale is one
    _catalogue = catalogue


def language() -> str:
    """Return the code of the language that is spoken."""
    return _catalogue.code


def _recognised(sentence: str) -> str | None:
    if sentence in _catalogue.texts:
        return _catalogue.texts[sentence]
    for pattern, translated in _catalogue.patterns:
        match = pattern.fullmatch(sentence)
        if match is not None:
            # what stands in the place of a name may be a sentence itself
            return translated.format(**{k: recognised(v) for k, v in match.groupdict().items()})
    return None


def _expression(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    expression, at = "", 0
    for place in _FIELD.finditer(template):
        expression += re.escape(template[at : place.start()])
        name, at = place[1], place.end()
        expression += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
    return re.compile(expression + re.escape(template[at:]), re.DOTALL)
