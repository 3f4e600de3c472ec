"""An answer as a person reads it: words, bars, rows and marks, ready to be drawn.

It is made beside the indexing, on the worker thread, so that the window itself computes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import BoolArray, FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.indexing.deciding.centers import remaining_places
from saed_desktop.indexing.deciding.verdict_options import NOT_INDEXABLE
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.pattern.distortion import Ellipse, ellipse_of
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.reason import Reason
from saed_desktop.results.record import AnswerRecord
from saed_desktop.results.sentences import KIND_SENTENCES, sentence
from saed_desktop.results.wording import VERDICT_WORDS, phase_label
from saed_desktop.translation import tr
from saed_desktop.workspace.candidate_shares import (
    by_probability,
    candidate_probabilities,
    caution,
)
from saed_desktop.workspace.headline import headline_of
from saed_desktop.workspace.ring_view import RingMarks, ring_marks

MIN_SPOTS_FOR_ELLIPSE = 12


@dataclass(frozen=True)
class Bar:
    """One phase with its probability; "none of these" is a bar whose phase is empty."""

    phase: str
    label: str
    probability: float
    is_in_set: bool
    is_named: bool


@dataclass(frozen=True, eq=False)
class ReflectionMarks:
    """The reflections of a candidate as marks on the image; arrays have one entry each.

    Parameters
    ----------
    labels
        Names such as 1-10.
    xy, spot_xy
        Computed position, and that of the measured spot on it (NaN without one), in pixels.
    d_angstrom, d_measured_angstrom
        Lattice spacing by the crystal, and by the spot at the fitted scale (NaN without one).
    intensity, visible
        Computed intensity, strongest 1, and the probability that it would be seen.
    is_matched, is_forbidden
        Whether there is a spot; whether the space group forbids it.
    spot
        Index of the spot among `FoundMarks.spots_xy`, -1 without one.
    """

    labels: tuple[str, ...]
    xy: FloatArray
    spot_xy: FloatArray
    d_angstrom: FloatArray
    d_measured_angstrom: FloatArray
    intensity: FloatArray
    visible: FloatArray
    residual_px: FloatArray
    is_matched: BoolArray
    is_forbidden: BoolArray
    spot: IntArray


@dataclass(frozen=True, eq=False)
class CandidateRow:
    """One candidate as a row of the list, with the marks it draws.

    A `crystal` of 2 or more is a further one in the same pattern: it explains what the best
    candidate leaves.
    """

    phase: str
    label: str
    zone: str
    off_zone_deg: float
    score: float
    matched: int
    missing: int
    unexplained: int
    rms_inv_angstrom: float
    scale_inv_angstrom_per_px: float
    scale_sigma: float
    ellipticity: float
    rotation_deg: float
    center_xy: tuple[float, float]
    is_named: bool
    marks: ReflectionMarks
    ellipse: Ellipse | None = None
    crystal: int = 1
    probability: float | None = None
    beam: str = ""
    """The beam's direction in the crystal with its uncertainty."""
    is_by_hand: bool = False
    orientation: FloatArray | None = None
    """Rotation (3, 3) from the crystal's Cartesian frame to the laboratory frame."""
    formula: str = ""
    prototype: str = ""
    source: str = ""
    library: str = ""
    """The library that the structure is of, empty for a candidate of the setup."""
    rings: RingMarks | None = None
    """Rings of the structure, in a pattern of rings."""


@dataclass(frozen=True, eq=False)
class FoundMarks:
    """Findings in the image, as marks to draw.

    Parameters
    ----------
    center_places
        Places where the direct beam may be, with their probabilities, the chosen one first.
    """

    center_xy: tuple[float, float]
    center_sigma_px: float
    center_method: str
    center_places: tuple[tuple[tuple[float, float], float], ...]
    spots_xy: FloatArray
    spot_width_px: FloatArray
    spot_intensity: FloatArray
    rings_px: FloatArray
    mask_layers: Mapping[str, BoolArray]
    masked_share: float
    kind: str
    kind_sentence: str
    scale_bar: tuple[int, int, int, int] | None
    is_inverted: bool


