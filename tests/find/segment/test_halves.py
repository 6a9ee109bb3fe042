"""Products with halves are those with the same numbers in single precision."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from cratedig.find.segment.halves import BLOCK, GRAPH, products, taken


def test_every_finite_half_is_widened_exactly() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].reshape(-1, 2)
    rows = np.arange(len(finite))
    assert np.array_equal(taken(finite, rows).view(np.uint32), finite.astype(np.float32).view(np.uint32))


def test_rows_are_taken_in_any_order_and_none_from_the_end() -> None:
    kept = np.arange(12, dtype=np.float16).reshape(4, 3)
    kept.flags.writeable = False  # as a file's
    assert np.array_equal(taken(kept, np.array([2, 0, 2, -1])), kept[[2, 0, 2, -1]].astype(np.float32))


def test_products_are_those_of_the_widened_rows() -> None:
    rng = np.random.default_rng(3)
    kept, vector = rng.normal(size=(700, 24)).astype(np.float16), rng.normal(size=24).astype(np.float32)
    for count in (0, 1, BLOCK, 2 * BLOCK + 1):
        rows = rng.integers(0, len(kept), count)
        assert np.allclose(products(kept, rows, vector), kept[rows].astype(np.float32) @ vector, atol=1e-5)


def test_the_graph_is_the_one_that_takes_rows_and_widens_them() -> None:
    nodes = [
        helper.make_node("Gather", ["t", "r"], ["x"]),
        helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT),
    ]
    inputs = [
        helper.make_tensor_value_info("t", TensorProto.FLOAT16, ["m", "d"]),
        helper.make_tensor_value_info("r", TensorProto.INT32, ["n"]),
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", "d"])
    graph = helper.make_graph(nodes, "halves", inputs, [output])
    assert onnx.load_from_string(GRAPH) == helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10
    )
