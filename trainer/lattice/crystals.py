"""Crystals that the statistics are fitted to: the library's, deformed within their symmetry."""

from dataclasses import dataclass, replace

import numpy as np

from saed_desktop.arrays import FloatArray
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.setting import setting_of
from saed_desktop.indexing.lattice.space_groups import class_of
from trainer.judge.crystals import CrystalPool
from trainer.judge.near_misses import resized

_RANDOM_SHARE = 0.15
_STRETCH_SIGMA, _SHEAR_SIGMA = 0.06, 0.03


@dataclass(frozen=True, eq=False)
class LabelledCrystal:
    """A crystal with the place of its space group among the classes.

    Parameters
    ----------
    phase
        The crystal, deformed.
    label
        The class.
    name
        Of the library's crystal that it was made of, or its own.
    """

    phase: Phase
    label: int
    name: str


def draw_crystal(pool: CrystalPool, rng: np.random.Generator) -> LabelledCrystal:
    """Return a crystal of a split: of the library, deformed within its symmetry, or random.

    Parameters
    ----------
    pool
        The crystals of the split.
    rng
        Random numbers.
    """
    if rng.random() < _RANDOM_SHARE:
        phase = pool.draw_random(rng)
        return LabelledCrystal(phase, space_group_label(phase), phase.name)
    phase = pool.draw_library(rng)
    label = space_group_label(phase)
    bent = deformed(resized(phase, rng, by=(0.0, 0.12)), rng)
    return LabelledCrystal(bent, label, phase.name)


def space_group_label(phase: Phase) -> int:
    """Return the class of a crystal's space group, however its file describes it.

    Parameters
    ----------
    phase
        The crystal.
    """
    setting = setting_of(phase)
    crystal = phase if setting is None else setting.conventional
    return class_of(crystal.space_group.number)


def deformed(phase: Phase, rng: np.random.Generator) -> Phase:
    """Return a crystal whose cell is stretched and sheared as far as its symmetry allows.

    The metric of a strained cell is averaged over the point group, so that the group stays.
    """
    lattice = phase.lattice
    strain = np.diag(rng.normal(0, _STRETCH_SIGMA, 3))
    shear = np.triu(rng.normal(0, _SHEAR_SIGMA, (3, 3)), 1)
    root = np.linalg.cholesky(lattice.direct @ lattice.direct.T)
    bent = root @ (np.eye(3) + strain + shear + shear.T)
    rotations, _ = phase.space_group.symmetry_operations
    metric = np.einsum("nji,jk,nkl->il", rotations, bent @ bent.T, rotations) / len(rotations)
    return replace(phase, lattice=_lattice_of(metric))


def _lattice_of(metric: FloatArray) -> Lattice:
    a, b, c = np.sqrt(np.diag(metric))
    cosines = [metric[1, 2] / (b * c), metric[0, 2] / (a * c), metric[0, 1] / (a * b)]
    alpha, beta, gamma = np.rad2deg(np.arccos(cosines))
    return Lattice(float(a), float(b), float(c), float(alpha), float(beta), float(gamma))
