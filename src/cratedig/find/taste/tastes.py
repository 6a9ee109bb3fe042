"""Reading a listener's taste from the catalogue: once for their last event and the hour, whoever asks how often."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import anyio.to_thread
import numpy as np

from cratedig.catalogue import Session, heard, listening
from cratedig.catalogue.heard import HeardTracks
from cratedig.catalogue.listening import Listened
from cratedig.find.taste.choosing import Chooser
from cratedig.find.taste.hours import Played, mood_of_hour
from cratedig.find.taste.leaning import leaning
from cratedig.find.taste.learned import Learned
from cratedig.find.taste.listening import KINDS, Event, preferences
from cratedig.find.taste.personal import Personal, Spaces
from cratedig.find.taste.trend import Trend, read_trend
from cratedig.music.mood import Mood

KEPT_LISTENERS = 64
"""Tastes a process keeps, the last asked for; one of 2,000 tracks is 60 kB."""


class Tastes:
    """One to a process."""

    def __init__(self, learned: Learned, *, bandit: Literal["off", "linucb", "thompson"] = "off") -> None:
        self._learned = learned
        self._bandit = bandit
        self._kept: OrderedDict[str, Personal] = OrderedDict()
        self._trend: tuple[datetime, Trend] | None = None

    async def of(self, session: Session, listener: str, *, now: datetime, stamp: str | None = None) -> Personal | None:
        """What is known of a listener; None where none of their events counts.

        now: any time of the hour that is meant, with its offset from UTC.  stamp: the catalogue's, where the answer is
        to be kept: what was read of another state of it is read again.
        """
        mark = await listening.mark(session, listener)
        if mark is None:
            self._kept.pop(listener, None)
            return None
        kept = self.kept(listener, mark, now=now, stamp=stamp)
        if kept is None:
            hour = _hour(now)
            kept = await self._read(session, listener, hour, self._key(listener, mark, hour, stamp))
            self._keep(listener, kept)
        return kept

    def kept(self, listener: str, mark: str, *, now: datetime, stamp: str | None) -> Personal | None:
        """What was read before of a listener whose mark is still this; None where it is to be read."""
        found = self._kept.get(listener)
        if found is None or not found.key.startswith(self._key(listener, mark, _hour(now), stamp)):
            return None
        self._kept.move_to_end(listener)
        return found

    def keyed(self, listener: str, key: str) -> Personal | None:
        """What was read before of a listener, where it has this very key."""
        found = self._kept.get(listener)
        return found if found is not None and found.key == key else None

    def _key(self, listener: str, mark: str, hour: datetime, stamp: str | None) -> str:
        return f"{listener} {mark} {hour:%Y%m%d%H} {self._bandit} {stamp} "

    def _keep(self, listener: str, personal: Personal | None) -> None:
        self._kept.pop(listener, None)
        if personal is not None:
            self._kept[listener] = personal
        if len(self._kept) > KEPT_LISTENERS:
            self._kept.popitem(last=False)

    async def _read(self, session: Session, listener: str, hour: datetime, key: str) -> Personal | None:
        events = await listening.counted(session, listener)
        if not events:
            return None
        tracks = await heard.heard_tracks(session, list({one.track_id for one in events}))
        there = set(tracks.ids.tolist())  # a track that was deleted this moment has left with its events
        events = [one for one in events if one.track_id in there]
        said = preferences([_event(one) for one in events], hour)
        learned = await self._learned.current(session)
        spaces = Spaces(tracks.common, learned.space)
        described = await anyio.to_thread.run_sync(spaces.describe, tracks)
        played, now = _played(events, tracks), hour.astimezone(events[-1].at.tzinfo)
        return Personal(
            key=key + learned.version,
            now=now,
            preferences=said,
            leaning=leaning(said, described),
            spaces=spaces,
            trend=await self._trend_at(session, hour),
            hour=mood_of_hour(now, played) if played else None,
            heard_ids=tracks.ids,
            chooser=None if self._bandit == "off" else Chooser.taught(self._bandit, events),
        )

    async def _trend_at(self, session: Session, hour: datetime) -> Trend:
        if self._trend is None or self._trend[0] != hour:
            self._trend = hour, await read_trend(session, hour)
        return self._trend[1]


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _event(one: Listened) -> Event:
    kind = next(kind for kind in KINDS if kind == one.kind)
    return Event(one.id, one.track_id, kind, one.at)


def _played(events: Sequence[Listened], tracks: HeardTracks) -> tuple[Played, ...]:
    """Plays whose track has a mood, by the listener's clock."""
    has = ~np.isnan(tracks.valence) & ~np.isnan(tracks.arousal)
    rows = zip(tracks.ids[has], tracks.valence[has], tracks.arousal[has], strict=True)
    moods = {int(one): Mood.clipped(float(valence), float(arousal)) for one, valence, arousal in rows}
    return tuple(Played(one.at, moods[one.track_id]) for one in events if one.kind == "play" and one.track_id in moods)
