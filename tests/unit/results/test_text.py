import msgspec
import pytest

from saed_desktop.results.cell_record import CellRecord, ParameterRecord
from saed_desktop.results.record import (
    CalibrationRecord,
    FamilyRecord,
    LibraryRecord,
    Status,
    Verdict,
)
from saed_desktop.results.text import csv_row, text_line
from tests.records import RINGS, answer, candidate


def test_a_line_names_three_look_alikes_and_counts_the_others():
    names = tuple(f"{element} [1 1 0]" for element in ("Si", "Ge", "Sn", "C", "BN"))
    line = text_line(answer(look_alikes=names))
    assert line.endswith("not among the candidates: Si [1 1 0], Ge [1 1 0], Sn [1 1 0] and 2 more")
    assert "more" not in text_line(answer(look_alikes=names[:3]))


def test_one_look_alike_fits_and_several_fit():
    assert "; fits as well, not among" in text_line(answer(look_alikes=("Si [110]",)))
    assert "; fit as well, not among" in text_line(answer(look_alikes=("Si [110]", "Ge [110]")))


def test_a_refined_cell_has_the_digits_that_its_uncertainty_leaves():
    value = ParameterRecord(value=5.5597, sigma=0.11127)
    cell = CellRecord(parameters={"a": value, "b": value}, undetermined=(), message=None)
    line = text_line(answer(candidates=(candidate(cell=cell),)))
    assert line.endswith("; a = 5.56 ± 0.11 Å")


@pytest.mark.parametrize(
    ("fitting", "source", "kind", "said"),
    [
        (7, "file", "spots", ": 7 of 9 structures have a zone of this size and shape"),
        (9, "fitted", "spots", ": 9 of 9 structures have a zone of this shape; the scale is unk"),
        (0, "user", "spots", ": none of 9 structures has a zone of this size and shape; these fit"),
        (3, "user", "rings", ": 3 of 9 structures suit the rings"),
    ],
)
def test_a_search_says_what_its_structures_have_in_common(fitting, source, kind, said):
    family = FamilyRecord(
        prototype="CaF2", phases=("PuO2",), probability=0.5, a_angstrom=(5.4, 5.4), text="fluorite"
    )
    library = LibraryRecord(
        libraries=("bundled",), elements="", structures=9, admitted=9, fitting=fitting, judged=1,
        families=(family,), decides=(), not_searched=(),
    )  # fmt: skip
    calibration = CalibrationRecord(scale_inv_angstrom_per_px=0.004, source=source)
    record = msgspec.structs.replace(answer(kind=kind, calibration=calibration), library=library)
    assert said in text_line(record)


def test_a_ring_pattern_is_a_line_of_phase_rings_and_cell():
    line = text_line(answer(**RINGS))
    assert "Au (fcc), 1 of 2 rings, a = 4.078 ± 0.012 Å" in line
    assert "1 ring not explained" in line
    assert "not excluded: Ag" in line
    assert "none of these" not in line
    assert "b =" not in line


def test_rings_have_cells_in_a_table():
    row = csv_row(answer(**RINGS))
    assert row["rings"] == "2.355 Å Au 111; 1.9 Å"
    assert row["ring_phases"] == "Au (fcc) 1 rings 100 % a = 4.0780 ± 0.0120"
    assert csv_row(answer())["rings"] == ""


def test_none_of_these_is_said_where_it_is_not_excluded():
    probabilities = {"PuO2": 0.7, "PuO": 0.02}
    doubtful = answer(
        probability=0.7, probabilities=probabilities, none_of_these=0.28, set_includes_none=True
    )
    assert "PuO2 [110], probability 0.70 (agree); not excluded: none of these (0.28)" in text_line(
        doubtful
    )
    assert "none of these" not in text_line(answer())
    unknown = answer(
        status=Status.UNKNOWN, verdict=Verdict.NONE, phase=None, probability=None, none_of_these=0.8
    )
    assert "unknown (none of these: 0.80). " in text_line(unknown)
    row = csv_row(doubtful)
    assert (row["none_of_these"], row["set_includes_none"]) == (0.28, "true")


def test_a_tie_names_all_that_tie():
    equal = {"PuO2": 0.46, "PuO": 0.44}
    line = text_line(answer(probability=0.46, probabilities=equal, prediction_set=tuple(equal)))
    assert "tie of PuO2 [110], PuO [110], probabilities 0.46, 0.44 (agree)" in line
    assert "not excluded" not in line
