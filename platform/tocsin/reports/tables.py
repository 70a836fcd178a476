"""Reports and assertions: kept beside the ledger, never served."""

import sqlalchemy as sa

from tocsin.ledger.database import metadata

RECEIVED, COMPLETE, UNREADABLE = "received", "complete", "unreadable"
"""A report's state: taken in and not yet through; every row has its verdict; not readable as a whole."""

ACTIVE, WITHDRAWN, FALSE, ERASED = 0, 1, 2, 3
"""An assertion's standing: it stands; its member took it back; it was withdrawn as wrong, which is remembered; what it
said was erased."""

audiences = sa.Table(
    "audiences",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.LargeBinary, nullable=False, unique=True),
)

audience_readers = sa.Table(
    "audience_readers",
    metadata,
    sa.Column("audience_key", sa.Integer, sa.ForeignKey("audiences.key"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("reader_key", sa.Integer, primary_key=True),
)
"""The members and communities that may know of a report: each set of them is kept once."""

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("handed_in_by", sa.Text, nullable=False),
    sa.Column("received_ms", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False, unique=True),
    sa.Column("tlp", sa.Text, nullable=False),
    sa.Column("unattributed", sa.Boolean, nullable=False),
    sa.Column("voice", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("rows_done", sa.Integer, nullable=False),
    sa.Column("notices", sa.Text, nullable=False),
    sa.Column("completed_ms", sa.BigInteger),
    sa.Column("withdrawn_ms", sa.BigInteger),
    sa.Column("withdrawn_reason", sa.Text),
    sa.Column("audience_key", sa.Integer),
    sa.Column("pap", sa.Text),
    sa.Column("handling", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("with_text", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("rows_expected", sa.Integer),
    sa.Column("may_be_asked", sa.Boolean),
    sa.Index("reports_member", "member_key", "received_ms"),
    sa.Index("reports_state", "state"),
)

"""`audience_key` is NULL where everybody may know. `with_text`: free text may leave. `rows_expected`: about how many
there are, for showing how far it is. `may_be_asked`: others may ask about it; NULL for what its member says of all."""

report_bytes = sa.Table(
    "report_bytes",
    metadata,
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

exhibits = sa.Table(
    "exhibits",
    metadata,
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
"""Files attached as evidence. `sealed` is empty where what was in it had to go; `sha256` and `size` are of the file."""

report_collections = sa.Table(
    "report_collections",
    metadata,
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), primary_key=True),
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("reach", sa.SmallInteger, nullable=False, server_default=sa.text("2")),
    sqlite_with_rowid=False,
)
"""Where a report is for, and how much of it policy lets the collection carry: see `policy.carry.Reach`."""

unsettled = sa.Table(
    "unsettled",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("after", sa.LargeBinary, nullable=False),
)
"""The collections of which every subject has to be looked at, and the last one that was: see `publishing.settling`."""

assertions = sa.Table(
    "assertions",
    metadata,
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("column", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("value", sa.Text),
    sa.Column("subject", sa.LargeBinary),
    sa.Column("role", sa.Text),
    sa.Column("crime_type", sa.Text),
    sa.Column("confidence", sa.SmallInteger),
    sa.Column("first_seen", sa.BigInteger),
    sa.Column("last_seen", sa.BigInteger),
    sa.Column("note", sa.Text),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("stix_id", sa.Text),
    sa.Column("observable_id", sa.Text),
    sa.Column("object_id", sa.Text),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_ms", sa.BigInteger),
)
"""One row a claim about one value. `n` counts the rows of the report from 0; `subject` is the first 16 bytes of the
SHA-256 of the pattern, the same for everybody who claims the same; `object_id` is set for an object pushed whole."""

CHANGE_ROW = assertions.update().where(
    assertions.c.report_key == sa.bindparam("this_report"), assertions.c.n == sa.bindparam("this_n")
)
"""For many rows at once: with the values to set, and a mapping with `this_report` and `this_n` for each row."""

NOT_HELD = sa.case((assertions.c.verdict == "held", "rejected"), else_=assertions.c.verdict)
"""The verdict of a row that waits for nobody any more."""

sa.Index("assertions_subject", assertions.c.subject)
sa.Index(
    "assertions_object",
    assertions.c.object_id,
    sqlite_where=sa.text("object_id IS NOT NULL"),
    postgresql_where=sa.text("object_id IS NOT NULL"),
)
sa.Index(
    "assertions_held",
    assertions.c.report_key,
    sqlite_where=sa.text("verdict = 'held'"),
    postgresql_where=sa.text("verdict = 'held'"),
)

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("erased_ms", sa.BigInteger, nullable=False),
)
"""What was erased, as keyed hashes of patterns and object ids: enough to know it again, of no use without the key."""

disputes = sa.Table(
    "disputes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("subject", sa.LargeBinary, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("opened_ms", sa.BigInteger, nullable=False),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("due_ms", sa.BigInteger, nullable=False),
    sa.Column("decider", sa.Text, nullable=False),
    sa.Column("decided_ms", sa.BigInteger),
    sa.Column("decided_by", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("decision", sa.Text),
    sa.Index("disputes_subject", "subject"),
    sa.Index("disputes_decided", "decided_ms"),
)
"""`decider` is the login of whoever has to decide by `due_ms`; while `decided_ms` is NULL the value is disputed, in
whichever role. `subject` is its subject without a role."""

keeping_rules = sa.Table(
    "keeping_rules",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("tlp", sa.Text, primary_key=True),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("set_ms", sa.BigInteger, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
)
"""How long things are kept; `*` stands for every kind or marking."""

keeping_runs = sa.Table(
    "keeping_runs",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("began_ms", sa.BigInteger, nullable=False),
    sa.Column("ended_ms", sa.BigInteger, nullable=False),
    sa.Column("forgotten", sa.Text, nullable=False),
    sa.Column("held", sa.Integer, nullable=False),
)
"""Runs that went through; `forgotten` is JSON: how many by kind."""

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key")),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key")),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("set_ms", sa.BigInteger, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("until_ms", sa.BigInteger),
    sa.Column("lifted_ms", sa.BigInteger),
    sa.Column("lifted_by", sa.Text),
    sa.Column("lifted_reason", sa.Text),
)
"""Legal holds: `what` is `value`, `object`, `report` or `member`."""

hold_marks = sa.Table(
    "hold_marks",
    metadata,
    sa.Column("hold_id", sa.Text, sa.ForeignKey("holds.id"), primary_key=True),
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("subject", sa.LargeBinary),
)
"""What a hold keeps, without its words: keyed hashes of patterns and object ids, as tombstones have them, and the keys
of subjects, NULL for an object that is about none."""
decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("words", sa.Text),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Index("decisions_place", "report_key", "n"),
)
"""What people decided on rows, asked and answered, in this order. `words` is the reason, question or answer; `before`
and `after` are JSON: what it changed of the row."""

account_statements = sa.Table(
    "account_statements",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("subject", sa.LargeBinary, nullable=False),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("stated_ms", sa.BigInteger, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Index("account_statements_subject", "subject"),
)
"""What the bank of an account states of it; the newest statement on a subject stands, the others are its history."""
unmaskings = sa.Table(
    "unmaskings",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("legal_order", sa.Text),
    sa.Column("delay_until_ms", sa.BigInteger),
    sa.Column("asked_ms", sa.BigInteger, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("approved_ms", sa.BigInteger),
    sa.Column("approved_by", sa.Text),
    sa.Column("seen_ms", sa.BigInteger),
    sa.Column("seen_by", sa.Text),
    sa.Index("unmaskings_report", "report_key"),
)
"""Who asked to know whose an unattributed report is, and who else agreed; the source is told at once, or at
`delay_until_ms` where a legal order says so. Nothing is ever removed. `asked_by` and the others are logins."""

enquiries = sa.Table(
    "enquiries",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("subject", sa.LargeBinary, nullable=False),
    sa.Column("asker_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("asked_ms", sa.BigInteger, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("source_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answered_ms", sa.BigInteger),
    sa.Column("answered_by", sa.Text),
    sa.Column("answer", sa.Text),
    sa.Column("asking", sa.Text),
    sa.Column("case_number", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("asker_agrees", sa.Boolean),
    sa.Column("source_agrees", sa.Boolean),
    sa.Index("enquiries_asker", "asker_key"),
    sa.Index("enquiries_source", "source_key"),
)
"""Questions to a source that has no name for whoever asks. `object_id` is the indicator; an answer that is NULL beside
an `answered_ms` was declined. What was asked through the exchange is a row for each member that it went to, all with
the same `asking` and no `object_id`; `asker_agrees` and `source_agrees`: that side may be named to the other."""

list_runs = sa.Table(
    "list_runs",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("lists_are", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("began_ms", sa.BigInteger, nullable=False),
    sa.Column("ended_ms", sa.BigInteger),
    sa.Column("covered", sa.Integer, nullable=False),
    sa.Column("by_list", sa.Text, nullable=False),
    sa.Column("ended", sa.Integer, nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_ms", sa.BigInteger),
)
"""Each time that the lists, in the state `lists_are`, were applied to what stands. `state` is `done`, `waits`,
`approved` or `refused`; `covered` counts the values that stand and are on a list, `by_list` says of which (JSON),
`ended` counts the assertions that ended or wait for it."""

additions = sa.Table(
    "additions",
    metadata,
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), primary_key=True),
    sa.Column("adds_to", sa.Integer, sa.ForeignKey("reports.key"), nullable=False),
    sa.Index("additions_adds_to", "adds_to"),
)
"""Reports that their member handed in to add to an earlier one."""

joints = sa.Table(
    "joints",
    metadata,
    sa.Column("basis", sa.Text, primary_key=True),
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("report_key", sa.Integer, sa.ForeignKey("reports.key"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Index("joints_report", "report_key", "n"),
)
"""What rows of several reports have in common, as keyed hashes: see `reports.joints`."""

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("subject", sa.LargeBinary, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("says", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("said_ms", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("weighed", sa.SmallInteger),
    sa.Index("votes_subject", "subject", "collection_key"),
    sa.Index("votes_member", "member_key", "said_ms"),
)
"""What readers say of an indicator: `object_id` as they saw it, `says` one of `policy.confidence.SAYS`, NULL once it
was taken back. `weighed` is what it weighed when its collection was last brought to it, NULL where it never was."""

checks = sa.Table(
    "checks",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("subject", sa.LargeBinary, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("checked_ms", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)
"""That a member looked again at what it reported and others call wrong, and stands by it."""

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("subject", sa.LargeBinary, nullable=False),
    sa.Column("proposer_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("proposed_ms", sa.BigInteger, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("named", sa.Boolean, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("value", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("crime_type", sa.Text),
    sa.Column("words", sa.Text, nullable=False),
    sa.Index("proposals_subject", "subject"),
    sa.Index("proposals_proposer", "proposer_key"),
)
"""Corrections that readers propose to whoever reported an indicator; `kind` is NULL where it should be taken back.
`named`: the sources may know who proposes it."""

proposal_answers = sa.Table(
    "proposal_answers",
    metadata,
    sa.Column("proposal_id", sa.Text, sa.ForeignKey("proposals.id"), primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("answered_ms", sa.BigInteger, nullable=False),
    sa.Column("answered_by", sa.Text, nullable=False),
    sa.Column("accepted", sa.Boolean, nullable=False),
)
"""What each source decided on a proposed correction."""
