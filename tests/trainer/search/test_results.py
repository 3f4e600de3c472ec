import json
import multiprocessing

from trainer.search.results import Result, TrialStatus, append_result, merge, read_results


def result(index, outcome=TrialStatus.DONE, seed=0, score=0.5):
    return Result(index, seed, outcome, score=score, curve=((1.0, score),), shrunk=(8, 4))


def test_results_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "a" / "results.jsonl"
    written = [result(1), result(2, TrialStatus.FAILED), result(3, TrialStatus.STOPPED)]
    for one in written:
        append_result(path, one)
    assert read_results(path) == (written, 0)
    assert read_results(tmp_path / "none") == ([], 0)


def test_a_torn_last_line_costs_only_itself(tmp_path):
    path = tmp_path / "results.jsonl"
    for index in range(3):
        append_result(path, result(index))
    whole = path.read_bytes()
    for cut in range(1, len(whole) // 3):
        path.write_bytes(whole[:-cut])
        found, torn = read_results(path)
        # without its line feed alone the last line is still complete
        assert [r.index for r in found] == ([0, 1, 2] if cut == 1 else [0, 1])
        assert torn == (cut > 1)
        append_result(path, result(7))
        found, torn = read_results(path)
        assert [r.index for r in found][-1] == 7
        assert len(found) == (4 if cut == 1 else 3)


def test_merging_counts_each_training_once(tmp_path):
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    append_result(a, result(1, TrialStatus.FAILED))
    append_result(a, result(1, score=0.7))
    append_result(b, result(1, score=0.1))
    append_result(b, result(1, TrialStatus.FAILED))
    append_result(b, result(1, seed=5))
    merged = merge([a, b])
    assert {key: r.score for key, r in merged.by_key.items()} == {(1, 0): 0.7, (1, 5): 0.5}
    assert merged.twice == 1


def test_unknown_words_of_a_later_version_are_left_out(tmp_path):
    path = tmp_path / "results.jsonl"
    append_result(path, result(1))
    line = {**json.loads(path.read_text()), "colour": "red"}
    path.write_text(json.dumps(line) + "\n")
    assert read_results(path)[0] == [result(1)]


def test_writers_side_by_side_do_not_mix(tmp_path):
    path = tmp_path / "results.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(path, k)) for k in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found, torn = read_results(path)
    assert torn == 0
    assert sorted(r.key for r in found) == [(i, k) for i in range(40) for k in range(2)]


def _write_many(path, seed):
    for index in range(40):
        append_result(path, result(index, seed=seed))
