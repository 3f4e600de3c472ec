"""Launch the shards: by submitit on Slurm or on this machine, in this process, or by torchrun.

submitit writes the job scripts, asks Slurm and puts a pre-empted job back into the queue. What it
is handed is small and always the same: the folder, a shard, a rung. Everything else lies in the
folder, so a job that starts anew goes on by itself.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import submitit
import torch
from submitit.helpers import DelayedSubmission

from saed_desktop.errors import SaedError, UsageError
from saed_desktop.results.atomic import write_json
from trainer.distributed import ProcessOptions, this_world
from trainer.run_log import log_line
from trainer.search.layout import JOBS, read_json
from trainer.search.rung_trials import missing, n_rungs, rung_name
from trainer.search.settings import SearchSettings
from trainer.search.worker import run_shard, use_own_threads
from trainer.stopping import StopRequest

_LOGS = "logs"
_POLL_SECONDS = 0.2
_MENDING_SECONDS = 3600.0
"""Time that a rung on Slurm waits for shards that mend the rung before."""

_NAMES = {"time": "timeout_min", "cpus": "cpus_per_task", "gpus": "gpus_per_node"}
_OWN_NAMES = ("partition", "account", "qos", "mem", "constraint", "comment", "array_parallelism")


class LauncherError(SaedError):
    """A batch system that does not do what it is asked."""


@dataclass(frozen=True)
class ShardTask:
    """The work of one job.

    Parameters
    ----------
    folder
        The search.
    shard, last_rung
        Which part of it, up to which rung.
    device
        "auto", "cpu" or "cuda".
    wait_seconds
        How long to wait for other shards.
    is_local
        Whether it is a process of this machine, which is stopped by signals.
    """

    folder: Path
    shard: int
    last_rung: int
    device: str
    wait_seconds: float = 0.0
    is_local: bool = False

    def __call__(self) -> bool:
        """Do the work; False where it was asked to stop."""
        # of a job on Slurm submitit hears the signals, and puts it back into the queue
        numbers = (signal.SIGTERM, signal.SIGINT) if self.is_local else ()
        with StopRequest(self.folder, numbers=numbers) as stop:
            return self.work(lambda: stop.is_asked)

    def work(self, stop: Callable[[], bool]) -> bool:
        """Do the work; False where `stop` said to leave."""
        use_own_threads()
        return run_shard(
            self.folder,
            self.shard,
            self.last_rung,
            device_of(self.device, self.shard),
            wait_seconds=self.wait_seconds,
            stop=stop,
        )

    def checkpoint(self) -> DelayedSubmission:
        """Go back into the queue: submitit asks for this shortly before a job's time is over."""
        return DelayedSubmission(self)


def device_of(wanted: str, shard: int) -> torch.device:
    """Return the device of a shard; shards on one machine share its GPUs out."""
    device = this_world(ProcessOptions(device=wanted)).device
    if device.type == "cuda":
        return torch.device("cuda", shard % torch.cuda.device_count())
    return device


def run_here(folder: Path, settings: SearchSettings, device: str, stop: Callable[[], bool]) -> bool:
    """Do everything in this process; False where it was asked to stop before the end."""
    for rung in range(n_rungs(settings)):
        for shard in range(settings.search.shards):
            if not ShardTask(folder, shard, rung, device).work(stop):
                return False
        log_line(f"{rung_name(settings, rung)} is complete.")
    return True


def run_local(
    folder: Path, settings: SearchSettings, device: str, stop: Callable[[], bool]
) -> bool:
    """Run the shards side by side on this machine; False where trainings are left at the end."""
    executor = submitit.LocalExecutor(folder=folder / _LOGS)
    executor.update_parameters(timeout_min=60 * 24 * 365, name="saed-search")
    for rung in range(n_rungs(settings)):
        if not missing(folder, settings, rung):
            continue
        tasks = [
            ShardTask(folder, shard, rung, device, is_local=True)
            for shard in range(settings.search.shards)
        ]
        with _interrupted_by_us_alone():
            jobs = [executor.submit(task) for task in tasks]
        _note_jobs(folder, "local", rung, [job.job_id for job in jobs])
        failures = _failures(jobs, stop)
        if stop():
            return False
        for shard, failure in enumerate(failures):
            if failure:
                log_line(f"Shard {shard} ended early: {failure}")
        left = missing(folder, settings, rung)
        if left:
            log_line(f"{len(left)} training(s) of {rung_name(settings, rung)} are left.")
            return False
        log_line(f"{rung_name(settings, rung)} is complete.")
    return True


