"""What the text model knows before its last layer: each layer's token vectors, averaged and at their largest.

A sentence's embedding is the mean of the last layer's tokens, trained so that like meanings lie together; feelings are
told apart better with the layers below it (each knows other things of a sentence: Jawahar et al. 2019, "What does BERT
learn about the structure of language?", ACL) and with the strongest token of each channel, which a mean drowns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.embedder import DIMENSIONS, TextEmbedder, session_of

POOLS: Final = (
    *(("ReduceMean", layer) for layer in (1, 3, 4, 5)),
    *(("ReduceMax", layer) for layer in (1, 3, 5)),
)
"""What is read: an operator over the tokens of a layer (0..5)."""
WIDTH: Final = DIMENSIONS * len(POOLS)


class LayerReader:
    """Texts to rows of WIDTH numbers, with a session of its own (about 30 MB) over the embedder's model file.

    Shares the embedder's threads; safe to share between threads. Raises ModelUnavailable where the file is gone.
    """

    def __init__(self, embedder: TextEmbedder) -> None:
        self._embedder = embedder
        self._session = session_of(_with_pools(embedder.graph()))
        self.version: str = embedder.version

    def read(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), WIDTH); each text is read up to the embedder's 256 tokens."""
        return self._embedder.rows_of(self._session, texts, WIDTH)


def _with_pools(graph: bytes) -> bytes:
    """The model with the pools as its only output."""
    import onnx  # 0.3 s, and only who reads layers pays

    model = onnx.load_from_string(graph)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1]), "pool_axis"))
    names = [f"{operator}{layer}" for operator, layer in POOLS]
    for name, (operator, layer) in zip(names, POOLS, strict=True):
        inputs = [f"layer{layer}.out", "pool_axis"]
        model.graph.node.append(onnx.helper.make_node(operator, inputs, [name], keepdims=0))
    model.graph.node.append(onnx.helper.make_node("Concat", names, ["pools"], axis=1))
    del model.graph.output[:]
    model.graph.output.append(onnx.helper.make_tensor_value_info("pools", onnx.TensorProto.FLOAT, ["n", WIDTH]))
    return bytes(model.SerializeToString())
