"""Records: what is written is read again, of this schema and of earlier ones."""

import json
from pathlib import Path

import msgspec
import pytest

from saed_desktop.pattern.kind import PatternKind
from saed_desktop.results.cell_record import CellRecord, ParameterRecord
from saed_desktop.results.reading import RecordError, read_record
from saed_desktop.results.reason import Reason, ReasonKind
from saed_desktop.results.record import (
    AnswerRecord,
    MarkRecord,
    PictureRecord,
    error_record,
    json_line,
    without_picture,
)
from saed_desktop.results.schema import schema_file, schema_text
from saed_desktop.results.sentences import KIND_SENTENCES, sentence
from tests.records import RINGS, answer, candidate

OLD = Path(__file__).parent / "written_by_schema_1" / "answers.jsonl"
OLD_2 = Path(__file__).parent / "written_by_schema_2" / "answers.jsonl"
OLD_3 = Path(__file__).parent / "written_by_schema_3" / "answers.jsonl"


def test_a_record_is_read_as_it_was_written():
    cell = CellRecord(parameters={"a": ParameterRecord(value=5.4, sigma=0.01)})
    picture = PictureRecord(jpeg=b"\xff\xd8\x00", width_px=512, marks=(MarkRecord(1.0, 2.5, "1"),))
    full = answer(candidates=(candidate(cell=cell),), picture=picture)
    for record in (answer(), full, answer(**RINGS), error_record("x.tif", "It is damaged.")):
        line = json_line(record)
        assert "\n" not in line
        assert read_record(line) == record
    assert json.loads(json_line(full))["schema"] == 4
    # what nobody asked for is left out, what does not apply is null
    plain = json.loads(json_line(without_picture(full)))
    assert "picture" not in plain and "spot_list" not in plain
    assert plain["network"] is None and plain["twin"] is None


def test_keys_and_kinds_of_a_newer_version_are_tolerated():
    value = {**json.loads(json_line(answer())), "colour": "blue"}
    value["reasons"] = [{"kind": "by-magic", "wand": 3, "text": "It is magic."}]
    record = read_record(json.dumps(value))
    assert sentence(record.reasons[0]) == "It is magic."


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"[1, 2]",
        b"{",
        b"[" * 100_000,
        b'{"joint": {"specimen": "x"}}',
        json_line(answer()).replace('"schema":4', '"schema":5').encode(),
        json_line(answer()).replace('"score":0.9', '"score":"high"').encode(),
        json_line(answer()).replace('"zone_axis":[1,1,0]', '"zone_axis":[1,1]').encode(),
        json_line(answer()).replace('"verdict":"agree"', '"verdict":"perhaps"').encode(),
        json_line(answer()).encode()[:-40],
        b'{"schema": null}',
        b'{"schema": 1, "candidates": 3}',
        b'{"reasons": 7}',
    ],
)
def test_what_is_no_answer_is_refused(damage):
    with pytest.raises(RecordError):
        read_record(damage)


def test_answers_of_the_first_schema_are_read():
    lines = OLD.read_text(encoding="utf-8").splitlines()
    for line in lines:
        old, record = json.loads(line), read_record(line)
        assert [reason.text for reason in record.reasons] == old["reasons"]
        assert [sentence(reason) for reason in record.deciding] == old["deciding"]
        new = json.loads(json_line(record))
        new["physics_in_candidates"] = old.get("physics_in_candidates")
        if new["verdict"] == "indexing-only":
            new["verdict"] = "physics-only"
        # everything that was there is there still, at its place
        for key in old.keys() - {"reasons", "deciding", "candidates"}:
            assert new[key] == old[key], key
        for before, now in zip(old["candidates"], new["candidates"], strict=True):
            assert all(now[key] == value for key, value in before.items())
    assert {json.loads(line)["status"] for line in lines} == {"indexed", "unknown", "error"}


