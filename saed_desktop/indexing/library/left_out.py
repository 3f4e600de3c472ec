"""Sentences that say which structures a search of libraries left out."""

from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.pattern.kind import PatternKind

_SMALL_LIBRARY = 10_000


def left_out(
    *,
    n_excluded: int,
    n_fitting: int,
    n_judged: int,
    n_structures: int,
    kind: PatternKind,
    has_rings: bool,
) -> tuple[str, ...]:
    """Return what a search did not look at, in sentences.

    Parameters
    ----------
    n_excluded
        Structures that the conditions on the elements exclude.
    n_fitting
        Structures with a zone of the right size and shape, or with lines that suit the rings.
    n_judged
        Structures whose fit was refined.
    n_structures
        Structures in the libraries.
    kind
        Of the pattern.
    has_rings
        Whether its rings were compared.
    """
    said = []
    if has_rings and not n_judged:
        said.append(
            "No structure was judged by the rings: the elements admit too many of them; name the "
            "elements."
        )
    elif not has_rings and kind in NOT_INDEXABLE:
        said.append("No library was searched: the pattern is not of one crystal.")
    if n_excluded:
        said.append(
            f"{n_excluded} structures were left out, which the conditions on the elements exclude."
        )
    beyond = n_fitting - n_judged
    if beyond > 0 and has_rings:
        said.append(f"{beyond} structures suit the rings less well and were not compared in full.")
    elif beyond > 0 and n_judged:
        said.append(
            f"{beyond} structures have a zone of this size and shape, but intensities that suit "
            "less well; they were not indexed."
        )
    if n_structures < _SMALL_LIBRARY:
        said.append("A crystal that is in none of these libraries cannot be found.")
    return tuple(said)
