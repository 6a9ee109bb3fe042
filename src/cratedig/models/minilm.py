"""all-MiniLM-L6-v2 as an ONNX graph, written node by node from the published weights.

BERT (Devlin et al., 2019) with 6 layers, 12 heads and 384 channels, distilled by MiniLM (Wang et al., 2020); the
sentence vector is the mean of the token vectors, scaled to length 1 (Reimers & Gurevych, 2019), inside the graph:

    input_ids (n, s) int64  ->  embedding (n, 384) float32

There is no mask: the rows of one run have the same number of tokens, so nothing is padding (and attention takes
onnxruntime's faster path, which knows no mask).

`int8` stores every matrix as one byte a weight with one scale a column, and the word table with one scale a row;
activations are quantised while running, attention and normalisation stay in float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LAYERS: Final = 6
HEADS: Final = 12
WIDTH: Final = 384
POSITIONS: Final = 256  # the model was trained on at most this many tokens (its sentence_bert_config.json)
EPSILON: Final = 1e-12
OPSET: Final = 21
RUNTIME_OPS: Final = "com.microsoft"  # onnxruntime's fused operators: one node where the standard needs up to nine
INT8_PEAK: Final = 64  # not 127: two products then fit 16 bits, so CPUs without VNNI (vpmaddubsw) cannot saturate

Precision = Literal["int8", "fp32"]
Matrix = NDArray[np.float32]
Weights = Mapping[str, Matrix]


def build(weights: Weights, precision: Precision) -> bytes:
    """The model as serialised ONNX; the same weights give the same bytes. Raises KeyError when a tensor is missing."""
    graph = _Graph(precision)
    _model(graph, weights)
    return graph.serialised()


def _model(graph: _Graph, weights: Weights) -> None:
    hidden = _embeddings(graph, weights)
    for number in range(LAYERS):
        hidden = _layer(graph, weights, number, hidden)
    _mean_at_length_one(graph, hidden)


def _embeddings(graph: _Graph, weights: Weights) -> str:
    """Word + position + segment 0, normalised; a sentence has one segment, so its vector is added to every position."""
    words = graph.lookup(weights["embeddings.word_embeddings.weight"], "input_ids", "word")
    positions = weights["embeddings.position_embeddings.weight"][:POSITIONS]
    table = graph.constant("positions", positions + weights["embeddings.token_type_embeddings.weight"][0])
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    start, axes = graph.constant("zero", np.array([0])), graph.constant("rows", np.array([0]))
    graph.node("Slice", [table, start, "length", axes], "position")
    graph.node("Add", [words, "position"], "summed")
    scale, shift = _norm(graph, weights, "embeddings.LayerNorm", "embeddings")
    return graph.node("LayerNormalization", ["summed", scale, shift], "embedded", axis=-1, epsilon=EPSILON)


def _layer(graph: _Graph, weights: Weights, number: int, hidden: str) -> str:
    source, name = f"encoder.layer.{number}", f"layer{number}"
    attended = _attention(graph, weights, number, hidden)
    projected = graph.linear(attended, *_dense(weights, f"{source}.attention.output.dense"), name=f"{name}.projected")
    settled = _add_and_norm(graph, weights, (projected, hidden), f"{source}.attention.output", f"{name}.settled")
    wide = graph.linear(settled, *_dense(weights, f"{source}.intermediate.dense"), name=f"{name}.wide")
    active = graph.node("Gelu", [wide], f"{name}.active")
    narrow = graph.linear(active, *_dense(weights, f"{source}.output.dense"), name=f"{name}.narrow")
    return _add_and_norm(graph, weights, (narrow, settled), f"{source}.output", f"{name}.out")


def _attention(graph: _Graph, weights: Weights, number: int, hidden: str) -> str:
    """Query, key and value as one product of (384, 1152), then the runtime's fused attention."""
    parts = [_dense(weights, f"encoder.layer.{number}.attention.self.{part}") for part in ("query", "key", "value")]
    matrix = np.concatenate([matrix for matrix, _ in parts], axis=1)
    bias = np.concatenate([bias for _, bias in parts])
    joined = graph.linear(hidden, matrix, bias, name=f"layer{number}.qkv")
    split = graph.split(joined, [f"layer{number}.{part}" for part in ("query", "key", "value")])
    return graph.fused("MultiHeadAttention", split, f"layer{number}.attended", num_heads=HEADS)


