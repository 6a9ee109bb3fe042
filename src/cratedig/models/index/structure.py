"""The one place that speaks to FAISS: an index structure that is trained, filled, written, and searched as it lies on
the disk. It never changes once it is written; `layered` puts what is new over it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from cratedig.models.index.contract import FLAT, Hits, Ids, Params, Vectors
from cratedig.models.index.selection import Choice, by_bits, selector

EFFORT = 100
"""Candidates an hnsw weighs while a vector is put in."""
TRAINING_ROUNDS = 8
PER_CENTRE = 64
"""Vectors a centre is trained on at most; more move it no further."""
NARROW = 10
"""A search for more than a tenth of what may be found looks at everything: the nearest lists could run out."""
AMONG_ALL = 10
"""A scan that may find less than a tenth of the vectors looks at the vectors of those, and at no code."""
PAGE = 4096
"""Bytes that the disk gives at once."""
_METRICS = {"direction": faiss.METRIC_INNER_PRODUCT, "distance": faiss.METRIC_L2}
_SEED = 1


class Structure:
    """Vectors under ids in one of the kinds. A search runs on the calling thread alone."""

    def __init__(self, params: Params, whole: Any) -> None:
        self.params = params
        self._whole = whole  # what is written: the axes of `into` where there are some, then the ids, then the core
        self._axes = faiss.downcast_VectorTransform(whole.chain.at(0)) if params.into else None
        self._named = faiss.downcast_index(whole.index) if params.into else whole
        self._core = faiss.downcast_index(self._named.index)

    @classmethod
    def trained(cls, params: Params, sample: Vectors) -> Structure:
        """An empty one that has learned from `sample` (n, dim) where centres and axes lie."""
        faiss.omp_set_num_threads(1)
        core = _core(params)
        named = faiss.IndexIDMap(core)
        if not params.into:
            structure = cls(params, named)
        else:
            structure = cls(params, faiss.IndexPreTransform(_principal_axes(sample, params.into), named))
        core.train(structure.projected(sample))
        return structure

    def __len__(self) -> int:
        return int(self._named.ntotal)

    def projected(self, vectors: Vectors) -> Vectors:
        """(n, dim) as they are compared: on the main axes where `into` says so, and then of length 1 for directions."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if self._axes is None:
            return vectors
        laid: Vectors = self._axes.apply(vectors)
        if self.params.metric == "direction":
            laid /= np.maximum(np.linalg.norm(laid, axis=1, keepdims=True), 1e-12)
        return laid

    def add(self, ids: Ids, laid: Vectors) -> None:
        """Projected vectors under ids that are not in yet."""
        faiss.omp_set_num_threads(1)  # a graph that several threads weave is another each time
        self._named.add_with_ids(laid, np.ascontiguousarray(ids, dtype=np.int64))

    def ids(self) -> Ids:
        """A copy, in the order they were added."""
        found: Ids = faiss.vector_to_array(self._named.id_map)
        return found

    @cached_property
    def _ids(self) -> Ids:
        """Of each place. Looked at once everything is in."""
        return self.ids()

    @cached_property
    def _groups(self) -> Ids:
        return self._ids if self.params.group == 1 else self._ids // self.params.group

    @property
    def _vectors(self) -> Any:
        """Of a FLAT kind: the vectors in their order."""
        return faiss.downcast_index(self._core.refine_index) if self.params.kind == "scan" else self._core

    def search(
        self, laid: Vectors, k: int, *, breadth: int, only: Ids | None = None, without: Ids | None = None
    ) -> list[Hits]:
        """A row of hits to each projected vector (m, inner_dim). without: ids, rising."""
        if not len(self):
            return [Hits(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in laid]
        faiss.omp_set_num_threads(1)  # of this thread: requests share the cores, one does not take them all
        if self.params.kind in FLAT:
            choice = Choice(self._ids, self._groups, only, without)
            return [self._gone_through(one[None], k, breadth, choice) for one in laid]
        chosen, kept_alive = selector(only, without)
        population = len(self) if only is None else min(len(only), len(self))
        if k * NARROW > population:
            measures, ids = self._exhaustively(laid, k, chosen)
        else:
            measures, ids = self._named.search(laid, k, params=self._asked(breadth, chosen))
        del kept_alive
        return [self._hits(*row) for row in zip(ids, measures, strict=True)]

    def _gone_through(self, laid: Vectors, k: int, breadth: int, choice: Choice) -> Hits:
        """Of all vectors that `choice` leaves; by their codes first, where there are some and it leaves many."""
        if self.params.kind == "scan" and len(choice) > max(k * NARROW, len(self) // AMONG_ALL):
            return self._scanned(laid, k, max(k, breadth), choice)
        marks = None if choice.leaves_all else by_bits(choice.all())
        measures, places = self._vectors.search(laid, min(k, len(self)), params=faiss.SearchParameters(sel=marks))
        return self._hits(np.where(places[0] < 0, -1, self._ids[places[0]]), measures[0])

    def _scanned(self, laid: Vectors, k: int, breadth: int, choice: Choice) -> Hits:
        """The vectors whose codes are best are looked at: so many that about `breadth` of them may be found; more,
        where what is near is left out and less than `k` are left."""
        wide = breadth * len(self) // len(choice)
        while True:
            wide = min(wide, len(self))
            asked = faiss.IndexRefineSearchParameters(k_factor=1.0)
            measures, places = (one[0] for one in self._core.search(laid, wide, params=asked))
            kept = choice.allows(places)
            if np.count_nonzero(kept) >= k or wide == len(self):
                return self._hits(self._ids[places[kept]][:k], measures[kept][:k])
            wide *= 4

    def _asked(self, breadth: int, chosen: Any) -> Any:
        if self.params.kind == "hnsw":
            return faiss.SearchParametersHNSW(sel=chosen, efSearch=breadth)
        lists = self.params.lists if self.params.kind == "codes" else breadth
        return faiss.SearchParametersIVF(sel=chosen, nprobe=lists)

    def _exhaustively(self, laid: Vectors, k: int, chosen: Any) -> tuple[Vectors, Ids]:
        """Through every vector, whatever the kind."""
        k = min(k, len(self))
        if self.params.kind != "hnsw":
            measures, ids = self._named.search(laid, k, params=self._asked(self.params.lists, chosen))
            return measures, ids
        ids = self._named.id_map
        placed = None if chosen is None else faiss.IDSelectorTranslated(ids, chosen)
        measures, places = self._core.storage.search(laid, k, params=faiss.SearchParameters(sel=placed))
        return measures, np.where(places < 0, -1, faiss.vector_to_array(ids)[places])

    def _hits(self, ids: Ids, measures: NDArray[np.float32]) -> Hits:
        there = ids >= 0  # -1 stands for nothing more
        ids, measures = ids[there], measures[there]
        scores = measures if self.params.metric == "direction" else -np.sqrt(np.maximum(measures, 0))
        order = np.lexsort((ids, -scores))
        return Hits(ids[order], scores[order])

    def write(self, put: Callable[[bytes], int]) -> None:
        """Hands its file to `put` bit by bit."""
        faiss.write_index(self._whole, faiss.PyCallbackIOWriter(put))

    @classmethod
    def read(cls, path: Path, params: Params) -> Structure:
        """From a file whose SHA-256 was checked. Its vectors stay on the disk until a search touches them.

        Raises ValueError where it is not an index of these params.
        """
        flags = faiss.IO_FLAG_MMAP if params.kind.startswith("ivf") else faiss.IO_FLAG_MMAP_IFC
        try:
            structure = cls(params, faiss.read_index(str(path), flags))
            if params.kind.startswith("ivf"):
                structure._read_alone()
            if params.kind == "scan":
                structure._touch()
        except (RuntimeError, AttributeError) as error:
            raise ValueError(f"{path.name} is not an index of kind {params.kind}.") from error
        return structure

    def _touch(self) -> None:
        """Reads a byte of every page: a search looks at a thousand of them, and would wait for the disk at each."""
        codes = self._vectors.codes
        faiss.rev_swig_ptr(codes.data(), codes.size())[::PAGE].max(initial=0)

    def _read_alone(self) -> None:
        """Lists on the disk would be read ahead by 32 threads started for every search: more work than the search."""
        faiss.downcast_InvertedLists(self._core.invlists).prefetch_nthread = 0


def _core(params: Params) -> Any:
    """An empty index of the kind, not trained."""
    dim, metric = params.inner_dim, _METRICS[params.metric]
    if params.kind == "exact":
        return faiss.IndexFlat(dim, metric)
    if params.kind == "scan":
        return _scan(params)
    if params.kind == "codes":
        return _codes(params)
    if params.kind == "hnsw":
        graph = faiss.IndexHNSWFlat(dim, params.links, metric)
        graph.hnsw.efConstruction = EFFORT
        return graph
    centres = faiss.IndexFlat(dim, metric)
    if params.kind == "ivf_sq":
        lists = faiss.IndexIVFScalarQuantizer(centres, dim, params.lists, faiss.ScalarQuantizer.QT_8bit, metric)
    else:
        lists = faiss.IndexIVFPQ(centres, dim, params.lists, params.code, 8, metric)
        lists.pq.cp.niter = TRAINING_ROUNDS
        lists.pq.cp.seed = _SEED
    lists.cp.niter = TRAINING_ROUNDS
    lists.cp.max_points_per_centroid = PER_CENTRE
    lists.cp.min_points_per_centroid = 1
    lists.cp.seed = _SEED
    return lists


def _scan(params: Params) -> Any:
    """Codes of half bytes, two to a byte, and the vectors in half precision."""
    dim, metric = params.inner_dim, _METRICS[params.metric]
    codes = faiss.IndexPQFastScan(dim, 2 * params.code, 4, metric)
    codes.pq.cp.niter = TRAINING_ROUNDS
    codes.pq.cp.seed = _SEED
    return faiss.IndexRefine(codes, faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, metric))


def _codes(params: Params) -> Any:
    """Codes of half bytes in one list: lists of codes, unlike codes by themselves, can be told which may be found."""
    dim, metric = params.inner_dim, _METRICS[params.metric]
    lists = faiss.IndexIVFPQFastScan(faiss.IndexFlat(dim, metric), dim, params.lists, 2 * params.code, 4, metric)
    lists.by_residual = False
    lists.pq.cp.niter = TRAINING_ROUNDS
    lists.pq.cp.seed = _SEED
    return lists


def _principal_axes(sample: Vectors, into: int) -> Any:
    """The `into` directions in which the sample reaches furthest, from zero: so angles stay nearly what they were."""
    reach = sample.T.astype(np.float64) @ sample
    axes = np.linalg.eigh(reach)[1][:, ::-1][:, :into].T
    axes *= np.where(axes[np.arange(into), np.abs(axes).argmax(axis=1)] < 0, -1, 1)[:, None]  # a sign means nothing
    laid = faiss.LinearTransform(sample.shape[1], into, False)
    faiss.copy_array_to_vector(np.ascontiguousarray(axes, dtype=np.float32).ravel(), laid.A)
    laid.is_trained = True
    return laid
