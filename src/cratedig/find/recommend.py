"""The door of finding: a request becomes candidates from the catalogue, a score with reasons, a spread-out answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Session
from cratedig.catalogue import candidates as reader
from cratedig.catalogue.candidates import Candidate, Conditions, Details, Known, Wish
from cratedig.errors import NotFound
from cratedig.find.blend import Blend, Term, blend, find_weights
from cratedig.find.fusion import text_weights
from cratedig.find.like import like, towards
from cratedig.find.query import Query, Reading, content_words, read, understand
from cratedig.find.request import Filters, Hit, Metadata, Request, Response, Result, SearchRequest, SearchResponse
from cratedig.find.signals import find_signals, heard_signal, text_signals
from cratedig.find.span import matching_span
from cratedig.find.spread import spread
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead, mood_of_text
from cratedig.models.style import shipped
from cratedig.music.facet import ARTIST, GENRE, HEARD, HEARD_TIERS, STYLE, STYLE_TIERS, facet
from cratedig.music.mood import NEUTRAL, Mood
from cratedig.music.receipt import Receipt
from cratedig.music.text import fold

WIDELY_HEARD = 300  # tracks a vague query looks at beside those of its meaning and mood
OF_A_STYLE = 60
FOREMOST_STYLES = 3
MOST_TIMES = 3  # a tier with more than this many times the tracks wanted is left to the other channels
UNWANTED_WEIGHT = 0.25
SPREAD_OVER = 4  # times top_k ranked tracks take part in spacing
_TIERS = tuple(facet(HEARD, str(tier)) for tier in range(HEARD_TIERS, -1, -1))


@dataclass
class Stopwatch:
    """Milliseconds by stage, on the monotonic clock."""

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    _lap: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round((now - self._lap) * 1000, 3)
        self._lap = now

    @property
    def total_ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 3)


@dataclass(frozen=True, slots=True)
class _Understood:
    query: Query
    known: Known
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judged:
    """All candidates of a request with their scores, not yet spread or cut."""

    query: Query
    found: list[Candidate]
    blend: Blend


async def recommend(session: Session, embedder: TextEmbedder, head: MoodHead, request: Request) -> Response:
    """Tracks that fit the request, best first, each with its reasons.

    Raises NotFound where a track in `like` does not exist.
    """
    watch = Stopwatch()
    judged = await judge(session, embedder, head, request, watch)
    query, found, blended = judged.query, judged.found, judged.blend
    order = _arranged(query, found, blended.scores, request)[: request.top_k]
    watch.lap("reranking")
    shown = await reader.details(session, [found[at].track_id for at in order])
    results = tuple(_result(found[at], shown[found[at].track_id], blended, at) for at in order)
    watch.lap("postprocessing")
    return Response(
        query=request.query,
        mood_detected=query.mood,
        results=results,
        metadata=_metadata(query, len(found), watch, results, request.filters),
    )


async def judge(
    session: Session, embedder: TextEmbedder, head: MoodHead, request: Request, watch: Stopwatch | None = None
) -> Judged:
    """Understands a request, fetches its candidates and scores them. Raises NotFound as `recommend` does."""
    watch = watch or Stopwatch()
    understood = await _understand(session, embedder, head, request)
    watch.lap("query_understanding")
    found = await reader.candidates(session, _wish(understood, request))
    watch.lap("retrieval")
    blended = await anyio.to_thread.run_sync(_score, understood.query, found)
    watch.lap("scoring")
    return Judged(understood.query, found, blended)


async def why(session: Session, embedder: TextEmbedder, head: MoodHead, *, track_id: int, request: Request) -> Result:
    """One track's score for a request, whether or not it would be shown. Raises NotFound."""
    understood = await _understand(session, embedder, head, request)
    wish = replace(_wish(understood, request), only=(track_id,), conditions=Conditions(dead_links=True))
    found = await reader.candidates(session, wish)
    if not found:
        raise NotFound(f"There is no track {track_id}.")
    blended = _score(understood.query, found)
    shown = await reader.details(session, [track_id])
    return _result(found[0], shown[track_id], blended, 0)


