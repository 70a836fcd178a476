"""Members, users, tokens and rights."""

import sqlalchemy as sa

from tocsin.ledger.database import metadata

members = sa.Table(
    "members",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("country", sa.Text),
    sa.Column("trusted", sa.Boolean, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("suspended_ms", sa.BigInteger),
    sa.Column("default_tlp", sa.Text),
    sa.Column("default_collection_key", sa.Integer, sa.ForeignKey("collections.key")),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("revoked_ms", sa.BigInteger),
    sa.Column("every_s", sa.Integer),
    sa.UniqueConstraint("member_key", "name", name="tokens_name"),
)

rights = sa.Table(
    "rights",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("can_read", sa.Boolean, nullable=False),
    sa.Column("can_write", sa.Boolean, nullable=False),
)
