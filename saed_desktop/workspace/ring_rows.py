"""Structures of a library as rows, for patterns of rings: what each would make of the rings."""

from collections.abc import Mapping

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.rings.answer import explained_by
from saed_desktop.indexing.rings.solution import RingSolution
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.results.wording import phase_label
from saed_desktop.workspace.answer_view import CandidateRow, ReflectionMarks
from saed_desktop.workspace.ring_view import ring_marks

_NO_MARKS = ReflectionMarks(
    labels=(),
    xy=np.zeros((0, 2)),
    spot_xy=np.zeros((0, 2)),
    d_angstrom=np.zeros(0),
    d_measured_angstrom=np.zeros(0),
    intensity=np.zeros(0),
    visible=np.zeros(0),
    residual_px=np.zeros(0),
    is_matched=np.zeros(0, dtype=bool),
    is_forbidden=np.zeros(0, dtype=bool),
    spot=np.zeros(0, dtype=np.int64),
)


def ring_candidate_rows(
    measured: MeasuredRings,
    calibration: Calibration,
    phases: Mapping[str, Phase],
    probabilities: Mapping[str, float],
) -> tuple[CandidateRow, ...]:
    """Return phases as rows that draw their rings, the likeliest first.

    Parameters
    ----------
    measured, calibration
        The rings and the scale, or that there is none.
    phases
        The phases by name.
    probabilities
        Their probabilities; a phase without one comes last.
    """
    order = sorted(phases, key=lambda name: -probabilities.get(name, 0.0))
    found = ((name, explained_by(measured, calibration, phases[name])) for name in order)
    return tuple(
        _row(name, phases[name], rings, probabilities.get(name))
        for name, rings in found
        if rings is not None and rings.phases
    )


def _row(name: str, phase: Phase, rings: RingSolution, probability: float | None) -> CandidateRow:
    main = rings.phases[0]
    total = len(rings.lines)
    bright = rings.measured.intensity
    explained = np.array([line.phase is not None for line in rings.lines])
    return CandidateRow(
        phase=name,
        label=phase_label(name),
        zone="",
        off_zone_deg=0.0,
        score=float(bright[explained].sum() / max(bright.sum(), 1e-300)),
        matched=main.n_rings,
        missing=main.n_missing,
        unexplained=total - main.n_rings,
        rms_inv_angstrom=float("nan"),
        scale_inv_angstrom_per_px=rings.scale_inv_angstrom_per_px or float("nan"),
        scale_sigma=rings.scale_sigma or float("nan"),
        ellipticity=0.0,
        rotation_deg=0.0,
        center_xy=rings.measured.geometry.center_xy,
        is_named=False,
        marks=_NO_MARKS,
        probability=probability,
        rings=ring_marks(rings, {name: phase}),
    )
