"""Decisions on rows, the banks that members are, and what banks state of their accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("report_key", sa.Integer(), sa.ForeignKey("reports.key"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
    )
    op.create_index("decisions_place", "decisions", ["report_key", "n"])
    op.create_table(
        "member_banks",
        sa.Column("country", sa.Text(), primary_key=True),
        sa.Column("bank_code", sa.Text(), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
    )
    op.create_table(
        "account_statements",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stated_ms", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
    )
    op.create_index("account_statements_subject", "account_statements", ["subject"])
    op.create_index("disputes_decided", "disputes", ["decided_ms"])


def downgrade() -> None:
    op.drop_index("disputes_decided", "disputes")
    for name in ("account_statements", "member_banks", "decisions"):
        op.drop_table(name)