async def search(session: Session, embedder: TextEmbedder, request: SearchRequest) -> SearchResponse:
    """Tracks whose words or meaning match the text: words and meaning fused by score (docs/find.md)."""
    watch = Stopwatch()
    vector = (await anyio.to_thread.run_sync(embedder.embed, [request.query]))[0]
    watch.lap("query_understanding")
    found = await search_candidates(session, vector, request)
    watch.lap("retrieval")
    blended = search_score(request.query, found)
    watch.lap("scoring")
    order = ranked(found, blended.scores)[: request.top_k]
    watch.lap("reranking")
    prose = await reader.details(session, [found[at].track_id for at in order], prose=True)
    words = content_words(request.query)
    results = tuple(_hit(found[at], prose[found[at].track_id], words, blended, at) for at in order)
    watch.lap("postprocessing")
    metadata = Metadata(len(found), watch.total_ms, watch.stages, "attribute", False, "Words and meaning, fused.")
    return SearchResponse(query=request.query, results=results, metadata=metadata)


async def search_candidates(session: Session, vector: NDArray[np.float32], request: SearchRequest) -> list[Candidate]:
    """What search ranks, for a text whose embedding is `vector`."""
    known = await reader.known(session, wanted=fold(request.query), unwanted="", names=())
    conditions = _conditions(request.filters, ())
    return await reader.candidates(
        session, Wish(known=known, vector=vector, conditions=conditions, at_least=request.top_k)
    )


async def _understand(session: Session, embedder: TextEmbedder, head: MoodHead, request: Request) -> _Understood:
    reading = await anyio.to_thread.run_sync(read, request.query)
    vector = (await anyio.to_thread.run_sync(embedder.embed, [reading.wanted]))[0]
    styles = styles_meant(vector) if content_words(reading.wanted) else {}
    known = await reader.known(
        session,
        wanted=fold(reading.wanted),
        unwanted=" ".join(reading.unwanted),
        names=reading.names,
        tiers=(*_TIERS, *(tier for style in _foremost(styles) for tier in _style_tiers(style))),
    )
    mood, receipt = await anyio.to_thread.run_sync(_target, reading, vector, head, request)
    query = understand(reading, known.names, mood, receipt, has_words=_says_something(reading, known), styles=styles)
    if query.type == "default" and request.mood is not None:
        query = replace(query, type="mood", explanation="A point of the mood plane was asked for.")
    if request.like or request.unlike:
        unwanted = await anyio.to_thread.run_sync(embedder.embed, list(reading.unwanted))
        vector, query = await _like(session, request, known, _Asked(reading, vector, unwanted), query)
    return _Understood(query, known, vector)


