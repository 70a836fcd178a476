"""Saved searches, what they found, and what is to be told. Moments are milliseconds since 1970 in UTC.

Of a hit only its place in the ledger is kept: whatever becomes of it there becomes of it here, and who may read it is
asked whenever it is counted. What is to be told holds no words either: they are made when it leaves.
"""

import sqlalchemy as sa

from tocsin.ledger.database import metadata

saved_searches = sa.Table(
    "saved_searches",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("user_key", sa.Integer, sa.ForeignKey("users.key"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("filters", sa.Text, nullable=False),
    sa.Column("saved_ms", sa.BigInteger, nullable=False),
    sa.Column("since_seq", sa.BigInteger, nullable=False),
    sa.Column("looked_seq", sa.BigInteger, nullable=False),
    sa.Column("looked_ms", sa.BigInteger, nullable=False),
    sa.Column("paused_ms", sa.BigInteger),
    sa.Column("mails", sa.Text, nullable=False),
    sa.Column("mailed_seq", sa.BigInteger, nullable=False),
    sa.Column("mailed_ms", sa.BigInteger, nullable=False),
    sa.Column("erased", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("saved_searches_user", "user_key", "saved_ms"),
)
"""`filters` is JSON. The numbers are entries of the ledger: what came after `since_seq` is found, after `looked_seq` is
new to the person, after `mailed_seq` was in no mail. `mails` is a key of `MAILS`."""

saved_search_tokens = sa.Table(
    "saved_search_tokens",
    metadata,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("search_key", sa.Integer, sa.ForeignKey("saved_searches.key"), primary_key=True),
    sa.Index("saved_search_tokens_search", "search_key"),
)
"""Keyed hashes of what a question may name: by these it is emptied when that is erased."""

saved_hits = sa.Table(
    "saved_hits",
    metadata,
    sa.Column("search_key", sa.Integer, sa.ForeignKey("saved_searches.key"), primary_key=True),
    sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("found_ms", sa.BigInteger, nullable=False),
    sa.Index("saved_hits_found", "found_ms"),
)
"""`seq`: the entry with which something became a hit, or with which a hit was withdrawn (`gone`)."""

search_hooks = sa.Table(
    "search_hooks",
    metadata,
    sa.Column("search_key", sa.Integer, sa.ForeignKey("saved_searches.key"), primary_key=True, autoincrement=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("told_ms", sa.BigInteger, nullable=False),
    sa.Column("stopped_ms", sa.BigInteger),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered_ms", sa.BigInteger),
)
"""`secret` is sealed. What came after `seq` was not told; `answer` is what became of the last try, in a sentence."""

deliveries = sa.Table(
    "alert_deliveries",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("user_key", sa.Integer, sa.ForeignKey("users.key"), nullable=False),
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("due_ms", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("leased_ms", sa.BigInteger),
    sa.Column("done_ms", sa.BigInteger),
    sa.Column("gave_up", sa.Boolean, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("after_ms", sa.BigInteger),
    sa.Column("met", sa.Integer),
    sa.Index("alert_deliveries_due", "done_ms", "due_ms"),
    sa.Index("alert_deliveries_made", "made_ms"),
    sa.Index("alert_deliveries_user", "user_key", "made_ms"),
)
"""The outbox. Whoever delivers one has it until `leased_ms`. Of cases: what came after `after_ms`, and how many
meetings were known already (`met`)."""

delivery_searches = sa.Table(
    "alert_delivery_searches",
    metadata,
    sa.Column("delivery_id", sa.Text, sa.ForeignKey("alert_deliveries.id"), primary_key=True),
    sa.Column("search_key", sa.Integer, sa.ForeignKey("saved_searches.key"), primary_key=True),
    sa.Column("after_seq", sa.BigInteger, nullable=False),
    sa.Column("upto_seq", sa.BigInteger, nullable=False),
    sa.Index("alert_delivery_searches_search", "search_key"),
)

alert_people = sa.Table(
    "alert_people",
    metadata,
    sa.Column("user_key", sa.Integer, sa.ForeignKey("users.key"), primary_key=True, autoincrement=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("confirmed_ms", sa.BigInteger),
    sa.Column("code", sa.Text),
    sa.Column("code_ms", sa.BigInteger),
    sa.Column("code_tries", sa.Integer, nullable=False),
    sa.Column("cases", sa.Boolean, nullable=False),
    sa.Column("cases_ms", sa.BigInteger, nullable=False),
    sa.Column("cases_met", sa.Integer, nullable=False),
)
"""Where somebody gets mail: only at an address that was `confirmed_ms` by a `code` (its SHA-256) sent there. `cases`:
whether alerts of cases come by mail, told up to `cases_ms`, with so many meetings."""

alert_progress = sa.Table(
    "alert_progress",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("changes", sa.BigInteger, nullable=False),
)
"""One row: up to which entry of the ledger searches were told, and how often a search was changed."""
