"""Processes that meet again in a store that remembers their predecessors."""

import subprocess
import sys

import torch.distributed as dist

from tests.trainer.conftest import trainer_environment

MEMBER = """
import sys, time
time.sleep(float(sys.argv[1]))
from trainer.__main__ import end_process
from trainer.distributed import ProcessOptions, process_group, sum_over, this_world
options = ProcessOptions(device="cpu", timeout_seconds=40.0)
world = this_world(options)
with process_group(world, options):
    assert sum_over(world, [world.rank + 1.0]).tolist() == [3.0]
end_process(0)
"""


def member(rank: int, port: int, delay_seconds: float) -> subprocess.Popen[str]:
    environment = {
        **trainer_environment(),
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2",
        "MASTER_ADDR": "localhost", "MASTER_PORT": str(port),
        "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RUN_ID": "test",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", MEMBER, str(delay_seconds)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_processes_meet_again_in_a_store_that_remembers_dead_ones():
    agent = dist.TCPStore("localhost", 0, is_master=True, wait_for_workers=False)
    # whoever comes first reads what the other's predecessor left behind
    for delays in ((0.0, 0.0), (0.0, 4.0), (4.0, 0.0)):
        members = [member(rank, agent.port, delay) for rank, delay in enumerate(delays)]
        for process in members:
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0, (delays, out[-3000:])
