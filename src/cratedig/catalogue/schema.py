"""Bringing the schema to this program's version, and saying what differs.

Alembic is imported only when there is something to migrate: a start with an up-to-date schema is one query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.errors import DuplicateTable
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from cratedig.errors import CatalogueNewer, CatalogueUnavailable, CatalogueUnfit

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0014"  # the newest revision in migrations/versions; a test holds it against them
_MIGRATION_LOCK = 0x_C4A7ED16  # an advisory lock: two processes that start together migrate once


def upgrade(url: str) -> str | None:
    """Migrates the database at `url` to HEAD. Returns the revision it had before (None: it was empty).

    Raises CatalogueNewer where the database was made by a newer Cratedig, CatalogueUnfit where it is another program's
    or its vectors have another size; nothing is changed then.
    """
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            before = _revision(connection)
            if before == HEAD:
                _refuse_other_vectors(connection)
                return before
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
            before = _revision(connection)
            if before != HEAD:
                _refuse_newer(before)
                _migrate(connection)
            return before
    finally:
        engine.dispose()


def revision(url: str) -> str | None:
    """The revision the database at `url` has; None when it is empty."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def differences(url: str) -> list[str]:
    """What the database's tables have that the code's do not, or the other way round; [] when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from cratedig.catalogue.tables import Table

    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            revision = _revision(connection)
            found = [] if revision == HEAD else [f"the schema is at revision {revision}, this program at {HEAD}"]
            opts = {"compare_type": True, "include_name": _is_ours}
            context = MigrationContext.configure(connection, opts=opts)
            return found + [_in_words(difference) for difference in compare_metadata(context, Table.metadata)]
    finally:
        engine.dispose()


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """False for the queue's own tables, which procrastinate describes."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def _in_words(difference: Any) -> str:
    first = difference[0] if isinstance(difference, list) else difference
    return " ".join(str(part) for part in first if part is not None)


def _revision(connection: Connection) -> str | None:
    try:
        if connection.scalar(text("select to_regclass('alembic_version')")) is None:
            return None
        revision: str | None = connection.scalar(text("select version_num from alembic_version"))
    except (OperationalError, ProgrammingError) as error:
        raise CatalogueUnavailable(f"The catalogue's schema cannot be read: {error.orig}") from error
    return revision


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision > HEAD:
        raise CatalogueNewer(
            f"The catalogue's schema is at revision {revision}, newer than this program's {HEAD}; nothing was changed.",
            hint="Run the newer Cratedig, or restore an older backup.",
        )


def _refuse_other_vectors(connection: Connection) -> None:
    from cratedig.catalogue.tables import TEXT_DIM

    found = connection.scalar(
        text("select atttypmod from pg_attribute where attrelid = 'track_texts'::regclass and attname = 'embedding'")
    )
    if found != TEXT_DIM:
        raise CatalogueUnfit(
            f"The catalogue's text vectors have {found} dimensions, this program's model has {TEXT_DIM}; "
            "nothing was changed.",
            hint="Run the Cratedig that made it, or restore a backup of ours.",
        )


def _migrate(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except ProgrammingError as error:
        if not isinstance(error.orig, DuplicateTable):
            raise
        reason = str(error.orig).splitlines()[0]
        raise CatalogueUnfit(
            f"The database holds another program's tables ({reason}); nothing was changed.",
            hint="Give Cratedig a database of its own.",
        ) from error
    connection.commit()


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "cratedig.catalogue:migrations")
    return config
