"""Saved searches and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _searches()
    _what_was_found()
    _what_is_told()


def _searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("user_key", sa.Integer(), sa.ForeignKey("users.key"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "question", "filters")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("saved_ms", "since_seq", "looked_seq", "looked_ms")
        ),
        sa.Column("paused_ms", sa.BigInteger()),
        sa.Column("mails", sa.Text(), nullable=False),
        sa.Column("mailed_seq", sa.BigInteger(), nullable=False),
        sa.Column("mailed_ms", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("saved_searches_user", "saved_searches", ["user_key", "saved_ms"])
    op.create_table(
        "saved_search_tokens",
        sa.Column("token", sa.LargeBinary(), primary_key=True),
        sa.Column("search_key", sa.Integer(), sa.ForeignKey("saved_searches.key"), primary_key=True),
    )
    op.create_index("saved_search_tokens_search", "saved_search_tokens", ["search_key"])


def _what_was_found() -> None:
    op.create_table(
        "saved_hits",
        sa.Column("search_key", sa.Integer(), sa.ForeignKey("saved_searches.key"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("found_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("saved_hits_found", "saved_hits", ["found_ms"])
    op.create_table(
        "search_hooks",
        sa.Column(
            "search_key", sa.Integer(), sa.ForeignKey("saved_searches.key"), primary_key=True, autoincrement=False
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("made_ms", "seq", "told_ms")),
        sa.Column("stopped_ms", sa.BigInteger()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger()),
    )
    op.create_table(
        "alert_progress",
        sa.Column("key", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
    )


def _what_is_told() -> None:
    op.create_table(
        "alert_deliveries",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_key", sa.Integer(), sa.ForeignKey("users.key"), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_ms", sa.BigInteger()),
        sa.Column("done_ms", sa.BigInteger()),
        sa.Column("gave_up", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("after_ms", sa.BigInteger()),
        sa.Column("met", sa.Integer()),
    )
    op.create_index("alert_deliveries_due", "alert_deliveries", ["done_ms", "due_ms"])
    op.create_index("alert_deliveries_made", "alert_deliveries", ["made_ms"])
    op.create_index("alert_deliveries_user", "alert_deliveries", ["user_key", "made_ms"])
    op.create_table(
        "alert_delivery_searches",
        sa.Column("delivery_id", sa.Text(), sa.ForeignKey("alert_deliveries.id"), primary_key=True),
        sa.Column("search_key", sa.Integer(), sa.ForeignKey("saved_searches.key"), primary_key=True),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("upto_seq", sa.BigInteger(), nullable=False),
    )
    op.create_index("alert_delivery_searches_search", "alert_delivery_searches", ["search_key"])
    op.create_table(
        "alert_people",
        sa.Column("user_key", sa.Integer(), sa.ForeignKey("users.key"), primary_key=True, autoincrement=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger()),
        sa.Column("code", sa.Text()),
        sa.Column("code_ms", sa.BigInteger()),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Boolean(), nullable=False),
        sa.Column("cases_ms", sa.BigInteger(), nullable=False),
        sa.Column("cases_met", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in (
        *("alert_people", "alert_delivery_searches", "alert_deliveries", "alert_progress", "search_hooks"),
        *("saved_hits", "saved_search_tokens", "saved_searches"),
    ):
        op.drop_table(table)
