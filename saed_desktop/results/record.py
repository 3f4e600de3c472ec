"""The answer to one pattern as it is printed, stored and read again: JSON of schema 4.

Optional parts (spots, reflections, cells, tilts, the window's picture) are left out of the JSON
where they were not requested; everything else is always there, null where it does not apply. Keys
that this version does not know are ignored on reading.
"""

from enum import StrEnum
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from saed_desktop.results.cell_record import CellRecord, Indices
from saed_desktop.results.comparison_record import ComparisonRecord
from saed_desktop.results.lattice_record import LatticeRecord
from saed_desktop.results.not_excluded import about_as_probable
from saed_desktop.results.reason import Reason
from saed_desktop.results.ring_record import RingPhaseRecord, RingRecord

SCHEMA_VERSION = 4

PointXY = tuple[float, float]


class Status(StrEnum):
    """Whether there is an answer."""

    INDEXED = "indexed"
    UNKNOWN = "unknown"
    ERROR = "error"


class Verdict(StrEnum):
    """Agreement between the network and spot indexing."""

    AGREE = "agree"
    NETWORK_ONLY = "network-only"
    INDEXING_ONLY = "indexing-only"
    DISAGREE = "disagree"
    NONE = "none"


class SpotRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A measured spot: place, its uncertainty and the width in pixels, and its intensity."""

    xy: PointXY
    sigma_px: float
    intensity: float
    width_px: float


class ReflectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A computed reflection: place in pixels, intensity (strongest 1), and the spot on it.

    `label` is its name, with four indices on hexagonal axes; `visible` is the probability that it
    would be seen, `spot` an index into `spot_list`.
    """

    hkl: Indices
    label: str | None = None
    xy: PointXY
    intensity: float
    visible: float
    forbidden: bool
    spot: int | None = None
    residual_px: float | None = None


class TiltRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Goniometer angles to another zone axis, and how far it is from the present one."""

    zone_axis: Indices
    label: str
    alpha_deg: float
    beta_deg: float
    distance_deg: float


class CandidateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One phase in one orientation with its evidence.

    Parameters
    ----------
    zone_axis, zone_label
        Zone axis [uvw]; the same as people write it, with four indices on hexagonal axes.
    file_zone_axis
        The zone axis on the axes of the structure's file, where those are not the ones that
        directions are named on.
    off_zone_deg
        Angle between the zone axis and the beam.
    beam_direction, beam_direction_sigma_deg
        The beam as real components along a, b and c of the phase, and its standard uncertainty.
    score
        0 to 1, greater is better.
    matched, unexplained, missing
        Spots with a reflection, spots without one, expected reflections without a spot.
    reflections, orientation, cell, tilts
        Given where they were asked for. `orientation` is the rotation (3, 3) from the crystal's
        Cartesian frame to the laboratory frame.
    """

    phase: str
    zone_axis: Indices
    zone_label: str | None = None
    file_zone_axis: Indices | None = None
    off_zone_deg: float
    beam_direction: tuple[float, float, float] | None = None
    beam_direction_sigma_deg: float | None = None
    score: float
    log_likelihood: float
    log_posterior: float
    matched: int
    unexplained: int
    missing: int
    rms_residual_inv_angstrom: float | None
    scale_inv_angstrom_per_px: float | None
    ellipticity: float
    rotation_deg: float
    reflections: tuple[ReflectionRecord, ...] | UnsetType = UNSET
    orientation: tuple[tuple[float, ...], ...] | UnsetType = UNSET
    cell: CellRecord | UnsetType = UNSET
    tilts: tuple[TiltRecord, ...] | UnsetType = UNSET

    @property
    def zone_words(self) -> str:
        """The zone axis as people write it."""
        return self.zone_label or f"[{' '.join(str(i) for i in self.zone_axis)}]"


class CenterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the direct beam may be, with its probability."""

    xy: PointXY
    probability: float


class TwinRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A twin of the candidate that is named: its law and its share of the spots of the two."""

    law: str
    share: float


class FamilyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Structures of one prototype that fit alike: names, probability of all, range of the cell."""

    prototype: str
    phases: tuple[str, ...]
    probability: float
    a_angstrom: tuple[float, float]
    text: str


class LibraryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A search of libraries: what was looked at, and what was found.

    Parameters
    ----------
    libraries
        Their names.
    elements
        The conditions on the elements in words, empty where there were none.
    structures, admitted, fitting, judged
        Structures in the libraries; those that the elements admit; those with a zone of the right
        size and shape; those whose fit was refined.
    families
        Structures that fit, by prototype, the likeliest first.
    decides
        What would decide among them, in words.
    not_searched
        What the search did not look at, in sentences.
    """

    libraries: tuple[str, ...]
    elements: str
    structures: int
    admitted: int
    fitting: int
    judged: int
    families: tuple[FamilyRecord, ...]
    decides: tuple[str, ...]
    not_searched: tuple[str, ...]


class CalibrationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The scale that the answer rests on, and where it came from."""

    scale_inv_angstrom_per_px: float | None
    source: str


class NetworkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The network that was asked."""

    name: str
    sha256: str | None


class MarkRecord(msgspec.Struct, frozen=True, array_like=True):
    """A named mark on the image at x, y in pixels."""

    x: float
    y: float
    label: str


class PictureRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A small picture (JPEG), the full image's width, and the marks to draw on the full image."""

    jpeg: bytes
    width_px: int
    marks: tuple[MarkRecord, ...] = ()


