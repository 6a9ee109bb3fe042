"""`lab evaluate musiccaps`: does search find a caption by what it says (easy) and captions of like music (hard)?

Both run through the product's own search on a scratch catalogue with one track a caption, caption as its description.

easy: the aspect list of a clip is the query, its own caption the answer; recall at 1.
hard: a caption is the query; the gain of another is the Jaccard similarity of their AudioSet labels without
/m/04rlf ("music"); queries are captions with at least 5 others at 0.5 or more; nDCG at 10.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue
from cratedig.find.arrangement import ranked
from cratedig.find.finder import Finder
from cratedig.find.request import SearchRequest
from cratedig.find.scoring import search_score
from cratedig.find.search import search_candidates
from cratedig.find.spaces.shelf import leave_to_the_tick
from cratedig.find.store import Store
from cratedig.lab.crate import fill
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.ranking import ndcg
from cratedig.lab.tables import rows_with
from cratedig.models.mood import MoodHead
from cratedig.understand.study import study_text

MUSIC = "/m/04rlf"
ALIKE, ENOUGH_ALIKE = 0.5, 5
DEPTH = 10
AT_ONCE = 2  # searches in flight
_NOWHERE = Path("no index is built")  # of a scratch catalogue: all of it is read into memory


@dataclass(frozen=True)
class Clip:
    caption: str
    aspects: str
    labels: frozenset[str]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """nDCG@10 (hard) and recall@1 (easy) of search; baselines: the same ranked by meaning alone and words alone."""
    clips = read_clips(data)
    gains = [like(clip, clips) for clip in clips]
    hard = [at for at, gain in enumerate(gains) if sum(value >= ALIKE for value in gain.values()) >= ENOUGH_ALIKE]
    async with lab.scratch() as catalogue:
        ids = await fill(catalogue, [{"description": clip.caption} for clip in clips], source="musiccaps")
        await study_text(catalogue, lab.embedder)
        at_id = {track_id: at for at, track_id in enumerate(ids)}
        finder = Finder(Store(catalogue, _NOWHERE, leave_to_the_tick), lab.embedder, MoodHead.load())
        easy_lists = await _searched(catalogue, finder, [clip.aspects for clip in clips], at_id)
        hard_lists = await _searched(catalogue, finder, [clips[at].caption for at in hard], at_id)
    figures = {
        way: {
            "ndcg_at_10": _mean(
                ndcg([i for i in lists[way] if i != at], gains[at], k=DEPTH)
                for at, lists in zip(hard, hard_lists, strict=True)
            ),
            "r_at_1_easy": _mean(lists[way][:1] == [at] for at, lists in enumerate(easy_lists)),
        }
        for way in ("fused", "meaning", "words")
    }
    return Evaluation(
        name="musiccaps",
        n=len(clips),
        metrics={**figures["fused"], "hard_queries": len(hard)},
        baselines={f"{way}_only_{name}": figures[way][name] for way in ("meaning", "words") for name in figures[way]},
    )


def read_clips(data: Path) -> list[Clip]:
    """Every captioned clip of the folder."""
    rows = rows_with(data, "caption", "aspect_list", "audioset_positive_labels")
    return [
        Clip(
            caption=row["caption"],
            aspects=", ".join(ast.literal_eval(row["aspect_list"])),
            labels=frozenset(row["audioset_positive_labels"].split(",")) - {MUSIC, ""},
        )
        for row in rows
    ]


def like(clip: Clip, clips: Sequence[Clip]) -> dict[int, float]:
    """Jaccard similarity of labels to every other clip that shares one."""
    return {
        at: len(clip.labels & other.labels) / len(clip.labels | other.labels)
        for at, other in enumerate(clips)
        if other is not clip and not clip.labels.isdisjoint(other.labels)
    }


async def _searched(
    catalogue: Catalogue, finder: Finder, queries: Sequence[str], at_id: dict[int, int]
) -> list[dict[str, list[int]]]:
    """The first clips of each search, fused and by each signal alone."""
    vectors = await anyio.to_thread.run_sync(finder.embedder.embed, queries)
    found: list[dict[str, list[int]]] = [{} for _ in queries]

    async def searcher(first: int) -> None:
        for at in range(first, len(queries), AT_ONCE):
            found[at] = await _search(catalogue, finder, queries[at], vectors[at], at_id)

    async with anyio.create_task_group() as tasks:
        for first in range(AT_ONCE):
            tasks.start_soon(searcher, first)
    return found


async def _search(
    catalogue: Catalogue, finder: Finder, query: str, vector: NDArray[np.float32], at_id: dict[int, int]
) -> dict[str, list[int]]:
    candidates, _ = await search_candidates(finder, vector, SearchRequest(query=query, top_k=DEPTH + 1))
    scores = {
        "fused": search_score(query, candidates).scores,
        "meaning": np.nan_to_num(candidates.meaning).astype(np.float64),
        "words": candidates.words.astype(np.float64),
    }
    return {
        way: [at_id[one] for one in candidates.ids[ranked(candidates, values)[: DEPTH + 1]].tolist()]
        for way, values in scores.items()
    }


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
