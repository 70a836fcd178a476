"""Collections of which all that they hold has to be looked at, and how far that is."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsettled",
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
        sa.Column("after", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("unsettled")
