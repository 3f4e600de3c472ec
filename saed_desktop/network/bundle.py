"""Network bundles (.saednet): one file that holds a network and all that it needs to be trusted.

A zip, stored without compression: `network.onnx`, `card.json`, `phases/*.cif`, and
`manifest.json` with the sha256 of every other member. Reading one never runs code: there is no
pickle, and ONNX is a table of known operations.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import BundleError, PhaseError
from saed_desktop.network.input import InputSpec
from saed_desktop.network.labels import Labels
from saed_desktop.network.network_name import checked_name

SUFFIX = ".saednet"
FORMAT_VERSION = 1
MAX_BYTES = 8_000_000_000

_NETWORK = "network.onnx"
_CARD = "card.json"
_MANIFEST = "manifest.json"
# stored with a fixed date, so that the same content gives the same file
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Card:
    """What a bundle says of its network.

    Parameters
    ----------
    name
        Short name, also the file's stem.
    summary
        One sentence for the user.
    labels
        Classes in output order.
    inputs
        What each input expects.
    temperature
        The logits are divided by it before the softmax (Guo et al., ICML 2017).
    set_thresholds
        For each class the smallest probability at which it belongs to the prediction set; fitted
        so that a set holds the truth as often as `set_level` says, class by class.
    set_level
        Intended coverage of the prediction sets.
    temperature_without_scale, set_thresholds_without_scale
        The same for patterns of unknown scale, on which a network is less often right; those
        above where there are none.
    open_set_threshold
        Patterns whose probability of being in distribution is below it are called unknown.
    groups
        Classes that cannot be told apart in most zone axes.
    metrics
        Measured figures, each with the data it was measured on.
    provenance
        What it was trained on, with which seeds, versions and commands.
    """

    name: str
    summary: str
    labels: Labels
    inputs: tuple[InputSpec, ...]
    temperature: float = 1.0
    set_thresholds: Mapping[str, float] = field(default_factory=dict)
    set_level: float = 0.9
    temperature_without_scale: float | None = None
    set_thresholds_without_scale: Mapping[str, float] | None = None
    open_set_threshold: float = 0.0
    groups: tuple[tuple[str, ...], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_name(self.name)

    def trust(self, *, scale_known: bool) -> tuple[float, Mapping[str, float]]:
        """Return temperature and set thresholds for patterns with or without a scale."""
        if scale_known or self.temperature_without_scale is None:
            return self.temperature, self.set_thresholds
        thresholds = self.set_thresholds_without_scale
        return self.temperature_without_scale, thresholds or self.set_thresholds

    def to_json(self) -> dict[str, Any]:
        """Return the card as it is written."""
        without = (
            {}
            if self.temperature_without_scale is None
            else {
                "without_scale": {
                    "temperature": self.temperature_without_scale,
                    "thresholds": dict(self.set_thresholds_without_scale or {}),
                }
            }
        )
        return {
            "format": FORMAT_VERSION,
            "name": self.name,
            "summary": self.summary,
            "labels": list(self.labels.names),
            "inputs": [spec.to_json() for spec in self.inputs],
            "temperature": self.temperature,
            "prediction_sets": {"level": self.set_level, "thresholds": dict(self.set_thresholds)},
            **without,
            "open_set": {"threshold": self.open_set_threshold},
            "groups": [list(group) for group in self.groups],
            "metrics": dict(self.metrics),
            "provenance": dict(self.provenance),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a card.

        Raises
        ------
        BundleError
            If it is of another format or lacks something.
        """
        if data.get("format") != FORMAT_VERSION:
            raise BundleError(
                f"The network is of format {data.get('format')}; this program reads format "
                f"{FORMAT_VERSION}. Export it again or update the program."
            )
        try:
            without = data.get("without_scale")
            return cls(
                name=checked_name(data["name"]),
                summary=str(data["summary"]),
                labels=Labels(tuple(str(name) for name in data["labels"])),
                inputs=tuple(InputSpec.from_json(spec) for spec in data["inputs"]),
                temperature=float(data.get("temperature", 1.0)),
                set_thresholds={
                    str(k): float(v)
                    for k, v in data.get("prediction_sets", {}).get("thresholds", {}).items()
                },
                set_level=float(data.get("prediction_sets", {}).get("level", 0.9)),
                temperature_without_scale=None
                if without is None
                else float(without["temperature"]),
                set_thresholds_without_scale={
                    str(k): float(v) for k, v in without["thresholds"].items()
                }
                if without
                else None,
                open_set_threshold=float(data.get("open_set", {}).get("threshold", 0.0)),
                groups=tuple(tuple(str(n) for n in group) for group in data.get("groups", [])),
                metrics=dict(data.get("metrics", {})),
                provenance=dict(data.get("provenance", {})),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BundleError(f"The network's card is incomplete ({error!r}).") from error


@dataclass(frozen=True, eq=False)
class Bundle:
    """An opened, verified bundle.

    Parameters
    ----------
    path
        The file.
    sha256
        Of the manifest: the identity of the network.
    card
        Its description.
    """

    path: Path
    sha256: str
    card: Card

    def network_bytes(self) -> bytes:
        """Return the ONNX graph, checked against the manifest."""
        return _read_members(self.path, {_NETWORK})[_NETWORK]

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases that the network knows, from the CIF files in the bundle."""
        try:
            return tuple(
                phase_from_cif(content, name) for name, content in sorted(self.cif_files().items())
            )
        except PhaseError as error:
            raise BundleError(f"In {self.path.name}: {error.sentence}") from error

    def cif_files(self) -> dict[str, bytes]:
        """Return the CIF files in the bundle by file name."""
        members = _read_members(self.path, None, prefix="phases/")
        return {name.removeprefix("phases/"): data for name, data in members.items()}


def open_bundle(path: Path) -> Bundle:
    """Open a bundle and verify every member against its manifest.

    Raises
    ------
    BundleError
        If the file is missing, damaged, incomplete or of another format.
    """
    members = _read_members(path, None)
    if _CARD not in members or _NETWORK not in members:
        raise BundleError(f"{path.name} lacks its network or its card.")
    try:
        card = Card.from_json(json.loads(members[_CARD]))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"The card of {path.name} is damaged.") from error
    return Bundle(path, _identity(path), card)


def write_bundle(
    path: Path, *, network: bytes, card: Card, cif_files: Mapping[str, bytes]
) -> Bundle:
    """Write a bundle under a temporary name, rename it, and return it opened and verified.

    Parameters
    ----------
    path
        Where to, ending in .saednet.
    network
        The serialised ONNX graph.
    card
        Its description.
    cif_files
        Structure files by file name, one per phase of the labels.

    Raises
    ------
    BundleError
        If a phase of the labels has no structure file.
    """
    missing = [name for name in card.labels.phases if f"{name}.cif" not in cif_files]
    if missing:
        raise BundleError(f"No structure file for {', '.join(missing)}.")
    members: dict[str, bytes] = {
        _CARD: json.dumps(card.to_json(), indent=1, ensure_ascii=False).encode(),
        _NETWORK: network,
        **{f"phases/{name}": data for name, data in sorted(cif_files.items())},
    }
    manifest = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    members = {_MANIFEST: json.dumps(manifest, indent=1, sort_keys=True).encode(), **members}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, data in members.items():
                info = zipfile.ZipInfo(name, _EPOCH)
                info.external_attr = 0o644 << 16
                archive.writestr(info, data, compress_type=zipfile.ZIP_STORED)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return open_bundle(path)


def _identity(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return hashlib.sha256(archive.read(_MANIFEST)).hexdigest()


def _read_members(path: Path, names: set[str] | None, *, prefix: str = "") -> dict[str, bytes]:
    """Read members (all of them for None) and check each against the manifest."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BundleError(f"{path.name} is too large for a network bundle.")
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            listed = set(archive.namelist()) - {_MANIFEST}
            if listed != set(manifest):
                raise BundleError(f"{path.name} does not hold what its manifest lists.")
            wanted = [n for n in manifest if (names is None or n in names) and n.startswith(prefix)]
            members = {name: archive.read(name) for name in wanted}
    except FileNotFoundError as error:
        raise BundleError(f"There is no network file {path}.") from error
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, io.UnsupportedOperation) as error:
        raise BundleError(f"{path.name} is damaged or no network bundle.") from error
    for name, data in members.items():
        if hashlib.sha256(data).hexdigest() != manifest[name]:
            raise BundleError(f"{path.name} is damaged: {name} differs from its checksum.")
    return members
