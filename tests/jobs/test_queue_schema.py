"""The queue's schema is procrastinate's, as migration 0004 found it."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager

NEWEST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def test_the_librarys_schema_is_the_one_migration_0004_made() -> None:
    """Where this fails the library was raised: add a migration that runs the newer files, then name the newest here."""
    files = Path(SchemaManager.get_migrations_path()).glob("*.sql")
    assert max(file.name for file in files) == NEWEST
