"""`saed-trainer`, `python -m trainer` and `torchrun -m trainer`."""

import saed_desktop.ctrl_c
import saed_desktop.one_thread  # noqa: F401

# isort: split
import contextlib
import os
import sys
import threading
from typing import NoReturn

from trainer.cli import main
from trainer.data.interruption import BATCH_THREAD


def run() -> NoReturn:
    """Run `saed-trainer` as this process, and end it with the exit status."""
    end_process(main())


def end_process(status: int) -> NoReturn:
    """End this process, at once where threads may still hold tensors.

    A process group that `DistributedDataParallel` has used keeps its threads after
    `destroy_process_group`. One of them may still hold tensors while the interpreter is torn
    down, which aborts the process or leaves it hanging after its work is done.
    """
    has_peers = any(int(os.environ.get(n, "1")) > 1 for n in ("WORLD_SIZE", "SLURM_NTASKS"))
    # a training that was asked to stop does not wait for the batch in the making
    makes_batches = any(thread.name == BATCH_THREAD for thread in threading.enumerate())
    if has_peers or makes_batches:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # its reader may be gone, or it closed
                stream.flush()
        os._exit(status)
    raise SystemExit(status)


if __name__ == "__main__":
    run()
