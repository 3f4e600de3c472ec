"""Reasons in words: the only place where they become English."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.ring_sentences import RING_WORDS

KIND_SENTENCES: Mapping[str, str] = {
    "spots": "A single-crystal spot pattern.",
    "rings": "A ring pattern of many small crystals.",
    "spots and rings": "Spots of a larger crystal on the rings of many small ones.",
    "amorphous halo": "The diffuse halo of an amorphous material.",
    "convergent-beam disks": "Large disks of a convergent beam: positions alone cannot be indexed.",
    "too few spots": "Too few spots to tell a lattice, as in a two-beam condition.",
    "nothing": "No diffraction could be made out.",
}
"""What to say of each kind of pattern."""

_FIXED: Mapping[str, str] = {
    ReasonKind.NOTHING_EXPLAINS: "No orientation of any candidate phase explains the spots.",
    ReasonKind.NOTHING_KNOWN_EXPLAINS: (
        "The pattern looks like none of the known phases, and none explains its spots."
    ),
    ReasonKind.FCC_PLATE: (
        "A plate of some fcc crystal along [111], with the weak 1/3{422} spots of faults "
        "or steps, explains the spots as well as any candidate or better."
    ),
    ReasonKind.AMONG_CANDIDATES: "The probability is among the candidate phases only.",
    ReasonKind.TOO_FEW_SPOTS: "Too few spots to index.",
    ReasonKind.NO_NETWORK: "By the physics alone: no network was asked.",
    ReasonKind.NETWORK_KNOWS_NONE: "By the physics alone: the network knows no such pattern.",
    ReasonKind.NETWORK_ALONE: "The answer is the network's alone.",
    ReasonKind.NETWORK_AGREES: "The network names the same phase.",
    ReasonKind.NETWORK_AGREES_UNSURE: "The network names the same phase without being sure.",
    ReasonKind.NETWORK_AGAINST: "The network speaks against it.",
    ReasonKind.NETWORK_UNSURE: "The network is not sure of any phase.",
    ReasonKind.NETWORK_UNSURE_BETWEEN: "Only the network tells them apart, and it is not sure.",
}

PhaseName = Callable[[str], str]


def sentence(reason: Reason, phase_name: PhaseName = str) -> str:
    """Return a reason as an English sentence.

    Parameters
    ----------
    reason
        The reason; one of a kind that is not known here speaks by its own text.
    phase_name
        Returns what a phase is called.
    """
    if reason.kind in _FIXED:
        return _FIXED[reason.kind]
    if reason.kind == ReasonKind.PATTERN_KIND:
        return KIND_SENTENCES.get(reason.pattern_kind or "", reason.text)
    words = _WORDS.get(reason.kind) or RING_WORDS.get(reason.kind)
    return words(reason, phase_name) if words is not None else reason.text


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


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _axis(reason: Reason) -> str:
    if reason.zone_label:
        return reason.zone_label
    return f"[{' '.join(str(i) for i in reason.zone_axis or ())}]"


def _crystal(reason: Reason, name: PhaseName) -> str:
    return f"{name(reason.phase or '')} along {_axis(reason)}"


def _percent(reason: Reason) -> str:
    return f"{100 * (reason.probability or 0.0):.0f} %"


def _explains(reason: Reason, name: PhaseName) -> str:
    count = reason.missing or 0
    absent = {0: "no expected one is", 1: "1 expected one is"}.get(
        count, f"{count} expected ones are"
    )
    return (
        f"{_crystal(reason, name)} explains {reason.matched} of {reason.spots} spots; "
        f"{absent} missing."
    )


def _twin(reason: Reason, _name: PhaseName) -> str:
    return f"Its {reason.law} explains {reason.matched} more."


def _weak_spots(reason: Reason, _name: PhaseName) -> str:
    one = reason.matched == 1
    return (
        f"{reason.matched} weak {'spot lies' if one else 'spots lie'} where {reason.cause} can put "
        f"{'it' if one else 'them'}."
    )


def _explains_by_position(reason: Reason, name: PhaseName) -> str:
    return f"By position alone, {_explains(reason, name)}"


def _unknown_crystal(reason: Reason, name: PhaseName) -> str:
    return (
        f"{_crystal(reason, name)} fits the spots, but so would many an unknown "
        f"crystal ({_percent(reason)} that it is one of the candidates)."
    )


def _unexplained_despite_spots(reason: Reason, _name: PhaseName) -> str:
    return (
        f"With {reason.spots} spots found, the right structure would explain them: it is probably "
        "not on your list."
    )


def _foreign(reason: Reason, _name: PhaseName) -> str:
    return f"The pattern looks like none of the phases that the network knows ({_percent(reason)})."


def _fits_as_well(reason: Reason, name: PhaseName) -> str:
    return f"The spots fit {listed([name(phase) for phase in reason.phases])} as well."


def _spots_instead(reason: Reason, name: PhaseName) -> str:
    return (
        f"So says the network; the spots alone speak for {name(reason.phase or '')}: look at both."
    )


def _network_instead(reason: Reason, name: PhaseName) -> str:
    return f"The network names {name(reason.phase or '')} instead: look at both before you decide."


def _another_scale(reason: Reason, name: PhaseName) -> str:
    return (
        "On the stated scale nothing fits; by ratios and angles alone "
        f"{_crystal(reason, name)} would, if the scale were {reason.factor or 0.0:.3g} "
        "times the stated one: check the calibration."
    )


def _center_unsure(reason: Reason, name: PhaseName) -> str:
    del name
    words = [f"({x:.0f}, {y:.0f}) px with {100 * p:.0f} %" for x, y, p in reason.places]
    if len(words) < 2:
        return "The direct beam may be in several places."
    others = words[1] if len(words) == 2 else f"{', '.join(words[1:-1])} and {words[-1]}"
    return f"The direct beam may be in several places: at {words[0]}, taken here, or at {others}."


def _equally_well(reason: Reason, name: PhaseName) -> str:
    return f"{' and '.join(name(phase) for phase in reason.phases)} fit this pattern equally well"


def _scale_decides(reason: Reason, name: PhaseName) -> str:
    return (
        f"{listed([name(phase) for phase in reason.phases])} fit this pattern equally well, each "
        "on a scale of its own; a known scale would separate them."
    )


def _tilt_decides(reason: Reason, name: PhaseName) -> str:
    return (
        f"{_equally_well(reason, name)}; tilting {reason.tilt_deg or 0.0:.0f}° to "
        f"{_axis(reason)} of {name(reason.phase or '')} would separate them."
    )


def _exposure_decides(reason: Reason, name: PhaseName) -> str:
    planes = ", ".join(f"{plane} of {name(phase)}" for phase, plane in reason.planes)
    return f"{_equally_well(reason, name)}; a longer exposure decides by {planes}."


def _nothing_decides(reason: Reason, name: PhaseName) -> str:
    return (
        f"{_equally_well(reason, name)}, and no zone axis within reach separates them; use EDS or "
        "the scale."
    )


_WORDS: Mapping[str, Callable[[Reason, PhaseName], str]] = {
    ReasonKind.EXPLAINS: _explains,
    ReasonKind.TWIN: _twin,
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
    ReasonKind.SCALE_DECIDES: _scale_decides,
    ReasonKind.TILT_DECIDES: _tilt_decides,
    ReasonKind.EXPOSURE_DECIDES: _exposure_decides,
    ReasonKind.NOTHING_DECIDES: _nothing_decides,
}
