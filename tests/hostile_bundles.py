"""Bundles that someone made to do harm, or made carelessly: one function each, by name."""

import hashlib
import json
import struct
import zipfile
from pathlib import Path

from onnx import ModelProto

from saed_desktop.network.labels import PAPER_LABELS
from tests.bundles import SPOT_SPECS, small_bundle
from tests.hostile_graphs import GRAPHS, RUN_GRAPHS

HUGE = "9" * 400


class Parts:
    """A good bundle's members, to be changed and written past all checks."""

    def __init__(self, folder: Path) -> None:
        with zipfile.ZipFile(small_bundle(folder / "good.saednet").path) as archive:
            self.members = {i.filename: archive.read(i) for i in archive.infolist()}
        del self.members["manifest.json"]
        self.manifest: object = None
        self.compression = zipfile.ZIP_STORED

    @property
    def card(self) -> dict:
        return json.loads(self.members["card.json"])

    def set_card(self, **fields: object) -> "Parts":
        self.members["card.json"] = json.dumps({**self.card, **fields}).encode()
        return self

    def set_network(self, model: ModelProto | bytes) -> "Parts":
        data = model if isinstance(model, bytes) else model.SerializeToString()
        self.members["network.onnx"] = data
        return self

    def write(self, path: Path) -> None:
        manifest = self.manifest
        if manifest is None:
            manifest = {n: hashlib.sha256(d).hexdigest() for n, d in self.members.items()}
        if not isinstance(manifest, bytes):
            manifest = json.dumps(manifest).encode()
        with zipfile.ZipFile(path, "w", self.compression) as archive:
            for name, data in {"manifest.json": manifest, **self.members}.items():
                archive.writestr(name, data)


# ---- cards -------------------------------------------------------------------------------------

_NINE = list(PAPER_LABELS)
_SPOTS, _CONTEXT = (spec.to_json() for spec in SPOT_SPECS)

CARDS = {
    "temperature 0": {"temperature": 0},
    "temperature -1": {"temperature": -1.0},
    "temperature NaN": {"temperature": float("nan")},
    "temperature inf": {"temperature": float("inf")},
    "temperature of text": {"temperature": "1.0"},
    "temperature 1e300": {"temperature": 1e300},
    "temperature without scale 0": {"without_scale": {"temperature": 0, "thresholds": {}}},
    "no temperature without scale": {"without_scale": {"thresholds": {}}},
    "two labels dropped": {"labels": _NINE[:7]},
    "one label more": {"labels": [*_NINE, "gold"]},
    "no labels": {"labels": []},
    "labels twice": {"labels": ["PuO"] * 9},
    "labels of numbers": {"labels": list(range(9))},
    "labels of text": {"labels": "PuO"},
    "a label that leaves": {"labels": [*_NINE[:8], "../../x"]},
    "a label of two lines": {"labels": [*_NINE[:8], "a\nb"]},
    "an empty label": {"labels": [*_NINE[:8], ""]},
    "a label of 5,000 letters": {"labels": [*_NINE[:8], "x" * 5000]},
    "20,000 labels": {"labels": [f"p{i}" for i in range(20_000)]},
    "threshold 2": {"prediction_sets": {"level": 0.9, "thresholds": {"PuO": 2}}},
    "threshold of a stranger": {"prediction_sets": {"level": 0.9, "thresholds": {"gold": 0.2}}},
    "thresholds of a list": {"prediction_sets": {"thresholds": [0.1]}},
    "level 1": {"prediction_sets": {"level": 1, "thresholds": {}}},
    "sets of text": {"prediction_sets": "all"},
    "open set 7": {"open_set": {"threshold": 7}},
    "open set of null": {"open_set": None},
    "a group of strangers": {"groups": [["gold", "PuO"]]},
    "a group of one": {"groups": [["PuO"]]},
    "groups of text": {"groups": "PuO"},
    "no inputs": {"inputs": []},
    "inputs twice": {"inputs": [_SPOTS, _SPOTS]},
    "an input of unknown kind": {"inputs": [{**_SPOTS, "kind": "smell"}, _CONTEXT]},
    "an input of size 0": {"inputs": [{**_SPOTS, "size": 0}, _CONTEXT]},
    "an input of size 1e9": {"inputs": [{**_SPOTS, "size": 10**9}, _CONTEXT]},
    "an input of size true": {"inputs": [{**_SPOTS, "size": True}, _CONTEXT]},
    "an input of size text": {"inputs": [{**_SPOTS, "size": "64"}, _CONTEXT]},
    "an input of another size": {"inputs": [{**_SPOTS, "size": 65}, _CONTEXT]},
    "an image without a crop": {"inputs": [{**_SPOTS, "kind": "image"}, _CONTEXT]},
    "a gamma of NaN": {"inputs": [{**_SPOTS, "gamma": float("nan")}, _CONTEXT]},
    "a crop of text": {"inputs": [{**_SPOTS, "crop_px": "all"}, _CONTEXT]},
    "an unknown field of an input": {"inputs": [{**_SPOTS, "run": "rm -rf"}, _CONTEXT]},
    "a summary of a list": {"summary": ["x"]},
    "a summary of 1 MB": {"summary": "x" * 1_000_000},
    "metrics of text": {"metrics": "good"},
    "format 99": {"format": 99},
    "format of a list": {"format": [1]},
    "name that leaves": {"name": "../../../x"},
    "absolute name": {"name": "/tmp/x"},
    "name of a list": {"name": ["x"]},
}


def _deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def _raw_card(card: bytes):
    def make(parts: Parts) -> Parts:
        parts.members["card.json"] = card
        return parts

    return make


