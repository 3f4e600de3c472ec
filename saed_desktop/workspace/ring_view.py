"""The rings of an answer as a person sees them: curves and labels on the image, rows of a table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.phase import Phase
from saed_desktop.indexing.rings.solution import RingSolution
from saed_desktop.pattern.rings.geometry import RingGeometry
from saed_desktop.results.uncertain import with_uncertainty
from saed_desktop.results.wording import phase_label
from saed_desktop.simulation.powder import fibre_textures, powder_lines
from saed_desktop.translation import counted

_LEAST_SHOWN = 0.02


@dataclass(frozen=True)
class ComputedRing:
    """A line of a phase in the image: mean radius, phase by number, strength 0 to 1."""

    radius_px: float
    phase: int
    label: str
    intensity: float


@dataclass(frozen=True)
class RingRow:
    """A ring as texts; `phase` is its phase by number, None where nothing explains it."""

    d_measured: str
    d_computed: str
    label: str
    phase_label: str
    intensity: str
    radius_px: float
    phase: int | None


@dataclass(frozen=True, eq=False)
class RingMarks:
    """Rings as marks and rows.

    Parameters
    ----------
    geometry
        Centre and ellipse of all rings.
    rows
        The measured rings, the innermost first.
    computed
        The lines of the phases that are named, at the fitted scale.
    phases
        What each phase is and what its cell is, by its number.
    q_by_phase
        For each phase the lengths (n,) of its lines in 1/Å.
    """

    geometry: RingGeometry
    rows: tuple[RingRow, ...]
    computed: tuple[ComputedRing, ...]
    phases: tuple[str, ...]
    q_by_phase: tuple[FloatArray, ...]


def ring_marks(rings: RingSolution, phases: Mapping[str, Phase]) -> RingMarks:
    """Return the rings of an answer as marks and rows.

    Parameters
    ----------
    rings
        The answer.
    phases
        The phases that were considered, by name.
    """
    numbers = {p.phase: i for i, p in enumerate(rings.phases)}
    strongest = max(float(rings.measured.intensity.max(initial=0.0)), 1e-300)
    rows = tuple(
        RingRow(
            d_measured="" if line.d_angstrom is None else f"{line.d_angstrom:.3f}",
            d_computed=""
            if line.d_computed_angstrom is None
            else f"{line.d_computed_angstrom:.3f}",
            label=line.label or "",
            phase_label=phase_label(line.phase) if line.phase else "",
            intensity=f"{rings.measured.intensity[i] / strongest:.2f}",
            radius_px=float(rings.measured.radius_px[i]),
            phase=numbers.get(line.phase) if line.phase else None,
        )
        for i, line in enumerate(rings.lines)
    )
    computed = [
        ring
        for i, found in enumerate(rings.phases)
        if found.phase in phases
        for ring in _computed(rings, phases[found.phase], i)
    ]
    scale = rings.scale_inv_angstrom_per_px or 1.0
    lengths = tuple(
        np.array([ring.radius_px * scale for ring in computed if ring.phase == i])
        for i in range(len(rings.phases))
    )
    return RingMarks(
        geometry=rings.measured.geometry,
        rows=rows,
        computed=tuple(computed),
        phases=tuple(_described(rings, i) for i in range(len(rings.phases))),
        q_by_phase=lengths,
    )


def _computed(rings: RingSolution, phase: Phase, number: int) -> list[ComputedRing]:
    found, scale = rings.phases[number], rings.scale_inv_angstrom_per_px
    if scale is None:
        return []
    lines = powder_lines(phase)
    if found.fibre is not None:
        lines = next((t for t in fibre_textures(lines) if t.fibre == found.fibre), lines)
    # where the phase's own rings lie on average, its strain included
    ratios = [
        line.d_angstrom / float(phase.lattice.d_spacings(np.array(line.hkl)))
        for line in rings.lines
        if line.phase == phase.name and line.hkl is not None and line.d_angstrom is not None
    ]
    strain = float(np.median(ratios)) if ratios else 1.0
    reach = float(rings.measured.profile.radius_px[-1])
    return [
        ComputedRing(
            float(lines.q[i] / (strain * scale)),
            number,
            lines.label(int(i)),
            float(lines.intensity[i]),
        )
        for i in np.flatnonzero(lines.intensity > _LEAST_SHOWN)
        if lines.q[i] / (strain * scale) < reach
    ]


def _described(rings: RingSolution, number: int) -> str:
    found = rings.phases[number]
    count = counted(found.n_rings, "{n} ring", "{n} rings")
    words = f"{phase_label(found.phase)} ({found.structure}), {count}"
    if len(rings.phases) > 1:
        words += f", {100 * found.share:.0f} %"
    shown: list[float] = []
    for name, (value, sigma) in found.cell.items():
        if all(abs(value - other) > 1e-4 for other in shown):
            shown.append(value)
            unit = "°" if name.endswith("_deg") else " Å"
            words += f", {name.removesuffix('_deg')} = {with_uncertainty(value, sigma)}{unit}"
    return words
