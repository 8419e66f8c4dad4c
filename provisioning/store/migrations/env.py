"""Alembic's entry point: runs inside the transaction that ``database.open_store`` opened."""

from alembic import context

from provisioning.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
context.run_migrations()
