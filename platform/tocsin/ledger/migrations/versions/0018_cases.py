"""Cases of investigators."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("tlp", sa.Text(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_ms", sa.BigInteger()),
        sa.Column("meets_ms", sa.BigInteger()),
    )
    op.create_index("cases_member", "cases", ["member_key", "opened_ms"])
    op.create_table(
        "case_shares",
        sa.Column("case_key", sa.Integer(), sa.ForeignKey("cases.key"), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("can_write", sa.Boolean(), nullable=False),
        sa.Column("shared_ms", sa.BigInteger(), nullable=False),
        sa.Column("shared_by", sa.Text(), nullable=False),
    )
    op.create_index("case_shares_member", "case_shares", ["member_key"])
    op.create_table(
        "case_things",
        *_lying_in(),
        sa.Column("seq", sa.BigInteger(), sa.ForeignKey("entries.seq"), nullable=False),
        sa.Column("token", sa.LargeBinary()),
        sa.UniqueConstraint("case_key", "seq", name="case_things_place"),
    )
    op.create_table("case_notes", *_lying_in(), sa.Column("words", sa.Text(), nullable=False))
    op.create_index("case_notes_case", "case_notes", ["case_key", "added_ms"])
    op.create_table(
        "case_tasks",
        *_lying_in(),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_ms", sa.BigInteger()),
        sa.Column("done_ms", sa.BigInteger()),
        sa.Column("done_by", sa.Text()),
        sa.Column("done_member_key", sa.Integer()),
    )
    op.create_index("case_tasks_case", "case_tasks", ["case_key", "due_ms"])
    op.create_table(
        "case_files",
        *_lying_in(),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.UniqueConstraint("case_key", "member_key", "sha256", name="case_files_hash"),
    )
    _make_searches()
    op.create_table(
        "case_meetings",
        sa.Column("token", sa.LargeBinary(), primary_key=True),
        sa.Column("case_key", sa.Integer(), sa.ForeignKey("cases.key"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), sa.ForeignKey("entries.seq"), primary_key=True),
    )
    op.create_index("case_meetings_case", "case_meetings", ["case_key"])
    op.create_table(
        "case_exports",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for name in (
        "case_exports",
        "case_meetings",
        "case_search_tokens",
        "case_search_places",
        "case_searches",
        "case_files",
        "case_tasks",
        "case_notes",
        "case_things",
        "case_shares",
        "cases",
    ):
        op.drop_table(name)


def _make_searches() -> None:
    op.create_table(
        "case_searches",
        *_lying_in(),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("case_searches_case", "case_searches", ["case_key", "added_ms"])
    op.create_table(
        "case_search_places",
        sa.Column("search_id", sa.Text(), sa.ForeignKey("case_searches.id"), primary_key=True),
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
        sa.Column("position", sa.BigInteger()),
    )
    op.create_table(
        "case_search_tokens",
        sa.Column("token", sa.LargeBinary(), primary_key=True),
        sa.Column("search_id", sa.Text(), sa.ForeignKey("case_searches.id"), primary_key=True),
    )


def _lying_in() -> list[sa.Column[Any]]:
    """What every row that lies in a case has."""
    return [
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("case_key", sa.Integer(), sa.ForeignKey("cases.key"), nullable=False),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
    ]
