"""What a collection chooses: whether it takes STIX 2.0, and whether its pages carry what their objects refer to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("stix20", "self_contained"):
        op.add_column("collections", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for name in ("stix20", "self_contained"):
        op.drop_column("collections", name)
