"""One start of a job, from what it is handed to what becomes of it."""

from __future__ import annotations

import asyncio

import structlog

from cratedig.catalogue.claims import Claim, Ending
from cratedig.catalogue.trouble import took_too_long
from cratedig.errors import CatalogueUnavailable, CratedigError, Unavailable
from cratedig.jobs.kind import GiveBack, Kind, Kinds, Outcome, Split, Stopped
from cratedig.jobs.work import Work
from cratedig.jobs.workshop import Workshop
from cratedig.log import logger

CATALOGUE_BACK_S = 1.0
"""A job that met a server being restarted is tried again so soon; that start does not count."""
BACK_OFF_S = 2.0
"""A job that met something else unavailable waits 2, 4, 8, ... s."""


class OverTime(Exception):
    """A job took longer than its kind may: what it left running in this process nobody can stop."""


async def outcome_of(claim: Claim, kinds: Kinds, shop: Workshop, *, max_starts: int) -> Outcome:
    """Runs a start and says what becomes of its job. Raises OverTime, and CancelledError where it is cancelled."""
    with structlog.contextvars.bound_contextvars(request_id=claim.trace, job=claim.job_id, kind=claim.phase):
        try:
            return _ending_of(await _run(kinds[claim.phase], Work(claim, shop), claim))
        except Stopped:
            return Ending("cancelled")
        except Unavailable as error:
            if isinstance(error, CatalogueUnavailable) and not took_too_long(error):
                return GiveBack(is_counted=False, delay_s=CATALOGUE_BACK_S)
            if claim.start < max_starts:
                return GiveBack(is_counted=True, delay_s=BACK_OFF_S**claim.start)
            return _failed(error)
        except CratedigError as error:
            return _failed(error)
        except MemoryError:
            logger(__name__).warning("a job ran out of memory", start=claim.start)
            return died("it ran out of memory", claim, max_starts=max_starts)
        except OverTime:
            raise
        except Exception:
            logger(__name__).exception("a job failed in a way nobody foresaw")
            return Ending("failed", error="Something failed here.", details=f"The log holds the reason: {claim.job_id}")


async def _run(kind: Kind, work: Work, claim: Claim) -> object:
    limit = asyncio.timeout(kind.limit_s)
    try:
        async with limit:
            return await kind.run(work, **claim.arguments)
    except TimeoutError:
        if limit.expired():
            raise OverTime(f"it took longer than {kind.limit_s:g} s") from None
        raise


def _ending_of(result: object) -> Outcome:
    return result if isinstance(result, Split) else Ending("succeeded", result=result)


def _failed(error: CratedigError) -> Ending:
    logger(__name__).warning("a job failed", error=error.code, reason=error.message)
    return Ending("failed", error=error.message, details=error.hint or None)


def died(reason: str, claim: Claim, *, max_starts: int) -> Outcome:
    """What becomes of a job whose start ended in a crash, as far as one can be survived."""
    if claim.start < max_starts:
        return GiveBack(is_counted=True, is_death=True)
    return Ending("stopped", error=f"Stopped after {claim.start} starts: {reason}.")
