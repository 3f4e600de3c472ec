"""Reasons in words: the only place where they become sentences, in English or as told."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from saed_desktop.results.lattice_sentences import lattice_words
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.ring_sentences import RING_WORDS
from saed_desktop.results.speech import PhaseName, Say, english, listed, unit_hint
from saed_desktop.translation import mark

KIND_SENTENCES: Mapping[str, str] = {
    "spots": mark("A single-crystal spot pattern."),
    "rings": mark("A ring pattern of many small crystals."),
    "spots and rings": mark("Spots of a larger crystal on the rings of many small ones."),
    "amorphous halo": mark("The diffuse halo of an amorphous material."),
    "convergent-beam disks": mark(
        "Large disks of a convergent beam: positions alone cannot be indexed."
    ),
    "too few spots": mark("Too few spots to tell a lattice, as in a two-beam condition."),
    "nothing": mark("No diffraction could be made out."),
}
"""A sentence for each kind of pattern."""

_FIXED: Mapping[str, str] = {
    ReasonKind.NOTHING_EXPLAINS: mark("No orientation of any candidate phase explains the spots."),
    ReasonKind.NOTHING_KNOWN_EXPLAINS: mark(
        "The pattern looks like none of the known phases, and none explains its spots."
    ),
    ReasonKind.FCC_PLATE: mark(
        "A plate of some fcc crystal along [111], with the weak 1/3{422} spots of faults "
        "or steps, explains the spots as well as any candidate or better."
    ),
    ReasonKind.MOSTLY_MISSING: mark("Most of the reflections that it should show are missing."),
    ReasonKind.AMONG_CANDIDATES: mark("The probability is among the candidate phases only."),
    ReasonKind.TOO_FEW_SPOTS: mark("Too few spots to index."),
    ReasonKind.NO_NETWORK: mark("By indexing alone: no network was asked."),
    ReasonKind.NETWORK_KNOWS_NONE: mark(
        "By indexing alone: the network has learnt nothing like this pattern."
    ),
    ReasonKind.NETWORK_ALONE: mark("The answer is the network's alone."),
    ReasonKind.NETWORK_AGREES: mark("The network names the same phase."),
    ReasonKind.NETWORK_AGREES_UNSURE: mark("The network names the same phase, not surely enough."),
    ReasonKind.NETWORK_AGAINST: mark("The network speaks against it."),
    ReasonKind.NETWORK_UNSURE: mark("The network is not sure of any phase."),
    ReasonKind.NETWORK_UNSURE_BETWEEN: mark(
        "Only the network tells them apart, and it is not sure."
    ),
}

_TWIN_LAWS = {
    " on ": mark("{twin} on {place}"),
    " about ": mark("{twin} about {place}"),
}
TWIN_KINDS = (mark("twin"), mark("Σ3 twin"), mark("twin by half a turn"))
"""The kinds of `crystal.twin_laws.TwinLaw`, which names its twins by them."""


def sentence(reason: Reason, phase_name: PhaseName = str, say: Say = english) -> str:
    """Return a reason as a sentence.

    Parameters
    ----------
    reason
        The reason; one of a kind that is not known here speaks by its own text.
    phase_name
        Returns what a phase is called.
    say
        Returns an English sentence in another language with its values put in.
    """
    if reason.kind in _FIXED:
        return say(_FIXED[reason.kind])
    if reason.kind == ReasonKind.PATTERN_KIND:
        return say(KIND_SENTENCES.get(reason.pattern_kind or "", reason.text))
    words = _WORDS.get(reason.kind) or RING_WORDS.get(reason.kind)
    return words(reason, phase_name, say) if words is not None else reason.text


def recorded(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return reasons as a record holds them: with their sentence, and numbers as long as needed."""
    return tuple(
        replace(
            reason,
            text=sentence(reason),
            probability=_rounded(reason.probability, 4),
            factor=_rounded(reason.factor, 5),
            tilt_deg=_rounded(reason.tilt_deg, 2),
        )
        for reason in reasons
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)


def texts(reasons: Sequence[Reason]) -> str:
    """Return the sentences of reasons one after another."""
    return " ".join(sentence(reason) for reason in reasons)


def _axis(reason: Reason) -> str:
    if reason.zone_label:
        return reason.zone_label
    return f"[{' '.join(str(i) for i in reason.zone_axis or ())}]"


def _crystal(reason: Reason, name: PhaseName, say: Say) -> str:
    return say("{phase} along {zone}", phase=name(reason.phase or ""), zone=_axis(reason))


def _percent(reason: Reason) -> str:
    return f"{100 * (reason.probability or 0.0):.0f} %"


def _explains(reason: Reason, name: PhaseName, say: Say) -> str:
    values = {
        "crystal": _crystal(reason, name, say),
        "matched": reason.matched,
        "spots": reason.spots,
    }
    count = reason.missing or 0
    if count == 0:
        return say(
            "{crystal} explains {matched} of {spots} spots; no expected one is missing.", **values
        )
    if count == 1:
        return say(
            "{crystal} explains {matched} of {spots} spots; 1 expected one is missing.", **values
        )
    return say(
        "{crystal} explains {matched} of {spots} spots; {count} expected ones are missing.",
        count=count,
        **values,
    )


def _twin(reason: Reason, _name: PhaseName, say: Say) -> str:
    law = reason.law or ""
    for joint, words in _TWIN_LAWS.items():
        kind, found, place = law.partition(joint)
        if found:
            law = say(words, twin=say(kind), place=place)
    return say("Its {law} explains {matched} more.", law=law, matched=reason.matched)


