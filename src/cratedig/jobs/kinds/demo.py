"""The demo crate's sound as a job: played in the background, heard when it is there."""

from __future__ import annotations

from cratedig.catalogue import Session
from cratedig.collect.demo import recordings
from cratedig.jobs.kind import COMPUTE, Kind
from cratedig.jobs.kinds import study
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work


async def ask(session: Session) -> str:
    """Asks for the recordings; returns the job's id, or that of the one under way."""
    return await enqueue(session, PLAY, once_key="demo sound")


async def _play(work: Work) -> dict[str, int]:
    """Plays what is missing, records it, and asks for its study."""
    data_dir = work.shop.settings.data_dir
    missing = await recordings.missing(work.catalogue, data_dir)
    played = {}
    for at, score in enumerate(missing):
        await work.report(100.0 * at / len(missing), step=f"playing song {at + 1} of {len(missing)}")
        played[score.song_id] = await work.compute(recordings.play, score, data_dir)

    async def save(session: Session) -> dict[str, int]:
        kept = await recordings.keep(session, played, data_dir) if played else 0
        if kept:
            await study.ask(session)
        return {"played": kept}

    return dict(await work.once("save", save))


PLAY = Kind("demo.sound", _play, queue=COMPUTE, priority=1)
KINDS = (PLAY,)
