"""Search: tracks whose words or meaning match a text, or lines of whose lyrics do, fused by score (docs/find.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import hydration
from cratedig.catalogue.hydration import Details
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
from cratedig.find.span import matching_span
from cratedig.find.stopwatch import Stopwatch
from cratedig.find.understood import conditions


async def search(finder: Finder, request: SearchRequest) -> SearchResponse:
    """Tracks whose words or meaning match the text, best first, each with the words that matched."""
    watch = Stopwatch()
    vector = (await anyio.to_thread.run_sync(finder.embedder.embed, [request.query]))[0]
    watch.lap("query_understanding")
    found, lyrics = await search_candidates(finder, vector, request)
    watch.lap("retrieval")
    blended = search_score(request.query, found)
    watch.lap("scoring")
    order = ranked(found, blended.scores)[: request.top_k]
    watch.lap("reranking")
    prose = await hydration.details(finder.store.catalogue.lines, found.ids[order].tolist(), prose=True)
    ids, words = found.ids.tolist(), content_words(request.query)
    results = tuple(
        _hit(prose[ids[at]], words, lyrics, float(blended.scores[at]), blended.why(at))
        for at in order
        if ids[at] in prose
    )
    watch.lap("postprocessing")
    metadata = Metadata(len(found), watch.total_ms, watch.stages, "attribute", False, "Words and meaning, fused.")
    return SearchResponse(query=request.query, results=results, metadata=metadata)


async def search_candidates(
    finder: Finder, vector: NDArray[np.float32], request: SearchRequest
) -> tuple[Candidates, Lyrics]:
    """What search ranks, for a text whose embedding is `vector`, and the lines of lyrics that mean it.

    The database looks through the lines of lyrics while this process looks through the tracks.
    """
    snapshot = await finder.store.snapshot()
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


def _hit(details: Details, words: Sequence[str], lyrics: Lyrics, score: float, why: tuple[Term, ...]) -> Hit:
    place = place_in_lyric(details.lyrics, words, lyrics.best.get(details.track_id)) if details.lyrics else None
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
