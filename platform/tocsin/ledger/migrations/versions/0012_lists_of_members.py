"""Lists that members keep, and when lists were applied to what stands."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "member_lists",
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("list", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), primary_key=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "list_runs",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("lists_are", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger()),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("by_list", sa.Text(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_ms", sa.BigInteger()),
    )


def downgrade() -> None:
    op.drop_table("list_runs")
    op.drop_table("member_lists")
