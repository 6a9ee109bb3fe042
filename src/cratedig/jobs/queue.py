"""Asking for a job: in the caller's transaction, so that the job exists exactly when that transaction is committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from cratedig.catalogue import Session, jobs
from cratedig.catalogue.jobs import Wanted
from cratedig.jobs.kind import Kind


async def enqueue(
    session: Session, kind: Kind, arguments: dict[str, Any] | None = None, *, once_key: str | None = None
) -> str:
    """Asks for a job. Returns its id, or that of the unfinished job with the same `once_key`."""
    wanted = wanted_of(kind, [arguments or {}], once_key=once_key)
    if once_key is not None:
        return await jobs.insert_once(session, wanted)
    return (await jobs.insert(session, wanted))[0]


async def enqueue_many(session: Session, kind: Kind, arguments: Sequence[dict[str, Any]]) -> list[str]:
    """Asks for many jobs of one kind in two statements. Returns their ids in the order of `arguments`."""
    return await jobs.insert(session, wanted_of(kind, arguments)) if arguments else []


def wanted_of(
    kind: Kind,
    arguments: Sequence[dict[str, Any]],
    *,
    once_key: str | None = None,
    parent_id: str | None = None,
    trace: str | None = None,
) -> Wanted:
    """Jobs of this kind, traced to `trace`, or to the request (or job) that is being served now."""
    return Wanted(
        kind=kind.name,
        arguments=arguments,
        queue=kind.queue,
        priority=kind.priority,
        trace=trace or structlog.contextvars.get_contextvars().get("request_id"),
        parent_id=parent_id,
        once_key=once_key,
    )
