"""Alembic's way in: migrate on the connection, and inside the transaction, that `upgrade` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
