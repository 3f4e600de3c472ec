"""Graphs of networks that someone made to do harm, or made carelessly: one function each, by name."""

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tests.bundles import SPOT_SPECS


def model(nodes, *, constants=(), outputs=(("logits", ["batch", 9]),), functions=()) -> ModelProto:
    inputs = [
        helper.make_tensor_value_info(spec.name, TensorProto.FLOAT, ["batch", *spec.shape])
        for spec in SPOT_SPECS
    ]
    out = [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in outputs]
    graph = helper.make_graph(list(nodes), "g", inputs, out, list(constants))
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    made.functions.extend(functions)
    return made


def _tensor(name: str, values) -> TensorProto:
    return numpy_helper.from_array(np.asarray(values), name)


_NODE = helper.make_node
_WEIGHT = _tensor("w", np.zeros((4, 9), np.float32))
_LINEAR = _NODE("MatMul", ["context", "w"], ["logits"])


def _external() -> ModelProto:
    made = model([_LINEAR], constants=[_WEIGHT])
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")
    return made


def _huge_dims() -> ModelProto:
    made = model([_LINEAR], constants=[_WEIGHT])
    made.graph.initializer[0].dims[:] = [10**6, 10**6]
    return made


def _loop(times: int) -> ModelProto:
    condition = helper.make_tensor_value_info("c", TensorProto.BOOL, [])
    body = helper.make_graph(
        [_NODE("Identity", ["c"], ["c_out"]), _NODE("Identity", ["x"], ["x_out"])],
        "body",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []), condition,
         helper.make_tensor_value_info("x", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("c_out", TensorProto.BOOL, []),
         helper.make_tensor_value_info("x_out", TensorProto.FLOAT, None)],
    )  # fmt: skip
    nodes = [
        _NODE("MatMul", ["context", "w"], ["start"]),
        _NODE("Loop", ["n", "yes", "start"], ["logits"], body=body),
    ]
    return model(nodes, constants=[_WEIGHT, _tensor("n", times), _tensor("yes", True)])


def _filled(side: int) -> ModelProto:
    """A constant of 100 GB that takes thirty bytes to ask for."""
    nodes = [
        _NODE("ConstantOfShape", ["shape"], ["big"]),
        _NODE("ReduceMax", ["big"], ["most"], keepdims=0),
        _NODE("MatMul", ["context", "w"], ["start"]),
        _NODE("Add", ["start", "most"], ["logits"]),
    ]
    return model(nodes, constants=[_WEIGHT, _tensor("shape", np.array([side, side], np.int64))])


def _answer(value: float) -> ModelProto:
    bias = _tensor("b", np.array([value] * 9, np.float32))
    nodes = [_NODE("MatMul", ["context", "w"], ["z"]), _NODE("Add", ["z", "b"], ["logits"])]
    return model(nodes, constants=[_WEIGHT, bias])


def _nested(levels: int) -> ModelProto:
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    inner = helper.make_graph([_NODE("Identity", ["z"], ["y"])], "in", [], [out])
    for _ in range(levels):
        node = _NODE("If", ["yes"], ["y"], then_branch=inner, else_branch=inner)
        inner = helper.make_graph([node], "in", [], [out])
    nodes = [_NODE("MatMul", ["context", "w"], ["z"]), inner.node[0]]
    nodes[1].output[0] = "logits"
    return model(nodes, constants=[_WEIGHT, _tensor("yes", True)])


def _function() -> ModelProto:
    made = helper.make_function(
        "own", "f", ["a"], ["b"], [_NODE("Neg", ["a"], ["b"])], [helper.make_opsetid("", 18)]
    )
    return model([_LINEAR], constants=[_WEIGHT], functions=[made])


GRAPHS = {
    "no graph": lambda: b"no graph",
    "an empty graph": lambda: b"",
    "half a graph": lambda: model([_LINEAR], constants=[_WEIGHT]).SerializeToString()[:150],
    "data in other files": _external,
    "a constant of 4 TB": _huge_dims,
    "a loop without end": lambda: _loop(2**62),
    "random answers": lambda: model(
        [_NODE("RandomNormal", [], ["logits"], shape=[1, 9], dtype=TensorProto.FLOAT)]
    ),
    "a vendor's operations": lambda: model(
        [_NODE("FusedMatMul", ["context", "w"], ["logits"], domain="com.microsoft")],
        constants=[_WEIGHT],
    ),
    "operations of its own": _function,
    "300 levels of branches": lambda: _nested(12),
    "no output": lambda: model([_LINEAR], constants=[_WEIGHT], outputs=()),
    "two outputs": lambda: model(
        [_LINEAR, _NODE("Identity", ["logits"], ["more"])],
        constants=[_WEIGHT],
        outputs=(("logits", ["batch", 9]), ("more", ["batch", 9])),
    ),
}
"""Decided without running them."""

RUN_GRAPHS = {
    "an unknown operation": lambda: model([_NODE("Explode", ["context"], ["logits"])]),
    "100 GB on a whim": lambda: _filled(160_000),
    "answers of NaN": lambda: _answer(float("nan")),
    "answers of inf": lambda: _answer(float("inf")),
    "one answer for all patterns": lambda: model(
        [_NODE("Identity", ["c"], ["logits"])],
        constants=[_tensor("c", np.zeros((1, 9), np.float32))],
        outputs=(("logits", ["n", "m"]),),
    ),
    "ten answers where the graph leaves it open": lambda: model(
        [_NODE("MatMul", ["context", "w"], ["logits"])],
        constants=[_tensor("w", np.zeros((4, 10), np.float32))],
        outputs=(("logits", ["n", "m"]),),
    ),
}
"""Found out by the first run, in a process of its own."""
