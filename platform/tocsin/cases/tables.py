"""Cases and what lies in them. Moments are milliseconds since 1970 in UTC.

Of a thing only its place in the ledger is kept, so that whatever becomes of it there becomes of it here.
"""

import sqlalchemy as sa

from tocsin.ledger.database import metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("tlp", sa.Text, nullable=False),
    sa.Column("opened_ms", sa.BigInteger, nullable=False),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column("closed_ms", sa.BigInteger),
    sa.Column("meets_ms", sa.BigInteger),
    sa.Index("cases_member", "member_key", "opened_ms"),
)
"""`tlp` marks the member's own words in it. `meets_ms`: since when it meets other cases that want to; NULL if not."""

case_shares = sa.Table(
    "case_shares",
    metadata,
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("can_write", sa.Boolean, nullable=False),
    sa.Column("shared_ms", sa.BigInteger, nullable=False),
    sa.Column("shared_by", sa.Text, nullable=False),
    sa.Index("case_shares_member", "member_key"),
)

case_things = sa.Table(
    "case_things",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), nullable=False),
    sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), nullable=False),
    sa.Column("token", sa.LargeBinary),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.UniqueConstraint("case_key", "seq", name="case_things_place"),
)
"""`seq`: the entry of the version that was pinned. `token`: the keyed hash of what it is about, NULL once erased."""

case_notes = sa.Table(
    "case_notes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Index("case_notes_case", "case_key", "added_ms"),
)

case_tasks = sa.Table(
    "case_tasks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("due_ms", sa.BigInteger),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("done_ms", sa.BigInteger),
    sa.Column("done_by", sa.Text),
    sa.Column("done_member_key", sa.Integer),
    sa.Index("case_tasks_case", "case_key", "due_ms"),
)

case_files = sa.Table(
    "case_files",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.UniqueConstraint("case_key", "member_key", "sha256", name="case_files_hash"),
)
"""`sealed` and `size` are NULL where a file is kept elsewhere and only its hash is noted."""

case_searches = sa.Table(
    "case_searches",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("filters", sa.Text, nullable=False),
    sa.Column("found", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("erased", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("case_searches_case", "case_key", "added_ms"),
)
"""`filters` is JSON. `seq`: up to which entry of the whole ledger the index knew everything when it was asked."""

case_search_places = sa.Table(
    "case_search_places",
    metadata,
    sa.Column("search_id", sa.Text, sa.ForeignKey("case_searches.id"), primary_key=True),
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("position", sa.BigInteger),
)
"""Over which collections it was asked, and up to which position of each; NULL where nothing was in it."""

case_search_tokens = sa.Table(
    "case_search_tokens",
    metadata,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("search_id", sa.Text, sa.ForeignKey("case_searches.id"), primary_key=True),
)
"""Keyed hashes of what a question may name: by these it is emptied when that is erased."""

case_meetings = sa.Table(
    "case_meetings",
    metadata,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("case_key", sa.Integer, sa.ForeignKey("cases.key"), primary_key=True),
    sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), primary_key=True),
    sa.Index("case_meetings_case", "case_key"),
)
"""The things of open cases that want to meet others, and of no other case: those are never looked at for it."""

case_exports = sa.Table(
    "case_exports",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
)
"""What left: the hash of its data, of which case, when and by whom. It outlives the case."""
