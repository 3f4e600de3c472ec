"""Reasons as values: a kind and the numbers that belong to it, which any language can word."""

from enum import StrEnum

import msgspec


class ReasonKind(StrEnum):
    """Kinds of reasons for an answer."""

    TEXT = "text"
    """A sentence of an older file, of which no more is known."""

    PATTERN_KIND = "pattern-kind"
    EXPLAINS = "explains"
    EXPLAINS_BY_POSITION = "explains-by-position"
    TWIN = "twin"
    FURTHER_CRYSTAL = "further-crystal"
    WEAK_SPOTS = "weak-spots"
    FCC_PLATE = "fcc-plate"
    MOSTLY_MISSING = "mostly-missing"
    FITS_AS_WELL = "fits-as-well"
    NOTHING_EXPLAINS = "nothing-explains"
    NOTHING_KNOWN_EXPLAINS = "nothing-known-explains"
    UNEXPLAINED_DESPITE_SPOTS = "unexplained-despite-spots"
    UNKNOWN_CRYSTAL = "unknown-crystal"
    FOREIGN = "foreign"
    AMONG_CANDIDATES = "among-candidates"
    TOO_FEW_SPOTS = "too-few-spots"
    ANOTHER_SCALE = "another-scale"
    CENTER_UNSURE = "center-unsure"
    NO_NETWORK = "no-network"
    NETWORK_ALONE = "network-alone"
    NETWORK_AGREES = "network-agrees"
    NETWORK_AGREES_UNSURE = "network-agrees-unsure"
    NETWORK_AGAINST = "network-against"
    NETWORK_UNSURE = "network-unsure"
    NETWORK_UNSURE_BETWEEN = "network-unsure-between"
    NETWORK_KNOWS_NONE = "network-knows-none"
    NETWORK_INSTEAD = "network-instead"
    SPOTS_INSTEAD = "spots-instead"
    RINGS_EXPLAINED = "rings-explained"
    RINGS_ALSO = "rings-also"
    RINGS_UNEXPLAINED = "rings-unexplained"
    RINGS_FIT_AS_WELL = "rings-fit-as-well"
    RINGS_TOO_FEW = "rings-too-few"
    RINGS_UNKNOWN = "rings-unknown"
    RINGS_NOTHING_EXPLAINS = "rings-nothing-explains"
    RINGS_ANOTHER_SCALE = "rings-another-scale"
    RINGS_FIBRE = "rings-fibre"
    RINGS_LATTICE_ONLY = "rings-lattice-only"
    RINGS_GRAIN_SIZE = "rings-grain-size"
    HALO_MAXIMA = "halo-maxima"
    LATTICE_ALONE = "lattice-alone"
    SCALE_DECIDES = "scale-decides"
    TILT_DECIDES = "tilt-decides"
    EXPOSURE_DECIDES = "exposure-decides"
    NOTHING_DECIDES = "nothing-decides"


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason for an answer; only the fields that its kind speaks of are given.

    Parameters
    ----------
    kind
        One of `ReasonKind`; a newer version may know more, whose `text` then speaks for them.
    phase
        The phase that it is about.
    phases
        Several phases, in the order in which they are to be named.
    zone_axis
        Zone axis [uvw] of that phase.
    zone_label
        The same as people write it, with four indices on hexagonal axes.
    matched, spots, missing
        Explained spots, all spots, reflections that are expected and missing.
    probability
        Probability, 0 to 1.
    factor
        Fitted scale over the stated one.
    tilt_deg
        Angle to the zone axis.
    planes
        Reflections as pairs of phase and plane.
    places
        Places of the direct beam: x, y in pixels and probability.
    pattern_kind
        What sort of pattern it is.
    law
        Twin law: "Σ3 twin on (1-11)".
    cause
        What puts weak spots where the crystal has no reflection.
    structure
        What sort of structure a phase has: "fcc", or its space group.
    share
        Its share of the brightness of all explained rings, 0 to 1.
    rings
        Rings in all.
    spacings_angstrom
        Lattice spacings; of "rings-lattice-only" and "rings-another-scale" the lattice parameter,
        with its uncertainty.
    grain_nm
        Least size of grains.
    systems
        Crystal systems with their probabilities.
    zones
        Patterns that the lattices were measured on.
    space_groups
        Hermann-Mauguin symbols of the likeliest space groups.
    text
        The sentence, in English.
    """

    kind: str
    phase: str | None = None
    phases: tuple[str, ...] = ()
    zone_axis: tuple[int, int, int] | None = None
    zone_label: str | None = None
    matched: int | None = None
    spots: int | None = None
    missing: int | None = None
    probability: float | None = None
    factor: float | None = None
    tilt_deg: float | None = None
    planes: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[float, float, float], ...] = ()
    pattern_kind: str | None = None
    law: str | None = None
    cause: str | None = None
    structure: str | None = None
    share: float | None = None
    rings: int | None = None
    spacings_angstrom: tuple[float, ...] = ()
    grain_nm: float | None = None
    systems: tuple[tuple[str, float], ...] = ()
    zones: int | None = None
    space_groups: tuple[str, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        """Return the sentence, in English."""
        from saed_desktop.results.sentences import sentence  # which is made of reasons

        return sentence(self)
