"""About how many rows a report has, so that whoever waits for it sees how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("rows_expected", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("reports", "rows_expected")
