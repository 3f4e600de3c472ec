from saed_desktop.results.text import csv_row, text_line
from tests.records import RINGS, answer


def test_a_line_names_three_look_alikes_and_counts_the_others():
    names = tuple(f"{element} [1 1 0]" for element in ("Si", "Ge", "Sn", "C", "BN"))
    line = text_line(answer(look_alikes=names))
    assert line.endswith("not among the candidates: Si [1 1 0], Ge [1 1 0], Sn [1 1 0] and 2 more")
    assert "more" not in text_line(answer(look_alikes=names[:3]))


def test_a_ring_pattern_is_a_line_of_phase_rings_and_cell():
    line = text_line(answer(**RINGS))
    assert "Au (fcc), 1 of 2 rings, a = 4.078 ± 0.012 Å" in line
    assert "1 ring not explained" in line
    assert "not excluded: Ag" in line
    assert "b =" not in line


def test_rings_have_cells_in_a_table():
    row = csv_row(answer(**RINGS))
    assert row["rings"] == "2.355 Å Au 111; 1.9 Å"
    assert row["ring_phases"] == "Au (fcc) 1 rings 100 % a = 4.0780 ± 0.0120"
    assert csv_row(answer())["rings"] == ""
