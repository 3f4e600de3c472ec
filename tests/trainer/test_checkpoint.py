import subprocess
import sys

import pytest
import torch

from tests.trainer.conftest import trainer_environment
from trainer.checkpoint import (
    CHECKPOINT,
    PREVIOUS,
    CheckpointError,
    CheckpointOptions,
    Clock,
    load_checkpoint,
    read_tensors,
    remove_checkpoints,
    restore_random_states,
    save_checkpoint,
    write_tensors,
)
from trainer.distributed import World


def content(step: int) -> dict:
    return {"format": 1, "step": step, "tensor": torch.full((50,), float(step))}


def test_the_one_before_is_kept(tmp_path):
    assert load_checkpoint(tmp_path) is None
    save_checkpoint(tmp_path, content(1))
    save_checkpoint(tmp_path, content(2))
    assert load_checkpoint(tmp_path)["step"] == 2
    assert read_tensors(tmp_path / PREVIOUS)["step"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == [PREVIOUS, CHECKPOINT]
    remove_checkpoints(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["torn", "gone", "empty"])
def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path, damage):
    save_checkpoint(tmp_path, content(1))
    save_checkpoint(tmp_path, content(2))
    path = tmp_path / CHECKPOINT
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if damage == "torn" else b"")
    if damage == "gone":
        path.unlink()
    assert load_checkpoint(tmp_path)["step"] == 1
    (tmp_path / PREVIOUS).write_bytes(b"")
    path.write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"No checkpoint in .* can be read"):
        load_checkpoint(tmp_path)


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path):
    class Malicious:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'ran')!r}, 'w').close()",))

    torch.save({"format": 1, "x": Malicious()}, tmp_path / CHECKPOINT)
    with pytest.raises(CheckpointError):
        load_checkpoint(tmp_path)
    assert not (tmp_path / "ran").exists()


def test_a_checkpoint_of_another_version_is_named(tmp_path):
    save_checkpoint(tmp_path, {"format": 99})
    with pytest.raises(CheckpointError, match="another version"):
        load_checkpoint(tmp_path)


def test_a_full_disk_is_a_sentence_and_costs_nothing(tmp_path):
    pytest.importorskip("resource")
    save_checkpoint(tmp_path, content(1))
    # a limit on file sizes makes every write fail as a full disk does
    code = (
        "import resource, torch\n"
        "from pathlib import Path\n"
        "from trainer.checkpoint import CheckpointError, save_checkpoint\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        f"    save_checkpoint(Path({str(tmp_path)!r}), {{'format': 1, 'x': torch.rand(100_000)}})\n"
        "except CheckpointError as error:\n"
        "    print(error.sentence)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=trainer_environment(), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "is full. The last good checkpoint is untouched." in done.stdout
    assert load_checkpoint(tmp_path)["step"] == 1
    assert [p.name for p in tmp_path.iterdir()] == [CHECKPOINT]


def test_tensors_of_another_kind_of_file_are_refused(tmp_path):
    write_tensors(tmp_path / "a", {"x": torch.ones(2)})
    assert torch.equal(read_tensors(tmp_path / "a")["x"], torch.ones(2))
    torch.save(torch.ones(2), tmp_path / "b")
    with pytest.raises(CheckpointError, match="no checkpoint"):
        read_tensors(tmp_path / "b")
    with pytest.raises(CheckpointError, match="There is no file"):
        read_tensors(tmp_path / "c")


def test_random_states_come_back():
    torch.manual_seed(5)
    torch.rand(3)
    states = [torch.get_rng_state()]
    expected = torch.rand(4)
    assert restore_random_states(World(), states, seed=0, step=9)
    assert torch.equal(torch.rand(4), expected)
    # another number of processes: a state of its own, but always the same one
    two = World(rank=1, size=2)
    assert not restore_random_states(two, states, seed=0, step=9)
    first = torch.rand(2)
    assert not restore_random_states(two, states, seed=0, step=9)
    assert torch.equal(torch.rand(2), first)
    assert not restore_random_states(World(rank=0, size=2), states, seed=0, step=9)
    assert not torch.equal(torch.rand(2), first)


def test_the_clock_counts_steps_or_minutes():
    by_steps = Clock(CheckpointOptions(checkpoint_steps=3))
    assert [s for s in range(1, 10) if by_steps.is_due(s)] == [3, 6, 9]
    by_time = Clock(CheckpointOptions(checkpoint_minutes=1e-9))
    assert by_time.is_due(1)
    assert not Clock(CheckpointOptions(checkpoint_minutes=0.0)).is_due(1)
