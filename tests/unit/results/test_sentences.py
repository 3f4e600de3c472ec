"""Reasons in words, as the command line and as the window says them."""

import pytest

from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.sentences import recorded, sentence, texts

HEX = {"phase": "alpha-Zr", "zone_axis": (2, 1, 0), "zone_label": "[1-100]"}

CASES = [
    (
        Reason(kind=ReasonKind.EXPLAINS, **HEX, matched=20, spots=24, missing=0),
        "alpha-Zr along [1-100] explains 20 of 24 spots; no expected one is missing.",
        "ALPHA-ZR along [1-100] explains 20 of 24 spots; no expected one is missing.",
    ),
    (
        Reason(kind=ReasonKind.EXPLAINS_BY_POSITION, **HEX, matched=1, spots=2, missing=1),
        "By position alone, alpha-Zr along [1-100] explains 1 of 2 spots; 1 expected one is "
        "missing.",
        "By position alone, ALPHA-ZR along [1-100] explains 1 of 2 spots; 1 expected one is "
        "missing.",
    ),
    (
        Reason(kind=ReasonKind.FITS_AS_WELL, phases=("PuO", "O2", "PuO2")),
        "The spots fit PuO, O2 and PuO2 as well.",
        "The spots fit PUO, O2 and PUO2 as well.",
    ),
    (
        Reason(kind=ReasonKind.FOREIGN, probability=0.914),
        "The pattern looks like none of the phases that the network knows (91 %).",
        "The pattern looks like none of the phases that the network knows (91 %).",
    ),
    (
        Reason(kind=ReasonKind.UNEXPLAINED_DESPITE_SPOTS, spots=46),
        "With 46 spots found, the right structure would explain them: it is probably not on your "
        "list.",
        "With 46 spots found, the right structure would explain them: it is probably not on your "
        "list.",
    ),
    (
        Reason(kind=ReasonKind.UNKNOWN_CRYSTAL, **HEX, probability=0.2),
        "alpha-Zr along [1-100] fits the spots, but so would many other crystals (20 % that "
        "it is one of the candidates).",
        "ALPHA-ZR along [1-100] fits the spots, but so would many other crystals (20 % that "
        "it is one of the candidates).",
    ),
    (
        Reason(kind=ReasonKind.ANOTHER_SCALE, **HEX, factor=1.0987654),
        "On the stated scale nothing fits; by ratios and angles alone alpha-Zr along [1-100] "
        "would, if the scale were 1.1 times the stated one: check the calibration.",
        "On the stated scale nothing fits; by ratios and angles alone ALPHA-ZR along [1-100] "
        "would, if the scale were 1.1 times the stated one: check the calibration.",
    ),
    (
        Reason(kind=ReasonKind.SCALE_DECIDES, phases=("a", "b", "c")),
        "a, b and c fit this pattern equally well, each on a scale of its own; a known scale "
        "would separate them.",
        "A, B and C fit this pattern equally well, each on a scale of its own; a known scale "
        "would separate them.",
    ),
    (
        Reason(kind=ReasonKind.TILT_DECIDES, **HEX, phases=("alpha-Zr", "PuO"), tilt_deg=19.4),
        "alpha-Zr and PuO fit this pattern equally well; tilting 19° to [1-100] of alpha-Zr would "
        "separate them.",
        "ALPHA-ZR and PUO fit this pattern equally well; tilting 19° to [1-100] of ALPHA-ZR would "
        "separate them.",
    ),
    (
        Reason(
            kind=ReasonKind.EXPOSURE_DECIDES,
            phases=("a", "b"),
            planes=(("a", "(111)"), ("b", "(200)")),
        ),
        "a and b fit this pattern equally well; a longer exposure decides by (111) of a, (200) "
        "of b.",
        "A and B fit this pattern equally well; a longer exposure decides by (111) of A, (200) "
        "of B.",
    ),
    (
        Reason(
            kind=ReasonKind.RINGS_EXPLAINED,
            phase="Au",
            structure="fcc",
            matched=7,
            rings=7,
            missing=0,
        ),
        "Au (fcc) explains 7 of 7 rings; no expected one is missing.",
        "AU (fcc) explains 7 of 7 rings; no expected one is missing.",
    ),
    (
        Reason(kind=ReasonKind.RINGS_UNEXPLAINED, rings=2, spacings_angstrom=(2.484, 1.52)),
        "2 rings, at 2.48 and 1.52 Å, fit no candidate.",
        "2 rings, at 2.48 and 1.52 Å, fit no candidate.",
    ),
    (
        Reason(kind=ReasonKind.RINGS_ANOTHER_SCALE, phase="Au", factor=0.0998),
        "On the stated scale no candidate fits; by ratios alone Au would, if the scale were 0.0998 "
        "times the stated one: check the calibration. A factor of ten is that between 1/Å and "
        "1/nm: perhaps the unit is wrong.",
        "On the stated scale no candidate fits; by ratios alone AU would, if the scale were 0.0998 "
        "times the stated one: check the calibration. A factor of ten is that between 1/Å and "
        "1/nm: perhaps the unit is wrong.",
    ),
    (
        Reason(kind=ReasonKind.RINGS_LATTICE_ONLY, phase="Au", spacings_angstrom=(4.07949, 0.0816)),
        "Rings tell the lattice, hardly the elements: every crystal of the structure type of Au "
        "with a = 4.079 ± 0.082 Å gives such rings. The elements (EDS), or a better scale, would "
        "decide.",
        "Rings tell the lattice, hardly the elements: every crystal of the structure type of AU "
        "with a = 4.079 ± 0.082 Å gives such rings. The elements (EDS), or a better scale, would "
        "decide.",
    ),
    (
        Reason(kind=ReasonKind.RINGS_TOO_FEW, rings=1),
        "Too few rings to decide: 1 ring can be measured.",
        "Too few rings to decide: 1 ring can be measured.",
    ),
    (
        Reason(kind=ReasonKind.HALO_MAXIMA, spacings_angstrom=(3.2, 1.9)),
        "The halo's maxima lie at 3.12 and 5.26 1/nm.",
        "The halo's maxima lie at 3.12 and 5.26 1/nm.",
    ),
]


@pytest.mark.parametrize(("reason", "plain", "spoken"), CASES)
def test_the_same_reason_in_two_spellings(reason, plain, spoken):
    assert sentence(reason) == plain
    assert sentence(reason, str.upper) == spoken


def test_a_recorded_reason_holds_its_sentence_and_short_numbers():
    (reason,) = recorded([Reason(kind=ReasonKind.FOREIGN, probability=0.123456789)])
    assert reason.probability == 0.1235
    assert reason.text.endswith("(12 %).")
    assert texts([reason, reason]) == f"{reason.text} {reason.text}"


@pytest.mark.parametrize("more", [(), ((7.0, 8.0, 0.04),)])
def test_places_of_the_beam_are_named_with_their_probabilities(more):
    places = ((100.2, 50.0, 0.7), (130.0, 90.6, 0.26), *more)
    words = sentence(Reason(kind=ReasonKind.CENTER_UNSURE, places=places))
    assert "(100, 50) px with 70 %, taken here, or at (130, 91) px with 26 %" in words
    assert words.endswith(" and (7, 8) px with 4 %." if more else "26 %.")
