"""The page of one structure: cell, symmetry, sites, lattice spacings, zone-axis patterns."""

from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import direction_label, plane_label, zone_axes
from saed_desktop.library.formula import cell_contents, density_g_cm3
from saed_desktop.library.structure import LibraryStructure
from saed_desktop.results.wording import formula_label, phase_label, space_group_label
from saed_desktop.simulation.single_pattern import (
    SimulatedPattern,
    SimulationRequest,
    simulated_pattern,
)
from saed_desktop.translation import tr
from saed_desktop.workspace.library_choice import library_label

N_LINES, N_ZONES, N_SITES = 60, 8, 200
_D_MIN_ANGSTROM = 0.8
_SPOTS_ACROSS = 9.0
"""A zone-axis picture reaches so many mean reciprocal spacings, within limits."""


@dataclass(frozen=True)
class SiteLine:
    """One atom site."""

    element: str
    xyz: tuple[float, float, float]
    multiplicity: int
    occupancy: float
    b_iso: float


@dataclass(frozen=True)
class SpacingLine:
    """One family of reflections.

    Parameters
    ----------
    label
        Its name, with four indices on hexagonal axes.
    d_angstrom
        Lattice spacing.
    structure_factor_angstrom
        |F| of the cell for electrons.
    multiplicity
        Number of equivalent reflections.
    relative
        Powder intensity |F|² times multiplicity, the strongest 100.
    """

    label: str
    d_angstrom: float
    structure_factor_angstrom: float
    multiplicity: int
    relative: float


@dataclass(frozen=True, eq=False)
class ZonePattern:
    """A simulated zone-axis pattern with its name, and how far it reaches in 1/Å."""

    label: str
    pattern: SimulatedPattern
    q_max: float


@dataclass(frozen=True, eq=False)
class PhasePage:
    """Everything that the page of a structure shows.

    Parameters
    ----------
    name, label
        By which files and answers call it; as people write it.
    facts, remarks
        Pairs of what is stated and its value; those that may be long.
    sites, lines, zones
        Atom sites; spacings from the largest; patterns of the shortest zone axes.
    cif
        The text of a CIF file.
    """

    name: str
    label: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[tuple[str, str], ...]
    sites: tuple[SiteLine, ...]
    lines: tuple[SpacingLine, ...]
    zones: tuple[ZonePattern, ...]
    cif: str


def phase_page(structure: LibraryStructure) -> PhasePage:
    """Return the page of a structure."""
    phase = structure.phase
    sites = tuple(
        SiteLine(site.element, site.xyz, count, site.occupancy, site.b_iso)
        for site, count in zip(phase.sites, phase.multiplicities, strict=True)
    )
    return PhasePage(
        name=structure.name,
        label=phase_label(structure.name),
        facts=_facts(structure),
        remarks=_remarks(structure),
        sites=sites[:N_SITES],
        lines=spacing_lines(phase),
        zones=_zones(phase),
        cif=structure.cif,
    )


def _facts(structure: LibraryStructure) -> tuple[tuple[str, str], ...]:
    phase = structure.phase
    lattice, group = phase.lattice, phase.space_group
    number = tr(" (No. {number})", number=group.number) if group.number else ""
    angles = (lattice.alpha_deg, lattice.beta_deg, lattice.gamma_deg)
    facts = (
        (tr("Formula"), formula_label(structure.formula)),
        (tr("Structure type"), formula_label(structure.prototype)),
        (tr("Space group"), f"{space_group_label(group.symbol)}{number}" if group.symbol else ""),
        ("a, b, c", f"{lattice.a:.4f}, {lattice.b:.4f}, {lattice.c:.4f} Å"),
        ("α, β, γ", ", ".join(f"{angle:.2f}" for angle in angles) + "°"),
        (tr("Volume"), f"{lattice.volume:.2f} Å³"),
        (tr("Density"), f"{density_g_cm3(phase):.3f} g/cm³"),
        (tr("Atoms in the cell"), f"{sum(cell_contents(phase).values()):.4g}"),
    )
    return tuple((name, value) for name, value in facts if value)


def _remarks(structure: LibraryStructure) -> tuple[tuple[str, str], ...]:
    remarks = (
        (tr("Other names"), ", ".join(structure.aliases)),
        (tr("Source"), structure.source),
        (tr("Library"), library_label(structure.library)),
    )
    return tuple((name, value) for name, value in remarks if value)


def spacing_lines(phase: Phase, *, count: int = N_LINES) -> tuple[SpacingLine, ...]:
    """Return the families of reflections that are not extinct, from the largest spacing.

    Parameters
    ----------
    phase
        The crystal.
    count
        No more of them than this.
    """
    hkl = phase.lattice.hkl_within(_reach(phase, count))
    hkl = hkl[~phase.space_group.absent(hkl)]
    if len(hkl) == 0:
        return ()
    rotations = phase.space_group.laue_rotations
    weights = np.array([1_000_000, 1_000, 1])
    codes = np.max([(hkl @ rotation) @ weights for rotation in rotations], axis=0)
    family, first, multiplicity = np.unique(codes, return_index=True, return_counts=True)
    # the member with the fewest bars names the family: 111 rather than -111
    niceness = hkl @ weights - 100_000_000 * (hkl < 0).sum(axis=1)
    order = np.lexsort((-niceness, codes))
    named = order[np.searchsorted(codes[order], family)]
    amplitude = np.abs(phase.structure_factors(hkl[first]))
    spacing = phase.lattice.d_spacings(hkl[first])
    power = amplitude**2 * multiplicity
    order = np.argsort(-spacing, kind="stable")[:count]
    relative = 100 * power / power[order].max()
    return tuple(
        SpacingLine(
            plane_label(phase.lattice, hkl[named[i]]),
            float(spacing[i]),
            float(amplitude[i]),
            int(multiplicity[i]),
            float(relative[i]),
        )
        for i in order
    )


def _reach(phase: Phase, count: int) -> float:
    """Return how far in 1/Å about three times as many families lie as are listed."""
    primitive = phase.lattice.volume / len(phase.space_group.centring_vectors)
    points = 3 * count * len(phase.space_group.laue_rotations)
    return float(min(1 / _D_MIN_ANGSTROM, (3 * points / (4 * np.pi * primitive)) ** (1 / 3)))


def _zones(phase: Phase) -> tuple[ZonePattern, ...]:
    primitive = phase.lattice.volume / len(phase.space_group.centring_vectors)
    q_max = float(np.clip(_SPOTS_ACROSS / 2 / primitive ** (1 / 3), 0.45, 1.2))
    found = []
    for uvw in zone_axes(phase, max_index=2)[:N_ZONES]:
        direction = float(uvw[0]), float(uvw[1]), float(uvw[2])
        pattern = _upright(simulated_pattern(phase, SimulationRequest(direction, q_max=q_max)))
        found.append(ZonePattern(direction_label(phase.lattice, uvw), pattern, q_max))
    return tuple(found)


def _upright(pattern: SimulatedPattern) -> SimulatedPattern:
    """Return a pattern turned so that the reflection nearest to the beam is on its right."""
    if len(pattern.q_xy) == 0:
        return pattern
    radius = np.hypot(*pattern.q_xy.T)
    near = np.flatnonzero(radius < 1.001 * radius.min())
    first = pattern.q_xy[near[np.argmax(pattern.q_xy[near, 0])]]
    cosine, sine = first / np.hypot(*first)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return replace(pattern, q_xy=pattern.q_xy @ turn)
