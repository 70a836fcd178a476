"""How often a token means to poll, so that its member hears when it does not."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tokens", sa.Column("every_s", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("tokens", "every_s")
