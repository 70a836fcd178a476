"""Communities, audiences, and how much of a report each collection may carry.

Of reports that are there already, whoever could read their collections may know.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _members()
    _communities()
    _reports()
    op.add_column("collections", sa.Column("inbox_of", sa.Integer(), nullable=True))
    op.create_index("collections_inbox", "collections", ["inbox_of"], unique=True)
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_index("collections_inbox", "collections")
    op.drop_column("collections", "inbox_of")
    op.drop_column("report_collections", "reach")
    for name in ("audience_key", "pap", "handling", "basis", "with_text"):
        op.drop_column("reports", name)
    for name in (
        "disputes",
        "audience_readers",
        "audiences",
        "community_rights",
        "memberships",
        "community_ancestors",
        "communities",
        "voice_links",
        "default_audiences",
    ):
        op.drop_table(name)
    for name in ("region", "voice_key", "default_unattributed", "default_basis"):
        op.drop_column("members", name)


def _members() -> None:
    for column in (
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("voice_key", sa.Integer(), nullable=True),
        sa.Column("default_unattributed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("default_basis", sa.Text(), nullable=True),
    ):
        op.add_column("members", column)
    op.create_table(
        "default_audiences",
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("reader_key", sa.Integer(), primary_key=True),
    )
    op.create_table(
        "voice_links",
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("other_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )


def _communities() -> None:
    op.create_table(
        "communities",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("slug", sa.Text(), nullable=False, unique=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parent_key", sa.Integer(), sa.ForeignKey("communities.key")),
        sa.Column("steward_key", sa.Integer(), sa.ForeignKey("members.key")),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger()),
    )
    op.create_table(
        "community_ancestors",
        sa.Column("community_key", sa.Integer(), sa.ForeignKey("communities.key"), primary_key=True),
        sa.Column("ancestor_key", sa.Integer(), sa.ForeignKey("communities.key"), primary_key=True),
    )
    op.create_table(
        "memberships",
        sa.Column("community_key", sa.Integer(), sa.ForeignKey("communities.key"), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("approved_ms", sa.BigInteger()),
        sa.Column("approved_by", sa.Text()),
        sa.Column("until_ms", sa.BigInteger()),
        sa.Column("ended_ms", sa.BigInteger()),
        sa.Column("ended_by", sa.Text()),
    )
    op.create_index("memberships_member", "memberships", ["member_key"])
    op.create_table(
        "community_rights",
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
        sa.Column("community_key", sa.Integer(), sa.ForeignKey("communities.key"), primary_key=True),
        sa.Column("can_read", sa.Boolean(), nullable=False),
        sa.Column("can_write", sa.Boolean(), nullable=False),
    )
    op.create_index("community_rights_community", "community_rights", ["community_key"])


def _reports() -> None:
    op.create_table(
        "audiences",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=False, unique=True),
    )
    op.create_table(
        "audience_readers",
        sa.Column("audience_key", sa.Integer(), sa.ForeignKey("audiences.key"), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("reader_key", sa.Integer(), primary_key=True),
    )
    op.add_column("reports", sa.Column("audience_key", sa.Integer(), nullable=True))
    for name in ("pap", "handling", "basis"):
        op.add_column("reports", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("reports", sa.Column("with_text", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "disputes",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("decider", sa.Text(), nullable=False),
        sa.Column("decided_ms", sa.BigInteger()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("decision", sa.Text()),
    )
    op.create_index("disputes_subject", "disputes", ["subject"])
    op.add_column(
        "report_collections", sa.Column("reach", sa.SmallInteger(), nullable=False, server_default=sa.text("2"))
    )


def _fill(connection: sa.Connection) -> None:
    """One audience for each set of collections that reports were handed in for."""
    readers: dict[int, set[int]] = {}
    for row in connection.execute(sa.text("SELECT collection_key, member_key FROM rights WHERE can_read")):
        readers.setdefault(row.collection_key, set()).add(row.member_key)
    targets: dict[int, set[int]] = {}
    for row in connection.execute(sa.text("SELECT report_key, collection_key FROM report_collections")):
        targets.setdefault(row.report_key, set()).update(readers.get(row.collection_key, ()))
    keys: dict[frozenset[int], int] = {}
    for report_key, members in targets.items():
        known = frozenset(members)
        if known not in keys:
            keys[known] = _audience(connection, known)
        connection.execute(
            sa.text("UPDATE reports SET audience_key = :audience WHERE key = :key AND tlp <> 'clear'"),
            {"audience": keys[known], "key": report_key},
        )


def _audience(connection: sa.Connection, members: frozenset[int]) -> int:
    spelled = "\n".join(f"member {member}" for member in sorted(members))
    digest = hashlib.sha256(spelled.encode()).digest()
    made = connection.execute(
        sa.text("INSERT INTO audiences (sha256) VALUES (:digest) RETURNING key"), {"digest": digest}
    ).scalar_one()
    for member in members:
        connection.execute(
            sa.text("INSERT INTO audience_readers (audience_key, kind, reader_key) VALUES (:a, 'member', :m)"),
            {"a": made, "m": member},
        )
    return int(made)
