"""The door of journeys: moods in words or as points, a playlist between them out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anyio

from cratedig.catalogue import Session
from cratedig.catalogue.stops import Stop, near
from cratedig.errors import UsageError
from cratedig.find.blend import Term
from cratedig.find.journey import TYPICAL_S, Plan, length_s, plan
from cratedig.find.layers import Step, width_of
from cratedig.find.query import content_words, read
from cratedig.find.route import places, route
from cratedig.find.stopwatch import Stopwatch
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead, mood_of_text
from cratedig.music.mood import NEUTRAL, Mood
from cratedig.music.receipt import Receipt

MINUTES = (10.0, 600.0)
"""The shortest and the longest journey."""
LONGEST_SHARE = 0.25  # of a journey that one track may take
ALWAYS_SHORT_S = 600.0  # and what any may take
_LOOKED_AT = 24  # places of the way whose neighbourhood is read
_SPARE = 3  # times as many tracks are read as the steps have candidates

Place = str | Mood
"""Where a journey starts, passes or ends: words, or a point of the plane."""


@dataclass(frozen=True, slots=True)
class JourneyRequest:
    """through: two places or more, in order.  minutes: MINUTES.  eased: leaves and arrives slowly.  exclude: ids of
    tracks already heard."""

    through: tuple[Place, ...]
    minutes: float = 45.0
    eased: bool = False
    exclude: tuple[int, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Waypoint:
    """What was made of a place."""

    words: str
    mood: Mood
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One track. starts_s: after the journey's start. cost: the sum of the contributions in `why`, small is good.

    duration_s is None where it is not known; the track then counts as long as the metadata's typical_s.
    """

    track_id: str
    title: str | None
    artist: str | None
    album: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    mood: Mood
    target: Mood
    starts_s: float
    duration_s: float | None
    bpm: float | None
    camelot: str | None
    cost: float
    why: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class JourneyMetadata:
    """total_s: how long the steps take.  artist_gap: tracks there are at least between two of one artist."""

    total_candidates: int
    processing_time_ms: float
    stages: dict[str, float]
    total_s: float
    typical_s: float
    artist_gap: int
    cost: float
    explanation: str


@dataclass(frozen=True, slots=True)
class Journey:
    minutes: float
    waypoints: tuple[Waypoint, ...]
    steps: tuple[JourneyStep, ...]
    metadata: JourneyMetadata

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


async def journey(session: Session, embedder: TextEmbedder, head: MoodHead, request: JourneyRequest) -> Journey:
    """A playlist through the places asked for; the same request, seed and catalogue give the same steps.

    Raises UsageError where the request asks for nothing that can be, NotFound where the catalogue has too few tracks.
    """
    check(request)
    watch = Stopwatch()
    waypoints = await anyio.to_thread.run_sync(_waypoints, request.through, embedder, head)
    moods = [waypoint.mood for waypoint in waypoints]
    watch.lap("query_understanding")
    pool = await _pool(session, request, moods)
    watch.lap("retrieval")
    found = await anyio.to_thread.run_sync(_planned, pool, moods, request)
    watch.lap("planning")
    return Journey(
        minutes=request.minutes,
        waypoints=waypoints,
        steps=_shown(found),
        metadata=_metadata(found, waypoints, watch),
    )


def check(request: JourneyRequest) -> None:
    """Raises UsageError where the request asks for nothing that can be."""
    low, high = MINUTES
    if not low <= request.minutes <= high:
        raise UsageError(f"A journey takes {low:g} to {high:g} minutes, not {request.minutes:g}.")
    if len(request.through) < 2:
        raise UsageError("A journey needs a start and an end.")
    if any(isinstance(place, str) and not place.strip() for place in request.through):
        raise UsageError("There are no words for where the journey starts, passes or ends.")


def _waypoints(through: Sequence[Place], embedder: TextEmbedder, head: MoodHead) -> tuple[Waypoint, ...]:
    return tuple(_waypoint(place, embedder, head) for place in through)


def _waypoint(place: Place, embedder: TextEmbedder, head: MoodHead) -> Waypoint:
    """A place's mood, read as a query's is."""
    if isinstance(place, Mood):
        given = Receipt(source="request", method="point of the mood plane", confidence=1.0, kind="given")
        return Waypoint("", place, given)
    reading = read(place)
    if not content_words(reading.text) and not reading.mood_words:
        default = Receipt(source="words", method="default: the middle of the plane", confidence=0.0, kind="imputed")
        return Waypoint(place, NEUTRAL, default)
    return Waypoint(place, *mood_of_text(reading.text, embedder.embed([reading.wanted])[0], head, source="words"))


async def _pool(session: Session, request: JourneyRequest, moods: Sequence[Mood]) -> list[Stop]:
    """Enough tracks near the way for every step to choose from, though neighbouring steps share theirs."""
    steps = math.ceil(request.minutes * 60.0 / TYPICAL_S)
    looked_at = places(route(moods, steps, eased=request.eased), most=_LOOKED_AT)
    each = _SPARE * max(steps, math.ceil(width_of(steps) * steps / len(looked_at)))
    longest_s = max(ALWAYS_SHORT_S, LONGEST_SHARE * request.minutes * 60.0)
    return await near(session, looked_at, each=each, longest_s=longest_s, without=request.exclude)


def _planned(pool: Sequence[Stop], moods: Sequence[Mood], request: JourneyRequest) -> Plan:
    return plan(pool, moods, minutes=request.minutes, eased=request.eased, seed=request.seed)


def _shown(found: Plan) -> tuple[JourneyStep, ...]:
    starts_s, shown = 0.0, []
    for step in found.steps:
        shown.append(_step(step, starts_s))
        starts_s += length_s(step.stop, found.typical_s)
    return tuple(shown)


def _step(step: Step, starts_s: float) -> JourneyStep:
    stop = step.stop
    return JourneyStep(
        track_id=str(stop.track_id),
        title=stop.title,
        artist=stop.artist,
        album=stop.album,
        year=stop.year,
        genre=stop.genre,
        permalink_url=stop.url,
        mood=stop.mood,
        target=step.target,
        starts_s=round(starts_s, 3),
        duration_s=stop.duration_s,
        bpm=stop.tempo,
        camelot=stop.key.camelot if stop.key else None,
        cost=step.cost,
        why=step.why,
    )


def _metadata(found: Plan, waypoints: Sequence[Waypoint], watch: Stopwatch) -> JourneyMetadata:
    return JourneyMetadata(
        total_candidates=found.candidates,
        processing_time_ms=watch.total_ms,
        stages=watch.stages,
        total_s=round(found.length_s, 3),
        typical_s=found.typical_s,
        artist_gap=found.apart,
        cost=found.cost,
        explanation=_explained(found, waypoints),
    )


def _explained(found: Plan, waypoints: Sequence[Waypoint]) -> str:
    way = " to ".join(f"{_name(one)} ({one.mood.valence:+.2f}, {one.mood.arousal:+.2f})" for one in waypoints)
    said = f"From {way}: {len(found.steps)} tracks, {found.length_s / 60.0:.0f} minutes."
    unknown = sum(step.stop.duration_s is None for step in found.steps)
    if unknown:
        said += f" {unknown} of unknown length count as {found.typical_s:.0f} s."
    return said


def _name(waypoint: Waypoint) -> str:
    return f'"{waypoint.words}"' if waypoint.words else waypoint.mood.quadrant
