"""One lyric read for whoever asks: kept by its words and by who reads, as what it was is nobody's business later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import orjson
from starlette.exceptions import HTTPException

from cratedig.cache import ANALYSIS, opened, sealed
from cratedig.catalogue import findings
from cratedig.collect.lyrics.clean import clean
from cratedig.errors import InputRejected, ModelUnavailable, NotFound
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics import choice
from cratedig.understand.lyrics.analyzers import CHEAP, KNOWN
from cratedig.understand.lyrics.rhyme import rhymes
from cratedig.web.access.caller import Caller
from cratedig.web.access.roles import Role
from cratedig.web.readings import AnalyzeRequest, shape_of
from cratedig.wiring import App

FORMAT = 1
"""Of kept answers; another one leaves the old ones to expire."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What there is to read. is_clean: it is a track's, which was cleaned when it was collected."""

    text: str
    tempo_bpm: float | None
    is_clean: bool

    def lyric(self) -> Lyric:
        """Raises InputRejected where no words are left."""
        lyric = Lyric.of(self.text) if self.is_clean else clean(self.text).lyric
        if not lyric:
            raise InputRejected("There are no words of a song in it.", hint="Send its lines, without their page.")
        return lyric

    def key(self, asked: str) -> str:
        return hashlib.sha256(orjson.dumps([asked, self.tempo_bpm, self.is_clean, self.text])).hexdigest()


class _Sealed:
    """JSON as the cache keeps it: a damaged one is none."""

    def write(self, value: bytes) -> bytes:
        return sealed(value)

    def read(self, raw: bytes) -> bytes | None:
        return opened(raw)


async def analyze(app: App, request: AnalyzeRequest, caller: Caller) -> bytes:
    """The answer as JSON. Nothing of a pasted lyric is stored.

    Raises NotFound, InputRejected, Unavailable, and HTTPException 403 where the caller may not spend the owner's money.
    """
    check_may_ask(caller, request.analyzer)
    words = await _words(app, request)
    answer, is_kept = await _answer(app, request.analyzer, words, may_pay=_may_pay(caller))
    rest = {
        "asked": request.analyzer,
        "track_id": str(request.track_id) if request.track_id else None,
        "cached": is_kept,
        "rhymes": await _rhymes(words, request.sensitivity),
    }
    return answer[:-1] + b"," + orjson.dumps(rest)[1:]


def check_may_ask(caller: Caller, asked: str) -> None:
    """A chat model may cost money: that is for editors. Raises HTTPException 403."""
    costs = asked in KNOWN and KNOWN[asked].nature == "asked"
    if costs and not _may_pay(caller):
        raise HTTPException(403, f"The analyzer {asked!r} may cost money: it needs the role editor")


def _may_pay(caller: Caller) -> bool:
    return caller.role is not None and caller.role >= Role.EDITOR


async def _answer(app: App, asked: str, words: _Words, *, may_pay: bool) -> tuple[bytes, bool]:
    """The finding as JSON, and whether it was found before. Only of who computes: a chat model's answers are kept where
    it is asked, and what stands in for one that did not answer is not kept at all."""
    version = await _version(app, asked)
    if version is None:
        return await _read(app, asked, words, may_pay=may_pay), False
    found = await app.cache.get_or_make(
        ANALYSIS,
        words.key(asked),
        lambda: _read(app, asked, words, may_pay=may_pay),
        shape=_Sealed(),
        version=f"{FORMAT} {version}",
    )
    return found.value, found.kept


async def _version(app: App, asked: str) -> str | None:
    """Of an analyzer that computes; None of others, and of one that is not there."""
    if asked not in CHEAP:
        return None
    try:
        return (await app.analyzers.get(asked)).version
    except ModelUnavailable:
        return None


async def _rhymes(words: _Words, sensitivity: float | None) -> Mapping[str, Any] | None:
    if sensitivity is None:
        return None
    return await anyio.to_thread.run_sync(lambda: rhymes(words.lyric(), sensitivity=sensitivity).as_data())


async def _words(app: App, request: AnalyzeRequest) -> _Words:
    if not request.track_id:
        return _Words(request.lyrics, request.tempo_bpm, is_clean=False)
    async with app.catalogue.begin() as session:
        found = (await findings.of_tracks(session, [request.track_id])).get(request.track_id)
    if found is None:
        raise NotFound(f"The track {request.track_id} is not here, or has no lyrics.")
    return _Words(found.lyrics, request.tempo_bpm or found.tempo_bpm or None, is_clean=True)


async def _read(app: App, asked: str, words: _Words, *, may_pay: bool) -> bytes:
    lyric = await anyio.to_thread.run_sync(words.lyric)
    finding = await choice.read(app.analyzers, asked, lyric, tempo_bpm=words.tempo_bpm, may_pay=may_pay)
    return orjson.dumps(shape_of(finding), option=orjson.OPT_SERIALIZE_NUMPY)


def stored_shape(stored: findings.Stored) -> dict[str, Any]:
    """In the shape of TrackFinding."""
    return {
        "analyzer": stored.analyzer,
        "analyzer_type": stored.type,
        "version": stored.version,
        "finding": None if stored.finding is None else shape_of(stored.finding),
        "error": stored.error,
        "stale": stored.stale,
        "read_at": stored.read_at,
    }
