"""Evidence on an unknown crystal from the spot lattices of one pattern or of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec import UNSET

from saed_desktop.arrays import FloatArray
from saed_desktop.indexing.lattice.features import lattice_features
from saed_desktop.indexing.lattice.space_groups import (
    BRAVAIS,
    SYSTEMS,
    bravais_of_classes,
    space_group_classes,
    system_of_classes,
)
from saed_desktop.indexing.lattice.statistics import LatticeStatistics, bundled_statistics
from saed_desktop.indexing.lattice.zone_lattice import ELLIPSE_SIGMA, ZoneLattice, zone_lattice
from saed_desktop.indexing.solving.observation import observe
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.lattice_record import (
    LatticeRecord,
    MeasuredLatticeRecord,
    SpaceGroupRecord,
)

SPACE_GROUPS_SHOWN = 5
_SMALLEST_SHARE = 0.005
_READABLE = (PatternKind.SPOTS, PatternKind.MIXED)


@dataclass(frozen=True, eq=False)
class LatticeEvidence:
    """Evidence of zone lattices of one crystal.

    Parameters
    ----------
    measured
        The lattices.
    log_evidence
        Log probability of each class of space groups beyond its prior by each lattice (n, c).
    log_probabilities
        Of the classes (c,), all lattices together.
    """

    measured: tuple[MeasuredLatticeRecord, ...]
    log_evidence: FloatArray
    log_probabilities: FloatArray

    @property
    def systems(self) -> dict[str, float]:
        """Probabilities of crystal systems, the likeliest first."""
        return self._summed(SYSTEMS, system_of_classes())

    @property
    def bravais(self) -> dict[str, float]:
        """Probabilities of Bravais lattices by Pearson letters, the likeliest first."""
        return self._summed(BRAVAIS, bravais_of_classes())

    @property
    def centrings(self) -> dict[str, float]:
        """Probabilities of centrings, the likeliest first."""
        kinds = [one.centring for one in space_group_classes()]
        names = tuple(dict.fromkeys(kinds))
        return self._summed(names, np.array([names.index(kind) for kind in kinds]))

    def _summed(self, names: Sequence[str], place: np.ndarray) -> dict[str, float]:
        share = np.bincount(place, weights=np.exp(self.log_probabilities), minlength=len(names))
        order = np.argsort(-share, kind="stable")
        return {names[i]: float(share[i]) for i in order}

    def space_groups(self, count: int = SPACE_GROUPS_SHOWN) -> tuple[SpaceGroupRecord, ...]:
        """Return the likeliest space groups, best first."""
        classes = space_group_classes()
        best = np.argsort(-self.log_probabilities, kind="stable")[:count]
        return tuple(
            SpaceGroupRecord(
                symbol=classes[i].symbol,
                number=classes[i].number,
                probability=round(float(np.exp(self.log_probabilities[i])), 4),
            )
            for i in best
        )

    def to_record(self, *, with_evidence: bool = False) -> LatticeRecord:
        """Return what is printed and stored of it.

        Parameters
        ----------
        with_evidence
            Whether to keep that of a single lattice on each space group, for joining several.
        """
        is_kept = with_evidence and len(self.log_evidence) == 1
        return LatticeRecord(
            system=_rounded(self.systems),
            centring=_rounded(self.centrings),
            bravais=_rounded(self.bravais),
            space_groups=self.space_groups(),
            measured=self.measured,
            log_evidence=tuple(np.round(self.log_evidence[0], 3).tolist()) if is_kept else UNSET,
        )


def lattice_evidence(
    patterns: Sequence[PreparedPattern], statistics: LatticeStatistics | None = None
) -> LatticeEvidence | None:
    """Return what the lattices of patterns of one crystal say; None where there is no lattice.

    Parameters
    ----------
    patterns
        Prepared patterns of one crystal, or a single one.
    statistics
        The statistics asked; those of the program unless others are given.
    """
    zones = [zone for one in patterns if (zone := zone_of(one)) is not None]
    if not zones:
        return None
    asked = statistics or bundled_statistics()
    single = asked.log_probabilities(np.array([lattice_features(zone) for zone in zones]))
    return LatticeEvidence(
        tuple(_measured(zone) for zone in zones), single - asked.log_prior, asked.joint(single)
    )


def joint_evidence(records: Sequence[LatticeRecord]) -> LatticeEvidence | None:
    """Return what records of single lattices say together; None for fewer than two.

    Parameters
    ----------
    records
        Records that were made with their evidence; others take no part.
    """
    kept = [(one.measured, one.log_evidence) for one in records if one.log_evidence is not UNSET]
    if len(kept) < 2:
        return None
    asked = bundled_statistics()
    evidence = np.array([log_evidence for _, log_evidence in kept])
    measured = tuple(lattice for some, _ in kept for lattice in some)
    return LatticeEvidence(measured, evidence, asked.joint(evidence + asked.log_prior))


def lattice_record(
    prepared: PreparedPattern, *, with_evidence: bool = False
) -> LatticeRecord | None:
    """Return what the lattice of one pattern says as it is recorded, None where there is none.

    Parameters
    ----------
    prepared
        The pattern.
    with_evidence
        As for `LatticeEvidence.to_record`.
    """
    found = lattice_evidence([prepared])
    return None if found is None else found.to_record(with_evidence=with_evidence)


def zone_of(prepared: PreparedPattern) -> ZoneLattice | None:
    """Return the lattice of a prepared pattern, None where none is sure."""
    found = prepared.spot_lattice
    if prepared.kind not in _READABLE or found is None or not found.is_sure:
        return None
    return zone_lattice(observe(prepared), found)


def _measured(zone: ZoneLattice) -> MeasuredLatticeRecord:
    lengths, known = zone.lengths_inv_angstrom, zone.scale_sigma
    spacings = None
    if lengths is not None:
        spacings = (round(float(1 / lengths[0]), 4), round(float(1 / lengths[1]), 4))
    return MeasuredLatticeRecord(
        spacings_angstrom=spacings,
        relative_sigma=round(float(np.hypot(known, ELLIPSE_SIGMA / 2)), 4) if spacings else None,
        ratio=round(float(zone.lengths_px[1] / zone.lengths_px[0]), 4),
        angle_deg=round(zone.angle_deg, 2),
        shape_sigma=round(zone.shape_sigma, 4),
    )


def _rounded(shares: dict[str, float]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in shares.items() if share >= _SMALLEST_SHARE}