def _further_crystal(reason: Reason, name: PhaseName, say: Say) -> str:
    if reason.phases:  # the phase named
        return say(
            "A further grain, {crystal}, explains {matched} more.",
            crystal=_crystal(reason, name, say),
            matched=reason.matched,
        )
    return say(
        "A further crystal, {crystal}, explains {matched} more.",
        crystal=_crystal(reason, name, say),
        matched=reason.matched,
    )


def _weak_spots(reason: Reason, _name: PhaseName, say: Say) -> str:
    cause = say(reason.cause or "")
    if reason.matched == 1:
        return say("1 weak spot lies where {cause} can put it.", cause=cause)
    return say(
        "{count} weak spots lie where {cause} can put them.", count=reason.matched, cause=cause
    )


def _explains_by_position(reason: Reason, name: PhaseName, say: Say) -> str:
    return say("By position alone, {sentence}", sentence=_explains(reason, name, say))


def _unknown_crystal(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "{crystal} fits the spots, but so would many other crystals ({percent} that it is one "
        "of the candidates).",
        crystal=_crystal(reason, name, say),
        percent=_percent(reason),
    )


def _unexplained_despite_spots(reason: Reason, _name: PhaseName, say: Say) -> str:
    return say(
        "With {spots} spots found, the right structure would explain them: it is probably not on "
        "your list.",
        spots=reason.spots,
    )


def _foreign(reason: Reason, _name: PhaseName, say: Say) -> str:
    return say(
        "The pattern looks like none of the phases that the network knows ({percent}).",
        percent=_percent(reason),
    )


def _fits_as_well(reason: Reason, name: PhaseName, say: Say) -> str:
    phases = listed([name(phase) for phase in reason.phases], say)
    return say("The spots fit {phases} as well.", phases=phases)


def _spots_instead(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "So says the network; the spots alone speak for {phase}: look at both.",
        phase=name(reason.phase or ""),
    )


def _network_instead(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "The network names {phase} instead: look at both before you decide.",
        phase=name(reason.phase or ""),
    )


def _another_scale(reason: Reason, name: PhaseName, say: Say) -> str:
    said = say(
        "On the stated scale nothing fits; by ratios and angles alone {crystal} would, if the "
        "scale were {factor} times the stated one: check the calibration.",
        crystal=_crystal(reason, name, say),
        factor=f"{reason.factor or 0.0:.3g}",
    )
    return said + unit_hint(reason.factor, say)


def _center_unsure(reason: Reason, _name: PhaseName, say: Say) -> str:
    words = [
        say("({x:.0f}, {y:.0f}) px with {percent:.0f} %", x=x, y=y, percent=100 * p)
        for x, y, p in reason.places
    ]
    if len(words) < 2:
        return say("The direct beam may be in several places.")
    return say(
        "The direct beam may be in several places: at {place}, taken here, or at {others}.",
        place=words[0],
        others=listed(words[1:], say),
    )


def _equally_well(reason: Reason, name: PhaseName, say: Say) -> str:
    # a list of two or three, all of them joined by "and"
    joined = say(" and ").join(name(phase) for phase in reason.phases)
    return say("{phases} fit this pattern equally well", phases=joined)


def _scale_decides(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "{phases} fit this pattern equally well, each on a scale of its own; a known scale would "
        "separate them.",
        phases=listed([name(phase) for phase in reason.phases], say),
    )


def _tilt_decides(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "{equally_well}; tilting {tilt_deg:.0f}° to {zone} of {phase} would separate them.",
        equally_well=_equally_well(reason, name, say),
        tilt_deg=reason.tilt_deg or 0.0,
        zone=_axis(reason),
        phase=name(reason.phase or ""),
    )


def _exposure_decides(reason: Reason, name: PhaseName, say: Say) -> str:
    planes = [
        say("{plane} of {phase}", plane=plane, phase=name(phase)) for phase, plane in reason.planes
    ]
    return say(
        "{equally_well}; a longer exposure decides by {planes}.",
        equally_well=_equally_well(reason, name, say),
        planes=", ".join(planes),
    )


def _nothing_decides(reason: Reason, name: PhaseName, say: Say) -> str:
    return say(
        "{equally_well}, and no zone axis within reach separates them; use EDS or the scale.",
        equally_well=_equally_well(reason, name, say),
    )


_WORDS: Mapping[str, Callable[[Reason, PhaseName, Say], str]] = {
    ReasonKind.EXPLAINS: _explains,
    ReasonKind.TWIN: _twin,
    ReasonKind.FURTHER_CRYSTAL: _further_crystal,
    ReasonKind.WEAK_SPOTS: _weak_spots,
    ReasonKind.EXPLAINS_BY_POSITION: _explains_by_position,
    ReasonKind.FITS_AS_WELL: _fits_as_well,
    ReasonKind.UNKNOWN_CRYSTAL: _unknown_crystal,
    ReasonKind.FOREIGN: _foreign,
    ReasonKind.UNEXPLAINED_DESPITE_SPOTS: _unexplained_despite_spots,
    ReasonKind.ANOTHER_SCALE: _another_scale,
    ReasonKind.CENTER_UNSURE: _center_unsure,
    ReasonKind.NETWORK_INSTEAD: _network_instead,
    ReasonKind.SPOTS_INSTEAD: _spots_instead,
    ReasonKind.LATTICE_ALONE: lattice_words,
    ReasonKind.SCALE_DECIDES: _scale_decides,
    ReasonKind.TILT_DECIDES: _tilt_decides,
    ReasonKind.EXPOSURE_DECIDES: _exposure_decides,
    ReasonKind.NOTHING_DECIDES: _nothing_decides,
}
