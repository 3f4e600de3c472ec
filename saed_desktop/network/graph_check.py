"""Looks through an ONNX graph, without running it, for what a network has no use for.

ONNX Runtime would otherwise open files that a graph names, wait for loops without end, and
allocate constants of any size. Only the outer shape of the format is read here: messages of
Protocol Buffers (https://protobuf.dev/programming-guides/encoding) with the field numbers of
`onnx.proto3`.
"""

import math
from collections.abc import Iterator

from saed_desktop.errors import BundleError

LARGEST_CONSTANT_BYTES = 2_000_000_000

_MOST_NODES = 200_000
_DEEPEST = 8
_DOMAINS = ("", "ai.onnx")
_REFUSED = {
    "Loop": "loops",
    "Scan": "loops",
    "SequenceMap": "loops",
    "RandomNormal": "random numbers",
    "RandomNormalLike": "random numbers",
    "RandomUniform": "random numbers",
    "RandomUniformLike": "random numbers",
    "Multinomial": "random numbers",
    "Bernoulli": "random numbers",
}

# ModelProto
_GRAPH, _FUNCTIONS = 7, 25
# GraphProto
_NODE, _INITIALIZER, _SPARSE_INITIALIZER = 1, 5, 15
# NodeProto
_OP_TYPE, _ATTRIBUTE, _DOMAIN = 4, 5, 7
# AttributeProto
_TENSOR, _SUBGRAPH, _TENSORS, _SUBGRAPHS = 5, 6, 10, 11
# TensorProto
_DIMS, _EXTERNAL_DATA, _DATA_LOCATION = 1, 13, 14

Field = tuple[int, int | memoryview]


class _DamagedError(Exception):
    """Bytes that are no message."""


def check_graph(graph: bytes) -> None:
    """Check that a serialised ONNX model is a network and nothing more.

    Raises
    ------
    BundleError
        If it is no ONNX model, names other files, loops, draws random numbers, uses operations
        of another vendor, or holds constants larger than any network needs.
    """
    counter = [0]
    try:
        graphs = 0
        for number, value in _fields(memoryview(graph)):
            if number == _FUNCTIONS:
                raise BundleError("The network defines operations of its own.")
            if number == _GRAPH:
                graphs += 1
                _check_nodes(_message(value), counter, 0)
        if graphs != 1:
            raise _DamagedError
    except _DamagedError as error:
        raise BundleError("The network is damaged or no ONNX graph.") from error


def _check_nodes(graph: memoryview, counter: list[int], depth: int) -> None:
    if depth > _DEEPEST:
        raise BundleError("The network is nested too deeply.")
    for number, value in _fields(graph):
        if number == _NODE:
            counter[0] += 1
            if counter[0] > _MOST_NODES:
                raise BundleError("The network has too many operations.")
            _check_node(_message(value), counter, depth)
        elif number == _INITIALIZER:
            _check_tensor(_message(value))
        elif number == _SPARSE_INITIALIZER:
            raise BundleError("The network holds sparse constants, which this program never uses.")


def _check_node(node: memoryview, counter: list[int], depth: int) -> None:
    for number, value in _fields(node):
        if number == _OP_TYPE:
            refused = _REFUSED.get(bytes(_message(value)).decode("utf-8", "replace"))
            if refused is not None:
                raise BundleError(f"The network uses {refused}, which no network here needs.")
        elif number == _DOMAIN:
            if bytes(_message(value)).decode("utf-8", "replace") not in _DOMAINS:
                raise BundleError("The network uses operations that are not ONNX's own.")
        elif number == _ATTRIBUTE:
            for inner, content in _fields(_message(value)):
                if inner in (_TENSOR, _TENSORS):
                    _check_tensor(_message(content))
                elif inner in (_SUBGRAPH, _SUBGRAPHS):
                    _check_nodes(_message(content), counter, depth + 1)


def _check_tensor(tensor: memoryview) -> None:
    shape: list[int] = []
    for number, value in _fields(tensor):
        if number == _EXTERNAL_DATA or (number == _DATA_LOCATION and value):
            raise BundleError("The network keeps data in other files, which a bundle has not.")
        if number == _DIMS:
            # packed, as proto3 writes them, or one by one
            shape += [value] if isinstance(value, int) else list(_varints(value))
    # a shape larger than what is stored of it is allocated before it is found out
    if any(not 0 <= side < 2**40 for side in shape) or math.prod(shape) > LARGEST_CONSTANT_BYTES:
        raise BundleError("The network holds a constant that is too large.")


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise _DamagedError
    return value


def _fields(message: memoryview) -> Iterator[Field]:
    """Yield number and value of each field: an integer, or the bytes of all else."""
    at, end = 0, len(message)
    while at < end:
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        length = {1: 8, 5: 4}.get(kind, -1)
        if kind == 2:
            length, at = _varint(message, at)
        if length < 0 or at + length > end:
            raise _DamagedError
        yield number, message[at : at + length]
        at += length


def _varints(packed: memoryview) -> Iterator[int]:
    at = 0
    while at < len(packed):
        value, at = _varint(packed, at)
        yield value


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise _DamagedError
