"""What a database says when it cannot, and what that means to who asked: an error of ours, with what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cratedig.errors import CatalogueUnavailable

# PostgreSQL's SQLSTATEs (its manual, appendix A) -> what happened, what to do
_SAID = {
    "57014": (
        "The database stopped a statement that took too long.",
        "Ask for less, or raise CRATEDIG_DATABASE__STATEMENT_TIMEOUT_S.",
    ),
    "53100": (
        "The database's disk is full: nothing of this was written, reading goes on.",
        "Free some space; nothing needs a restart.",
    ),
    "53200": ("The database has no memory left for this.", "Try again in a moment."),
    "53300": (
        "The database has no connection left.",
        "Lower CRATEDIG_DATABASE__POOL_SIZE, or raise the server's max_connections.",
    ),
}
_OUR_MISTAKES = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.ProgrammingError,
    psycopg.NotSupportedError,
    psycopg.errors.InFailedSqlTransaction,
)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns the database's troubles into CatalogueUnavailable. What we did wrong ourselves stays as it is."""
    try:
        yield
    except PoolTimeout as error:
        raise CatalogueUnavailable(
            "All of the pool's connections are busy.",
            hint="Try again in a moment, or raise CRATEDIG_DATABASE__POOL_SIZE.",
        ) from error
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, psycopg.Error) or isinstance(cause, _OUR_MISTAKES):
            raise
        raise _unavailable(cause) from error


def took_too_long(error: CatalogueUnavailable) -> bool:
    """True where the server was there, but stopped the statement: asked again, it would again."""
    cause = error.__cause__
    cause = cause.orig if isinstance(cause, DBAPIError) else cause
    return isinstance(cause, psycopg.errors.QueryCanceled)


def _unavailable(cause: psycopg.Error) -> CatalogueUnavailable:
    if cause.sqlstate in _SAID:
        message, hint = _SAID[cause.sqlstate]
        return CatalogueUnavailable(message, hint=hint)
    said = str(cause).strip().splitlines()
    reason = said[0] if said else type(cause).__name__
    return CatalogueUnavailable(f"The database does not answer: {reason}", hint="Try again in a moment.")
