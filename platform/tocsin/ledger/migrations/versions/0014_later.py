"""Corrections by their owners and by others, and what readers say of indicators."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "additions",
        sa.Column("report_key", sa.Integer(), sa.ForeignKey("reports.key"), primary_key=True),
        sa.Column("adds_to", sa.Integer(), sa.ForeignKey("reports.key"), nullable=False),
    )
    op.create_index("additions_adds_to", "additions", ["adds_to"])
    op.create_table(
        "votes",
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
        sa.Column("subject", sa.LargeBinary(), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("says", sa.Text()),
        sa.Column("why", sa.Text()),
        sa.Column("said_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("weighed", sa.SmallInteger()),
    )
    op.create_index("votes_subject", "votes", ["subject", "collection_key"])
    op.create_index("votes_member", "votes", ["member_key", "said_ms"])
    op.create_table(
        "checks",
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
        sa.Column("subject", sa.LargeBinary(), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("checked_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("proposer_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("proposed_ms", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("value", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("crime_type", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
    )
    op.create_index("proposals_subject", "proposals", ["subject"])
    op.create_index("proposals_proposer", "proposals", ["proposer_key"])
    op.create_table(
        "proposal_answers",
        sa.Column("proposal_id", sa.Text(), sa.ForeignKey("proposals.id"), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("answered_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    for name in ("proposal_answers", "proposals", "checks", "votes", "additions"):
        op.drop_table(name)
