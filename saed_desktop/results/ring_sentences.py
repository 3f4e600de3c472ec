"""Reasons about rings in words; `sentences` asks here."""

from collections.abc import Callable, Mapping

from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.speech import PhaseName, Say, listed, unit_hint
from saed_desktop.results.uncertain import with_uncertainty


def _crystal(reason: Reason, name: PhaseName) -> str:
    structure = f" ({reason.structure})" if reason.structure else ""
    return f"{name(reason.phase or '')}{structure}"


def _rings(count: int | None, say: Say) -> str:
    return say("1 ring") if count == 1 else say("{count} rings", count=count)


def _explained(reason: Reason, name: PhaseName, say: Say) -> str:
    missing = reason.missing or 0
    values = {
        "crystal": _crystal(reason, name),
        "matched": reason.matched,
        "rings": _rings(reason.rings, say),
    }
    if missing == 0:
        return say("{crystal} explains {matched} of {rings}; no expected one is missing.", **values)
    if missing == 1:
        return say("{crystal} explains {matched} of {rings}; 1 expected one is missing.", **values)
    return say(
        "{crystal} explains {matched} of {rings}; {count} expected ones are missing.",
        count=missing,
        **values,
    )


def _also(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "{crystal} explains {rings} beside it, {share:.0f} % of the brightness.",
        crystal=_crystal(reason, name),
        rings=_rings(reason.matched, say),
        share=100 * (reason.share or 0),
    )


def _unexplained(reason: Reason, _name: PhaseName, say: Say) -> str:
    rings, one = _rings(reason.rings, say), reason.rings == 1
    if not reason.spacings_angstrom:
        if one:
            return say("{rings} fits no candidate.", rings=rings)
        return say("{rings} fit no candidate.", rings=rings)
    places = listed([f"{d:.3g}" for d in reason.spacings_angstrom], say)
    if one:
        return say("{rings}, at {places} Å, fits no candidate.", rings=rings, places=places)
    return say("{rings}, at {places} Å, fit no candidate.", rings=rings, places=places)


def _fit_as_well(reason: Reason, name: PhaseName, say: Say) -> str:
    phases = listed([name(phase) for phase in reason.phases], say)
    return say("The rings fit {phases} as well.", phases=phases)


def _too_few(reason: Reason, _name: PhaseName, say: Say) -> str:
    rings = _rings(reason.rings, say)
    return say("Too few rings to decide: {rings} can be measured.", rings=rings)


def _unknown(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "{crystal} fits {matched} of {rings}, but so would many other crystals "
        "({percent:.0f} % "
        "that it is one of the candidates).",
        crystal=_crystal(reason, name),
        matched=reason.matched,
        rings=_rings(reason.rings, say),
        percent=100 * (reason.probability or 0.0),
    )


def _nothing(_reason: Reason, _name: PhaseName, say: Say) -> str:
    return say("No candidate phase explains the rings.")


def _another_scale(reason: Reason, name: PhaseName, say: Say) -> str:
    said = say(
        "On the stated scale no candidate fits; by ratios alone {crystal} would, if the scale were "
        "{factor:.3g} times the stated one: check the calibration.",
        crystal=_crystal(reason, name),
        factor=reason.factor or 0.0,
    )
    said += unit_hint(reason.factor, say)
    if not reason.spacings_angstrom:
        return said
    return f"{said} " + say(
        "If the scale is right, it is another crystal like that with a = {a:.3f} Å.",
        a=reason.spacings_angstrom[0],
    )


def _lattice_only(reason: Reason, name: PhaseName, say: Say) -> str:
    phase = name(reason.phase or "")
    if not reason.spacings_angstrom:
        return say(
            "Without a scale only ratios are known: every crystal of the structure type of "
            "{phase} gives such rings, whatever its elements. A scale, or the elements (EDS), "
            "would decide.",
            phase=phase,
        )
    a, sigma = reason.spacings_angstrom[:2]
    return say(
        "Rings tell the lattice, hardly the elements: every crystal of the structure type of "
        "{phase} with a = {a} Å gives such rings. The elements (EDS), or a "
        "better scale, would decide.",
        phase=phase,
        a=with_uncertainty(a, sigma),
    )


def _fibre(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "The grains of {phase} have [{axis}] along the beam: only planes parallel to it give "
        "rings.",
        phase=name(reason.phase or ""),
        axis=" ".join(str(i) for i in reason.zone_axis or ()),
    )


def _grain_size(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "The grains of {phase} measure {size:.2g} nm or more by the width of the rings (Scherrer; "
        "the instrument's own width is in it).",
        phase=name(reason.phase or ""),
        size=reason.grain_nm or 0.0,
    )


def _halo(reason: Reason, _name: PhaseName, say: Say) -> str:
    if not reason.spacings_angstrom:
        return say("Its scale is not known, so the maxima have no lengths.")
    places = listed([f"{10 / d:.3g}" for d in reason.spacings_angstrom], say)
    return say("The halo's maxima lie at {places} 1/nm.", places=places)


RING_WORDS: Mapping[str, Callable[[Reason, PhaseName, Say], str]] = {
    ReasonKind.RINGS_EXPLAINED: _explained,
    ReasonKind.RINGS_ALSO: _also,
    ReasonKind.RINGS_UNEXPLAINED: _unexplained,
    ReasonKind.RINGS_FIT_AS_WELL: _fit_as_well,
    ReasonKind.RINGS_TOO_FEW: _too_few,
    ReasonKind.RINGS_UNKNOWN: _unknown,
    ReasonKind.RINGS_NOTHING_EXPLAINS: _nothing,
    ReasonKind.RINGS_ANOTHER_SCALE: _another_scale,
    ReasonKind.RINGS_LATTICE_ONLY: _lattice_only,
    ReasonKind.RINGS_FIBRE: _fibre,
    ReasonKind.RINGS_GRAIN_SIZE: _grain_size,
    ReasonKind.HALO_MAXIMA: _halo,
}
