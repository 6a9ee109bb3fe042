"""Reading what a query might want: what is known of its words, then a few hundred candidates with all a score needs.

Both are one round trip. Every channel is answered by an index and limited, so that the time hardly grows with the
catalogue: meaning by HNSW, words and names by GIN, mood by GiST.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.tables import TEXT_DIM
from cratedig.catalogue.texts import DOCUMENTS, LEXEMES, received_vector, vector_literal
from cratedig.music.mood import Mood

MEANING_LIMIT = 200
WORDS_LIMIT = 150
MOOD_LIMIT = 120
NAME_LIMIT = 120
LIKELY_LIMIT = 100
GATHERED = 2000
"""Rows whose words are weighed at most; rare words fill this budget first, so that common ones cost nothing."""
SCORED_WORDS = 40
"""Words of a query that are weighed, the rarest first."""

FIELD_WEIGHTS = "{0.6,0.8,1.0,1.0}"
"""D description and lyrics, C genre, tags and album, B artist, A title (the order ts_rank wants)."""
_UNIT = 0.6  # ts_rank of a word that fills a description; a word's part is scaled so that this is 1
LENGTH_PULL = 0.5  # BM25's b: how much a longer text must say a word more often (Robertson & Zaragoza 2009, 3.5)

_HEADER = 4  # bytes of pgvector's binary form before its floats
_UNSTUDIED_SCANNED = 20_000
"""Tracks without a studied text that are looked through for the words themselves."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of a query: how many tracks have each of its words, unwanted words and names."""

    documents: int
    mean_lexemes: float
    words: Mapping[str, int]
    unwanted: Mapping[str, int]
    names: Mapping[str, int]
    tiers: Mapping[str, int]
    """Facet lexemes with a tier -> in how many tracks."""
    common: NDArray[np.float32]

    def rareness(self, lexeme: str) -> float:
        """BM25's inverse document frequency of one of `words`, > 0."""
        count = self.words.get(lexeme, 0)
        return math.log1p((max(self.documents, count) - count + 0.5) / (count + 0.5))

    def cleared(self, vector: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """The query's direction without what all texts share, of length 1, and what the mean text scores on it."""
        if not len(self.common):
            return vector, 0.0
        mean, directions = self.common[0], self.common[1:]
        left = vector - mean
        left = left - directions.T @ (directions @ left)
        length = float(np.linalg.norm(left))
        if length < 1e-6:
            return vector, 0.0
        left = left / length
        return left, float(left @ mean)


async def known(
    session: AsyncSession, *, wanted: str, unwanted: str, names: Sequence[str], tiers: Sequence[str] = ()
) -> Known:
    """Looks a query's words and names up. Texts are folded; names and tiers are facet lexemes.

    Also sets this transaction's search breadth, to spare a round trip.
    """
    rows = await session.execute(
        text(
            """select 'word', lexeme, tracks, cast(null as bytea) from word_counts where lexeme = any(
                tsvector_to_array(to_tsvector('english', :wanted) || to_tsvector('simple', :wanted)))
            union all select 'unwanted', lexeme, tracks, null from word_counts
                where lexeme = any(tsvector_to_array(to_tsvector('english', :unwanted)))
            union all select 'name', lexeme, tracks, null from word_counts where lexeme = any(cast(:names as text[]))
            union all select 'tier', lexeme, tracks, null from word_counts where lexeme = any(cast(:tiers as text[]))
            union all select 'total', lexeme, tracks, null from word_counts where lexeme = any(cast(:totals as text[]))
            union all select 'common', '', rank, vector_send(direction) from text_directions
            union all select set_config('hnsw.ef_search', :breadth, true), '', 0, null
            union all select set_config('hnsw.iterative_scan', 'relaxed_order', true), '', 0, null"""
        ),
        {
            "wanted": wanted,
            "unwanted": unwanted,
            "names": list(names),
            "tiers": list(tiers),
            "totals": [DOCUMENTS, LEXEMES],
            "breadth": str(MEANING_LIMIT),
        },
    )
    found: dict[str, dict[str, int]] = {kind: {} for kind in ("word", "unwanted", "name", "tier", "total")}
    common: dict[int, NDArray[np.float32]] = {}
    for kind, lexeme, tracks, sent in rows:
        if kind == "common":
            common[tracks] = received_vector(sent)
        else:
            found.setdefault(kind, {})[lexeme] = tracks
    documents = found["total"].get(DOCUMENTS, 0)
    if documents == 0:
        found["word"] = await _plain_words(session, wanted)
    return Known(
        documents=documents,
        mean_lexemes=max(1.0, found["total"].get(LEXEMES, 0) / max(1, documents)),
        words=found["word"],
        unwanted=found["unwanted"],
        names=found["name"],
        tiers=found["tier"],
        common=_in_order(common),
    )


async def _plain_words(session: AsyncSession, wanted: str) -> dict[str, int]:
    """A query's lexemes where nothing was studied yet; each counts as rare as any other."""
    statement = text("select unnest(tsvector_to_array(to_tsvector('english', :wanted)))")
    return dict.fromkeys((await session.execute(statement, {"wanted": wanted})).scalars(), 1)


def _in_order(common: Mapping[int, NDArray[np.float32]]) -> NDArray[np.float32]:
    if not common:
        return np.zeros((0, TEXT_DIM), dtype=np.float32)
    return np.array([common[rank] for rank in sorted(common)])


@dataclass(frozen=True, slots=True)
class Conditions:
    """What every candidate must meet. Years are inclusive; genres and artists are facet lexemes."""

    min_year: int | None = None
    max_year: int | None = None
    genres: tuple[str, ...] = ()
    without_artists: tuple[str, ...] = ()
    without_tracks: tuple[int, ...] = ()
    dead_links: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What to fetch candidates for; every part but `vector` may be missing.

    names: facet lexemes, each a channel of its own.  likely: groups of facet lexemes; any of a group will do.
    with_embeddings: does the scorer look at the tracks' embeddings?
    """

    known: Known
    vector: NDArray[np.float32]
    names: tuple[str, ...] = ()
    likely: tuple[tuple[str, ...], ...] = ()
    with_embeddings: bool = False
    mood: Mood | None = None
    conditions: Conditions = field(default_factory=Conditions)
    only: tuple[int, ...] | None = None
    at_least: int = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """One track as the scorer sees it. meaning: -1..1 above the mean text, None when not studied; words: 0..1."""

    track_id: int
    title: str | None
    artist: str | None
    year: int | None
    genre: str | None
    url: str | None
    valence: float | None
    arousal: float | None
    audio_features: dict[str, Any] | None
    popularity: float | None
    playback_count: int | None
    meaning: float | None
    words: float
    unwanted: float
    named: float
    sent_embedding: bytes | None


def embeddings_of(found: Sequence[Candidate]) -> tuple[list[int], NDArray[np.float32]]:
    """The positions of the candidates that came with an embedding, and those embeddings, shape (n, 384)."""
    has = [at for at, candidate in enumerate(found) if candidate.sent_embedding is not None]
    sent = b"".join((found[at].sent_embedding or b"")[_HEADER:] for at in has)
    return has, np.frombuffer(sent, dtype=">f2").reshape(len(has), TEXT_DIM).astype(np.float32)


async def candidates(session: AsyncSession, wish: Wish) -> list[Candidate]:
    """The union of all channels that meets the conditions, by track id."""
    statement = _Statement(wish)
    rows = await session.execute(text(statement.sql), statement.values)
    return [_candidate(tuple(row), statement.offset) for row in rows]


def _candidate(row: Sequence[Any], offset: float) -> Candidate:
    *plain, features, popularity, plays, meaning, words, unwanted, named, sent = row
    values: list[Any] = [
        *plain,
        None if features is None else orjson.loads(features),  # three times as fast as the driver's own way
        popularity,
        plays,
        None if meaning is None else float(meaning) - offset,
        min(1.0, float(words or 0.0)),
        float(unwanted or 0.0),
        float(named or 0.0),
        None if sent is None else bytes(sent),
    ]
    return Candidate(*values)


def quoted(lexeme: str) -> str:
    """A lexeme as a tsquery operand.

    >>> quoted("artist guns n' roses")
    "'artist guns n'' roses'"
    """
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(lexemes: Iterable[str]) -> str:
    return "(" + " | ".join(quoted(lexeme) for lexeme in lexemes) + ")"


class _Statement:
    """The one SELECT: channels, then the columns of their union. SQL text depends only on which parts are there."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.values: dict[str, Any] = {}
        self.cleared, self.offset = wish.known.cleared(wish.vector)
        self.values["vector"] = vector_literal(self.cleared)
        self.filter = self._filter()
        self.sql = self._select()

    def _select(self) -> str:
        self._bind_all("name", [quoted(name) for name in self.wish.names], "tsquery")
        return f"""with found (id) as ({self._found()})
            select t.id, t.title, t.artist, t.year, t.genre, t.url, t.valence, t.arousal,
                cast(t.audio_features as text), t.popularity, t.playback_count,
                -(x.embedding <#> cast(:vector as vector)),
                {self._words_score("coalesce(x.words, " + _UNSTUDIED_WORDS + ")")},
                {self._unwanted_score()}, {self._named_score()},
                {"halfvec_send(cast(x.embedding as halfvec))" if self.wish.with_embeddings else "null"}
            from found join tracks t using (id) left join track_texts x on x.track_id = t.id
            where {self._conditions()} order by t.id"""

    def _found(self) -> str:
        if self.wish.only is not None:
            self.values["only"] = list(self.wish.only)
            return "select unnest(cast(:only as int[]))"
        channels = [self._by_meaning(), *self._by_words(), *self._by_names(), self._unstudied(), self._any()]
        if self.wish.mood is not None:
            channels.append(self._by_mood(self.wish.mood))
        return " union ".join(f"({channel})" for channel in channels)

    def _by_meaning(self) -> str:
        return f"""select track_id from track_texts x {self._where()}
            order by embedding <=> cast(:vector as vector) limit {MEANING_LIMIT}"""

    def _by_words(self) -> list[str]:
        gather = self._gather()
        if gather is None:
            return []
        self.values["gather"] = gather
        return [
            f"""select track_id from (select track_id, {self._words_score("x.words")} as said from
                (select track_id, words from track_texts x {self._where("words @@ cast(:gather as tsquery)")}
                limit {GATHERED}) x order by said desc, track_id limit {WORDS_LIMIT}) w"""
        ]

    def _gather(self) -> str | None:
        """Which rows to weigh: those with any of the rarest words within the budget; if none fits, those with all."""
        known = self.wish.known
        rare, budget = [], GATHERED
        for lexeme in self._scored():
            if known.words[lexeme] > budget:
                break
            budget -= known.words[lexeme]
            rare.append(lexeme)
        if rare:
            return any_of(rare)
        return " & ".join(quoted(lexeme) for lexeme in self._scored()[:3]) or None

    def _by_names(self) -> list[str]:
        names = [(f"name{at}", self.wish.known.names.get(name, 0)) for at, name in enumerate(self.wish.names)]
        channels = [
            f"""select track_id from track_texts x {self._where(f"words @@ cast(:{bound} as tsquery)")}
            {"" if tracks <= NAME_LIMIT else "order by embedding <=> cast(:vector as vector)"} limit {NAME_LIMIT}"""
            for bound, tracks in names
        ]
        for at, group in enumerate(self.wish.likely):
            likely = self._bind(f"likely{at}", any_of(group), "tsquery")
            channels.append(
                f"""select track_id from track_texts x {self._where(f"words @@ {likely}")}
                order by embedding <=> cast(:vector as vector) limit {LIKELY_LIMIT}"""
            )
        return channels

    def _by_mood(self, mood: Mood) -> str:
        self.values |= {"valence": mood.valence, "arousal": mood.arousal}
        return f"""select id from tracks t where valence is not null and arousal is not null
            order by point(valence, arousal) <-> point(:valence, :arousal) limit {MOOD_LIMIT}"""

    def _unstudied(self) -> str:
        """Tracks whose text was not studied yet are found by their words all the same, as far as a scan may go."""
        if self.wish.known.documents > 0:
            return "select id from tracks where false"
        return f"""select t.id from (select * from tracks order by id limit {_UNSTUDIED_SCANNED}) t
            where {_UNSTUDIED_WORDS} @@ {self._bind("asked", self._asked_plainly(), "tsquery")} limit {WORDS_LIMIT}"""

    def _asked_plainly(self) -> str:
        return any_of(self.wish.known.words) if self.wish.known.words else ""

    def _any(self) -> str:
        """A few tracks whatever they are: an answer is never empty while the catalogue is not."""
        return f"select id from (select id from tracks order by id limit {self.wish.at_least}) some_tracks"

    def _scored(self) -> list[str]:
        words = self.wish.known.words
        return sorted(words, key=lambda lexeme: (words[lexeme], lexeme))[:SCORED_WORDS]

    def _words_score(self, words: str) -> str:
        """A BM25-like sum in 0..1: rareness x how much of the text is this word, over the total rareness.

        ts_rank of one word sums 1/k^2 over its k occurrences, so it saturates as BM25's term frequency does.
        """
        known = self.wish.known
        scored = self._scored()
        total = sum(known.rareness(lexeme) for lexeme in scored)
        if not scored or total <= 0.0:
            return "0.0"
        parts = []
        for at, lexeme in enumerate(scored):
            self.values[f"word{at}"] = quoted(lexeme)
            self.values[f"rare{at}"] = known.rareness(lexeme) / total / _UNIT
            parts.append(f"cast(:rare{at} as real) * ts_rank('{FIELD_WEIGHTS}', {words}, cast(:word{at} as tsquery))")
        self.values["mean_lexemes"] = known.mean_lexemes
        longer = f"({1 - LENGTH_PULL} + {LENGTH_PULL} * length({words}) / cast(:mean_lexemes as real))"
        return f"({' + '.join(parts)}) / {longer}"

    def _unwanted_score(self) -> str:
        """1 where any unwanted word stands in the title, labels or prose."""
        if not self.wish.known.unwanted:
            return "0.0"
        return f"cast(x.words @@ {self._bind('unwanted', any_of(self.wish.known.unwanted), 'tsquery')} as int)"

    def _named_score(self) -> str:
        """The share of the kinds of names (artist, genre, tag) of which the track has any."""
        kinds: dict[str, list[str]] = {}
        for name in self.wish.names:
            kinds.setdefault(name.split(" ", 1)[0], []).append(name)
        has = [
            f"cast(x.words @@ {self._bind(f'kind{at}', any_of(names), 'tsquery')} as int)"
            for at, names in enumerate(kinds.values())
        ]
        return f"({' + '.join(has)}) / {len(has)}.0" if has else "0.0"

    def _filter(self) -> str | None:
        """The conditions that the words index can check, as one tsquery."""
        conditions = self.wish.conditions
        parts = [any_of(conditions.genres)] if conditions.genres else []
        parts += [f"!{quoted(artist)}" for artist in conditions.without_artists]
        if not parts:
            return None
        self.values["filter"] = " & ".join(parts)
        return "words @@ cast(:filter as tsquery)"

    def _where(self, *more: str) -> str:
        """The conditions on `track_texts x` inside a channel, so that a limit counts only tracks that meet them."""
        conditions = [*more, *([self.filter] if self.filter else []), *self._year_exists()]
        return f"where {' and '.join(conditions)}" if conditions else ""

    def _year_exists(self) -> list[str]:
        spans = self._year_conditions("y")
        return [f"exists (select from tracks y where y.id = x.track_id and {' and '.join(spans)})"] if spans else []

    def _year_conditions(self, alias: str) -> list[str]:
        conditions = []
        for name, sign, year in (
            ("min_year", ">=", self.wish.conditions.min_year),
            ("max_year", "<=", self.wish.conditions.max_year),
        ):
            if year is not None:
                self.values[name] = year
                conditions.append(f"{alias}.year {sign} cast(:{name} as int)")
        return conditions

    def _conditions(self) -> str:
        conditions = self._year_conditions("t")
        if self.filter:
            conditions.append("x." + self.filter)
        if not self.wish.conditions.dead_links:
            conditions.append("t.url_status is distinct from 'DEAD'")
        if self.wish.conditions.without_tracks:
            self.values["without"] = list(self.wish.conditions.without_tracks)
            conditions.append("t.id <> all(cast(:without as int[]))")
        return " and ".join(conditions) or "true"

    def _bind(self, name: str, value: str, kind: str) -> str:
        self.values[name] = value
        return f"cast(:{name} as {kind})"

    def _bind_all(self, stem: str, values: Sequence[str], kind: str) -> list[str]:
        return [self._bind(f"{stem}{at}", value, kind) for at, value in enumerate(values)]


_UNSTUDIED_WORDS = """to_tsvector('english', concat_ws(' ', t.title, t.artist, t.album, t.genre,
    array_to_string(t.tags, ' '), left(t.description, 2000)))"""


@dataclass(frozen=True, slots=True)
class Details:
    """What only the shown tracks need."""

    track_id: int
    tags: tuple[str, ...]
    receipts: dict[str, Any]
    description: str | None
    lyrics: str | None


async def details(session: AsyncSession, ids: Sequence[int], *, prose: bool = False) -> dict[int, Details]:
    """Tags and receipts of these tracks, and with `prose` their description and lyrics."""
    extra = "t.description, t.lyrics" if prose else "null, null"
    rows = await session.execute(
        text(f"select t.id, t.tags, t.receipts, {extra} from tracks t where t.id = any(cast(:ids as int[]))"),
        {"ids": list(ids)},
    )
    return {row[0]: Details(row[0], tuple(row[1]), *row[2:]) for row in rows}
