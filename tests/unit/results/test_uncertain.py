"""Values with their uncertainty, as many digits as it leaves."""

import pytest

from saed_desktop.results.uncertain import with_uncertainty


@pytest.mark.parametrize(
    ("value", "sigma", "written"),
    [
        (5.5597, 0.11127, "5.56 ± 0.11"), (4.0789, 0.0816, "4.079 ± 0.082"),
        (4.07949, 0.0123, "4.079 ± 0.012"), (118.98, 2.345, "119.0 ± 2.3"),
        (120.4, 14.2, "120 ± 14"), (5.43102, 0.00007, "5.4310 ± 0.0001"), (3.5, 0.0, "3.5000 ± 0.0000"),
    ],
)  # fmt: skip
def test_two_digits_of_the_uncertainty_are_kept(value, sigma, written):
    assert with_uncertainty(value, sigma) == written
