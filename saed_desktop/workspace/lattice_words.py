"""The evidence of the spot lattice alone in the window's language."""

from saed_desktop.indexing.lattice.evidence import lattice_record
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.lattice_sentences import lattice_reason, lattice_words
from saed_desktop.translation import mark, tr

NO_LATTICE = mark("No sure lattice was found among the spots, so it tells nothing by itself.")


def lattice_sentence(prepared: PreparedPattern) -> str:
    """Return what the lattice of a prepared pattern says of the crystal, whatever was answered."""
    record = lattice_record(prepared)
    if record is None:
        return tr(NO_LATTICE)
    return lattice_words(lattice_reason(record), say=tr)
