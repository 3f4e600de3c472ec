"""What a failure says is one line that every output can hold."""

import pytest

from saed_desktop.errors import LONGEST, SaedError, UsageError


@pytest.mark.parametrize("quoted", ["two\nlines", "a\x00b\x7f", "\u2028", "\udcff.tif"])
def test_a_quotation_of_a_damaged_file_stays_on_one_line(quoted):
    sentence = UsageError(f"The file is of kind {quoted}, which is not read.").sentence
    assert len(sentence.splitlines()) == 1
    assert sentence.isprintable()
    assert sentence.encode("utf-8")


def test_a_long_quotation_is_cut():
    assert len(SaedError("x" * 10_000).sentence) == LONGEST + 2


def test_letters_of_other_languages_stay():
    assert SaedError("Größe, Å⁻¹, 相").sentence == "Größe, Å⁻¹, 相"
