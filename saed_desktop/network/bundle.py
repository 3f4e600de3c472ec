"""Network bundles (.saednet): one file that holds a network and all that it needs to be trusted.

A zip, stored without compression: `network.onnx`, `card.json`, `phases/*.cif`, and
`manifest.json` with the sha256 of every other member. Reading one never runs code: there is no
pickle, and ONNX is a table of known operations.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from saed_desktop.crystal.cif import phase_from_cif
from saed_desktop.crystal.phase import Phase
from saed_desktop.errors import BundleError, PhaseError
from saed_desktop.network.archive import MANIFEST, PHASES, read_archive
from saed_desktop.network.card import ModelCard
from saed_desktop.results.atomic import replacing

SUFFIX = ".saednet"

_NETWORK = "network.onnx"
_CARD = "card.json"
# stored with a fixed date, so that the same content gives the same file
_EPOCH = (1980, 1, 1, 0, 0, 0)


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
    card: ModelCard

    def network_bytes(self) -> bytes:
        """Return the ONNX graph, checked against the manifest."""
        return read_archive(self.path, {_NETWORK}).members[_NETWORK]

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
        names = {PHASES + f"{name}.cif" for name in self.card.labels.phases}
        members = read_archive(self.path, names).members
        return {name.removeprefix(PHASES): data for name, data in members.items()}


def open_bundle(path: Path) -> Bundle:
    """Open a bundle and verify every member against its manifest.

    Raises
    ------
    BundleError
        If the file is missing, damaged, incomplete or of another format.
    """
    archive = read_archive(path)
    if _CARD not in archive.members or _NETWORK not in archive.members:
        raise BundleError(f"{path.name} lacks its network or its card.")
    card = ModelCard.from_json(archive.members[_CARD])
    expected = {PHASES + f"{name}.cif" for name in card.labels.phases}
    if expected != set(archive.members) - {_CARD, _NETWORK}:
        raise BundleError(
            f"{path.name} must hold one structure file for each of its phases and none besides."
        )
    return Bundle(path, archive.sha256, card)


def write_bundle(
    path: Path, *, network: bytes, card: ModelCard, cif_files: Mapping[str, bytes]
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
        _CARD: json.dumps(card.to_json(), indent=1, ensure_ascii=False, allow_nan=False).encode(),
        _NETWORK: network,
        **{PHASES + name: data for name, data in sorted(cif_files.items())},
    }
    manifest = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    members = {MANIFEST: json.dumps(manifest, indent=1, sort_keys=True).encode(), **members}
    with replacing(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, compress_type=zipfile.ZIP_STORED)
    return open_bundle(path)