def test_the_windows_old_journal_keys_become_a_picture():
    old = json.loads(OLD.read_text(encoding="utf-8").splitlines()[0])
    old |= {"zone_label": "[100]", "thumbnail": "/9j/", "width_px": 512, "marks": [[1, 2, "200"]]}
    record = read_record(json.dumps(old))
    assert record.named_candidate.zone_label == "[100]"
    assert record.picture == PictureRecord(
        jpeg=b"\xff\xd8\xff", width_px=512, marks=(MarkRecord(1.0, 2.0, "200"),)
    )


def test_the_published_schema_is_of_this_version():
    # `python -m saed_desktop.results.schema` writes it
    assert schema_file().read_text(encoding="utf-8") == schema_text()


def test_the_schema_describes_every_key_that_is_printed():
    schema = json.loads(schema_file().read_text(encoding="utf-8"))
    properties = schema["$defs"]["AnswerRecord"]["properties"]
    printed = json.loads(json_line(answer()))
    assert printed.keys() <= properties.keys()
    assert set(schema["$defs"]["AnswerRecord"]["required"]) <= printed.keys()
    assert msgspec.json.decode(json_line(answer()), type=AnswerRecord) == answer()


def test_every_kind_has_a_sentence():
    assert set(KIND_SENTENCES) == {kind.value for kind in PatternKind}
    for kind in ReasonKind:
        reason = Reason(kind=kind, pattern_kind="spots", text="A text.", phases=("a", "b"))
        words = sentence(reason)
        assert words.endswith(".")
        assert (words == "A text.") == (kind is ReasonKind.TEXT)


def test_answers_of_the_second_schema_are_read():
    for line in OLD_2.read_text(encoding="utf-8").splitlines():
        old, new = json.loads(line), json.loads(json_line(read_record(line)))
        verdict = old.pop("verdict")
        assert new.pop("verdict") == ("indexing-only" if verdict == "physics-only" else verdict)
        assert (old.pop("schema"), new.pop("schema")) == (2, 4)
        # what that number became lies in the probabilities of answers of today
        old.pop("physics_in_candidates")
        assert new.pop("none_of_these") is None and not new.pop("set_includes_none")
        assert new.pop("considered") == old.pop("conditional_on")
        assert new == old
    assert verdict == "physics-only"
    (alone,) = [r for r in read_record(line).reasons if r.kind == ReasonKind.NO_NETWORK]
    # kept as it was written, told in today's words
    assert alone.text == "By the physics alone: no network was asked."
    assert sentence(alone) == "By indexing alone: no network was asked."


def test_answers_of_the_third_schema_are_read():
    # their probabilities are among the phases, and how probable none of them was is not known
    for line in OLD_3.read_text(encoding="utf-8").splitlines():
        old, record = json.loads(line), read_record(line)
        assert old["schema"] == 3 and record.none_of_these is None
        assert (record.phase, record.probability) == (old["phase"], old["probability"])
        assert record.probabilities == old["probabilities"]
        assert record.considered == old["conditional_on"] == "candidates"
        assert not record.set_includes_none and read_record(json_line(record)) == record
    assert record.phase is not None


def test_probabilities_are_of_all_crystals_and_can_be_asked_among_the_candidates():
    record = answer()
    assert sum(record.probabilities.values()) + record.none_of_these == pytest.approx(1)
    assert record.among_candidates == pytest.approx({"PuO2": 0.93 / 0.95, "PuO": 0.02 / 0.95})
    assert answer(probabilities={}).among_candidates == {}


def test_those_about_as_probable_tie():
    equal = {"Al": 0.31, "Ag": 0.3, "Au": 0.28, "Cu": 0.01}
    names = {"phase": "Al", "prediction_set": ("Al", "Ag", "Au", "Cu")}
    assert answer(**names, probabilities=equal).tied == ("Al", "Ag", "Au")
    assert answer(phase=None).tied == ()
    assert answer().tied == ("PuO2",)
    # one that is named because it fits better than a likelier one ties with nothing
    unlikely = answer(phase="Cu", prediction_set=("Al",), probabilities=equal)
    assert unlikely.tied == ("Cu",)
