"""A Slurm of one controller and two nodes on this machine, for as long as a test lasts.

Needs root and Debian's slurm-wlm and munge. Everything lies in one folder; nothing under /etc is
touched but munge's key, which is made where there is none.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

NODES = ("saed1", "saed2")

_CONFIG = """
ClusterName=saed
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
AuthType=auth/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2
ReturnToService=2
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobRequeue=1
SlurmdTimeout=20
InactiveLimit=0
MinJobAge=600
KillWait=5
MaxArraySize=1001
SlurmdParameters=config_overrides
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def is_installed() -> bool:
    """Tell whether this machine has what a cluster needs."""
    return all(shutil.which(name) for name in ("slurmctld", "slurmd", "munged", "sbatch"))


class Cluster:
    """The daemons of a small cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}

    def __enter__(self) -> "Cluster":
        (self.folder / "state").mkdir(parents=True)
        for node in NODES:
            (self.folder / f"spool-{node}").mkdir()
        ports = _free_ports(1 + len(NODES))
        host = socket.gethostname()
        nodes = "\n".join(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 "
            "RealMemory=4000 State=UNKNOWN"
            for node, port in zip(NODES, ports[1:], strict=True)
        )
        text = _CONFIG.format(host=host, folder=self.folder, controller_port=ports[0], nodes=nodes)
        (self.folder / "slurm.conf").write_text(text)
        os.environ["SLURM_CONF"] = self.environment["SLURM_CONF"]
        self._start_munge()
        self.start_controller()
        for node in NODES:
            self._start(node, ["slurmd", "-D", "-N", node])
        wait_until(lambda: self.command("sinfo", "-h", "-o", "%t %D").split() == ["idle", "2"], 60)
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.command("scancel", "--user=root")
            time.sleep(2)
        for process in reversed(list(self._daemons.values())):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()
        os.environ.pop("SLURM_CONF", None)

    def command(self, *words: str) -> str:
        """Run one of Slurm's commands and return what it prints."""
        done = subprocess.run(
            words, env=self.environment, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def start_controller(self) -> None:
        """Start the controller; it finds the jobs that it knew before."""
        self._start("controller", ["slurmctld", "-D"])
        wait_until(lambda: "UP" in self.command("scontrol", "ping"), 60)

    def kill_controller(self) -> None:
        """End the controller as a crash would."""
        self._daemons["controller"].send_signal(signal.SIGKILL)
        self._daemons["controller"].wait()

    def states(self) -> list[str]:
        """Return the state of every task that is queued or running."""
        return self.command("squeue", "-h", "-r", "-o", "%T").split()

    def _start(self, name: str, words: list[str]) -> None:
        with (self.folder / f"{name}.out").open("ab") as stream:
            self._daemons[name] = subprocess.Popen(
                words, env=self.environment, stdout=stream, stderr=stream
            )

    def _start_munge(self) -> None:
        # a daemon of our own with a key of our own: the machine's may not run, or not as we like
        folder = self.folder / "munge"
        folder.mkdir(mode=0o755)
        key = folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        options = [f"--socket={folder}/socket", f"--key-file={key}", f"--log-file={folder}/log",
                   f"--pid-file={folder}/pid", f"--seed-file={folder}/seed"]  # fmt: skip
        self._start("munge", ["munged", "--foreground", "--force", *options])
        config = self.folder / "slurm.conf"
        config.write_text(config.read_text() + f"AuthInfo=socket={folder}/socket\n")
        wait_until((folder / "socket").exists, 20)


def wait_until(happens: Callable[[], bool], seconds: float) -> None:
    """Return when something is true, and fail when it takes longer than it may."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(subprocess.CalledProcessError):
            if happens():
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"did not happen within {seconds} s")
        time.sleep(0.3)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
