"""Two nodes on one machine: two network namespaces, a cable between them, and the cable cut.

Needs root. torchrun is started in both namespaces and the two meet at the first one's address. In
mid-epoch the cable is cut. The first node must find out, meet anew with itself alone, go on from
the last checkpoint and finish; every epoch and every test pattern is then counted exactly once,
and the weights are those of a training that nobody disturbed.

    sudo SAED_RUN_ROOT=1 python -m pytest tests/trainer/test_two_nodes.py
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.trainer.conftest import trainer_environment

FIRST, SECOND = "saed-first", "saed-second"
ADDRESSES = {FIRST: "10.203.77.1", SECOND: "10.203.77.2"}
CABLE = {FIRST: "saed-veth1", SECOND: "saed-veth2"}
PORT = 29533


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextlib.contextmanager
def two_namespaces() -> Iterator[None]:
    """Make two namespaces with a cable between them, and take them away again."""
    ip("link", "add", CABLE[FIRST], "type", "veth", "peer", "name", CABLE[SECOND])
    try:
        for node in (FIRST, SECOND):
            ip("netns", "add", node)
            ip("link", "set", CABLE[node], "netns", node)
            ip("-n", node, "addr", "add", f"{ADDRESSES[node]}/24", "dev", CABLE[node])
            ip("-n", node, "link", "set", "lo", "up")
            ip("-n", node, "link", "set", CABLE[node], "up")
        yield
    finally:
        # a namespace takes its end of the cable with it
        for node in (FIRST, SECOND):
            subprocess.run(["ip", "netns", "del", node], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", CABLE[FIRST]], check=False, capture_output=True)


def cut_cable() -> None:
    """Cut the second node off."""
    ip("-n", SECOND, "link", "set", CABLE[SECOND], "down")


def start_node(node: str, log: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """Start torchrun with one trainer process in a namespace."""
    command = [
        "ip", "netns", "exec", node,
        sys.executable, "-m", "torch.distributed.run",
        "--nnodes=1:2", "--nproc-per-node=1", "--max-restarts=5",
        "--rdzv-id=two-nodes", "--rdzv-backend=c10d",
        f"--rdzv-endpoint={ADDRESSES[FIRST]}:{PORT}",
        f"--rdzv-conf=last_call_timeout=5,join_timeout=120,is_host={int(node == FIRST)}",
        f"--local-addr={ADDRESSES[node]}",
        "-m", "trainer", *[str(word) for word in arguments],
    ]  # fmt: skip
    environment = {**trainer_environment(), "GLOO_SOCKET_IFNAME": CABLE[node]}
    with log.open("wb") as stream:
        return subprocess.Popen(
            command, env=environment, stdout=stream, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip


def end_node(process: subprocess.Popen[bytes]) -> None:
    """End a node's torchrun and what it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()