@dataclass(frozen=True, eq=False)
class AnswerView:
    """The answer to one pattern in the words and rows that the window shows.

    Parameters
    ----------
    verdict
        As `Verdict`, or "error".
    headline, subline
        The answer in a few words, and how sure it is.
    sentences
        Why, one sentence each.
    bars
        Probabilities, greatest first.
    candidates
        Best first; the one that is named is marked. Further crystals in the same pattern follow.
    deciding
        What measurement would decide between phases that fit equally well.
    caution
        What stands against a probability that looks certain, "" where nothing does.
    record
        The answer as the command line prints it.
    rings
        The rings with what they are, None where there are none.
    """

    verdict: str
    phase: str | None
    headline: str
    subline: str
    sentences: tuple[str, ...]
    bars: tuple[Bar, ...]
    candidates: tuple[CandidateRow, ...]
    in_distribution: float | None
    probability: float | None
    network_name: str | None
    seconds: float
    record: AnswerRecord
    deciding: tuple[str, ...] = ()
    caution: str = ""
    rings: RingMarks | None = None


def found_marks(prepared: PreparedPattern) -> FoundMarks:
    """Return what was found in a pattern as marks to draw."""
    spots = prepared.diffracted
    bar = prepared.scale_bar
    return FoundMarks(
        center_xy=prepared.center.xy,
        center_sigma_px=prepared.center.sigma_px,
        center_method=prepared.center.method,
        center_places=tuple((h.xy, p) for h, p in remaining_places(prepared.center)),
        spots_xy=spots.xy,
        spot_width_px=spots.width_px,
        spot_intensity=spots.intensity,
        rings_px=prepared.rings.radius_px,
        mask_layers=dict(prepared.mask.layers),
        masked_share=prepared.mask.fraction,
        kind=prepared.kind.value,
        kind_sentence=KIND_SENTENCES[prepared.kind],
        scale_bar=(bar.x, bar.y, bar.width, bar.height) if bar is not None else None,
        is_inverted=prepared.is_inverted,
    )


def answer_view(solution: Solution, phases: Mapping[str, Phase]) -> AnswerView:
    """Return a solution in words and rows.

    Parameters
    ----------
    solution
        The answer.
    phases
        The phases that were considered, by name: their lattices name axes and reflections.
    """
    shares = candidate_probabilities(solution)
    rows = tuple(
        replace(
            candidate_row(solution.candidates[i], solution, phases[solution.candidates[i].phase]),
            probability=shares[i] if solution.phase is not None else None,
        )
        for i in _order(solution, shares)
        if solution.candidates[i].phase in phases
    )
    further = tuple(
        replace(candidate_row(crystal, solution, phases[crystal.phase]), is_named=False, crystal=n)
        for n, crystal in enumerate(solution.further_crystals, start=2)
        if crystal.phase in phases
    )
    headline, subline = headline_of(solution, {row.phase: row.zone for row in rows})
    return AnswerView(
        verdict=solution.verdict.value,
        phase=solution.phase,
        headline=headline,
        subline=subline,
        sentences=_spoken(solution.reasons),
        bars=_bars(solution, tuple(phases)),
        candidates=(*rows, *further),
        in_distribution=solution.in_distribution if solution.prediction else None,
        probability=solution.probability,
        network_name=solution.network_name,
        seconds=solution.seconds,
        deciding=_spoken(solution.deciding),
        caution=caution(solution),
        record=solution.to_record(),
        rings=ring_marks(solution.rings, phases) if solution.rings is not None else None,
    )


def _order(solution: Solution, shares: Sequence[float]) -> Sequence[int]:
    """Return the candidates in order: by probability, or by score where none is believed."""
    candidates = solution.candidates
    if solution.phase is None:
        return sorted(range(len(candidates)), key=lambda i: -candidates[i].score)
    return by_probability(candidates, shares, solution.phase)


