"""Members, communities, users, tokens and rights."""

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
    sa.Column("region", sa.Text),
    sa.Column("voice_key", sa.Integer),
    sa.Column("default_unattributed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("default_basis", sa.Text),
)
"""`voice_key`: the member whose voice it shares, by its key; NULL for its own. See `voice_links`."""

default_audiences = sa.Table(
    "default_audiences",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("reader_key", sa.Integer, primary_key=True),
)
"""With whom a member shares what names nobody: `kind` is `member` or `community`, `reader_key` its key."""

voice_links = sa.Table(
    "voice_links",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("other_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("since_ms", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)
"""Members that are one voice: of one group, or one copies the other. What follows from the links is in `voice_key`."""

communities = sa.Table(
    "communities",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("parent_key", sa.Integer, sa.ForeignKey("communities.key")),
    sa.Column("steward_key", sa.Integer, sa.ForeignKey("members.key")),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("until_ms", sa.BigInteger),
)
"""`agreement` is JSON: parties, purposes, onward, bases, voices, contact. It ends at `until_ms`."""

community_ancestors = sa.Table(
    "community_ancestors",
    metadata,
    sa.Column("community_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
    sa.Column("ancestor_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
)
"""Every community with itself and all that it lies in; follows from `parent_key`."""

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("community_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("asked_ms", sa.BigInteger, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("approved_ms", sa.BigInteger),
    sa.Column("approved_by", sa.Text),
    sa.Column("until_ms", sa.BigInteger),
    sa.Column("ended_ms", sa.BigInteger),
    sa.Column("ended_by", sa.Text),
    sa.Index("memberships_member", "member_key"),
)

community_rights = sa.Table(
    "community_rights",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("community_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
    sa.Column("can_read", sa.Boolean, nullable=False),
    sa.Column("can_write", sa.Boolean, nullable=False),
    sa.Index("community_rights_community", "community_key"),
)

member_banks = sa.Table(
    "member_banks",
    metadata,
    sa.Column("country", sa.Text, primary_key=True),
    sa.Column("bank_code", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
)
"""The bank codes and SWIFT codes under which a member keeps accounts."""

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
