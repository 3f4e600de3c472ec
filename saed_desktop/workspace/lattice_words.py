"""The evidence of the spot lattice alone in the window's language."""

from collections.abc import Sequence

from saed_desktop.indexing.lattice.evidence import lattice_evidence, lattice_record
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.lattice_sentences import lattice_reason, lattice_words
from saed_desktop.translation import mark, tr

NO_LATTICE = mark("No sure lattice was found among the spots, so it tells nothing by itself.")


def lattice_sentence(prepared: PreparedPattern, others: Sequence[PreparedPattern] = ()) -> str:
    """Return what the lattice of a prepared pattern says of the crystal, whatever was answered.

    Parameters
    ----------
    prepared
        The pattern.
    others
        Further patterns, perhaps of the same crystal: what all say together is added.
    """
    record = lattice_record(prepared)
    alone = tr(NO_LATTICE) if record is None else lattice_words(lattice_reason(record), say=tr)
    together = lattice_evidence([prepared, *others])
    if together is None or len(together.measured) < 2:
        return alone
    words = lattice_words(lattice_reason(together.to_record()), say=tr)
    joint = tr("If all open patterns are of one crystal, they say together: {words}", words=words)
    return f"{alone} {joint}"