def _field(text: bytes):
    """Put JSON as it stands where the metrics were."""
    return lambda parts: _raw_card(
        json.dumps({**parts.card, "metrics": {"x": 0}}).encode().replace(b'{"x": 0}', text)
    )(parts)


RAW_CARDS = {
    "a card that is no JSON": _raw_card(b"\xff\xfe\x00"),
    "a card of a list": _raw_card(b"[]"),
    "an empty card": _raw_card(b""),
    "a card cut short": lambda p: _raw_card(p.members["card.json"][:200])(p),
    "a card 100,000 deep": _field(b'{"x": ' + _deep(100_000) + b"}"),
    "a card 50 deep": _field(b'{"x": ' + _deep(50) + b"}"),
    "a number of 400 digits as a temperature": lambda p: _raw_card(
        p.members["card.json"].replace(b'"temperature": 1.0', f'"temperature": {HUGE}'.encode())
    )(p),
    "a card of 5 MB": _field(b'{"x": "' + b"y" * 5_000_000 + b'"}'),
}


# ---- zips --------------------------------------------------------------------------------------


def _compressed(parts: Parts) -> Parts:
    parts.compression = zipfile.ZIP_DEFLATED
    return parts


def _bomb(parts: Parts) -> Parts:
    parts.compression = zipfile.ZIP_DEFLATED
    return parts.set_network(b"\0" * 200_000_000)


def _manifest(value: object):
    def make(parts: Parts) -> Parts:
        parts.manifest = value
        return parts

    return make


def _member(name: str, data: bytes = b"x"):
    def make(parts: Parts) -> Parts:
        parts.members[name] = data
        return parts

    return make


def _without(name: str):
    def make(parts: Parts) -> Parts:
        del parts.members[name]
        return parts

    return make


ZIPS = {
    "compressed": _compressed,
    "a zip bomb": _bomb,
    "a manifest of a list": _manifest([]),
    "a manifest of numbers": _manifest({"card.json": 5}),
    "a manifest that is no JSON": _manifest(b"\x80"),
    "a manifest 100,000 deep": _manifest(_deep(100_000)),
    "a manifest of short checksums": _manifest({"card.json": "ab", "network.onnx": "cd"}),
    "a member that leaves": _member("../../x"),
    "an absolute member": _member("/tmp/x"),
    "a program": _member("run.py", b"print()"),
    "a folder": _member("phases/"),
    "data beside the graph": _member("weights.bin"),
    "a structure in a folder below": _member("phases/a/b.cif"),
    "a structure too many": _member("phases/gold.cif"),
    "a structure too few": _without("phases/PuO.cif"),
    "no network": _without("network.onnx"),
    "no card": _without("card.json"),
    "a structure that is none": _member("phases/PuO.cif", b"data_x\nloop_\n_a\n"),
    "a structure of zeros": _member("phases/PuO.cif", b"\0" * 1000),
}


def _bytes_changed(change):
    def make(path: Path) -> None:
        path.write_bytes(change(path.read_bytes()))

    return make


def _doubled(path: Path) -> None:
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("card.json", b"{}")


def _encrypted(data: bytes) -> bytes:
    out = bytearray(data)
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(magic)
        while at >= 0:
            out[at + flags] |= 1
            at = out.find(magic, at + 4)
    return bytes(out)


def _method(number: int):
    def change(data: bytes) -> bytes:
        out = bytearray(data)
        at = out.find(b"PK\x01\x02")
        out[at + 10 : at + 12] = struct.pack("<H", number)
        return bytes(out)

    return change


def _size(stated: int):
    def change(data: bytes) -> bytes:
        out = bytearray(data)
        at = out.find(b"PK\x01\x02")
        out[at + 20 : at + 28] = struct.pack("<2L", stated, stated)
        return bytes(out)

    return change


FILES = {
    "empty": _bytes_changed(lambda data: b""),
    "text": _bytes_changed(lambda data: b"hello " * 1000),
    "cut in half": _bytes_changed(lambda data: data[: len(data) // 2]),
    "without its end": _bytes_changed(lambda data: data[:-5]),
    "with a comment": _bytes_changed(lambda data: data[:-2] + b"\x05\0hello"),
    "65,535 members stated": _bytes_changed(
        lambda data: data[:-14] + b"\xff\xff\xff\xff" + data[-10:]
    ),
    "a member twice": _doubled,
    "encrypted": _bytes_changed(_encrypted),
    "an unknown compression": _bytes_changed(_method(99)),
    "LZMA": _bytes_changed(_method(14)),
    "a member of 4 GB stated": _bytes_changed(_size(0xFFFFFFFE)),
    "a member that is larger than the file": _bytes_changed(_size(50_000_000)),
    "a folder of that name": lambda path: (path.unlink(), path.mkdir()),
}


def write_hostile(path: Path, kind: str, name: str) -> None:
    """Write one of the bundles above."""
    parts = Parts(path.parent)
    if kind == "card":
        parts.set_card(**CARDS[name])
    elif kind == "raw card":
        RAW_CARDS[name](parts)
    elif kind == "zip":
        ZIPS[name](parts)
    elif kind in ("graph", "run"):
        parts.set_network({"graph": GRAPHS, "run": RUN_GRAPHS}[kind][name]())
    parts.write(path)
    if kind == "file":
        FILES[name](path)


ALL = [
    (kind, name)
    for kind, table in (
        ("card", CARDS), ("raw card", RAW_CARDS), ("zip", ZIPS), ("file", FILES),
        ("graph", GRAPHS), ("run", RUN_GRAPHS),
    )
    for name in table
]  # fmt: skip
