"""Study as jobs: parts that any worker takes up. Sounds first, then words, of tracks and of the parts of their lyrics,
then moods, which need both, then what there is to find in lyrics; at last how artists drum."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cratedig.catalogue import Session, census, jobs, lyric_chunks, sounds, texts
from cratedig.catalogue.texts import Range
from cratedig.jobs.kind import COMPUTE, Kind, Split
from cratedig.jobs.kinds import drums, read
from cratedig.jobs.kinds.hear import HEAR
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.understand import drummers, hearing, reading
from cratedig.understand import lyric_chunks as passages
from cratedig.understand import study as door

HEAR_SHARE = 80.0
"""Per cent of a study of everything that hearing is, where there is something to hear: about 0.1 s a sound."""
TEXT_SHARE = 0.7
"""How much of what remains words are: 1.9 of 2.7 ms a track."""
READ_FROM = 60.0
"""How far a study of everything is, in per cent, when it comes to lyrics, where there are some to read."""
DRUM_FROM = 99.0
"""And when it comes to drummers: about 0.2 s each."""
PART_LIMIT_S = 300.0
PART_PRIORITY = -10
"""Below everything else: a study of a million tracks is 4,000 parts, and other work need not wait for them."""
TRY_AGAIN_S = 3600.0
"""After a study that failed what is new waits for somebody to ask, or so long."""


async def ask(
    session: Session,
    *,
    what: str = "all",
    analyzer: str | None = None,
    artist: str | None = None,
    limit: int | None = None,
    redo: bool = False,
) -> str:
    """Asks for a study; returns its id, or that of the same study where one is under way.

    analyzer: of lyrics, the only one that reads them; None: those that cost only time. artist: of drums, the only one.
    """
    arguments = {"what": what, "analyzer": analyzer, "limit": limit, "redo": redo}
    once = key(**arguments) + (f" {artist}" if artist else "")  # type: ignore[arg-type]
    return await enqueue(session, STUDY, arguments | ({"artist": artist} if artist else {}), once_key=once)


def key(*, what: str = "all", analyzer: str | None = None, limit: int | None = None, redo: bool = False) -> str:
    """What two of the same study have in common."""
    return f"study {what} {limit} {redo}" + (f" {analyzer}" if analyzer else "")


async def _study(
    work: Work,
    *,
    what: str = "all",
    analyzer: str | None = None,
    artist: str | None = None,
    limit: int | None = None,
    redo: bool = False,
) -> dict[str, Any] | Split:
    if what == "drums":
        return await _into_drummers(work, what=what, artist=artist, limit=limit, redo=redo)
    if what == "lyrics":
        await work.report(step="looking for what is new")
        return await _read(work, what=what, analyzer=analyzer, limit=limit, redo=redo)
    if what == "mood":
        return await _into_moods(work, what=what, limit=limit, redo=redo)
    if what in ("all", "audio"):
        parts = await hearing.parts(work.catalogue, limit=limit, redo=redo)
        if parts or what == "audio":
            await work.report(step="listening")
            share = HEAR_SHARE if what == "all" else 100.0
            return Split(HEAR, [asdict(part) | {"redo": redo} for part in parts], then=HEARD, span=(0.0, share))
    return await _into_words(work, what=what, limit=limit, redo=redo)


async def _heard(
    work: Work, *, what: str = "all", limit: int | None = None, redo: bool = False, **_: Any
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
    upto = await _words_end(work, what)
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
    work: Work, *, what: str = "all", limit: int | None = None, redo: bool = False, **_: Any
) -> dict[str, Any] | Split:
    """What is derived from all texts together, once they are read; then lyrics are taken apart, where there are new."""
    await work.report(step="counting words")
    sums = await work.sums()
    await door.refresh(work.catalogue, changed=sums.get(TEXT.name, {}).get("done", 0) > 0)
    parts = await passages.parts(work.catalogue, await work.shop.embedder(), limit=limit, redo=redo)
    if parts:
        await work.report(step="taking lyrics apart")
        at = await _words_end(work, what)
        return Split(PASSAGES, [asdict(part) | {"redo": redo} for part in parts], then=TAKEN_APART, span=(at, at))
    return await _taken_apart(work, what=what, limit=limit, redo=redo)


async def _words_end(work: Work, what: str) -> float:
    """How far the job is, in per cent, when its words are read."""
    start = await _start(work)
    return start + (100.0 - start) * TEXT_SHARE if what == "all" else 100.0


async def _take_apart(work: Work, *, after: int, upto: int, tracks: int, redo: bool) -> dict[str, int]:
    part = Range(after, upto, tracks)
    embedder = await work.shop.embedder()
    read, chunks = await passages.read(work.catalogue, embedder, part, redo=redo, turn=work.shop.computing)

    async def save(session: Session) -> dict[str, int]:
        await lyric_chunks.save(session, read, chunks)
        return {"done": len(read)}

    return dict(await work.once("save", save))


async def _taken_apart(
    work: Work, *, what: str = "all", limit: int | None = None, redo: bool = False, **_: Any
) -> dict[str, Any] | Split:
    if what == "all":
        return await _into_moods(work, what=what, limit=limit, redo=redo)
    return await _sum_up(work, what=what)


async def _into_moods(work: Work, *, what: str, limit: int | None, redo: bool) -> Split:
    reads = what == "all" and (redo or await reading.is_something_unread(work.catalogue, work.shop.analyzers))
    start = await _start(work)
    if TEXT.name in await work.sums():
        start += (100.0 - start) * TEXT_SHARE
    upto = max(start, READ_FROM) if reads else 100.0
    parts = await door.mood_parts(work.catalogue, limit=limit, redo=redo)
    await work.report(step="feeling moods")
    return Split(
        MOOD, [asdict(part) | {"redo": redo} for part in parts], READ if reads else DRUMMERS, span=(start, upto)
    )


async def _read(
    work: Work, *, what: str = "all", analyzer: str | None = None, limit: int | None = None, redo: bool = False
) -> dict[str, Any] | Split:
    """Lyrics last, one analyzer after the other."""
    start = READ_FROM if what == "all" else 0.0
    split = await read.next_split(work, analyzer, limit=limit, redo=redo, then=READ, start=start)
    return split or await _into_drummers(work, what=what, analyzer=analyzer, limit=limit, redo=redo)


async def _into_drummers(
    work: Work,
    *,
    what: str = "all",
    analyzer: str | None = None,
    artist: str | None = None,
    limit: int | None = None,
    redo: bool = False,
) -> dict[str, Any] | Split:
    if what not in ("all", "drums"):
        return await _sum_up(work, what=what, analyzer=analyzer)
    start = DRUM_FROM if what == "all" else 0.0
    split = await drums.next_split(work, then=SUM_UP, start=start, artist=artist, limit=limit, redo=redo)
    return split or await _sum_up(work, what=what)


async def _study_mood(work: Work, *, after: int, upto: int, tracks: int, redo: bool) -> dict[str, int]:
    part = Range(after, upto, tracks)
    embedder, head = await work.shop.embedder(), await work.shop.head()
    felt = await door.feel_moods(work.catalogue, embedder, head, part, redo=redo, turn=work.shop.computing)

    async def save(session: Session) -> dict[str, int]:
        await texts.save_moods(session, felt.moods)
        return {"done": felt.tracks, "unread": felt.tracks - len(felt.moods)}

    return dict(await work.once("save", save))


async def _sum_up(work: Work, *, what: str = "all", analyzer: str | None = None, **_: Any) -> dict[str, Any]:
    """Of a study of everything, what there was nothing of to hear or read is not spoken of."""
    await work.check_parts()
    sums = await work.sums()
    wanted = {"audio": HEAR, "text": TEXT, "mood": MOOD, "passages": PASSAGES, **read.PARTS, "drums": drums.DRUMS}
    asked = {"all": ("text", "mood"), "lyrics": (analyzer,) if analyzer else ()}.get(what, (what,))
    return {
        name: counted(sums.get(kind.name, {})) for name, kind in wanted.items() if name in asked or kind.name in sums
    }


def counted(sums: dict[str, int]) -> dict[str, int]:
    """Of the sums of one kind of part: tracks done, wanted, and those with nothing to go by; and what it cost."""
    figures = {"done": sums.get("done", 0), "total": sums.get("tracks", 0), "unread": sums.get("unread", 0)}
    return figures | {name: sums[name] for name in ("microdollars",) if sums.get(name)}


async def is_something_new(session: Session) -> bool:
    """True where tracks, sounds or drummers wait for their first study and no study failed a short time ago."""
    found = await census.count(session)
    waits = found.texts < found.tracks or await sounds.is_something_unheard(session)
    if not waits and not await drummers.is_something_due(session):
        return False
    return not await jobs.failed_lately(session, STUDY.name, within_s=TRY_AGAIN_S)


STUDY = Kind("study", _study, queue=COMPUTE, priority=1)
TEXT = Kind("study.text", _study_text, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
MOOD = Kind("study.mood", _study_mood, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
PASSAGES = Kind("study.passages", _take_apart, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
TAKEN_APART = Kind("study.taken_apart", _taken_apart, queue=COMPUTE)
HEARD = Kind("study.heard", _heard, queue=COMPUTE)
GATHER = Kind("study.gather", _gather, queue=COMPUTE)
READ = Kind("study.read", _read, queue=COMPUTE)
DRUMMERS = Kind("study.drummers", _into_drummers, queue=COMPUTE)
SUM_UP = Kind("study.sum_up", _sum_up, queue=COMPUTE)
KINDS = (STUDY, HEARD, TEXT, MOOD, PASSAGES, TAKEN_APART, GATHER, READ, DRUMMERS, SUM_UP)
