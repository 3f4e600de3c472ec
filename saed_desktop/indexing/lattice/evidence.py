"""Evidence on an unknown crystal from the spot lattices of one pattern or of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
    zones
        The lattices.
    log_probabilities
        Of the classes of space groups (c,), all zones together.
    """

    zones: tuple[ZoneLattice, ...]
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

    def to_record(self) -> LatticeRecord:
        """Return what is printed and stored of it."""
        return LatticeRecord(
            system=_rounded(self.systems),
            centring=_rounded(self.centrings),
            bravais=_rounded(self.bravais),
            space_groups=self.space_groups(),
            measured=tuple(_measured(zone) for zone in self.zones),
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
    return LatticeEvidence(tuple(zones), asked.joint(single))


def lattice_record(prepared: PreparedPattern) -> LatticeRecord | None:
    """Return what the lattice of one pattern says as it is recorded, None where there is none."""
    found = lattice_evidence([prepared])
    return None if found is None else found.to_record()


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
