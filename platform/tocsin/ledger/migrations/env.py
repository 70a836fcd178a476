"""Run by Alembic: applies the revisions on the engine it is handed, in one transaction."""

from alembic import context

from tocsin.ledger.database import metadata

engine = context.config.attributes["engine"]
with engine.connect().execution_options(tocsin_writing=True) as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with connection.begin(), context.begin_transaction():
        context.run_migrations()
