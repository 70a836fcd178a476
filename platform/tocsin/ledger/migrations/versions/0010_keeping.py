"""How long things are kept, and what a legal hold keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keeping_rules",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("tlp", sa.Text(), primary_key=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_ms", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "keeping_runs",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False),
        sa.Column("forgotten", sa.Text(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("report_key", sa.Integer(), sa.ForeignKey("reports.key")),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_ms", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger()),
        sa.Column("lifted_ms", sa.BigInteger()),
        sa.Column("lifted_by", sa.Text()),
        sa.Column("lifted_reason", sa.Text()),
    )
    op.create_table(
        "hold_marks",
        sa.Column("hold_id", sa.Text(), sa.ForeignKey("holds.id"), primary_key=True),
        sa.Column("token", sa.LargeBinary(), primary_key=True),
        sa.Column("subject", sa.LargeBinary()),
    )


def downgrade() -> None:
    for name in ("hold_marks", "holds", "keeping_runs", "keeping_rules"):
        op.drop_table(name)