def _target(reading: Reading, vector: NDArray[np.float32], head: MoodHead, request: Request) -> tuple[Mood, Receipt]:
    if request.mood is not None:
        return request.mood, Receipt(source="request", method="point of the mood plane", confidence=1.0, kind="given")
    if not content_words(reading.text) and not reading.mood_words:
        return NEUTRAL, Receipt(
            source="query", method="default: the middle of the plane", confidence=0.0, kind="imputed"
        )
    return mood_of_text(reading.text, vector, head)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words beside liked tracks. unwanted: embeddings of what they do not want, shape (n, 384)."""

    reading: Reading
    vector: NDArray[np.float32]
    unwanted: NDArray[np.float32]

    @property
    def direction(self) -> NDArray[np.float32] | None:
        """None where the words say nothing, or only what is not wanted ("minus drums")."""
        only_negated = self.reading.unwanted and self.reading.wanted == self.reading.text
        return None if only_negated or not content_words(self.reading.text) else self.vector


async def _like(
    session: Session, request: Request, known: Known, asked: _Asked, query: Query
) -> tuple[NDArray[np.float32], Query]:
    """Moves the target to the middle of the liked tracks, where a query beside them keeps half the say, and away from
    the unliked ones and the unwanted words."""
    ids = (*request.like, *request.unlike)
    everything = Conditions(dead_links=True)
    wish = Wish(known=known, vector=asked.vector, conditions=everything, only=ids, with_embeddings=True)
    tracks = {track.track_id: track for track in await reader.candidates(session, wish)}
    if missing := set(ids) - set(tracks):
        raise NotFound(f"There is no track {min(missing)}.")
    liked = [tracks[one] for one in dict.fromkeys(request.like)]
    _, near = reader.embeddings_of(liked)
    _, away = reader.embeddings_of([tracks[one] for one in dict.fromkeys(request.unlike)])
    vector = towards(asked.direction, near, np.concatenate([away, asked.unwanted.reshape(-1, away.shape[1])]))
    query = like(query, liked) if liked else query
    if request.unlike:
        query = replace(query, explanation=f"{query.explanation} Unlike the {len(request.unlike)} tracks given.")
    return asked.vector if vector is None else vector, query


def _says_something(reading: Reading, known: Known) -> bool:
    """Does the catalogue know a word of the query that is not vague? Stems are compared by their beginning."""
    content = content_words(reading.wanted)
    return any(word[:4] == lexeme[:4] for word in content for lexeme in known.words)


def _wish(understood: _Understood, request: Request) -> Wish:
    query = understood.query
    return Wish(
        known=understood.known,
        vector=understood.vector,
        names=query.facets,
        likely=_likely(query, understood.known),
        with_embeddings=bool(query.styles),
        mood=query.mood,
        conditions=_conditions(request.filters, (*request.exclude, *request.like, *request.unlike)),
        at_least=request.top_k,
    )


def styles_meant(vector: NDArray[np.float32]) -> dict[str, float]:
    """How much a query's embedding means each style; {} where it means none."""
    head = shipped()
    shares = head.meant(vector)
    return {} if shares is None else dict(zip(head.styles, shares.tolist(), strict=True))


def _foremost(styles: Mapping[str, float]) -> list[str]:
    return sorted(styles, key=lambda style: (-styles[style], style))[:FOREMOST_STYLES]


def _style_tiers(style: str) -> list[str]:
    return [facet(STYLE, f"{style} {tier}") for tier in range(STYLE_TIERS - 1, 0, -1)]


def _likely(query: Query, known: Known) -> tuple[tuple[str, ...], ...]:
    """Facets to fetch from, the surest tiers of each: widely heard tracks for a vague query, styles for one that means
    some."""
    groups = [_highest(_TIERS, known, WIDELY_HEARD)] if query.type == "default" else []
    groups += [_highest(_style_tiers(style), known, OF_A_STYLE) for style in _foremost(query.styles)]
    return tuple(group for group in groups if group)


def _highest(tiers: Sequence[str], known: Known, enough: int) -> tuple[str, ...]:
    """The highest tiers that together have `enough` tracks."""
    chosen: list[str] = []
    count = 0
    for tier in tiers:
        if tier in known.tiers and (not chosen or count + known.tiers[tier] <= MOST_TIMES * enough):
            chosen.append(tier)
            count += known.tiers[tier]
        if count >= enough:
            break
    return tuple(chosen)


def _conditions(filters: Filters, without: Sequence[int]) -> Conditions:
    return Conditions(
        min_year=filters.min_year,
        max_year=filters.max_year,
        genres=tuple(facet(GENRE, genre) for genre in filters.genres),
        without_artists=tuple(facet(ARTIST, artist) for artist in filters.exclude_artists),
        without_tracks=tuple(without),
        dead_links=filters.dead_links,
    )


def _score(query: Query, found: Sequence[Candidate]) -> Blend:
    signals = find_signals(query, found)
    weights = find_weights(query, signals)
    if "free of the unwanted" in signals:
        weights["free of the unwanted"] = UNWANTED_WEIGHT * sum(weights.values())
    return blend(weights, signals, heard=heard_signal(found))