@contextlib.contextmanager
def _interrupted_by_us_alone() -> Iterator[None]:
    """Start processes that ignore Ctrl+C, which reaches all of a terminal: we tell them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _failures(jobs: "Sequence[submitit.Job[bool]]", stop: Callable[[], bool]) -> list[str | None]:
    """Wait for all jobs, or ask them to stop, and return why each ended early."""
    while not all(job.done() for job in jobs) and not stop():
        time.sleep(_POLL_SECONDS)
    if stop():
        for job in jobs:
            # submitit's process hands it on to ours, which saves
            with contextlib.suppress(OSError):
                os.kill(int(job.job_id), signal.SIGTERM)
    return [_why(job) for job in jobs]


def submit_to_slurm(
    folder: Path, settings: SearchSettings, device: str, slurm: Mapping[str, str]
) -> list[str]:
    """Submit one array of shards per rung, each after the one before, and return their numbers.

    Raises
    ------
    LauncherError
        If Slurm refuses.
    """
    parameters, extra = slurm_parameters(slurm)
    submitted: list[str] = []
    try:
        for rung in range(n_rungs(settings)):
            # settled members say that a rung has begun; those of later rungs are not known yet
            if rung == 0 and not missing(folder, settings, rung):
                continue
            executor = submitit.SlurmExecutor(folder=folder / _LOGS)
            own = dict(extra)
            if submitted:
                # after any end: what a lost job left undone is mended by the next rung's
                own["dependency"] = f"afterany:{submitted[-1]}"
            executor.update_parameters(
                job_name=f"saed-search-{rung}", additional_parameters=own, **parameters
            )
            wait = _MENDING_SECONDS if rung else 0.0
            tasks = [
                ShardTask(folder, shard, rung, device, wait)
                for shard in range(settings.search.shards)
            ]
            jobs = executor.map_array(_call, tasks)
            number = jobs[0].job_id.split("_")[0]
            submitted.append(number)
            _note_jobs(folder, "slurm", rung, [number])
    except (subprocess.CalledProcessError, submitit.core.utils.FailedJobError, OSError) as error:
        raise LauncherError(f"Slurm does not take the job: {_last_line(error)}") from error
    return submitted


def slurm_parameters(given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what submitit knows by itself and what goes to sbatch as it is."""
    known: dict[str, Any] = {"time": 240}
    extra: dict[str, Any] = {"requeue": True}
    for name, value in given.items():
        if name in ("time", "cpus_per_task", "gpus_per_node", *_NAMES):
            if not value.isdigit():
                raise UsageError(f"--slurm {name} is a whole number, not '{value}'.")
            known[{"cpus": "cpus_per_task", "gpus": "gpus_per_node"}.get(name, name)] = int(value)
        elif name in _OWN_NAMES:
            known[name] = int(value) if value.isdigit() else value
        else:
            extra[name] = value
    return known, extra


def jobs_at_work(folder: Path) -> list[str]:
    """Return the jobs of a search that are still queued or running."""
    content = read_json(folder / JOBS) or {"jobs": []}
    found = []
    for job in content["jobs"]:
        for number in job["numbers"]:
            if job["engine"] == "local":
                if job["host"] == socket.gethostname() and _is_alive(int(number)):
                    found.append(number)
            elif _is_queued(number):
                found.append(number)
    return found


def _call(task: ShardTask) -> bool:
    return task()


def _why(job: "submitit.Job[bool]") -> str | None:
    """Wait for a job and return why it did not end well."""
    try:
        job.result()
    except Exception as error:  # a job may end with anything at all
        if not job.paths.result_pickle.exists():
            # a worker that ends by itself says why; what stands last in the log is no reason
            return (
                f"it was killed, as by signal 9 where memory runs out; its log: {job.paths.stderr}"
            )
        return _last_line(error)
    return None


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" -\n")]
    return lines[-1] if lines else type(error).__name__


def _note_jobs(folder: Path, engine: str, rung: int, numbers: Sequence[str]) -> None:
    content = read_json(folder / JOBS) or {"jobs": []}
    content["jobs"].append(
        {
            "engine": engine,
            "rung": rung,
            "numbers": list(numbers),
            "host": socket.gethostname(),
            "at": time.time(),
        }
    )
    write_json(folder / JOBS, content)


def _is_alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        # a process that has ended but was not waited for is no longer a worker
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return text.rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return not Path("/proc").is_dir()


def _is_queued(number: str) -> bool:
    try:
        done = subprocess.run(
            ["squeue", "--noheader", "--jobs", number, "--format", "%T"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LauncherError(
            "squeue does not answer, so it is not known which jobs are still at work; try again "
            "where Slurm is."
        ) from error
    return done.returncode == 0 and bool(done.stdout.strip())
