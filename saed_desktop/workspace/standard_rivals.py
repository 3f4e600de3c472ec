"""Other standards that fit a pattern as well; only a known scale or the user tells them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saed_desktop.calibration.ring_standard import ring_assignment
from saed_desktop.calibration.standard_fit import StandardFit
from saed_desktop.crystal.phase import Phase
from saed_desktop.pattern.calibration import Calibration
from saed_desktop.pattern.prepare import PreparedPattern
from saed_desktop.results.speech import listed
from saed_desktop.translation import mark, tr

FIRST_CUBIC_SPACE_GROUP = 195
SAME_SPREAD = 0.004
"""Rings whose relative radii agree to this with two crystals do not tell the two apart."""
SAME_VALUE = 4.0
"""Most that a rival may be less likely, in logarithms: a line that should be seen and is not."""
SUSPICIOUS = 0.03
"""A file's scale is often off by this much; further off, the standard may be another one."""


@dataclass(frozen=True)
class Rival:
    """Another standard, and the scale that it would give."""

    name: str
    scale_inv_angstrom_per_px: float


@dataclass(frozen=True)
class StandardCheck:
    """Evidence against a standard that fits.

    Parameters
    ----------
    rivals
        Standards that fit as well, nearest to the stated scale first where there is one.
    words
        What to tell the user, "" where nothing speaks against it.
    is_doubtful
        Whether a rival agrees with the stated scale and the chosen standard does not.
    """

    rivals: tuple[Rival, ...]
    words: str
    is_doubtful: bool


def check_standard(
    prepared: PreparedPattern,
    phase: Phase,
    fit: StandardFit,
    standards: Sequence[Phase],
    *,
    has_rings: bool,
) -> StandardCheck:
    """Return which standards fit as well as the chosen one, and what the stated scale says.

    Parameters
    ----------
    prepared
        The pattern with the scale that is stated for it.
    phase, fit
        The standard that was chosen, and its fit.
    standards
        All standards.
    has_rings
        Whether the pattern is one of rings.
    """
    others = [other for other in standards if other.name != phase.name]
    find = _ring_rivals if has_rings else _lattice_rivals
    rivals = find(prepared, phase, fit, others)
    stated = prepared.pattern.calibration
    if stated.is_known:
        rivals.sort(key=lambda rival: _off(rival.scale_inv_angstrom_per_px, stated))
    else:
        rivals.sort(key=lambda rival: rival.name)
    own_off = _off(fit.scale_inv_angstrom_per_px, stated) if stated.is_known else 0.0
    best = rivals[0] if rivals and stated.is_known else None
    is_doubtful = (
        own_off > SUSPICIOUS
        and best is not None
        and _off(best.scale_inv_angstrom_per_px, stated) < own_off / 2
    )
    return StandardCheck(tuple(rivals), _words(phase, rivals, own_off, stated), is_doubtful)


def _off(scale: float, stated: Calibration) -> float:
    return abs(float(np.log(scale / (stated.scale_inv_angstrom_per_px or scale))))


def _words(phase: Phase, rivals: Sequence[Rival], own_off: float, stated: Calibration) -> str:
    sentences = []
    if rivals:
        names = listed([tr(rival.name) for rival in rivals], tr)
        one, several = (
            mark("{names} fits as well, at other scales: only you know that it is {phase}."),
            mark("{names} fit as well, at other scales: only you know that it is {phase}."),
        )
        sentences.append(
            tr(one if len(rivals) == 1 else several, names=names, phase=tr(phase.name))
        )
    if own_off > SUSPICIOUS:
        sentences.append(
            tr("The scale known so far differs from this one by {off:.1f} %.", off=100 * own_off)
        )
        if rivals:
            rival_off = _off(rivals[0].scale_inv_angstrom_per_px, stated)
            if rival_off < own_off / 2:
                sentences.append(
                    tr(
                        "{name} would agree with it to {off:.1f} %.",
                        name=tr(rivals[0].name),
                        off=100 * rival_off,
                    )
                )
    return " ".join(sentences)


def _ring_rivals(
    prepared: PreparedPattern, phase: Phase, fit: StandardFit, others: Sequence[Phase]
) -> list[Rival]:
    chosen = ring_assignment(prepared, phase)
    found = []
    for other in others:
        match = ring_assignment(prepared, other)
        fits = match.n_matched >= chosen.n_matched - 1 and match.value >= chosen.value - SAME_VALUE
        if fits and match.spread <= chosen.spread + SAME_SPREAD:
            # relative to the refined scale of the chosen one, which the assignment only starts
            ratio = match.scale_inv_angstrom_per_px / chosen.scale_inv_angstrom_per_px
            found.append(Rival(other.name, ratio * fit.scale_inv_angstrom_per_px))
    return found


def _lattice_rivals(
    _prepared: PreparedPattern, phase: Phase, fit: StandardFit, others: Sequence[Phase]
) -> list[Rival]:
    """Return cubic crystals of the same space group: they have the same spots at other scales."""
    group = phase.space_group
    if group.number < FIRST_CUBIC_SPACE_GROUP:
        return []
    return [
        Rival(other.name, fit.scale_inv_angstrom_per_px * phase.lattice.a / other.lattice.a)
        for other in others
        if other.space_group.number == group.number
    ]
