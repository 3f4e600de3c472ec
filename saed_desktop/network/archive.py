"""The zip around a bundle: plain members that its manifest lists, each with its checksum.

Nothing is ever unpacked to a disk, nothing is decompressed, and all sizes are checked against the
file's own length before a member is read.
"""

import hashlib
import struct
import zipfile
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from saed_desktop.errors import BundleError

MANIFEST = "manifest.json"
PHASES = "phases/"

LARGEST_BYTES = 2_200_000_000
"""A serialised ONNX graph has at most 2 GiB."""
_MOST_MEMBERS = 10_100
_LARGEST_DIRECTORY_BYTES = 4_000_000
_LARGEST_MANIFEST_BYTES = 4_000_000
_LARGEST_STRUCTURE_BYTES = 20_000_000

_END = struct.Struct("<4s4H2LH")  # end of central directory: PKWARE's APPNOTE 4.3.16
_ZIP64_LOCATOR_BYTES = 20
_ENCRYPTED = 0x1

_Manifest = Annotated[
    dict[str, Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]], Meta(max_length=_MOST_MEMBERS)
]


@dataclass(frozen=True, eq=False)
class Archive:
    """Verified members of a bundle.

    Parameters
    ----------
    sha256
        Of the manifest, which holds the checksums of all else.
    members
        Content by name, the manifest left out.
    """

    sha256: str
    members: dict[str, bytes]


def read_archive(path: Path, names: Set[str] | None = None) -> Archive:
    """Read members (all of them for None) and check each against the manifest.

    Raises
    ------
    BundleError
        If the file is missing, damaged, or holds anything that a bundle does not.
    """
    try:
        _check_end(path)
        with zipfile.ZipFile(path) as archive:
            infos = _checked_members(archive.infolist(), path)
            stated = archive.read(infos[MANIFEST])
            manifest = msgspec.json.decode(stated, type=_Manifest)
            if set(infos) - {MANIFEST} != set(manifest):
                raise BundleError(f"{path.name} does not hold what its manifest lists.")
            wanted = [name for name in manifest if names is None or name in names]
            members = {name: archive.read(infos[name]) for name in wanted}
    except FileNotFoundError as error:
        raise BundleError(f"There is no network file {path}.") from error
    except (
        OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError, RuntimeError,
        NotImplementedError, RecursionError, struct.error, OverflowError,
    ) as error:  # fmt: skip
        raise BundleError(f"{path.name} is damaged or no network bundle.") from error
    for name, data in members.items():
        if hashlib.sha256(data).hexdigest() != manifest[name]:
            raise BundleError(f"{path.name} is damaged: {name} differs from its checksum.")
    return Archive(hashlib.sha256(stated).hexdigest(), members)


def _check_end(path: Path) -> None:
    """Check the sizes that the end of the zip states, before a library believes them."""
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise zipfile.BadZipFile
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _END.size - _ZIP64_LOCATOR_BYTES))
        tail = stream.read(_END.size + _ZIP64_LOCATOR_BYTES)
    if size > LARGEST_BYTES:
        raise BundleError(f"{path.name} is too large for a network bundle.")
    end = tail[-_END.size :]
    if len(end) < _END.size:
        raise zipfile.BadZipFile
    magic, _, _, _, count, directory_bytes, _, comment = _END.unpack(end)
    if magic != b"PK\x05\x06" or comment or tail.startswith(b"PK\x06\x07"):
        raise zipfile.BadZipFile
    if count > _MOST_MEMBERS or directory_bytes > _LARGEST_DIRECTORY_BYTES:
        raise BundleError(f"{path.name} has too many members for a network bundle.")


def _checked_members(infos: list[zipfile.ZipInfo], path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name if each is one that a bundle has, stored as bundles store it."""
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        if name in members:
            raise BundleError(f"{path.name} holds {name!r} twice.")
        if info.orig_filename != name or not _is_expected(name):
            raise BundleError(f"{path.name} holds something that no network bundle has.")
        if info.flag_bits & _ENCRYPTED:
            raise BundleError(f"{path.name} is encrypted; a network bundle is not.")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise BundleError(f"{path.name} is compressed; a network bundle is not.")
        limit = _LARGEST_STRUCTURE_BYTES if name.startswith(PHASES) else LARGEST_BYTES
        if info.file_size > (_LARGEST_MANIFEST_BYTES if name == MANIFEST else limit):
            raise BundleError(f"{path.name} holds a member that is too large.")
        members[name] = info
    if sum(info.file_size for info in infos) > path.stat().st_size:
        raise BundleError(f"{path.name} states more bytes than it has.")
    return members


def _is_expected(name: str) -> bool:
    if name in (MANIFEST, "card.json", "network.onnx"):
        return True
    stem = name.removeprefix(PHASES)
    return stem != name and stem.endswith(".cif") and not set(stem) & set("/\\\0")
