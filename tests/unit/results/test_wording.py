"""Phases, formulas and space groups as people write them."""

import pytest

from saed_desktop.results.wording import (
    formula_label,
    percent,
    phase_label,
    space_group_label,
    verdict_words,
)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("delta-PuZr", "δ-PuZr"), ("PuO2", "PuO₂"), ("ZrO2_mono", "ZrO₂ (mono)"),
        ("delta-(Pu,Zr)", "δ-(Pu,Zr)"), ("delta-Pu-Ga", "δ-Pu-Ga"), ("COD_1011098", "COD_1011098"),
        ("my-Specimen", "my-Specimen"), ("alpha", "alpha"),
    ],
)  # fmt: skip
def test_phases(name, written):
    assert phase_label(name) == written


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("PuO2", "PuO₂"), ("Pu0.7Zr0.3", "Pu₀.₇Zr₀.₃"), ("CaF2 (fluorite)", "CaF₂ (fluorite)"),
        ("", ""), ("Cu", "Cu"), ("type 2", "type 2"),
    ],
)  # fmt: skip
def test_formulas(formula, written):
    assert formula_label(formula) == written


@pytest.mark.parametrize(
    ("symbol", "written"),
    [
        ("F m -3 m", "Fm-3m"), ("P 1 21/c 1", "P2₁/c"), ("C 1 2/m 1", "C2/m"), ("P 1", "P1"),
        ("P 63/m m c", "P6₃/mmc"), ("R -3 c:H", "R-3c:H"), ("R 3 2:H", "R32:H"),
        ("P 42/m n m", "P4₂/mnm"), ("I 41/a m d:2", "I4₁/amd:2"), ("P 3 2 1", "P321"),
        ("P 31 2 1", "P3₁21"), ("P 4 21 2", "P42₁2"), ("P -1", "P-1"), ("P 21 3", "P2₁3"),
    ],
)  # fmt: skip
def test_space_groups(symbol, written):
    assert space_group_label(symbol) == written


@pytest.mark.parametrize(
    ("probability", "written"),
    [(1.0, "> 99 %"), (0.994, "99 %"), (0.0051, "1 %"), (0.005, "< 1 %"), (0.0, "< 1 %")],
)
def test_no_probability_is_called_none_or_all(probability, written):
    assert percent(probability) == written


def test_none_of_these_is_said_only_where_it_has_a_probability():
    assert verdict_words("none", 0.8) == "none of these"
    assert verdict_words("none", None) == "not decided"
    assert verdict_words("agree", None) == "agree"
    assert verdict_words("error", None) == "cannot be read"
