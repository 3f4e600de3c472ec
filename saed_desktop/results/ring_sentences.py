"""Reasons about rings in words; `sentences` asks here."""

from collections.abc import Callable, Mapping

from saed_desktop.results.reason import Reason, ReasonKind

PhaseName = Callable[[str], str]


def _crystal(reason: Reason, name: PhaseName) -> str:
    structure = f" ({reason.structure})" if reason.structure else ""
    return f"{name(reason.phase or '')}{structure}"


def _rings(count: int | None) -> str:
    return f"{count} ring" if count == 1 else f"{count} rings"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _explained(reason: Reason, name: PhaseName) -> str:
    missing = reason.missing or 0
    absent = {0: "no expected one is", 1: "1 expected one is"}.get(
        missing, f"{missing} expected ones are"
    )
    return (
        f"{_crystal(reason, name)} explains {reason.matched} of {_rings(reason.rings)}; "
        f"{absent} missing."
    )


def _also(reason: Reason, name: PhaseName) -> str:
    return (
        f"{_crystal(reason, name)} explains {_rings(reason.matched)} beside it, "
        f"{100 * (reason.share or 0):.0f} % of the brightness."
    )


def _unexplained(reason: Reason, _name: PhaseName) -> str:
    where = ""
    if reason.spacings_angstrom:
        where = f", at {_listed([f'{d:.3g}' for d in reason.spacings_angstrom])} Å"
    one = reason.rings == 1
    return f"{_rings(reason.rings)}{where}, {'fits' if one else 'fit'} no candidate."


def _fit_as_well(reason: Reason, name: PhaseName) -> str:
    return f"The rings fit {_listed([name(phase) for phase in reason.phases])} as well."


def _too_few(reason: Reason, _name: PhaseName) -> str:
    return f"Too few rings to decide: {_rings(reason.rings)} can be measured."


def _unknown(reason: Reason, name: PhaseName) -> str:
    return (
        f"{_crystal(reason, name)} fits {reason.matched} of {_rings(reason.rings)}, but so would "
        f"many an unknown crystal ({100 * (reason.probability or 0.0):.0f} % that it is one of "
        "the candidates)."
    )


def _nothing(_reason: Reason, _name: PhaseName) -> str:
    return "No candidate phase explains the rings."


def _another_scale(reason: Reason, name: PhaseName) -> str:
    return (
        f"On the stated scale nothing fits; by ratios alone {_crystal(reason, name)} would, if "
        f"the scale were {reason.factor or 0.0:.3g} times the stated one: check the calibration."
    )


def _fibre(reason: Reason, name: PhaseName) -> str:
    axis = " ".join(str(i) for i in reason.zone_axis or ())
    return (
        f"The grains of {name(reason.phase or '')} have [{axis}] along the beam: only planes "
        "parallel to it give rings."
    )


def _grain_size(reason: Reason, name: PhaseName) -> str:
    return (
        f"The grains of {name(reason.phase or '')} measure {reason.grain_nm or 0.0:.2g} nm or "
        "more by the width of the rings (Scherrer; the instrument's own width is in it)."
    )


def _halo(reason: Reason, _name: PhaseName) -> str:
    if not reason.spacings_angstrom:
        return "Its scale is not known, so the maxima have no lengths."
    words = _listed([f"{10 / d:.3g}" for d in reason.spacings_angstrom])
    return f"The halo's maxima lie at {words} 1/nm."


RING_WORDS: Mapping[str, Callable[[Reason, PhaseName], str]] = {
    ReasonKind.RINGS_EXPLAINED: _explained,
    ReasonKind.RINGS_ALSO: _also,
    ReasonKind.RINGS_UNEXPLAINED: _unexplained,
    ReasonKind.RINGS_FIT_AS_WELL: _fit_as_well,
    ReasonKind.RINGS_TOO_FEW: _too_few,
    ReasonKind.RINGS_UNKNOWN: _unknown,
    ReasonKind.RINGS_NOTHING_EXPLAINS: _nothing,
    ReasonKind.RINGS_ANOTHER_SCALE: _another_scale,
    ReasonKind.RINGS_FIBRE: _fibre,
    ReasonKind.RINGS_GRAIN_SIZE: _grain_size,
    ReasonKind.HALO_MAXIMA: _halo,
}
