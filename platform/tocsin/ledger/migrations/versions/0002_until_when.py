"""Until when an entry holds, and how confident it is, for the filters that ask for at least so much"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000


def upgrade() -> None:
    op.add_column("entries", sa.Column("valid_until", sa.Text(), nullable=True))
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_column("entries", "valid_until")
    op.execute("DELETE FROM entry_fields WHERE field IN ('confidence', 'valid_until')")


def _fill(connection: sa.Connection) -> None:
    """What the entries that are there already say; derived from their bytes."""
    from tocsin.ledger.bounds import bounds
    from tocsin.stix import at_least

    seq = 0
    while True:
        rows = connection.execute(
            sa.text(
                "SELECT seq, collection_key, position, body FROM entries WHERE seq > :seq ORDER BY seq LIMIT :most"
            ),
            {"seq": seq, "most": _AT_ONCE},
        ).all()
        if not rows:
            return
        for row in rows:
            said = at_least(json.loads(row.body))
            until = dict(said).get("valid_until")
            if until is not None:
                connection.execute(
                    sa.text("UPDATE entries SET valid_until = :until WHERE seq = :seq"),
                    {"until": until, "seq": row.seq},
                )
            for name, value in bounds(said):
                connection.execute(
                    sa.text(
                        "INSERT INTO entry_fields (collection_key, field, value, position) VALUES (:c, :f, :v, :p)"
                    ),
                    {"c": row.collection_key, "f": name, "v": value, "p": row.position},
                )
        seq = rows[-1].seq
