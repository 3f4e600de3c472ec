"""The job scripts, run by bash as Slurm would run them; only Slurm's own two commands stand in."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trainer.conftest import REPOSITORY, trainer_environment
from tests.trainer.runs import wait_for_new_checkpoint

SCRIPTS = REPOSITORY / "resources" / "slurm"


@pytest.fixture
def job(tmp_path):
    """Start a job script; give the process and the file in which requeues are noted."""
    tools = tmp_path / "bin"
    tools.mkdir()
    requeued = tmp_path / "requeued"
    stand_ins = {
        "scontrol": f'if [ "$1" = show ]; then echo localhost; else echo "$@" >> {requeued}; fi',
        "srun": 'shift; exec "$@"',
        "torchrun": f'exec {sys.executable} -m torch.distributed.run "$@"',
        "python": f'exec {sys.executable} "$@"',
    }
    for name, body in stand_ins.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    environment = {
        **trainer_environment(),
        "PATH": f"{tools}:{os.environ['PATH']}",
        "SLURM_JOB_ID": "4711", "SLURM_GPUS_ON_NODE": "1", "SLURM_NNODES": "1",
        "SLURM_JOB_NODELIST": "localhost", "SLURM_ARRAY_JOB_ID": "4711",
        "SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MAX": "0",
    }  # fmt: skip

    def start(script: str, *arguments: object) -> tuple[subprocess.Popen, Path]:
        command = ["bash", str(SCRIPTS / script), *[str(word) for word in arguments]]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return process, requeued

    return start


@pytest.mark.parametrize("script", ["one_node", "several_nodes", "repeats_array"])
def test_a_job_saves_before_its_time_is_up_and_queues_again(script, job, small_training, tmp_path):
    run = tmp_path / "run"
    options = [*small_training, "--epochs", 300]
    process, requeued = job(f"{script}.sbatch", run, *options)
    wait_for_new_checkpoint(run)
    process.send_signal(signal.SIGUSR1)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert "Saved and stopped" in out
    assert requeued.read_text().startswith("requeue 4711")
    assert (run / "repeat-00" / "checkpoint.pt").exists()


def test_a_finished_job_stays_out_of_the_queue(job, small_training, tmp_path):
    process, requeued = job("repeats_array.sbatch", tmp_path / "run", *small_training)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert (tmp_path / "run" / "repeat-00" / "result.json").exists()
    assert not requeued.exists()


def test_a_failed_job_says_so(job, small_training, tmp_path):
    process, requeued = job("repeats_array.sbatch", tmp_path / "run", *small_training, "--lr", "-1")
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "--lr must be above 0" in out
    assert not requeued.exists()
