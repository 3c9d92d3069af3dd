"""Alembic looks here for the connection: :func:`ceyuan.teams.database.upgrade` hands one over."""

from alembic import context

from ceyuan.teams.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
