"""How long an index of each kind takes to build and to ask, and how much of the exact 500 nearest it finds.

    python benchmarks/index.py [DATA] [--sizes 10000 100000] [--spaces text audio mood] [--kinds exact ivf_sq]

The vectors are drawn: groups of unequal size on 48 real dimensions, with noise, as embeddings of music lie; text has
384 dimensions, audio 64, mood 2. Every kind is asked the same 200 vectors that it was neither built from nor tuned on,
one by one on one thread, from its file as the product reads it. DATA is not used.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

from cratedig.models.index.building import Building
from cratedig.models.index.choice import choose
from cratedig.models.index.contract import DEPTH, Metric, Params, Vectors
from cratedig.models.index.layered import LayeredIndex
from cratedig.models.index.recall import Truth
from cratedig.publish import publishing

RESULT = Path(__file__).parent / "results" / "index.json"
SEED = 20261121
SPACES: dict[str, tuple[int, Metric]] = {
    "text": (384, "direction"),
    "audio": (64, "direction"),
    "mood": (2, "distance"),
}
KINDS = ("exact", "ivf_sq", "ivf_pq", "hnsw")
QUERIES = 200
PART = 10_000
SAMPLE = 100_000
RECALL = 0.97


def drawn(n: int, dim: int) -> Vectors:
    """Vectors in groups; those of a plane within -1 .. 1, the others of length 1."""
    rng = np.random.default_rng(SEED)
    real = min(48, dim)
    centres, axes = rng.normal(size=(200, real)), rng.normal(size=(real, dim)) / np.sqrt(real)
    groups = rng.choice(200, n, p=rng.dirichlet(np.ones(200)))
    vectors = np.empty((n, dim), dtype=np.float32)
    for start in range(0, n, PART):
        at = slice(start, min(n, start + PART))
        laid = centres[groups[at]] + 0.8 * rng.normal(size=(len(groups[at]), real))
        vectors[at] = laid @ axes + 0.15 * rng.normal(size=(len(laid), dim))
    if dim == 2:
        return np.tanh(0.5 * vectors)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def params_of(kind: str, n: int, dim: int, metric: Metric) -> Params:
    """As the rule would give them, were this kind its choice."""
    lists = min(4096, round(4 * np.sqrt(n)))
    fitting = {"ivf_sq": {"lists": lists}, "ivf_pq": {"lists": lists, "code": max(1, dim // 2)}, "hnsw": {"links": 16}}
    return Params(kind, dim, metric, **fitting.get(kind, {}))  # type: ignore[arg-type]


def measure(params: Params, vectors: Vectors, queries: Vectors, folder: Path) -> dict[str, Any]:
    ids = np.arange(len(vectors), dtype=np.int64)
    began = time.perf_counter()
    building = Building(params, vectors[:: max(1, len(vectors) // SAMPLE)])
    for start in range(0, len(vectors), PART):
        building.add(ids[start : start + PART], vectors[start : start + PART])
    index, tuned = building.done(recall=RECALL)
    path = folder / "of.index"
    with publishing(path) as draft:
        index.write(draft.write)
    built_s = time.perf_counter() - began
    began = time.perf_counter()
    index = LayeredIndex.read(path, index.params)
    opened_ms = 1000 * (time.perf_counter() - began)
    times, found = [], []
    for query in queries:
        began = time.perf_counter()
        found.append(index.search(query, DEPTH).ids)
        times.append(1000 * (time.perf_counter() - began))
    truth = Truth(queries, params.metric, DEPTH)
    for start in range(0, len(vectors), PART):
        truth.see(ids[start : start + PART], vectors[start : start + PART])
    p50, p95 = np.percentile(times[20:], [50, 95])
    return {
        "n": len(vectors),
        "build_s": round(built_s, 2),
        "open_ms": round(opened_ms, 2),
        "file_mb": round(path.stat().st_size / 1e6, 2),
        "recall_at_500": round(truth.recall(found), 4),
        "recall_when_tuned": round(tuned, 4),
        "search_p50_ms": round(float(p50), 3),
        "search_p95_ms": round(float(p95), 3),
        "params": asdict(index.params),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--spaces", nargs="+", choices=SPACES, default=list(SPACES))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    given = parser.parse_args()
    result: dict[str, Any] = {"machine": machine(), "recall_wanted": RECALL, "rows": []}
    with tempfile.TemporaryDirectory() as folder:
        for space in given.spaces:
            dim, metric = SPACES[space]
            for n in given.sizes:
                all_of_them = drawn(n + QUERIES, dim)
                chosen = choose(n, dim, metric, recall=RECALL).kind
                for kind in given.kinds:
                    row = measure(params_of(kind, n, dim, metric), all_of_them[:n], all_of_them[n:], Path(folder))
                    result["rows"].append({"space": space, "kind": kind, "is_chosen": kind == chosen} | row)
                    print(json.dumps(result["rows"][-1]), flush=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
