"""Rendezvous of the processes that torchrun started: a new store for every start.

From torch 2.5 on, torchrun lends its own store to the processes, and the same one again after it
has restarted them. What the dead ones wrote is still there: a process that is quicker than its
peer reads the address of the peer's predecessor and waits for it until the time is up
(https://github.com/pytorch/pytorch/issues/135712). So the first process opens a fresh store and
publishes its address in torchrun's. A published address may be stale; connecting to it fails
immediately, so the process tries again.
"""

import datetime
import os
import time

from torch.distributed import DistNetworkError, Store, TCPStore  # type: ignore[attr-defined]

_PLACE = "saed/place-of-the-store"
_ATTEMPT_SECONDS = 3.0
_PAUSE_SECONDS = 0.2


def fresh_store(rank: int, size: int, timeout_seconds: float) -> Store | None:
    """Return a store that holds nothing of earlier processes, None where torch makes one itself.

    Parameters
    ----------
    rank, size
        Number of this process, and how many there are.
    timeout_seconds
        How long to wait for the first process.

    Raises
    ------
    torch.distributed.DistNetworkError
        If the first process cannot be reached.
    """
    if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True":
        return None
    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    timeout = datetime.timedelta(seconds=timeout_seconds)
    agent = TCPStore(host, port, is_master=False, timeout=timeout)
    # torchrun's store is on the machine of the first process, so the host is the same
    if rank == 0:
        store = TCPStore(host, 0, size, is_master=True, timeout=timeout, wait_for_workers=False)
        agent.set(_PLACE, str(store.port))
        return store
    until = time.monotonic() + timeout_seconds
    while True:
        attempt = datetime.timedelta(seconds=min(_ATTEMPT_SECONDS, timeout_seconds))
        try:
            store = TCPStore(
                host, int(agent.get(_PLACE)), size,
                is_master=False, timeout=attempt, wait_for_workers=False,
            )  # fmt: skip
        except DistNetworkError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_SECONDS)
            continue
        store.set_timeout(timeout)
        return store
