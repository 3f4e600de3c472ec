"""`saed-trainer`, `python -m trainer` and `torchrun -m trainer`."""

import saed_desktop.one_thread  # noqa: F401

# isort: split
import contextlib
import os
import sys
from typing import NoReturn

from trainer.cli import main


def run() -> NoReturn:
    """Run `saed-trainer` as this process, and end it with the exit status."""
    end_process(main())


def end_process(status: int) -> NoReturn:
    """End this process, at once where it may have exchanged tensors with others.

    A process group that `DistributedDataParallel` has used keeps its threads after
    `destroy_process_group`. One of them may still hold tensors while the interpreter is torn
    down, which aborts the process or leaves it hanging after its work is done.
    """
    if any(int(os.environ.get(name, "1")) > 1 for name in ("WORLD_SIZE", "SLURM_NTASKS")):
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # its reader may be gone, or it closed
                stream.flush()
        os._exit(status)
    raise SystemExit(status)


if __name__ == "__main__":
    run()
