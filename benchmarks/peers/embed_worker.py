"""Embeds the same texts with one library or the other, when told to; run by benchmarks/embedding.py, one process each.

    python embed_worker.py LIBRARY THREADS WEIGHTS_OR_DATA_DIR TEXTS.json VECTORS.npy

LIBRARY: sentence-transformers (or any name that starts so), cratedig-int8 or cratedig-fp32. Each line on standard input
("batch" or "queries") is answered by one line of JSON with the seconds of wall clock and of processor time it took;
"vectors" writes them to VECTORS.npy.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Embed = Callable[[list[str]], Any]


def peer(threads: int, weights: str) -> Embed:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(weights, device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def ours(threads: int, data_dir: str, precision: Any) -> Embed:
    from cratedig.models.embedder import TextEmbedder

    return TextEmbedder.open(Path(data_dir), precision=precision, threads=threads).embed


def timed(work: Callable[[], object]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}


def main() -> None:
    library, threads, source, texts_file, vectors_file = sys.argv[1:]
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    start = time.perf_counter()
    if library.startswith("sentence-transformers"):
        embed = peer(int(threads), source)
    else:
        embed = ours(int(threads), source, library.removeprefix("cratedig-"))
    embed(texts["batch"][:64])
    print(json.dumps({"open_s": time.perf_counter() - start}), flush=True)
    answers: dict[str, Callable[[], object]] = {
        "batch": lambda: embed(texts["batch"]),
        "queries": lambda: [embed([query]) for query in texts["queries"]],
        "vectors": lambda: np.save(vectors_file, embed(texts["batch"])),
    }
    for line in sys.stdin:
        print(json.dumps(timed(answers[line.strip()])), flush=True)


if __name__ == "__main__":
    main()
