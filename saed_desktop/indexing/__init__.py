"""From spots to phase, zone axis and hkl: the one road from a pattern to an answer."""