def search_score(query: str, found: Sequence[Candidate]) -> Blend:
    """Words and meaning of a search, fused."""
    return blend(text_weights(query), text_signals(found))


def ranked(found: Sequence[Candidate], scores: NDArray[np.float64]) -> list[int]:
    """Positions by falling score; what ties stands in the order of its title and artist, then of its id, so that the
    order in which tracks came in does not matter."""
    return sorted(
        range(len(found)),
        key=lambda at: (
            -round(float(scores[at]), 12),
            found[at].title or "",
            found[at].artist or "",
            found[at].track_id,
        ),
    )


def _arranged(query: Query, found: Sequence[Candidate], scores: NDArray[np.float64], request: Request) -> list[int]:
    if request.variance > 0.0:
        generator = np.random.default_rng(request.seed)
        scores = scores + generator.gumbel(scale=0.1 * request.variance, size=len(scores))
    order = ranked(found, scores)
    head, tail = order[: SPREAD_OVER * request.top_k], order[SPREAD_OVER * request.top_k :]
    asked_for = {fold(name) for name in query.artists} if query.type == "artist" else set()
    artists = [_artist_key(found[at], asked_for) for at in head]
    return [head[position] for position in spread(artists)] + tail


def _artist_key(candidate: Candidate, asked_for: set[str]) -> str | None:
    """Who is kept apart: nobody without a name, and not the artist that was asked for."""
    name = fold(candidate.artist or "")
    return None if not name or name in asked_for else name


def _result(candidate: Candidate, details: Details, blended: Blend, at: int) -> Result:
    return Result(
        track_id=str(candidate.track_id),
        title=candidate.title,
        artist=candidate.artist,
        year=candidate.year,
        genre=candidate.genre,
        permalink_url=candidate.url,
        score=float(blended.scores[at]),
        mood=_mood_of(candidate),
        audio_features=_features(candidate),
        tags=details.tags,
        why=blended.why(at),
        receipts=details.receipts,
        confidence=round(float(blended.confidence[at]), 4),
    )


def _mood_of(candidate: Candidate) -> Mood | None:
    if candidate.valence is None or candidate.arousal is None:
        return None
    return Mood.clipped(candidate.valence, candidate.arousal)


def _features(candidate: Candidate) -> dict[str, float | None]:
    """The track's own features, and the specification's three names for what they say."""
    features = dict(candidate.audio_features or {})
    named = {"bpm": features.get("tempo"), "energy": features.get("energy"), "valence_score": candidate.valence}
    return {**named, **{name: value for name, value in features.items() if isinstance(value, int | float)}}


def _hit(candidate: Candidate, details: Details, words: Sequence[str], blended: Blend, at: int) -> Hit:
    span, where = _span(candidate, details, words)
    return Hit(
        track_id=str(candidate.track_id),
        title=candidate.title,
        artist=candidate.artist,
        year=candidate.year,
        genre=candidate.genre,
        permalink_url=candidate.url,
        score=float(blended.scores[at]),
        why=blended.why(at),
        span=span,
        span_field=where,
    )


def _span(candidate: Candidate, details: Details, words: Sequence[str]) -> tuple[str | None, str | None]:
    fields = (
        ("lyrics", details.lyrics),
        ("description", details.description),
        ("title", candidate.title),
        ("artist", candidate.artist),
        ("tags", ", ".join(details.tags)),
    )
    for name, text in fields:
        if text and (span := matching_span(text, words)):
            return span, name
    return None, None


def _metadata(query: Query, total: int, watch: Stopwatch, results: Sequence[Result], filters: Filters) -> Metadata:
    explanation = query.explanation
    if not results:
        conditions = " that meets the filters" if filters != Filters() else " with a living link"
        explanation += f" There is no track{conditions}."
    return Metadata(
        total_candidates=total,
        processing_time_ms=watch.total_ms,
        stages=watch.stages,
        query_type=query.type,
        default_used=query.type == "default",
        explanation=explanation,
    )


__all__ = ["Request", "SearchRequest", "Term", "recommend", "search", "why"]
