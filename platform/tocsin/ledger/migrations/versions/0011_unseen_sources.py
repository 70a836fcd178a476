"""Questions to sources without a name, and who asked to know whose a report is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unmaskings",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("report_key", sa.Integer(), sa.ForeignKey("reports.key"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_order", sa.Text()),
        sa.Column("delay_until_ms", sa.BigInteger()),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("approved_ms", sa.BigInteger()),
        sa.Column("approved_by", sa.Text()),
        sa.Column("seen_ms", sa.BigInteger()),
        sa.Column("seen_by", sa.Text()),
    )
    op.create_index("unmaskings_report", "unmaskings", ["report_key"])
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("asker_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger()),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answer", sa.Text()),
    )
    op.create_index("enquiries_asker", "enquiries", ["asker_key"])
    op.create_index("enquiries_source", "enquiries", ["source_key"])


def downgrade() -> None:
    op.drop_table("enquiries")
    op.drop_table("unmaskings")
