"""Processes: who they are, how they find one another, and sums over all of them.

A process learns its place from torchrun, or from Slurm where `srun` starts one task per GPU.
Tensors of the training itself go over NCCL on GPUs; counts, flags and tables always go over gloo
on the CPU, so that asking whether to stop never waits for a GPU.
"""

import contextlib
import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.distributed as dist

from saed_desktop.arrays import FloatArray
from saed_desktop.errors import SaedError, UsageError
from trainer.options import option, positive
from trainer.rendezvous import fresh_store

CPU = torch.device("cpu")


class LostProcessError(SaedError):
    """Another process of the same training has ended or cannot be reached."""


@dataclass(frozen=True)
class ProcessOptions:
    """Options of the processes."""

    device: str = option(
        "auto", "auto takes a GPU where there is one", choices=("auto", "cpu", "cuda")
    )
    timeout_seconds: float = option(
        600.0,
        "how long a process waits for another that does not answer",
        check=positive,
        rule="above 0",
    )


@dataclass(frozen=True)
class World:
    """A process and its place among those that train together.

    Parameters
    ----------
    rank, size
        Number of this process, and how many there are.
    local_rank
        Number among those on the same machine.
    device
        What it computes on.
    under_torchrun
        Whether torchrun watches over them.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    device: torch.device = CPU
    under_torchrun: bool = False

    @property
    def is_main(self) -> bool:
        """Whether this process writes files."""
        return self.rank == 0

    @property
    def is_first_on_node(self) -> bool:
        """Whether this process does what is done once per machine."""
        return self.local_rank == 0


def this_world(options: ProcessOptions) -> World:
    """Return this process's place, from the environment that torchrun or Slurm set.

    Raises
    ------
    UsageError
        If a GPU is asked for and there is none, or the environment is incomplete.
    """
    environment = os.environ
    if "RANK" in environment and "WORLD_SIZE" in environment:
        rank, size = int(environment["RANK"]), int(environment["WORLD_SIZE"])
        local_rank = int(environment.get("LOCAL_RANK", "0"))
    elif int(environment.get("SLURM_NTASKS", "1")) > 1 and "SLURM_PROCID" in environment:
        rank, size = int(environment["SLURM_PROCID"]), int(environment["SLURM_NTASKS"])
        local_rank = int(environment.get("SLURM_LOCALID", "0"))
        _adopt_slurm_address()
    else:
        rank, size, local_rank = 0, 1, 0
    return World(
        rank=rank,
        size=size,
        local_rank=local_rank,
        device=_device(options.device, local_rank),
        under_torchrun="TORCHELASTIC_RUN_ID" in environment,
    )


@contextlib.contextmanager
def process_group(world: World, options: ProcessOptions) -> Iterator[None]:
    """Join the other processes for as long as the context lasts.

    Raises
    ------
    LostProcessError
        If one of them goes missing meanwhile.
    """
    if world.size == 1:
        yield
        return
    timeout = datetime.timedelta(seconds=options.timeout_seconds)
    backend = "cuda:nccl,cpu:gloo" if world.device.type == "cuda" else "gloo"
    with _naming_lost_processes():
        dist.init_process_group(
            backend,
            timeout=timeout,
            rank=world.rank,
            world_size=world.size,
            store=fresh_store(world.rank, world.size, options.timeout_seconds),
        )
        try:
            yield
            # the first process holds the store and must not leave while others use it
            wait_for_all(world)
        finally:
            dist.destroy_process_group()


def sum_over(world: World, values: npt.ArrayLike) -> FloatArray:
    """Return the sum of an array over all processes."""
    own = np.array(values, dtype=np.float64)
    if world.size == 1:
        return own
    tensor = torch.from_numpy(own)
    dist.all_reduce(tensor)
    return tensor.numpy()


def any_over(world: World, *flags: bool) -> tuple[bool, ...]:
    """Return for each flag whether it is set in any process."""
    return tuple(bool(total) for total in sum_over(world, flags))


def gather_rows(world: World, rows: FloatArray) -> FloatArray:
    """Return the rows (n, columns) of all processes below one another, in order of rank."""
    if world.size == 1:
        return rows
    counts = [int(n) for n in sum_over(world, np.eye(world.size)[world.rank] * len(rows))]
    padded = torch.zeros((max(counts), rows.shape[1]), dtype=torch.float64)
    padded[: len(rows)] = torch.from_numpy(np.ascontiguousarray(rows, dtype=np.float64))
    parts = [torch.empty_like(padded) for _ in range(world.size)]
    dist.all_gather(parts, padded)
    return np.concatenate([p.numpy()[:n] for p, n in zip(parts, counts, strict=True)])


def wait_for_all(world: World) -> None:
    """Return when every process has come here."""
    sum_over(world, [0.0])


@contextlib.contextmanager
def _naming_lost_processes() -> Iterator[None]:
    """Turn what gloo and NCCL say of a lost peer into a sentence."""
    try:
        yield
    except (dist.DistError, RuntimeError) as error:
        text = str(error)
        signs = ("gloo", "Connection", "NCCL", "Broken pipe", "timed out", "Timed out")
        if isinstance(error, dist.DistError) or any(sign in text for sign in signs):
            raise LostProcessError(
                "Another process of this training has ended or cannot be reached; the same "
                "command goes on from the last checkpoint."
            ) from error
        raise


def _device(wanted: str, local_rank: int) -> torch.device:
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise UsageError(
            "There is no GPU that this torch can use; leave out --device cuda, or install a torch "
            "that is built for the driver of this machine."
        )
    n = torch.cuda.device_count()
    if local_rank >= n:
        raise UsageError(
            f"Process {local_rank} of this machine has no GPU of its own: there are {n}; start "
            "no more processes than that."
        )
    device = torch.device("cuda", local_rank)
    torch.cuda.set_device(device)
    return device


def _adopt_slurm_address() -> None:
    """Set what torch needs to find the first process, where Slurm started this one by itself."""
    if "MASTER_ADDR" not in os.environ:
        address = os.environ.get("SLURM_LAUNCH_NODE_IPADDR")
        if address is None:
            raise UsageError(
                "Several tasks were started by srun without MASTER_ADDR; export it as the job "
                "scripts in resources/slurm do."
            )
        os.environ["MASTER_ADDR"] = address
    if "MASTER_PORT" not in os.environ:
        # one port per job, so that two jobs on one node do not meet
        job = int(os.environ.get("SLURM_JOB_ID", "0"))
        os.environ["MASTER_PORT"] = str(20000 + job % 20000)
