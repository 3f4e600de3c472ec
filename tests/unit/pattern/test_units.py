"""Any spelling of a reciprocal length becomes the same number, and nothing else becomes one."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from saed_desktop.pattern.units import angle_factor, inverse_length_factor, length_factor

LENGTHS_IN_ANGSTROM = {
    "A": 1, "Å": 1, "\N{ANGSTROM SIGN}": 1, "A\N{COMBINING RING ABOVE}": 1, "angstrom": 1,
    "Angstroms": 1, "Ångström": 1, r"\u00C5": 1, r"\AA": 1, "Ã…": 1, "pm": 0.01, "nm": 10,
    "nanometer": 10, "nanometres": 10, "n_m": 10, "um": 1e4, "µm": 1e4, "μm": 1e4, "micron": 1e4,
    r"\mu m": 1e4, r"\u00b5m": 1e4, "mm": 1e7, "cm": 1e8, "m": 1e10,
}  # fmt: skip

RECIPROCALS = (
    "1/{}", "1 / {}", "1/({})", "(1/{})", "[1/{}]", "({})^-1", "{}^-1", "{}-1", "{} -1",
    "{}^{{-1}}", "${}^{{-1}}$", r"$\mathrm{{{}}}^{{-1}}$", "{}⁻¹", "{}^(-1)", "{}**-1",
    "{}\N{MINUS SIGN}1", "1/{}/px", "/{}", "per {}", "inverse {}", "reciprocal {}", "k_{}^-1",
)  # fmt: skip

lengths = st.sampled_from(sorted(LENGTHS_IN_ANGSTROM))
blanks = st.text(" \t\x00", max_size=2)


@given(lengths, st.sampled_from(RECIPROCALS), blanks, blanks)
@example("cm", "k_{}^-1", "", "")
def test_every_spelling_of_a_reciprocal_length_is_its_number(length, form, before, after):
    factor = inverse_length_factor(before + form.format(length) + after)
    assert factor == pytest.approx(1 / LENGTHS_IN_ANGSTROM[length], rel=1e-12)


@given(lengths, st.sampled_from(["{}", " {} ", "[{}]", "${}$", "({})"]))
def test_a_length_is_no_reciprocal_length(length, form):
    assert inverse_length_factor(form.format(length)) is None
    assert length_factor(form.format(length)) == pytest.approx(LENGTHS_IN_ANGSTROM[length])


@given(lengths, st.sampled_from(["1/{}^2", "{}^-2", "{}^1", "1/{}^-1", "1/1/{}", "{}^-1^-1"]))
def test_other_powers_are_no_reciprocal_length(length, form):
    assert inverse_length_factor(form.format(length)) is None


@given(st.text(max_size=12))
def test_any_text_is_understood_or_not_but_never_an_error(text):
    for factor in (inverse_length_factor(text), length_factor(text), angle_factor(text)):
        assert factor is None or (math.isfinite(factor) and factor > 0)


@pytest.mark.parametrize("unit", ["", "1", "px", "1/px", "1/s", "s^-1", "eV", "<undefined>", "-1"])
def test_other_units_are_none(unit):
    assert inverse_length_factor(unit) is None
    assert length_factor(unit) is None
    assert angle_factor(unit) is None


def test_the_scattering_vector_with_two_pi_is_divided_by_it():
    assert inverse_length_factor("q_nm^-1") == pytest.approx(0.1 / (2 * math.pi))


@pytest.mark.parametrize(
    ("unit", "radians"),
    [("mrad", 1e-3), ("rad", 1), ("mrads", 1e-3), ("deg", math.pi / 180), ("°", math.pi / 180)],
)
def test_angles(unit, radians):
    assert angle_factor(unit) == pytest.approx(radians)
