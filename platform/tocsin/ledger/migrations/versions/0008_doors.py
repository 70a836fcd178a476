"""Sessions, invitations, second factors, counted tries, and tokens that may do less."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_ms", sa.BigInteger(), nullable=True))
    _people()
    _tokens()


def downgrade() -> None:
    op.drop_table("token_collections")
    for name in ("kind", "scope", "networks", "until_ms", "made_by"):
        op.drop_column("tokens", name)
    for name in ("tries", "sessions", "recovery_codes", "second_factors", "invitations"):
        op.drop_table(name)
    op.drop_column("users", "disabled_ms")


def _people() -> None:
    op.create_table(
        "invitations",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("member_key", sa.Integer(), sa.ForeignKey("members.key"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger()),
        sa.Column("used_by", sa.Text()),
    )
    op.create_table(
        "second_factors",
        sa.Column("user_key", sa.Integer(), sa.ForeignKey("users.key"), primary_key=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger()),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_key", sa.Integer(), sa.ForeignKey("users.key"), primary_key=True),
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("used_ms", sa.BigInteger()),
    )
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("user_key", sa.Integer(), sa.ForeignKey("users.key"), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
    )
    op.create_index("sessions_user", "sessions", ["user_key"])
    op.create_index("sessions_created", "sessions", ["created_ms"])
    op.create_table(
        "tries",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("proved_ms", sa.BigInteger()),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("tries_until", "tries", ["until_ms"])


def _tokens() -> None:
    for name, default in (("kind", "secret"), ("scope", "read submit"), ("networks", "")):
        op.add_column("tokens", sa.Column(name, sa.Text(), nullable=False, server_default=default))
    op.add_column("tokens", sa.Column("until_ms", sa.BigInteger(), nullable=True))
    op.add_column("tokens", sa.Column("made_by", sa.Text(), nullable=True))
    op.create_table(
        "token_collections",
        sa.Column("token_key", sa.Integer(), sa.ForeignKey("tokens.key"), primary_key=True),
        sa.Column("collection_key", sa.Integer(), sa.ForeignKey("collections.key"), primary_key=True),
    )
