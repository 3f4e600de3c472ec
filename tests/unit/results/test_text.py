from saed_desktop.results.text import text_line
from tests.unit.results.test_record import answer


def test_a_line_names_three_look_alikes_and_counts_the_others():
    names = tuple(f"{element} [1 1 0]" for element in ("Si", "Ge", "Sn", "C", "BN"))
    line = text_line(answer(look_alikes=names))
    assert line.endswith("not among the candidates: Si [1 1 0], Ge [1 1 0], Sn [1 1 0] and 2 more")
    assert "more" not in text_line(answer(look_alikes=names[:3]))
