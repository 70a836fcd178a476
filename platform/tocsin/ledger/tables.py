"""The ledger's tables. Positions and moments are milliseconds since 1970 in UTC."""

import sqlalchemy as sa

from tocsin.ledger.database import BigKey, metadata

EVERYWHERE, NOWHERE, OBJECTS_ONLY = 0, 1, 2
"""Where an entry is served: at every endpoint; nowhere (deleted); by `/objects/` alone (the notice of a deletion)."""

exchange = sa.Table(
    "exchange",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

api_roots = sa.Table(
    "api_roots",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
)

collections = sa.Table(
    "collections",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("root", sa.Text, sa.ForeignKey("api_roots.name"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("alias", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("filter", sa.Text),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("frozen_ms", sa.BigInteger),
    sa.Column("last_position", sa.BigInteger, nullable=False),
    sa.Column("stix20", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("self_contained", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("inbox_of", sa.Integer),
    sa.Column("gathers", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("root", "title", name="collections_title"),
    sa.UniqueConstraint("root", "alias", name="collections_alias"),
    sa.Index("collections_inbox", "inbox_of", unique=True),
)

"""`inbox_of`: the member, by its key, that alone reads it; what is shared with named members arrives there."""

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("seq", BigKey, primary_key=True, autoincrement=False),
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("spec_version", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("version_key", sa.Text, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("owner_key", sa.Integer),
    sa.Column("revoked", sa.Boolean, nullable=False),
    sa.Column("is_first", sa.Boolean, nullable=False),
    sa.Column("is_last", sa.Boolean, nullable=False),
    sa.Column("newest_spec", sa.Boolean, nullable=False),
    sa.Column("visibility", sa.SmallInteger, nullable=False),
    sa.Column("latest_position", sa.BigInteger),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("valid_until", sa.Text),
    sa.Index("entries_position", "collection_key", "position", unique=True),
    sa.Index("entries_latest", "collection_key", "latest_position", unique=True),
    sa.Index("entries_type", "collection_key", "type", "position"),
    sa.Index("entries_object", "collection_key", "object_id", "position"),
    sa.Index("entries_version", "collection_key", "version_key", "position"),
)

"""`latest_position` repeats the position of what a poll without filters gets, and is NULL for everything else.
`valid_until` is sortable like `version_key`; where `entry_fields` leads to a month, it decides."""

entry_fields = sa.Table(
    "entry_fields",
    metadata,
    sa.Column("collection_key", sa.Integer, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
"""What the optional filters find entries by; derived from the bodies."""
