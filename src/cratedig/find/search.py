"""Search: tracks whose words or meaning match a text, or lines of whose lyrics do, fused by score (docs/find.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import hydration, lyric_chunks, state
from cratedig.catalogue.hydration import Details
from cratedig.catalogue.lines import Lines
from cratedig.catalogue.lyric_chunks import Where
from cratedig.find.arrangement import ranked
from cratedig.find.blend import Term
from cratedig.find.candidates import Candidates
from cratedig.find.finder import Finder
from cratedig.find.known import known
from cratedig.find.lyric_filters import rows_asked_for
from cratedig.find.lyric_search import Lyrics, near_lyrics, with_lyrics
from cratedig.find.lyric_span import place_in_lyric
from cratedig.find.query import content_words
from cratedig.find.request import Hit, Metadata, SearchRequest, SearchResponse
from cratedig.find.retrieval import Wanted, from_database, retrieve
from cratedig.find.scoring import search_score
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.span import matching_span
from cratedig.find.stopwatch import Stopwatch
from cratedig.find.store import Store
from cratedig.find.understood import conditions


async def search(finder: Finder, request: SearchRequest) -> SearchResponse:
    """Tracks whose words or meaning match the text, best first, each with the words that matched."""
    watch = Stopwatch()
    vectors, snapshot, _ = await asyncio.gather(
        anyio.to_thread.run_sync(finder.embedder.embed, [request.query]),
        _snapshot(finder.store),
        finder.store.lexemes([request.query]),
    )
    watch.lap("query_understanding")
    found, lyrics = await _candidates(finder, snapshot, vectors[0], request)
    watch.lap("retrieval")
    blended = search_score(request.query, found)
    watch.lap("scoring")
    order = ranked(found, blended.scores)[: request.top_k]
    watch.lap("reranking")
    ids, words = found.ids.tolist(), content_words(request.query)
    prose, places = await _shown(finder.store.catalogue.lines, found.ids[order].tolist(), lyrics)
    results = tuple(
        _hit(prose[ids[at]], words, places.get(ids[at]), float(blended.scores[at]), blended.why(at))
        for at in order
        if ids[at] in prose
    )
    watch.lap("postprocessing")
    metadata = Metadata(len(found), watch.total_ms, watch.stages, "attribute", False, "Words and meaning, fused.")
    return SearchResponse(query=request.query, results=results, metadata=metadata)


async def search_candidates(
    finder: Finder, vector: NDArray[np.float32], request: SearchRequest
) -> tuple[Candidates, Lyrics]:
    """What search ranks, for a text whose embedding is `vector`, and the lines of lyrics that mean it."""
    return await _candidates(finder, await _snapshot(finder.store), vector, request)


async def _snapshot(store: Store) -> Snapshot:
    stamp, _ = await state.stamp_and_mark(store.catalogue.lines, None)
    return await store.snapshot(stamp)


async def _candidates(
    finder: Finder, snapshot: Snapshot, vector: NDArray[np.float32], request: SearchRequest
) -> tuple[Candidates, Lyrics]:
    """The lines of lyrics are looked through while the tracks are."""
    words = await finder.store.lexemes([request.query])
    wanted = Wanted(
        known=known(snapshot, wanted=words),
        vector=vector,
        conditions=conditions(request.filters, ()),
        only=await rows_asked_for(finder.store.catalogue.lines, snapshot, request),
        at_least=request.top_k,
    )
    sung = asyncio.create_task(near_lyrics(finder.store.catalogue.lines, snapshot, wanted))
    try:
        brought = await from_database(finder.store.catalogue, snapshot, wanted)
        found = await anyio.to_thread.run_sync(retrieve, snapshot, wanted, brought)
        lyrics = await sung
    finally:
        sung.cancel()
        await asyncio.gather(sung, return_exceptions=True)
    return with_lyrics(snapshot, wanted, found, lyrics), lyrics


async def _shown(lines: Lines, ids: Sequence[int], lyrics: Lyrics) -> tuple[dict[int, Details], dict[int, Where]]:
    """What is shown of these tracks, and which lines of theirs were found."""
    parts = {track: lyrics.best[track].number for track in ids if track in lyrics.best}
    return await asyncio.gather(hydration.details(lines, ids, prose=True), lyric_chunks.places(lines, parts))


def _hit(details: Details, words: Sequence[str], near: Where | None, score: float, why: tuple[Term, ...]) -> Hit:
    place = place_in_lyric(details.lyrics, words, near) if details.lyrics else None
    span, where = (place.words, "lyrics") if place else _span(details, words)
    return Hit(
        track_id=str(details.track_id),
        title=details.title,
        artist=details.artist,
        year=details.year,
        genre=details.genre,
        permalink_url=details.url,
        score=score,
        why=why,
        span=span,
        span_field=where,
        span_line=place.line if place else None,
    )


def _span(details: Details, words: Sequence[str]) -> tuple[str | None, str | None]:
    fields = (
        ("description", details.description),
        ("title", details.title),
        ("artist", details.artist),
        ("tags", ", ".join(details.tags)),
    )
    for name, text in fields:
        if text and (span := matching_span(text, words)):
            return span, name
    return None, None