class AnswerRecord(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="schema", tag=SCHEMA_VERSION
):
    """The answer to one pattern.

    Parameters
    ----------
    file, frame, dataset
        The pattern's file, the frame in it from 0, and which of its datasets; empty where it has
        only one.
    message
        What went wrong, in one sentence, where `status` is "error".
    phase, probability
        The phase that is named, and its probability.
    probabilities
        By phase, of the pattern being of that crystal.
    none_of_these
        Probability that it is of none of them; with `probabilities` it sums to 1. Null where the
        question has no sense, as for a halo, and in answers of schemas before 4, whose
        probabilities are among the phases alone.
    considered
        What was considered: the candidate phases, or a whole library.
    prediction_set
        Phases that cannot be excluded, likeliest first.
    set_includes_none
        Whether a set that holds the truth in 90 % has to hold "none of these" as well.
    look_alikes
        Phases with zone axes that give the same pattern.
    in_distribution
        Probability, by the network, that the pattern is one of its phases at all.
    reasons, deciding
        Why this verdict; what measurement would decide between phases that fit equally well.
    kind, spots
        What sort of pattern it is, and how many diffracted spots it has.
    candidates, further_crystals
        Best first; further crystals explain what the best candidate leaves.
    twin, rings, ring_phases, lattice
        Given where they apply.
    library
        What a search of libraries looked at and found, null without one.
    center_xy, center_sigma_px, centers
        The direct beam in pixels with its uncertainty; where else it may be.
    seconds
        Time that the answer took.
    spot_list
        The measured spots, where they were asked for.
    comparison
        Why the likeliest phase and not the next, where it was asked for and fits were compared.
    picture
        Kept with the answers of the window's folder runs.
    label
        What a person says that the pattern shows, where somebody did: the name of a phase, or
        "other" for none of them.
    """

    file: str
    frame: int
    dataset: str = ""
    status: Status
    message: str | None
    verdict: Verdict
    phase: str | None
    probability: float | None
    probabilities: dict[str, float]
    none_of_these: float | None = None
    considered: Literal["candidates", "library"] = "candidates"
    prediction_set: tuple[str, ...]
    set_includes_none: bool = False
    look_alikes: tuple[str, ...] = ()
    in_distribution: float | None
    reasons: tuple[Reason, ...]
    kind: str | None
    spots: int | None
    candidates: tuple[CandidateRecord, ...]
    further_crystals: tuple[CandidateRecord, ...]
    twin: TwinRecord | None = None
    rings: tuple[RingRecord, ...] = ()
    ring_phases: tuple[RingPhaseRecord, ...] = ()
    lattice: LatticeRecord | None = None
    library: LibraryRecord | None = None
    deciding: tuple[Reason, ...]
    center_xy: PointXY | None
    center_sigma_px: float | None
    centers: tuple[CenterRecord, ...] = ()
    calibration: CalibrationRecord
    network: NetworkRecord | None
    seconds: float | None
    spot_list: tuple[SpotRecord, ...] | UnsetType = UNSET
    comparison: ComparisonRecord | UnsetType = UNSET
    picture: PictureRecord | UnsetType = UNSET
    label: str | UnsetType = UNSET

    @property
    def among_candidates(self) -> dict[str, float]:
        """By phase, given that the pattern is of one of them."""
        total = sum(self.probabilities.values())
        return {name: p / total for name, p in self.probabilities.items()} if total else {}

    @property
    def tied(self) -> tuple[str, ...]:
        """The phase named with those that are about as probable."""
        return about_as_probable(self.phase, self.prediction_set, self.probabilities)

    @property
    def named_candidate(self) -> CandidateRecord | None:
        """The candidate of the phase that is named, None without one."""
        return next((c for c in self.candidates if c.phase == self.phase), None)


class JointRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One answer from all patterns of a specimen.

    Parameters
    ----------
    probabilities
        By phase, of the patterns being of that crystal.
    none_of_these
        Probability that they are of none of these.
    supporting, contradicting, unanswered
        How many patterns name that phase or do not exclude it, exclude it, or have no answer.
    zones
        Zone axis in which each file shows that phase, where a library was searched for all.
    families
        Structures of that library that explain the patterns, by prototype.
    lattice
        What the spot lattices of all patterns together say, where they show two zones or more.
    """

    specimen: str
    phase: str | None
    probabilities: dict[str, float]
    supporting: int
    contradicting: int
    unanswered: int
    none_of_these: float | None = None
    zones: dict[str, str] = {}
    families: tuple[FamilyRecord, ...] = ()
    lattice: LatticeRecord | None = None


class JointLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="schema", tag=SCHEMA_VERSION):
    """A joint answer as a line among those of the single patterns."""

    joint: JointRecord


def error_record(file: str, message: str) -> AnswerRecord:
    """Return the record of a file that could not be answered."""
    return AnswerRecord(
        file=file,
        frame=0,
        status=Status.ERROR,
        message=message,
        verdict=Verdict.NONE,
        phase=None,
        probability=None,
        probabilities={},
        prediction_set=(),
        in_distribution=None,
        reasons=(),
        kind=None,
        spots=None,
        candidates=(),
        further_crystals=(),
        deciding=(),
        center_xy=None,
        center_sigma_px=None,
        calibration=CalibrationRecord(scale_inv_angstrom_per_px=None, source="none"),
        network=None,
        seconds=None,
    )


def json_line(record: AnswerRecord | JointLine) -> str:
    """Return a record as one line of JSON, without its line end."""
    return msgspec.json.encode(record).decode()


def without_picture(record: AnswerRecord) -> AnswerRecord:
    """Return a record without the window's picture, as the command line prints it."""
    return msgspec.structs.replace(record, picture=UNSET)
