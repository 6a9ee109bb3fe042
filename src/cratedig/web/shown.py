"""The contexts of the pages: what was asked and what was found, as the templates want it. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cratedig.catalogue.sounds import Known
from cratedig.find.reasons import ordinal
from cratedig.find.request import Response, Result
from cratedig.music.mood import Mood
from cratedig.web import heard, views
from cratedig.web.asked import PAGE_K, Asked
from cratedig.web.colour import mood_colour
from cratedig.web.overview import Overview
from cratedig.web.schemas import MAX_TOP_K
from cratedig.web.spreads import Spread
from cratedig.web.templating import query_string, safe_link, signed

SAMPLES = (
    "i miss my ex",
    "calm piano for a rainy night",
    "angry and loud",
    "driving home with the windows down",
    "something hopeful",
    "dance until morning",
)
UNTITLED, UNKNOWN_ARTIST = "untitled", "unknown artist"
_TAGS = 4
_GIVEN_FACTS = ("year", "genre")


def opening(asked: Asked, overview: Overview) -> dict[str, Any]:
    """The Find page before anything was asked."""
    return _frame(asked, overview) | {
        "answer": None,
        "samples": SAMPLES,
        "plane": views.plane_of(asked, [], None, overview.moods),
    }


def answered(asked: Asked, answer: Response, overview: Overview, named: Mapping[int, str | None]) -> dict[str, Any]:
    """The Find page with an answer. named: titles of the tracks the question likes or leaves out, by id."""
    target = answer.mood_detected
    worn = views.textures(result.why for result in answer.results)
    scale = max((views.reach(result.why) for result in answer.results), default=0.0)
    shown = [_result(asked, result, scale=scale, worn=worn) for result in answer.results]
    points = [point for one in shown if (point := views.point(one.track_id, one.title, one.mood))]
    stages = views.stages(answer.metadata.stages)
    return _frame(asked, overview) | {
        "answer": {
            "total_candidates": answer.metadata.total_candidates,
            "took_ms": answer.metadata.processing_time_ms,
            "stages": stages,
            "stages_spoken": "time by stage: " + ", ".join(stage.words for stage in stages),
        },
        "heard": _heard(answer),
        "chips": list(_chips(asked, named)),
        "legend": views.legend(worn, target),
        "results": shown,
        "more_url": asked.url(top_k=min(MAX_TOP_K, asked.top_k + 30)) if _has_more(asked, answer) else None,
        "plane": views.plane_of(asked, points, target, overview.moods),
    }


def _frame(asked: Asked, overview: Overview) -> dict[str, Any]:
    most = max((genre.tracks for genre in overview.genres), default=1)
    return {
        "q": asked.query,
        "state": asked,
        "kept": list(asked.kept("q", "valence", "arousal", "k", "like", "exclude")),
        "unfiltered": list(asked.kept("from", "to", "genre", "without")),
        "filtered": asked.filters,
        "counts": overview.counts,
        "genres": [
            {"name": genre.name, "tracks": genre.tracks, "percent": round(100 * genre.tracks / most, 1)}
            for genre in overview.genres
        ],
    }


def _has_more(asked: Asked, answer: Response) -> bool:
    return len(answer.results) >= asked.top_k and asked.top_k < MAX_TOP_K and asked.top_k >= PAGE_K


@dataclass(frozen=True, slots=True)
class Shown:
    """One result as the page shows it."""

    track_id: str
    title: str
    artist: str
    url: str
    score: float
    mood: Mood | None
    mood_kind: str
    colour: str | None
    facts: list[views.Fact]
    tags: list[str]
    bar: views.Bar
    sentence: str
    rank: str | None
    moved: str | None
    without: Mapping[str, str]
    more_url: str
    less_url: str
    link: str | None
    link_host: str | None


def _result(asked: Asked, result: Result, *, scale: float, worn: dict[str, str]) -> Shown:
    mood = result.mood
    number = int(result.track_id)
    return Shown(
        track_id=str(result.track_id),
        title=result.title or UNTITLED,
        artist=result.artist or UNKNOWN_ARTIST,
        url=f"/track/{number}" + (f"?{query_string(q=asked.query)}" if asked.query else ""),
        score=result.score,
        mood=mood,
        mood_kind=result.receipts.get("mood", {}).get("kind", "given"),
        colour=mood_colour(mood.valence, mood.arousal) if mood else None,
        facts=list(_facts(result, mood)),
        tags=list(result.tags)[:_TAGS],
        bar=views.bar(result.why, scale=scale, worn=worn, mood=mood),
        sentence=result.sentence,
        rank=f"{ordinal(result.rank)} by score" if result.moved else None,
        moved=result.moved,
        without=_ranks(result),
        more_url="/?" + query_string(like=number),
        less_url=asked.url(exclude=(*asked.exclude, number)),
        link=safe_link(result.permalink_url),
        link_host=views.host_of(result.permalink_url),
    )


def _ranks(result: Result) -> dict[str, str]:
    """The rank the track would have without each term."""
    return {term: ordinal(rank) for term, rank in result.without.items()}


def _facts(result: Result, mood: Mood | None) -> list[views.Fact]:
    facts = [
        views.Fact(str(value), result.receipts.get(name))
        for name in _GIVEN_FACTS
        if (value := getattr(result, name)) is not None
    ]
    if mood:
        facts.append(views.Fact(mood.quadrant, result.receipts.get("mood")))
    return facts


def _heard(answer: Response) -> dict[str, str | None]:
    """What was made of the question; the default says so itself."""
    said, target = answer.metadata.explanation, answer.mood_detected
    if answer.metadata.default_used:
        return {"sentence": None, "note": said}
    place = f" Aiming at {views.mood_words(target)}." if target and "iming at" not in said else ""
    return {"sentence": said + place, "note": None}


def _chips(asked: Asked, named: Mapping[int, str | None]) -> list[dict[str, str]]:
    """What shapes the answer, each with the address that takes it away."""
    chips = []
    if asked.mood:
        words = f"at {signed(asked.mood.valence)}, {signed(asked.mood.arousal)}"
        chips.append({"words": words, "url": asked.url(mood=None)})
    for one in asked.like:
        rest = tuple(other for other in asked.like if other != one)
        chips.append({"words": f"like {named.get(one) or one}", "url": asked.url(like=rest)})
    for one in asked.exclude:
        rest = tuple(other for other in asked.exclude if other != one)
        chips.append({"words": f"without {named.get(one) or one}", "url": asked.url(exclude=rest)})
    return chips


def track_page(
    row: Mapping[str, Any],
    overview: Overview,
    *,
    query: str,
    why: Result | None,
    similar: Sequence[Result],
    known: Known | None = None,
    spread: Spread | None = None,
) -> dict[str, Any]:
    """The page of one track. row: its columns by name; why: its score for `query`; known: its sound;
    spread: how features lie in the crate."""
    mood = heard.mood_at(row, ("valence", "arousal"))
    apart = {of: heard.mood_at(row, (f"{of}_valence", f"{of}_arousal")) for of in ("sound", "words")}
    others = [_neighbour(one) for one in similar]
    points = [point for one in others if (point := views.point(one["track_id"], one["title"], one["mood"]))]
    title, artist = row["title"] or UNTITLED, row["artist"] or UNKNOWN_ARTIST
    return {
        "q": query,
        "asked_q": query,
        "counts": overview.counts,
        "track": row,
        "title": title,
        "artist": artist,
        "mood": mood,
        "mood_kind": row["receipts"].get("mood", {}).get("kind", "given"),
        "link": safe_link(row["url"]),
        "link_host": views.host_of(row["url"]),
        "fields": _fields(row, mood),
        "player": heard.player(known, row["id"]),
        "places": heard.places(row["audio_features"] or {}, row["receipts"], spread or {}),
        "measured_table": heard.table(known),
        "measured_whole": heard.whole(known),
        "statistics": heard.STATISTICS,
        "contrast": heard.contrast(apart["sound"], apart["words"]),
        "lyrics": row["lyrics"],
        "similar": others,
        "bar": _bar_alone(why.why, mood) if why else None,
        "sentence": why.sentence if why else None,
        "without": _ranks(why) if why else {},
        "key": heard.key_of_receipts(),
        "plane": views.plane_of(Asked(), points, mood, marks=views.marks(apart)),
    }


def _bar_alone(why: Sequence[views.Term], mood: Mood | None) -> views.Bar:
    return views.bar(why, scale=views.reach(why), worn=views.textures([why]), mood=mood)


def _neighbour(one: Result) -> dict[str, Any]:
    mood = one.mood
    return {
        "track_id": str(one.track_id),
        "title": one.title or UNTITLED,
        "artist": one.artist or UNKNOWN_ARTIST,
        "url": f"/track/{int(one.track_id)}",
        "mood": mood,
        "colour": mood_colour(mood.valence, mood.arousal) if mood else None,
    }


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    words: str
    receipt: Any | None


_PLAIN_FIELDS = ("album", "year", "genre", "tags", "label", "released", "description", "url")


def _fields(row: Mapping[str, Any], mood: Mood | None) -> list[Field]:
    receipts = row["receipts"]
    shown = [
        Field(name, ", ".join(value) if isinstance(value, list) else str(value), receipts.get(name))
        for name in _PLAIN_FIELDS
        if (value := row[name]) not in (None, "", [])
    ]
    if row["duration_s"] is not None:
        minutes, seconds = divmod(round(row["duration_s"]), 60)
        shown.append(Field("length", f"{minutes}:{seconds:02d}", receipts.get("duration_s")))
    for name, words in (("playback_count", "plays"), ("like_count", "likes")):
        if row[name] is not None:
            shown.append(Field(words, f"{row[name]:,}", receipts.get(name)))
    if mood:
        shown.append(Field("mood", views.mood_words(mood), receipts.get("mood")))
    if row["url_status"]:
        shown.append(Field("link status", row["url_status"].lower().replace("_", " "), receipts.get("url_status")))
    return [*shown, Field("source", row["source"], None)]
