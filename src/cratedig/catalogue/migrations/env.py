"""Alembic's entry point; the connection is handed in by cratedig.catalogue.schema."""

from alembic import context

from cratedig.catalogue.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
with context.begin_transaction():
    context.run_migrations()
