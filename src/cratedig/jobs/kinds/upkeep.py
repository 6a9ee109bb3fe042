"""What keeps the house in order by itself."""

from __future__ import annotations

from cratedig.catalogue import Session, jobs
from cratedig.jobs.kind import Kind
from cratedig.jobs.work import Work


async def _forget(work: Work) -> dict[str, int]:
    days = work.shop.settings.jobs.keep_days

    async def delete(session: Session) -> dict[str, int]:
        return {"forgotten": await jobs.forget(session, older_than_days=days)}

    return dict(await work.once("delete", delete))


FORGET = Kind("jobs.forget", _forget)
KINDS = (FORGET,)
