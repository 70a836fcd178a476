"""What may be known of by whoever may not read it, and questions through the exchange."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_circles",
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
        sa.Column("community_key", sa.Integer(), primary_key=True),
    )
    op.create_table(
        "rations",
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
    )
    op.add_column("members", sa.Column("may_be_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("reports", sa.Column("may_be_asked", sa.Boolean()))
    for name in ("asking", "case_number", "basis"):
        op.add_column("enquiries", sa.Column(name, sa.Text()))
    for name in ("asker_agrees", "source_agrees"):
        op.add_column("enquiries", sa.Column(name, sa.Boolean()))


def downgrade() -> None:
    for name in ("source_agrees", "asker_agrees", "basis", "case_number", "asking"):
        op.drop_column("enquiries", name)
    op.drop_column("reports", "may_be_asked")
    op.drop_column("members", "may_be_asked")
    op.drop_table("rations")
    op.drop_table("known_circles")
