"""The answer to the rings of one pattern."""

from collections.abc import Mapping
from dataclasses import dataclass

from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.rings.measure import MeasuredRings
from saed_desktop.results.cell_record import ParameterRecord
from saed_desktop.results.reason import Reason
from saed_desktop.results.ring_record import RingPhaseRecord, RingRecord


@dataclass(frozen=True)
class RingLine:
    """A measured ring with the reflections assigned to it.

    Parameters
    ----------
    d_angstrom, d_sigma_angstrom
        Measured lattice spacing and its uncertainty, None without a scale.
    phase, hkl, label
        The phase and the reflection that give most of it, None where nothing explains it.
    d_computed_angstrom
        Spacing of that reflection in the refined cell.
    """

    d_angstrom: float | None
    d_sigma_angstrom: float | None
    phase: str | None = None
    hkl: tuple[int, int, int] | None = None
    label: str | None = None
    d_computed_angstrom: float | None = None


@dataclass(frozen=True)
class RingPhase:
    """One phase of a ring pattern.

    Parameters
    ----------
    phase
        Its name.
    structure
        What sort of structure it has: "fcc", or its space group.
    probability
        That it is there.
    share
        Its share of the brightness of all rings that are explained.
    n_rings
        Rings that it explains.
    n_missing
        Lines that should be seen and are not.
    cell
        Refined lattice parameters by name with their uncertainties, in Å and degrees; empty
        without a scale.
    grain_angstrom
        Least size of the grains by Scherrer's formula: the instrument widens rings too.
    fibre
        Direction that stands along the beam in all grains, None without such a texture.
    """

    phase: str
    structure: str
    probability: float
    share: float
    n_rings: int
    n_missing: int
    cell: Mapping[str, tuple[float, float]]
    grain_angstrom: float | None = None
    fibre: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class RingSolution:
    """Everything that the program says of a pattern's rings.

    Parameters
    ----------
    measured
        The rings.
    lines
        What each of them is, in the same order.
    phases
        The phases that explain them, the one of most brightness first; none where there is no
        answer.
    probabilities
        By phase, of being the main one, if one of the candidates is.
    in_candidates
        Probability that the main phase is one of the candidates at all.
    prediction_set
        Phases that cannot be excluded as the main one, likeliest first.
    scale_inv_angstrom_per_px, scale_sigma
        Scale that the answer rests on and its relative uncertainty: stated, or fitted with the
        main phase; None without either.
    reasons
        Why.
    """

    measured: MeasuredRings
    lines: tuple[RingLine, ...]
    phases: tuple[RingPhase, ...]
    probabilities: Mapping[str, float]
    in_candidates: float
    prediction_set: tuple[str, ...]
    scale_inv_angstrom_per_px: float | None
    scale_sigma: float | None
    reasons: tuple[Reason, ...]

    @property
    def calibration(self) -> Calibration:
        """The scale that was fitted with the main phase, where none was stated."""
        scale, sigma = self.scale_inv_angstrom_per_px, self.scale_sigma
        if scale is None or sigma is None:
            return Calibration.unknown()
        return Calibration(scale, ScaleSource.FITTED, sigma)


def ring_records(solution: RingSolution) -> tuple[RingRecord, ...]:
    """Return what is printed and stored of the rings."""
    measured = solution.measured
    strongest = max(float(measured.intensity.max(initial=0.0)), 1e-300)
    return tuple(
        RingRecord(
            d_angstrom=_rounded(line.d_angstrom, 4),
            d_sigma_angstrom=_rounded(line.d_sigma_angstrom, 4),
            hkl=line.hkl,
            label=line.label,
            phase=line.phase,
            d_computed_angstrom=_rounded(line.d_computed_angstrom, 4),
            intensity=round(float(measured.intensity[i]) / strongest, 4),
            radius_px=round(float(measured.radius_px[i]), 2),
            radius_sigma_px=round(float(measured.radius_sigma_px[i]), 2),
            fwhm_px=round(float(measured.fwhm_px[i]), 2),
            coverage=round(float(measured.azimuth.coverage[i]), 2),
        )
        for i, line in enumerate(solution.lines)
    )


def ring_phase_records(solution: RingSolution) -> tuple[RingPhaseRecord, ...]:
    """Return what is printed and stored of the phases of the rings."""
    return tuple(
        RingPhaseRecord(
            phase=phase.phase,
            structure=phase.structure,
            probability=round(phase.probability, 4),
            share=round(phase.share, 3),
            rings=phase.n_rings,
            missing=phase.n_missing,
            cell={
                name: ParameterRecord(value=round(value, 5), sigma=round(sigma, 5))
                for name, (value, sigma) in phase.cell.items()
            },
            least_grain_nm=_rounded(
                None if phase.grain_angstrom is None else phase.grain_angstrom / 10, 2
            ),
            fibre=phase.fibre,
        )
        for phase in solution.phases
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
