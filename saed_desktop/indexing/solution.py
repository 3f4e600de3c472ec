"""The answer to one pattern: candidates with their evidence, and the verdict over them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.indexing.rings.solution import (
    RingSolution,
    ring_phase_records,
    ring_records,
)
from saed_desktop.network.session import Prediction
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.lattice_record import LatticeRecord
from saed_desktop.results.not_excluded import about_as_probable, includes_none
from saed_desktop.results.reason import Reason
from saed_desktop.results.record import (
    AnswerRecord,
    CalibrationRecord,
    CandidateRecord,
    CenterRecord,
    NetworkRecord,
    Status,
    TwinRecord,
    Verdict,
)
from saed_desktop.results.sentences import recorded
from saed_desktop.results.text import text_line


@dataclass(frozen=True, eq=False)
class Match:
    """The reflections of one candidate laid over the spots.

    Parameters
    ----------
    hkl
        Indices (n, 3) of the reflections that could be seen.
    xy
        Their computed positions (n, 2) in pixels of the pattern.
    intensity
        Computed intensities (n,), strongest 1.
    visible
        Probability (n,) that each would be seen.
    spot
        Index (n,) of the measured spot on it among the prepared pattern's diffracted spots, -1
        where there is none.
    forbidden
        Whether the space group forbids it (n,): seen by double diffraction only.
    residual_px
        Distance (n,) from its spot, NaN without one.
    """

    hkl: IntArray
    xy: FloatArray
    intensity: FloatArray
    visible: FloatArray
    spot: IntArray
    forbidden: BoolArray
    residual_px: FloatArray

    @property
    def is_matched(self) -> BoolArray:
        """Whether each reflection has a spot (n,)."""
        return np.asarray(self.spot >= 0)


@dataclass(frozen=True, eq=False)
class Twin:
    """The twin of a candidate.

    Parameters
    ----------
    law
        For people: "Σ3 twin on (1-11)".
    share
        Its share of the spots that the two explain; those of both count for the candidate.
    crystal
        The twin as a crystal of its own, with the reflections that the candidate has not.
    """

    law: str
    share: float
    crystal: "Candidate"


_FEW_MISSING = 3
"""So many are missing by chance."""


@dataclass(frozen=True, eq=False, repr=False)
class Candidate:
    """One phase in one orientation, judged against the spots.

    Parameters
    ----------
    phase
        Name of the phase.
    zone_axis
        Nearest zone axis [uvw], the family's agreed representative; it points at the viewer, and
        the reflections' indices obey the zone law with it.
    zone_label
        Its name: [110], or four indices on hexagonal axes.
    off_zone_deg
        Angle between that zone axis and the beam.
    orientation
        Rotation (3, 3) from the crystal's Cartesian frame to the laboratory frame.
    score
        0 to 1, greater is better: the harmonic mean of the share of the spots' brightness that
        is explained and the share of the expected reflections that is found.
    log_likelihood
        Natural logarithm of the likelihood of the spots over that of unrelated spots.
    log_posterior
        What candidates are ranked by: the tempered log likelihood plus the log priors of scale,
        ellipse, centre and zone axis.
    matched, unexplained, missing
        Numbers of spots with a reflection, of spots without one, and of reflections that should
        have been seen and were not.
    rms_residual_inv_angstrom
        Root mean square distance between matched spots and reflections.
    scale_inv_angstrom_per_px, scale_sigma
        Fitted scale and its relative standard uncertainty.
    ellipticity
        Fitted ratio of the pattern's longest to its shortest axis, minus 1.
    rotation_deg
        Direction of the first reflection's axis in the image: the in-plane rotation.
    center_xy
        Fitted position of the direct beam in pixels.
    match
        The reflections themselves.
    file_zone_axis
        The same direction on the axes of the structure's file, where these are not the axes that
        directions and planes are named on.
    beam_direction
        The direction that points at the viewer, against the electrons: real components along
        **a**, **b**, **c**, as long as the zone axis; its standard uncertainty in degrees beside.
    distortion
        Fitted elliptical distortion (2, 2), symmetric, of trace 2.
    weak
        Weak spots where the crystal has no reflection but something can put one: which of the
        prepared pattern's diffracted spots, and what it is.
    twin
        Its twin, where one explains spots that it leaves: likelihood, posterior, score and
        `unexplained` are then of both, `matched` and `missing` of the crystal itself.
    """

    phase: str
    zone_axis: tuple[int, int, int]
    zone_label: str
    off_zone_deg: float
    orientation: FloatArray
    score: float
    log_likelihood: float
    log_posterior: float
    matched: int
    unexplained: int
    missing: int
    rms_residual_inv_angstrom: float
    scale_inv_angstrom_per_px: float
    scale_sigma: float
    ellipticity: float
    rotation_deg: float
    center_xy: tuple[float, float]
    match: Match
    file_zone_axis: tuple[int, int, int] | None = None
    beam_direction: tuple[float, float, float] | None = None
    beam_direction_sigma_deg: float | None = None
    distortion: FloatArray | None = None
    twin: Twin | None = None
    weak: tuple[tuple[IntArray, str], ...] = ()

    def __repr__(self) -> str:
        """Return it in one line: its arrays would fill pages."""
        return (
            f"<Candidate {self.phase} {self.zone_label}: {self.matched} spots explained, "
            f"{self.unexplained} unexplained, {self.missing} missing, score {self.score:.2f}>"
        )

    @property
    def is_mostly_missing(self) -> bool:
        """Whether more of the reflections that should be seen are missing than found."""
        found = int(((self.match.visible > 0.5) & self.match.is_matched).sum())
        return self.missing > max(found, _FEW_MISSING)

    @property
    def explained_spots(self) -> IntArray:
        """Diffracted spots that its reflections and what goes with them explain, a twin apart."""
        own = self.match.spot[self.match.is_matched]
        return np.unique(np.concatenate([own, *(spots for spots, _ in self.weak)]))

    @property
    def spots(self) -> int:
        """The number of spots that it was judged by."""
        more = 0 if self.twin is None else self.twin.crystal.matched
        weak = sum(len(spots) for spots, _ in self.weak)
        return self.matched + weak + more + self.unexplained

    def to_record(self) -> CandidateRecord:
        """Return what is printed and stored of a candidate."""
        return CandidateRecord(
            phase=self.phase,
            zone_axis=self.zone_axis,
            zone_label=self.zone_label,
            file_zone_axis=self.file_zone_axis,
            off_zone_deg=round(self.off_zone_deg, 2),
            beam_direction=_rounded_direction(self.beam_direction),
            beam_direction_sigma_deg=_rounded(self.beam_direction_sigma_deg, 2),
            score=round(self.score, 4),
            log_likelihood=round(self.log_likelihood, 2),
            log_posterior=round(self.log_posterior, 2),
            matched=self.matched,
            unexplained=self.unexplained,
            missing=self.missing,
            rms_residual_inv_angstrom=_rounded(self.rms_residual_inv_angstrom, 5),
            scale_inv_angstrom_per_px=_rounded(self.scale_inv_angstrom_per_px, 7),
            ellipticity=round(self.ellipticity, 4),
            rotation_deg=round(self.rotation_deg, 2),
        )


def of_all(among_candidates: Mapping[str, float], none_of_these: float | None) -> dict[str, float]:
    """Return the phases' probabilities with "none of these" beside them.

    Parameters
    ----------
    among_candidates
        By phase, given that the pattern is of one of them.
    none_of_these
        Probability that it is of none; None where that is not known.
    """
    listed = 1.0 - (none_of_these or 0.0)
    return {name: listed * p for name, p in among_candidates.items()}


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """Everything that the program says of one pattern.

    Parameters
    ----------
    status
        Whether there is an answer.
    verdict
        Agreement between the network and spot indexing.
    phase
        The phase named, None where none is.
    among_candidates
        Probabilities by phase, from network and spot indexing together, given that the pattern is
        of one of them.
    none_of_these
        Probability that it is of none; None where the question has no sense, as for a halo.
    prediction_set
        Phases that cannot be excluded, likeliest first.
    in_distribution
        Probability, by the network, that the pattern is one of its phases at all.
    reasons
        Why this verdict.
    candidates
        The best candidate of each phase that fits at all, best first.
    further_crystals
        Candidates that explain what the best one leaves: a second grain, a twin, another phase.
    deciding
        What measurement would tell apart the phases that fit equally well.
    prediction
        The network's own answer; None without a network.
    prepared
        The pattern with what was found in it.
    rings
        What the rings say, None where there are none.
    lattice
        What the spot lattice alone says; given where no phase is named.
    """

    status: Status
    verdict: Verdict
    phase: str | None
    among_candidates: Mapping[str, float]
    prediction_set: tuple[str, ...]
    in_distribution: float
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]
    calibration: Calibration
    prepared: PreparedPattern
    prediction: Prediction | None = None
    network_name: str | None = None
    network_sha256: str | None = None
    seconds: float = 0.0
    further_crystals: tuple[Candidate, ...] = ()
    deciding: tuple[Reason, ...] = ()
    none_of_these: float | None = 0.0
    rings: RingSolution | None = None
    lattice: LatticeRecord | None = None

    @property
    def probabilities(self) -> dict[str, float]:
        """By phase, of the pattern being of it; with `none_of_these` they sum to 1."""
        return of_all(self.among_candidates, self.none_of_these)

    @property
    def probability(self) -> float | None:
        """Of the phase that is named."""
        return None if self.phase is None else self.probabilities[self.phase]

    @property
    def set_includes_none(self) -> bool:
        """Whether "none of these" is not excluded: a set of 90 % needs it."""
        return includes_none(self.none_of_these)

    @property
    def tied(self) -> tuple[str, ...]:
        """The phase named with those that are about as probable."""
        return about_as_probable(self.phase, self.prediction_set, self.probabilities)

    def __str__(self) -> str:
        """Return the answer as `saed-index` prints it."""
        return text_line(self.to_record())

    def __repr__(self) -> str:
        """Return it in one line: its arrays would fill pages."""
        return f"<Solution {self}>"

    def _twin_record(self) -> TwinRecord | None:
        """Return the twin of the candidate that is named."""
        named = next((c for c in self.candidates if c.phase == self.phase), None)
        if named is None or named.twin is None:
            return None
        return TwinRecord(law=named.twin.law, share=round(named.twin.share, 3))

    def to_record(self, *, file: str | None = None) -> AnswerRecord:
        """Return what is printed and stored of this pattern's answer."""
        pattern, center = self.prepared.pattern, self.prepared.center
        x, y = center.xy
        return AnswerRecord(
            file=file if file is not None else str(pattern.path or ""),
            frame=pattern.frame,
            dataset=pattern.dataset,
            status=self.status,
            message=None,
            verdict=self.verdict,
            phase=self.phase,
            probability=_rounded(self.probability, 4),
            probabilities={name: round(p, 4) for name, p in self.probabilities.items()},
            prediction_set=self.prediction_set,
            in_distribution=round(self.in_distribution, 4),
            none_of_these=_rounded(self.none_of_these, 4),
            set_includes_none=self.set_includes_none,
            reasons=recorded(self.reasons),
            kind=self.prepared.kind.value,
            spots=len(self.prepared.diffracted),
            candidates=tuple(candidate.to_record() for candidate in self.candidates),
            further_crystals=tuple(crystal.to_record() for crystal in self.further_crystals),
            twin=self._twin_record(),
            lattice=self.lattice,
            rings=ring_records(self.rings) if self.rings is not None else (),
            ring_phases=ring_phase_records(self.rings) if self.rings is not None else (),
            deciding=recorded(self.deciding),
            center_xy=(round(x, 2), round(y, 2)),
            center_sigma_px=round(center.sigma_px, 2),
            centers=tuple(
                CenterRecord(xy=(round(h.xy[0], 2), round(h.xy[1], 2)), probability=round(p, 4))
                for h, p in zip(center.hypotheses, center.probabilities, strict=True)
                if p >= _SMALLEST_SHARE
            ),
            calibration=CalibrationRecord(
                scale_inv_angstrom_per_px=_rounded(self.calibration.scale_inv_angstrom_per_px, 7),
                source=self.calibration.source.value,
            ),
            network=NetworkRecord(name=self.network_name, sha256=self.network_sha256)
            if self.network_name
            else None,
            seconds=round(self.seconds, 3),
        )


_SMALLEST_SHARE = 0.005
"""Places of the beam less probable than this are not listed."""


def _rounded_direction(
    direction: tuple[float, float, float] | None,
) -> tuple[float, float, float] | None:
    if direction is None:
        return None
    u, v, w = direction
    return round(u, 4), round(v, 4), round(w, 4)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), digits)
