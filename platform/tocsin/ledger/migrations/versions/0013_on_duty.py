"""Whom one reaches at a bank to stop a payment."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_contacts",
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), primary_key=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("set_ms", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("duty_contacts")