def _spoken(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Return reasons as sentences with phases and zone axes called as people call them."""
    return tuple(sentence(reason, phase_label, tr) for reason in reasons)


def _bars(solution: Solution, phases: tuple[str, ...]) -> tuple[Bar, ...]:
    if solution.phase is None and solution.prediction is None:
        return ()  # no evidence was asked for that could tell the phases apart
    if solution.phase is None and solution.prepared.kind in NOT_INDEXABLE:
        return ()  # what is no pattern of one crystal is of none of these crystals
    bars = [
        Bar(
            phase=name,
            label=phase_label(name),
            probability=probability,
            is_in_set=name in solution.prediction_set,
            is_named=name == solution.phase,
        )
        for name, probability in solution.probabilities.items()
    ]
    if solution.none_of_these is not None:
        bars.append(
            Bar(
                phase="",
                label=tr(VERDICT_WORDS["none"]),
                probability=solution.none_of_these,
                is_in_set=solution.phase is None or solution.set_includes_none,
                is_named=solution.phase is None,
            )
        )
    return tuple(sorted(bars, key=lambda bar: (not bar.is_named, -bar.probability)))


def candidate_row(candidate: Candidate, solution: Solution, phase: Phase) -> CandidateRow:
    """Return one candidate as a row with its marks."""
    marks = _marks(candidate, solution.prepared, phase)
    return CandidateRow(
        phase=candidate.phase,
        label=phase_label(candidate.phase),
        zone=candidate.zone_label,
        off_zone_deg=candidate.off_zone_deg,
        beam=_beam_words(candidate),
        score=candidate.score,
        matched=candidate.matched,
        missing=candidate.missing,
        unexplained=candidate.unexplained,
        rms_inv_angstrom=candidate.rms_residual_inv_angstrom,
        scale_inv_angstrom_per_px=candidate.scale_inv_angstrom_per_px,
        scale_sigma=candidate.scale_sigma,
        ellipticity=candidate.ellipticity,
        rotation_deg=candidate.rotation_deg,
        center_xy=candidate.center_xy,
        is_named=candidate.phase == solution.phase,
        marks=marks,
        orientation=candidate.orientation,
        ellipse=_ellipse(candidate, phase, marks),
    )


def _beam_words(candidate: Candidate) -> str:
    if candidate.beam_direction is None or candidate.beam_direction_sigma_deg is None:
        return ""
    components = " ".join(f"{x:.2f}" for x in candidate.beam_direction)
    return f"[{components}] ± {candidate.beam_direction_sigma_deg:.1f}°"


def _ellipse(candidate: Candidate, phase: Phase, marks: ReflectionMarks) -> Ellipse | None:
    """Return how the matched spots are stretched against the crystal; None for too few of them."""
    used = np.flatnonzero(marks.is_matched & np.isfinite(marks.spot_xy[:, 0]))
    if len(used) < MIN_SPOTS_FOR_ELLIPSE:
        return None
    ideal = (phase.lattice.g_vectors(candidate.match.hkl[used]) @ candidate.orientation.T)[:, :2]
    design = np.column_stack([ideal, np.ones(len(used))])
    solution, _, rank, _ = np.linalg.lstsq(design, marks.spot_xy[used], rcond=None)
    return ellipse_of(solution[:2].T) if rank == 3 else None


def _marks(candidate: Candidate, prepared: PreparedPattern, phase: Phase) -> ReflectionMarks:
    match = candidate.match
    length = np.linalg.norm(phase.lattice.g_vectors(match.hkl), axis=1)
    spot_xy = np.full(match.xy.shape, np.nan)
    spot_xy[match.is_matched] = prepared.diffracted.xy[match.spot[match.is_matched]]
    radius = np.hypot(*(spot_xy - np.array(candidate.center_xy)).T)
    with np.errstate(divide="ignore", invalid="ignore"):
        measured = 1 / (radius * candidate.scale_inv_angstrom_per_px)
        spacing = 1 / length
    return ReflectionMarks(
        labels=tuple(plane_label(phase.lattice, hkl) for hkl in match.hkl),
        xy=match.xy,
        spot_xy=spot_xy,
        d_angstrom=spacing,
        d_measured_angstrom=measured,
        intensity=match.intensity,
        visible=match.visible,
        residual_px=match.residual_px,
        is_matched=match.is_matched,
        is_forbidden=match.forbidden,
        spot=match.spot,
    )
