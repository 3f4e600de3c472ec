"""Records of an unknown crystal's lattice."""

import msgspec
from msgspec import UNSET, UnsetType


class MeasuredLatticeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The lattice of a zone as it was measured.

    Parameters
    ----------
    spacings_angstrom
        Spacings 1/|g| of the two shortest vectors, null without a scale.
    relative_sigma
        Their relative standard uncertainty, the scale's included.
    ratio
        Length of the second vector over that of the first.
    angle_deg
        Angle between them, 90° to 120°.
    shape_sigma
        Relative uncertainty of the ratio, in radians of the angle.
    """

    spacings_angstrom: tuple[float, float] | None
    relative_sigma: float | None
    ratio: float
    angle_deg: float
    shape_sigma: float


class SpaceGroupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A space group, or an enantiomorphic pair by its lower number, with its probability."""

    symbol: str
    number: int
    probability: float


class LatticeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence of the spot lattice alone on a crystal that is none of the candidates.

    Probabilities are those among crystals as common as in the bundled library; shares below 0.005
    are left out.

    Parameters
    ----------
    system, centring, bravais
        Probabilities of crystal systems, centrings, and Bravais lattices by Pearson letters.
    space_groups
        The five likeliest.
    measured
        The lattice of each pattern that it rests on.
    log_evidence
        Natural logarithm of how much likelier the lattice makes each space group than it is among
        the library's crystals, by rising number, of an enantiomorphic pair the lower; with
        `--details`.
    """

    system: dict[str, float]
    centring: dict[str, float]
    bravais: dict[str, float] = {}
    space_groups: tuple[SpaceGroupRecord, ...] = ()
    measured: tuple[MeasuredLatticeRecord, ...] = ()
    log_evidence: tuple[float, ...] | UnsetType = UNSET
