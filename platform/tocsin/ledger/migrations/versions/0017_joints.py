"""What rows of several reports have in common, and by what ends a resolution is found."""

from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000
_RESOLUTION = "resolution"

_entries = sa.table(
    "entries",
    sa.column("collection_key", sa.Integer),
    sa.column("position", sa.BigInteger),
    sa.column("type", sa.Text),
    sa.column("owner_key", sa.Integer),
    sa.column("visibility", sa.SmallInteger),
    sa.column("body", sa.LargeBinary),
)
_fields = sa.table(
    "entry_fields",
    sa.column("collection_key", sa.Integer),
    sa.column("field", sa.Text),
    sa.column("value", sa.Text),
    sa.column("position", sa.BigInteger),
)


def upgrade() -> None:
    op.create_table(
        "joints",
        sa.Column("basis", sa.Text(), primary_key=True),
        sa.Column("token", sa.LargeBinary(), primary_key=True),
        sa.Column("report_key", sa.Integer(), sa.ForeignKey("reports.key"), primary_key=True),
        sa.Column("n", sa.Integer(), primary_key=True),
    )
    op.create_index("joints_report", "joints", ["report_key", "n"])
    _find_resolutions()


def downgrade() -> None:
    op.execute(_fields.delete().where(_fields.c.field == _RESOLUTION))
    op.drop_table("joints")


def _find_resolutions() -> None:
    """What members pushed before can be followed too."""
    connection = op.get_bind()
    query = sa.select(_entries.c.collection_key, _entries.c.position, _entries.c.body).where(
        _entries.c.owner_key.is_not(None),
        _entries.c.visibility == 0,
        _entries.c.type.in_(("relationship", "domain-name")),
    )
    rows: list[dict[str, object]] = []
    for key, position, body in connection.execute(query):
        ends = _ends(orjson.loads(body)) if body else []
        texts = dict.fromkeys(end[:500].replace("\0", "") for end in ends[:200] if isinstance(end, str))
        rows += [{"collection_key": key, "field": _RESOLUTION, "value": text, "position": position} for text in texts]
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(_fields.insert(), rows[start : start + _AT_ONCE])


def _ends(content: dict[str, Any]) -> list[Any]:
    if content.get("relationship_type") == "resolves-to":
        return [content.get("source_ref"), content.get("target_ref")]
    named = content.get("resolves_to_refs")
    return [content.get("id"), *named] if isinstance(named, list) and named else []
