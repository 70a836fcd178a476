"""Members, communities, users, tokens and rights."""

import sqlalchemy as sa

from tocsin.ledger.database import metadata

members = sa.Table(
    "members",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("country", sa.Text),
    sa.Column("trusted", sa.Boolean, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("suspended_ms", sa.BigInteger),
    sa.Column("default_tlp", sa.Text),
    sa.Column("default_collection_key", sa.Integer, sa.ForeignKey("collections.key")),
    sa.Column("region", sa.Text),
    sa.Column("voice_key", sa.Integer),
    sa.Column("default_unattributed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("default_basis", sa.Text),
    sa.Column("may_be_asked", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""`voice_key`: the member whose voice it shares, by its key; NULL for its own. See `voice_links`. `may_be_asked`:
others may ask about what it reports, see `policy.known_of`."""

default_audiences = sa.Table(
    "default_audiences",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("reader_key", sa.Integer, primary_key=True),
)
"""With whom a member shares what names nobody: `kind` is `member` or `community`, `reader_key` its key."""

voice_links = sa.Table(
    "voice_links",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("other_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("since_ms", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)
"""Members that are one voice: of one group, or one copies the other. What follows from the links is in `voice_key`."""

communities = sa.Table(
    "communities",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("parent_key", sa.Integer, sa.ForeignKey("communities.key")),
    sa.Column("steward_key", sa.Integer, sa.ForeignKey("members.key")),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("until_ms", sa.BigInteger),
)
"""`agreement` is JSON: parties, purposes, onward, bases, voices, contact. It ends at `until_ms`."""

community_ancestors = sa.Table(
    "community_ancestors",
    metadata,
    sa.Column("community_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
    sa.Column("ancestor_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
)
"""Every community with itself and all that it lies in; follows from `parent_key`."""

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("community_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("asked_ms", sa.BigInteger, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("approved_ms", sa.BigInteger),
    sa.Column("approved_by", sa.Text),
    sa.Column("until_ms", sa.BigInteger),
    sa.Column("ended_ms", sa.BigInteger),
    sa.Column("ended_by", sa.Text),
    sa.Index("memberships_member", "member_key"),
)

community_rights = sa.Table(
    "community_rights",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("community_key", sa.Integer, sa.ForeignKey("communities.key"), primary_key=True),
    sa.Column("can_read", sa.Boolean, nullable=False),
    sa.Column("can_write", sa.Boolean, nullable=False),
    sa.Index("community_rights_community", "community_key"),
)

known_circles = sa.Table(
    "known_circles",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("community_key", sa.Integer, primary_key=True),
)
"""Whose members may know of what a collection carries without reading it; 0 stands for the whole exchange."""

rations = sa.Table(
    "rations",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
)
"""How many values a member asked the exchange about on its last day with one; `day` counts from 1970 in UTC."""

member_banks = sa.Table(
    "member_banks",
    metadata,
    sa.Column("country", sa.Text, primary_key=True),
    sa.Column("bank_code", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
)
"""The bank codes and SWIFT codes under which a member keeps accounts."""

duty_contacts = sa.Table(
    "duty_contacts",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("set_ms", sa.BigInteger, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
)
"""Whom another member reaches at a bank at any hour to stop a payment. `set_by` is a login, or `command`."""

member_lists = sa.Table(
    "member_lists",
    metadata,
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("list", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
)
"""What a member says is its own (`list` is `own`), or knows to be harmless. `open`: others may learn of it."""

users = sa.Table(
    "users",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("disabled_ms", sa.BigInteger),
    sa.Column("language", sa.Text),
)
"""`language`: the code of the one in which the user reads the pages; NULL for what the browser proposes."""

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("made_ms", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("until_ms", sa.BigInteger, nullable=False),
    sa.Column("used_ms", sa.BigInteger),
    sa.Column("used_by", sa.Text),
)

second_factors = sa.Table(
    "second_factors",
    metadata,
    sa.Column("user_key", sa.Integer, sa.ForeignKey("users.key"), primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("last_step", sa.BigInteger, nullable=False),
    sa.Column("confirmed_ms", sa.BigInteger),
)
"""`secret` is sealed with a key of the key file; `last_step` is the time step of the last code that was taken."""

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("user_key", sa.Integer, sa.ForeignKey("users.key"), primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("used_ms", sa.BigInteger),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("user_key", sa.Integer, sa.ForeignKey("users.key"), nullable=False),
    sa.Column("proven", sa.Boolean, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("seen_ms", sa.BigInteger, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Index("sessions_user", "user_key"),
    sa.Index("sessions_created", "created_ms"),
)
"""`proven` is false while the code of a second factor is still awaited."""

tries = sa.Table(
    "tries",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("since_ms", sa.BigInteger, nullable=False),
    sa.Column("proved_ms", sa.BigInteger),
    sa.Column("until_ms", sa.BigInteger, nullable=False),
    sa.Index("tries_until", "until_ms"),
)
"""Failed tries to sign in, and from where somebody did. A row may go at `until_ms`."""

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("revoked_ms", sa.BigInteger),
    sa.Column("every_s", sa.Integer),
    sa.Column("kind", sa.Text, nullable=False, server_default="secret"),
    sa.Column("scope", sa.Text, nullable=False, server_default="read submit"),
    sa.Column("networks", sa.Text, nullable=False, server_default=""),
    sa.Column("until_ms", sa.BigInteger),
    sa.Column("made_by", sa.Text),
    sa.UniqueConstraint("member_key", "name", name="tokens_name"),
)
"""`sha256` is that of the token, or with the kind `certificate` of the client's certificate."""

token_collections = sa.Table(
    "token_collections",
    metadata,
    sa.Column("token_key", sa.Integer, sa.ForeignKey("tokens.key"), primary_key=True),
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
)
"""The collections that a token is limited to; a token without a row is not limited."""

rights = sa.Table(
    "rights",
    metadata,
    sa.Column("collection_key", sa.Integer, sa.ForeignKey("collections.key"), primary_key=True),
    sa.Column("member_key", sa.Integer, sa.ForeignKey("members.key"), primary_key=True),
    sa.Column("can_read", sa.Boolean, nullable=False),
    sa.Column("can_write", sa.Boolean, nullable=False),
)
