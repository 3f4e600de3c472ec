"""Refined cells as they are printed and stored; part of a record."""

import msgspec

Indices = tuple[int, int, int]


class ParameterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A lattice parameter with its standard uncertainty, in Å or degrees."""

    value: float
    sigma: float


class CellRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Refined lattice parameters by name, and the free ones that the zone does not determine."""

    parameters: dict[str, ParameterRecord]
    undetermined: tuple[str, ...] = ()
    message: str | None = None
