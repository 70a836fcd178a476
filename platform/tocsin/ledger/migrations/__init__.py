"""Alembic's revisions of the exchange's tables."""