def _add_and_norm(graph: _Graph, weights: Weights, pair: tuple[str, str], source: str, name: str) -> str:
    graph.node("Add", list(pair), f"{name}.sum")
    scale, shift = _norm(graph, weights, f"{source}.LayerNorm", name)
    return graph.node("LayerNormalization", [f"{name}.sum", scale, shift], name, axis=-1, epsilon=EPSILON)


def _mean_at_length_one(graph: _Graph, hidden: str) -> None:
    graph.node("ReduceMean", [hidden, graph.constant("token_axis", np.array([1]))], "mean", keepdims=0)
    graph.node("LpNormalization", ["mean"], "embedding", axis=-1, p=2)


def _dense(weights: Weights, source: str) -> tuple[Matrix, Matrix]:
    """A layer's matrix as (in, out) - it is stored (out, in) - and its bias."""
    return np.ascontiguousarray(weights[f"{source}.weight"].T), weights[f"{source}.bias"]


def _norm(graph: _Graph, weights: Weights, source: str, name: str) -> tuple[str, str]:
    scale = graph.constant(f"{name}.scale", weights[f"{source}.weight"])
    return scale, graph.constant(f"{name}.shift", weights[f"{source}.bias"])


def quantised(matrix: Matrix, axis: int, peak: int) -> tuple[NDArray[np.int8], Matrix]:
    """Symmetric bytes in -peak..peak and the scales along `axis` (kept, of size 1): matrix ~ bytes * scales."""
    scales = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), np.float32(1e-30)) / np.float32(peak)
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)


class _Graph:
    """Nodes and constants gathered in order; a node's name is its output's name."""

    def __init__(self, precision: Precision) -> None:
        self.precision = precision
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def fused(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        return self.node(operator, inputs, output, domain=RUNTIME_OPS, **attributes)

    def split(self, source: str, outputs: list[str]) -> list[str]:
        """Equal parts of the last axis."""
        self.nodes.append(
            helper.make_node("Split", [source], outputs, axis=-1, num_outputs=len(outputs), name=f"{source}.split")
        )
        return outputs

    def lookup(self, table: Matrix, ids: str, name: str) -> str:
        """Rows of a table; as int8 the row and its scale are looked up and multiplied."""
        if self.precision == "fp32":
            return self.node("Gather", [self.constant(f"{name}.table", table), ids], name)
        stored, scales = quantised(table, axis=1, peak=127)
        self.node("Gather", [self.constant(f"{name}.table", stored), ids], f"{name}.bytes")
        self.node("Gather", [self.constant(f"{name}.scales", scales), ids], f"{name}.scale")
        self.node("Cast", [f"{name}.bytes"], f"{name}.wide", to=TensorProto.FLOAT)
        return self.node("Mul", [f"{name}.wide", f"{name}.scale"], name)

    def linear(self, source: str, matrix: Matrix, bias: Matrix, *, name: str) -> str:
        """source (n, s, in) x matrix (in, out) + bias (out)."""
        shift = self.constant(f"{name}.bias", bias)
        if self.precision == "int8":
            stored, scales = quantised(matrix, axis=0, peak=INT8_PEAK)
            parts = [self.constant(f"{name}.matrix", stored), self.constant(f"{name}.scales", scales[0]), "", shift]
            return self.fused("DynamicQuantizeMatMul", [source, *parts], name)
        self.node("MatMul", [source, self.constant(f"{name}.matrix", matrix)], f"{name}.product")
        return self.node("Add", [f"{name}.product", shift], name)

    def serialised(self) -> bytes:
        inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "s"])]
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", WIDTH])
        graph = helper.make_graph(self.nodes, "all-MiniLM-L6-v2", inputs, [output], self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME_OPS, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="cratedig")
        return bytes(model.SerializeToString(deterministic=True))
