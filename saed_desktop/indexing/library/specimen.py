"""Several patterns of one specimen: the structure of a library that explains all zones.

A single zone shows two numbers and an angle of a cell; a few zones of one camera tell structures
apart that no single one does. Libraries are searched for all patterns together, the shortlist is
judged on each, and the camera's error of scale, which they share, has to be the same in all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace as replace_fields

from saed_desktop.indexing.deciding.joint import Evidence, JointAnswer, joint_answer
from saed_desktop.indexing.deciding.verdict_options import is_acceptable_fit
from saed_desktop.indexing.lattice.evidence import LatticeEvidence, lattice_evidence
from saed_desktop.indexing.library.families import families_of
from saed_desktop.indexing.library.library_answer import (
    QUICK,
    LibraryAnswer,
)
from saed_desktop.indexing.library.shortlist import LibrarySetup, shortlist
from saed_desktop.indexing.pipeline import IndexingSetup, answer
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.record import JointLine

_CAMERA_SIGMA = 0.005
"""Relative difference of the scale between patterns of one camera: focus and lens currents."""
_UNKNOWN_SIGMA = 1.0
_LEAST = -np.log(1e4)
"""No disagreement of scales excludes a phase beyond doubt."""


@dataclass(frozen=True, eq=False)
class SpecimenAnswer:
    """Answer to several patterns of one specimen out of libraries.

    Parameters
    ----------
    answers
        Of each pattern, all over the same structures.
    joint
        Of all of them.
    lattice
        What their spot lattices alone say together; None where fewer than two have one.
    """

    answers: tuple[LibraryAnswer, ...]
    joint: JointAnswer
    lattice: LatticeEvidence | None = None

    @property
    def zones(self) -> tuple[str, ...]:
        """The zone axis in which each pattern shows the joint answer's phase, or empty."""
        found = (_best_of(one.solution, self.joint.phase) for one in self.answers)
        return tuple(one.zone_label if one is not None else "" for one in found)

    def to_line(self, *, specimen: str, files: Sequence[str]) -> JointLine:
        """Return what is printed of the joint answer.

        Parameters
        ----------
        specimen
            Its name.
        files
            The patterns' names.
        """
        line = self.joint.to_line(specimen=specimen)
        probabilities = self.joint.probabilities
        names = sorted(probabilities, key=lambda name: -probabilities[name])
        structures = self.answers[0].shortlist.structures if self.answers else {}
        likely = [name for name in names if probabilities[name] >= 0.001]
        record = replace_fields(
            line.joint,
            zones={file: zone for file, zone in zip(files, self.zones, strict=True) if zone},
            families=families_of(likely, probabilities, structures),
            lattice=None if self.lattice is None else self.lattice.to_record(),
        )
        return JointLine(joint=record)


def index_specimen(
    patterns: Sequence[PreparedPattern],
    setup: LibrarySetup,
    *,
    report: Callable[[float], None] | None = None,
) -> SpecimenAnswer:
    """Answer prepared patterns of one specimen, taken with one camera, out of libraries.

    Parameters
    ----------
    patterns
        The patterns.
    setup
        What is searched.
    report
        Told which share of the work is done; what it raises ends the search.
    """
    found = shortlist(patterns, setup)
    indexing = IndexingSetup(found.phases, search=QUICK, report=report)
    n = len(patterns)
    solutions = [answer(one, indexing.part(i, n)) for i, one in enumerate(patterns)]
    # the priors count once, not for each pattern
    weights = {name: float(np.log(prior)) for name, prior in found.priors.items()}
    for name, agreement in _scale_agreement(solutions).items():
        weights[name] = weights.get(name, 0.0) + agreement
    joint = joint_answer([_evidence(one) for one in solutions], log_weights=weights)
    lattice = lattice_evidence([one.prepared for one in solutions])
    return SpecimenAnswer(
        tuple(LibraryAnswer(one, found, setup) for one in solutions),
        joint,
        lattice if lattice is not None and len(lattice.measured) > 1 else None,
    )


def _evidence(solution: Solution) -> Evidence:
    """Return what a pattern says; one that is unknown by itself counts if anything fits it."""
    fitting = [c for c in solution.candidates if is_acceptable_fit(c)]
    phase = fitting[0].phase if fitting else None
    alike = solution.prediction_set or tuple(c.phase for c in fitting[:1])
    return Evidence(phase, solution.among_candidates, alike, solution.none_of_these)


def _best_of(solution: Solution, phase: str | None) -> Candidate | None:
    return next((c for c in solution.candidates if c.phase == phase and is_acceptable_fit(c)), None)


def _scale_agreement(solutions: Sequence[Solution]) -> dict[str, float]:
    """Return by phase what the agreement of its scales in patterns of one camera is worth."""
    cameras: dict[tuple[object, ...], list[Solution]] = {}
    for solution in solutions:
        pattern = solution.prepared.pattern
        stated = pattern.calibration.scale_inv_angstrom_per_px
        scale = None if stated is None else round(stated, 8)
        key = (pattern.shape_yx, scale, pattern.camera_length_mm)
        cameras.setdefault(key, []).append(solution)
    total: dict[str, float] = {}
    for together in cameras.values():
        calibration = together[0].prepared.pattern.calibration
        sigma = calibration.relative_sigma if calibration.is_known else _UNKNOWN_SIGMA
        names = {c.phase for one in together for c in one.candidates}
        for name in names:
            found = [c for c in (_best_of(one, name) for one in together) if c is not None]
            if len(found) > 1:
                total[name] = total.get(name, 0.0) + _log_agreement(
                    found, calibration.scale_inv_angstrom_per_px, sigma
                )
    return total


def _log_agreement(found: Sequence[Candidate], stated: float | None, sigma: float) -> float:
    """Return the log likelihood of fitted scales if they share one error, relative to the best.

    Each candidate's posterior counts its error of scale as if it were its own; where it is shared,
    it counts once, and the rest is how far the scales are from each other.
    """
    scale = np.log([c.scale_inv_angstrom_per_px for c in found])
    spread = np.hypot([c.scale_sigma for c in found], _CAMERA_SIGMA)
    weight = spread**-2
    mean = float((weight * scale).sum() / weight.sum())
    value = -0.5 * float((((scale - mean) / spread) ** 2).sum())
    if stated is not None:
        off = scale - np.log(stated)
        value += 0.5 * float((off**2).sum() - (mean - np.log(stated)) ** 2) / sigma**2
    return max(value, _LEAST)
