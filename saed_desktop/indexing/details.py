"""Optional parts of a record: candidates' reflections, cells, tilts to other zone axes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields

import numpy as np
from msgspec.structs import replace

from saed_desktop.arrays import FloatArray, IntArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import direction_label, plane_label
from saed_desktop.indexing.deciding.by_judge import bundled_judge
from saed_desktop.indexing.deciding.centers import View
from saed_desktop.indexing.deciding.judge_explained import explain_judged
from saed_desktop.indexing.lattice.evidence import lattice_record
from saed_desktop.indexing.measuring.tilt_guide import tilt_guide
from saed_desktop.indexing.measuring.unit_cell import refine_cell
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.results.comparison_record import ComparisonRecord
from saed_desktop.results.record import (
    AnswerRecord,
    CandidateRecord,
    ReflectionRecord,
    SpotRecord,
    TiltRecord,
)
from saed_desktop.simulation.goniometer import Holder


def reflection_records(candidate: Candidate, phase: Phase) -> tuple[ReflectionRecord, ...]:
    """Return every reflection of a candidate that could be seen, with its spot."""
    match = candidate.match
    return tuple(
        ReflectionRecord(
            hkl=_indices(match.hkl[i]),
            label=plane_label(phase.lattice, match.hkl[i]),
            xy=_point(match.xy[i]),
            intensity=round(float(match.intensity[i]), 5),
            visible=round(float(match.visible[i]), 3),
            forbidden=bool(match.forbidden[i]),
            spot=spot if spot >= 0 else None,
            residual_px=round(float(match.residual_px[i]), 2) if spot >= 0 else None,
        )
        for i, spot in enumerate(match.spot.tolist())
    )


def spot_records(solution: Solution) -> tuple[SpotRecord, ...]:
    """Return the measured spots, in the numbering that reflections refer to."""
    spots = solution.prepared.diffracted
    return tuple(
        SpotRecord(
            xy=_point(spots.xy[i]),
            sigma_px=round(float(spots.sigma_px[i]), 3),
            intensity=float(f"{spots.intensity[i]:.6g}"),
            width_px=round(float(spots.width_px[i]), 2),
        )
        for i in range(len(spots))
    )


def tilt_records(
    candidate: Candidate, phase: Phase, holder: Holder, *, alpha_deg: float, beta_deg: float
) -> tuple[TiltRecord, ...]:
    """Return the goniometer angles to the zone axes within reach of an indexed pattern."""
    guide = tilt_guide(phase, candidate.orientation, holder, alpha_deg=alpha_deg, beta_deg=beta_deg)
    return tuple(
        TiltRecord(
            zone_axis=target.zone_axis,
            label=direction_label(phase.lattice, target.zone_axis),
            alpha_deg=round(target.alpha_deg, 2),
            beta_deg=round(target.beta_deg, 2),
            distance_deg=round(target.distance_deg, 2),
        )
        for target in guide
        if target.is_reachable
    )


def comparison_record(
    solution: Solution, phases: Sequence[Phase], priors: Mapping[str, float]
) -> ComparisonRecord | None:
    """Return why the likeliest phase and not the next; None where no fits were compared.

    Parameters
    ----------
    solution
        The answer.
    phases, priors
        The crystals and their relative frequencies, as they were asked about.
    """
    shares = solution.among_candidates
    likely = sorted((c.phase for c in solution.candidates), key=lambda name: -shares[name])[:2]
    if len(likely) < 2:
        return None
    view = View(solution.prepared, solution.candidates, solution.prediction)
    found = explain_judged(bundled_judge(), view, phases, priors, first=likely[0], second=likely[1])
    if found is None:
        return None
    return ComparisonRecord(
        first=found.first,
        second=found.second,
        log_odds=round(found.lead, 3),
        parts={part: round(value, 3) + 0.0 for part, value in found.strongest},
    )


def _indices(values: IntArray) -> tuple[int, int, int]:
    h, k, el = (int(value) for value in values)
    return h, k, el


def _point(values: FloatArray) -> tuple[float, float]:
    return round(float(values[0]), 2), round(float(values[1]), 2)


def _rows(matrix: FloatArray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in np.round(matrix, 6).tolist())


@dataclass(frozen=True)
class Details:
    """Choice of the optional parts of a record.

    Parameters
    ----------
    reflections
        The measured spots, and every candidate's reflections with hkl and spot, and the rotation
        from the crystal's Cartesian frame to the image's (x right, y down, z along the beam).
    holder
        The goniometer, for the tilts to other zone axes; None leaves them out.
    alpha_deg, beta_deg
        Its angles when the pattern was taken.
    cell
        The lattice parameters of every candidate, refined.
    lattice
        What the spot lattice alone says of the crystal, also where a phase is named.
    evidence
        What it says of each space group, for joining patterns; `reflections` adds it as well.
    comparison
        Why the likeliest phase and not the next.
    """

    reflections: bool = True
    holder: Holder | None = None
    alpha_deg: float = 0.0
    beta_deg: float = 0.0
    cell: bool = False
    lattice: bool = False
    # what is kept of a record does not depend on it
    evidence: bool = field(default=False, repr=False)
    comparison: bool = False

    def extend_record(
        self,
        record: AnswerRecord,
        solution: Solution,
        phases: Sequence[Phase],
        priors: Mapping[str, float],
    ) -> AnswerRecord:
        """Return a solution's record with the details."""
        by_name = {phase.name: phase for phase in phases}
        candidates = tuple(
            self._detailed(entry, candidate, solution, by_name[candidate.phase])
            for entry, candidate in zip(record.candidates, solution.candidates, strict=True)
        )
        record = replace(record, candidates=candidates)
        if self.lattice or (record.lattice is not None and (self.reflections or self.evidence)):
            found = lattice_record(
                solution.prepared, with_evidence=self.reflections or self.evidence
            )
            record = replace(record, lattice=found)
        compared = comparison_record(solution, phases, priors) if self.comparison else None
        if compared is not None:
            record = replace(record, comparison=compared)
        return replace(record, spot_list=spot_records(solution)) if self.reflections else record

    def _detailed(
        self, entry: CandidateRecord, candidate: Candidate, solution: Solution, phase: Phase
    ) -> CandidateRecord:
        if self.reflections:
            entry = replace(
                entry,
                reflections=reflection_records(candidate, phase),
                orientation=_rows(candidate.orientation),
            )
        if self.cell:
            cell = refine_cell(solution.prepared, candidate, phase)
            entry = replace(entry, cell=cell.to_record())
        if self.holder is not None:
            alpha, beta = self.alpha_deg, self.beta_deg
            tilts = tilt_records(candidate, phase, self.holder, alpha_deg=alpha, beta_deg=beta)
            entry = replace(entry, tilts=tilts)
        return entry


def with_evidence(details: Details | None) -> Details:
    """Return what else a record is to say so that lattices of several patterns can be joined."""
    return replace_fields(details or Details(reflections=False), evidence=True)
