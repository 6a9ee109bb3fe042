"""The door of finding: five stages from a request to tracks that fit it, each with its reasons.

understanding (understood.py) -> retrieval (retrieval.py) -> aggregation (aggregation.py) -> scoring (scoring.py) ->
reranking (arrangement.py), and then what is shown is read (results.py). Every stage's milliseconds are in the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import anyio

from cratedig.catalogue import hydration
from cratedig.errors import NotFound
from cratedig.find.aggregation import aggregate
from cratedig.find.arrangement import Arrangement, alone, arrange, asked_for, ranked
from cratedig.find.blend import Term
from cratedig.find.candidates import Ids
from cratedig.find.finder import Finder, Manner
from cratedig.find.query import Query
from cratedig.find.request import Filters, Metadata, Request, Response, Result
from cratedig.find.results import Judged, reasoned, results
from cratedig.find.retrieval import from_database, gather, needs_database, retrieve
from cratedig.find.scoring import compared, score
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.stopwatch import Stopwatch
from cratedig.find.understood import Understood, looked_up, understood

T = TypeVar("T")
Brought = Mapping[str, Ids]
Work = Callable[[Understood, Brought, Request, Manner, Stopwatch], T]

STAGES = ("query_understanding", "retrieval", "aggregation", "scoring", "reranking", "postprocessing")


async def recommend(
    finder: Finder,
    request: Request,
    *,
    snapshot: Snapshot | None = None,
    watch: Stopwatch | None = None,
) -> Response:
    """Tracks that fit the request, best first, each with its reasons.

    snapshot: in which to find; the newest where none is given.  watch: started when the question came, where that
    was before.
    Raises NotFound where a track in `like` or `unlike` does not exist.
    """
    watch = watch or Stopwatch()
    judged, arranged = await _asked(finder, request, watch, _found, snapshot)
    shown = await _shown(finder, judged, arranged, drawn=request.variance > 0.0)
    watch.lap("postprocessing")
    return Response(
        query=request.query,
        mood_detected=judged.query.mood,
        results=tuple(shown),
        metadata=_metadata(judged, shown, watch, request.filters),
    )


async def _shown(finder: Finder, judged: Judged, arranged: Arrangement, *, drawn: bool) -> list[Result]:
    """What is shown. Its reasons are worked out while the database reads it; a track that has gone since it was found
    is left out."""
    ids = judged.found.ids[arranged.shown].tolist()
    reading = asyncio.create_task(hydration.details(finder.store.catalogue.lines, ids))
    try:
        await asyncio.sleep(0)  # the question is on its way
        reasons = reasoned(judged, arranged, arranged.shown, drawn=drawn)
        details = await reading
    finally:
        reading.cancel()
    if len(details) < len(ids):
        there = [at for at, one in zip(arranged.shown, ids, strict=True) if one in details]
        reasons = reasoned(judged, arranged, there, drawn=drawn)
    return results(judged, arranged, reasons, details)


async def judge(finder: Finder, request: Request, *, snapshot: Snapshot | None = None) -> Judged:
    """All candidates of a request with their scores, before they are arranged. Raises NotFound as `recommend` does."""
    return await _asked(finder, request, Stopwatch(), _judged, snapshot)


async def why(finder: Finder, track_id: int, request: Request) -> Result:
    """One track's score for a request, whether or not it would be shown, and the rank it has or would have.

    Raises NotFound.
    """
    details = await hydration.details(finder.store.catalogue.lines, [track_id])
    if track_id not in details:
        raise NotFound(f"There is no track {track_id}.")
    judged = await _asked(finder, request, Stopwatch(), partial(_among, track_id=track_id))
    stands = alone(judged.found, judged.blend.scores, judged.found.ids.tolist().index(track_id))
    reasons = reasoned(judged, stands, stands.shown, places=[stands.ranked.index(stands.shown[0]) + 1])
    return results(judged, stands, reasons, details)[0]


async def _asked(
    finder: Finder, request: Request, watch: Stopwatch, work: Work[T], snapshot: Snapshot | None = None
) -> T:
    """What `work` makes of a request understood: everything that computes follows in one thread, without a stop."""
    snapshot = snapshot or await finder.store.snapshot()
    said = await looked_up(finder, request)

    def understand() -> Understood:
        asked = understood(finder, said, request, snapshot)
        watch.lap("query_understanding")
        return asked

    if not needs_database(snapshot):
        return await anyio.to_thread.run_sync(lambda: work(understand(), {}, request, finder.manner, watch))
    asked = await anyio.to_thread.run_sync(understand)
    brought = await from_database(finder.store.catalogue, snapshot, asked.wanted(request))
    watch.lap("retrieval")
    return await anyio.to_thread.run_sync(work, asked, brought, request, finder.manner, watch)


def _found(
    asked: Understood, brought: Brought, request: Request, manner: Manner, watch: Stopwatch
) -> tuple[Judged, Arrangement]:
    judged = _judged(asked, brought, request, manner, watch)
    arranged = arrange(judged.query, judged.found, judged.blend.scores, request, manner)
    watch.lap("reranking")
    return judged, arranged


def _judged(asked: Understood, brought: Brought, request: Request, manner: Manner, watch: Stopwatch) -> Judged:
    found = retrieve(asked.snapshot, asked.wanted(request), brought)
    watch.lap("retrieval")
    query = compared(asked.query, found)
    kept = aggregate(found, asked_for=asked_for(query), at_least=request.top_k, cap=manner.artist_cap)
    watch.lap("aggregation")
    judged = Judged(query, kept, *score(query, kept, request, manner.weights))
    watch.lap("scoring")
    return judged


def _among(
    asked: Understood, brought: Brought, request: Request, manner: Manner, watch: Stopwatch, *, track_id: int
) -> Judged:
    """The candidates with this track among them, though no channel brought it or a condition keeps it out."""
    judged = _judged(asked, brought, request, manner, watch)
    if track_id in judged.found.ids:
        return judged
    both = gather(asked.snapshot, asked.wanted(request), [*judged.found.ids.tolist(), track_id])
    if track_id not in both.ids:
        raise NotFound(f"There is no track {track_id}.")
    return Judged(judged.query, both, *score(judged.query, both, request, manner.weights))


def _metadata(judged: Judged, shown: Sequence[Result], watch: Stopwatch, filters: Filters) -> Metadata:
    return Metadata(
        total_candidates=len(judged.found),
        processing_time_ms=watch.total_ms,
        stages={stage: watch.stages.get(stage, 0.0) for stage in STAGES},
        query_type=judged.query.type,
        default_used=judged.query.type == "default",
        explanation=_explained(judged.query, bool(shown), filters),
        weighed=judged.weighed,
    )


def _explained(query: Query, found_any: bool, filters: Filters) -> str:
    if found_any:
        return query.explanation
    conditions = " that meets the filters" if filters != Filters() else " with a living link"
    return f"{query.explanation} There is no track{conditions}."


__all__ = ["Judged", "Request", "Term", "judge", "ranked", "recommend", "why"]
