"""What the ids of indicators are made with: of an exchange that is there already, what it was."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO exchange (name, value)"
        " SELECT 'namespace', '7cd62c2e-4f4b-4d39-92ad-32eb15393aad' FROM exchange WHERE name = 'identity'"
    )


def downgrade() -> None:
    op.execute("DELETE FROM exchange WHERE name = 'namespace'")
