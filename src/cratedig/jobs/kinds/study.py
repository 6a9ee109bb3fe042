"""Study as jobs: parts that any worker takes up. Sounds first, then words, then moods, which need both."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cratedig.catalogue import Session, census, jobs, sounds, texts
from cratedig.catalogue.texts import Range
from cratedig.jobs.kind import COMPUTE, Kind, Split
from cratedig.jobs.kinds.hear import HEAR
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.understand import hearing
from cratedig.understand import study as door

HEAR_SHARE = 80.0
"""Per cent of a study of everything that hearing is, where there is something to hear: about 0.1 s a sound."""
TEXT_SHARE = 0.7
"""How much of what remains words are: 1.9 of 2.7 ms a track."""
PART_LIMIT_S = 300.0
PART_PRIORITY = -10
"""Below everything else: a study of a million tracks is 4,000 parts, and other work need not wait for them."""
TRY_AGAIN_S = 3600.0
"""After a study that failed what is new waits for somebody to ask, or so long."""


async def ask(session: Session, *, what: str = "all", limit: int | None = None, redo: bool = False) -> str:
    """Asks for a study; returns its id, or that of the same study where one is under way."""
    arguments = {"what": what, "limit": limit, "redo": redo}
    return await enqueue(session, STUDY, arguments, once_key=key(what=what, limit=limit, redo=redo))


def key(*, what: str = "all", limit: int | None = None, redo: bool = False) -> str:
    """What two of the same study have in common."""
    return f"study {what} {limit} {redo}"


async def _study(work: Work, *, what: str = "all", limit: int | None = None, redo: bool = False) -> Split:
    if what == "mood":
        return await _into_moods(work, limit=limit, redo=redo)
    if what in ("all", "audio"):
        parts = await hearing.parts(work.catalogue, limit=limit, redo=redo)
        if parts or what == "audio":
            await work.report(step="listening")
            share = HEAR_SHARE if what == "all" else 100.0
            return Split(HEAR, [asdict(part) | {"redo": redo} for part in parts], then=HEARD, span=(0.0, share))
    return await _into_words(work, what=what, limit=limit, redo=redo)


async def _heard(
    work: Work, *, what: str = "all", limit: int | None = None, redo: bool = False
) -> dict[str, Any] | Split:
    """What follows when everything was heard: words, as what was heard is part of what is known of a track."""
    if what == "all":
        return await _into_words(work, what=what, limit=limit, redo=redo)
    return await _sum_up(work, what=what)


async def _into_words(work: Work, *, what: str, limit: int | None, redo: bool) -> Split:
    await work.report(step="looking for what is new")
    parts = await door.text_parts(work.catalogue, await work.shop.embedder(), limit=limit, redo=redo)
    await work.report(step="reading words")
    start = await _start(work)
    upto = start + (100.0 - start) * TEXT_SHARE if what == "all" else 100.0
    return Split(TEXT, [asdict(part) | {"redo": redo} for part in parts], then=GATHER, span=(start, upto))


async def _start(work: Work) -> float:
    """How far the job was, in per cent, when its words began."""
    return HEAR_SHARE if HEAR.name in await work.sums() else 0.0


async def _study_text(work: Work, *, after: int, upto: int, tracks: int, redo: bool) -> dict[str, int]:
    part = Range(after, upto, tracks)
    embedder = await work.shop.embedder()
    studied = await door.read_texts(work.catalogue, embedder, part, redo=redo, turn=work.shop.computing)

    async def save(session: Session) -> dict[str, int]:
        await texts.save_texts(session, studied)
        return {"done": len(studied)}

    return dict(await work.once("save", save))


async def _gather(
    work: Work, *, what: str = "all", limit: int | None = None, redo: bool = False
) -> dict[str, Any] | Split:
    """What is derived from all texts together, once they are read."""
    await work.report(step="counting words")
    sums = await work.sums()
    await door.refresh(work.catalogue, changed=sums.get(TEXT.name, {}).get("done", 0) > 0)
    if what == "all":
        return await _into_moods(work, limit=limit, redo=redo)
    return await _sum_up(work, what=what)


async def _into_moods(work: Work, *, limit: int | None, redo: bool) -> Split:
    start = await _start(work)
    if TEXT.name in await work.sums():
        start += (100.0 - start) * TEXT_SHARE
    parts = await door.mood_parts(work.catalogue, limit=limit, redo=redo)
    await work.report(step="feeling moods")
    return Split(MOOD, [asdict(part) | {"redo": redo} for part in parts], then=SUM_UP, span=(start, 100.0))


async def _study_mood(work: Work, *, after: int, upto: int, tracks: int, redo: bool) -> dict[str, int]:
    part = Range(after, upto, tracks)
    embedder, head = await work.shop.embedder(), await work.shop.head()
    felt = await door.feel_moods(work.catalogue, embedder, head, part, redo=redo, turn=work.shop.computing)

    async def save(session: Session) -> dict[str, int]:
        await texts.save_moods(session, felt.moods)
        return {"done": felt.tracks, "unread": felt.tracks - len(felt.moods)}

    return dict(await work.once("save", save))


async def _sum_up(work: Work, *, what: str = "all", **_: Any) -> dict[str, Any]:
    await work.check_parts()
    sums = await work.sums()
    wanted = {"audio": HEAR, "text": TEXT, "mood": MOOD}
    asked = [name for name, kind in wanted.items() if what == name or (what == "all" and _counts(name, kind, sums))]
    return {name: counted(sums.get(wanted[name].name, {})) for name in asked}


def _counts(name: str, kind: Kind, sums: dict[str, Any]) -> bool:
    """Of a study of everything, hearing is spoken of only where there was something to hear."""
    return name != "audio" or kind.name in sums


def counted(sums: dict[str, int]) -> dict[str, int]:
    """Of the sums of one kind of part: tracks done, wanted, and those with nothing to go by."""
    return {"done": sums.get("done", 0), "total": sums.get("tracks", 0), "unread": sums.get("unread", 0)}


async def is_something_new(session: Session) -> bool:
    """True where tracks or sounds wait for their first study and no study failed a short time ago."""
    found = await census.count(session)
    if found.texts >= found.tracks and not await sounds.is_something_unheard(session):
        return False
    return not await jobs.failed_lately(session, STUDY.name, within_s=TRY_AGAIN_S)


STUDY = Kind("study", _study, queue=COMPUTE, priority=1)
TEXT = Kind("study.text", _study_text, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
MOOD = Kind("study.mood", _study_mood, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
HEARD = Kind("study.heard", _heard, queue=COMPUTE)
GATHER = Kind("study.gather", _gather, queue=COMPUTE)
SUM_UP = Kind("study.sum_up", _sum_up, queue=COMPUTE)
KINDS = (STUDY, HEARD, TEXT, MOOD, GATHER, SUM_UP)
