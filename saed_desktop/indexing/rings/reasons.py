"""Reasons for the answer to rings, as values."""

from collections.abc import Sequence

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.rings.mixture import Explanation
from saed_desktop.indexing.rings.observation import RingObservation
from saed_desktop.indexing.rings.solution import RingLine, RingPhase
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.results.reason import Reason, ReasonKind

_MOST_SPACINGS = 6
LEAST_ATOM_ANGSTROM3 = 5.0
"""Volume of an atom; no crystal at ambient pressure has less (diamond: 5.67 Å³)."""
_FIRST_CUBIC = 195


def why_answer(
    phases: Sequence[RingPhase],
    lines: Sequence[RingLine],
    chosen: Sequence[str],
    *,
    is_cubic: bool,
    is_scaled: bool,
) -> tuple[Reason, ...]:
    """Return what the phases explain, what is left, and what else fits.

    Parameters
    ----------
    phases, lines
        What is said of phases and rings.
    chosen
        Phases that are not excluded as the main one.
    is_cubic
        Whether one length is all that the lattice of the main phase has.
    is_scaled
        Whether the scale is known.
    """
    main = phases[0]
    reasons = [
        Reason(
            kind=ReasonKind.RINGS_EXPLAINED,
            phase=main.phase,
            structure=main.structure,
            matched=main.n_rings,
            rings=len(lines),
            missing=main.n_missing,
        )
    ]
    reasons += [
        Reason(
            kind=ReasonKind.RINGS_ALSO,
            phase=other.phase,
            structure=other.structure,
            matched=other.n_rings,
            share=round(other.share, 3),
        )
        for other in phases[1:]
    ]
    left = [line for line in lines if line.phase is None]
    if left:
        spacings = [round(line.d_angstrom, 3) for line in left if line.d_angstrom is not None]
        reasons.append(
            Reason(
                kind=ReasonKind.RINGS_UNEXPLAINED,
                rings=len(left),
                spacings_angstrom=tuple(spacings[:_MOST_SPACINGS]),
            )
        )
    others = tuple(name for name in chosen if name not in {p.phase for p in phases})
    if others:
        reasons.append(Reason(kind=ReasonKind.RINGS_FIT_AS_WELL, phases=others))
    if is_cubic and (not is_scaled or "a" in main.cell):
        cell = tuple(round(value, 6) for value in main.cell.get("a", ()))
        reasons.append(
            Reason(kind=ReasonKind.RINGS_LATTICE_ONLY, phase=main.phase, spacings_angstrom=cell)
        )
    for phase in phases:
        if phase.fibre is not None:
            reasons.append(
                Reason(kind=ReasonKind.RINGS_FIBRE, phase=phase.phase, zone_axis=phase.fibre)
            )
    if main.grain_angstrom is not None:
        reasons.append(
            Reason(
                kind=ReasonKind.RINGS_GRAIN_SIZE,
                phase=main.phase,
                grain_nm=round(main.grain_angstrom / 10, 2),
            )
        )
    return tuple(reasons)


def why_no_answer(
    observed: RingObservation,
    best: Explanation | None,
    in_candidates: float,
    *,
    is_rescaled: bool = False,
) -> tuple[Reason, ...]:
    """Return why no phase is named, and what comes nearest."""
    if best is None:
        return (Reason(kind=ReasonKind.RINGS_TOO_FEW, rings=len(observed)),)
    matched = int((best.fit.explained > 0).sum())
    if is_rescaled:
        factor = float(np.exp(best.log_scales[0] - observed.log_scale))
        crystal = best.phases[0].phase
        has_room = crystal.lattice.volume * factor**3 > LEAST_ATOM_ANGSTROM3 * crystal.n_atoms
        lengths = (round(crystal.lattice.a * factor, 4),) if is_cubic(crystal) and has_room else ()
        return (
            Reason(
                kind=ReasonKind.RINGS_ANOTHER_SCALE,
                phase=best.names[0],
                factor=factor,
                spacings_angstrom=lengths,
            ),
        )
    if matched < 2:
        return (Reason(kind=ReasonKind.RINGS_NOTHING_EXPLAINS),)
    return (
        Reason(
            kind=ReasonKind.RINGS_UNKNOWN,
            phase=best.names[0],
            matched=matched,
            rings=len(observed),
            probability=in_candidates,
        ),
    )


def is_cubic(phase: Phase) -> bool:
    """Tell whether one length is all that a crystal's lattice has."""
    return phase.space_group.number >= _FIRST_CUBIC


def why_halo(measured: MeasuredRings, calibration: Calibration) -> tuple[Reason, ...]:
    """Return where the maxima of a halo lie, the first of which is the surest."""
    scale = calibration.scale_inv_angstrom_per_px
    spacings: tuple[float, ...] = ()
    if scale is not None:
        spacings = tuple(round(float(1 / (scale * r)), 4) for r in measured.radius_px)
    return (Reason(kind=ReasonKind.HALO_MAXIMA, spacings_angstrom=spacings),)
