"""The tables of a team's database.

``event`` is the log and ``body`` what its entries said, hashed apart, so that a text can be erased and the chain still
holds. ``head`` is one row, the end of the log: who appends locks it. The others are the present state.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData()
Number = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: SQLite forgets time zones, and a time without one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True
    """Whether a statement with it may be kept compiled: it may, having no settings."""

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """A moment on its way into the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """A moment on its way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


HEAD = Table(
    "head", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Number, nullable=False),
    Column("hash", String(64), nullable=False),
)  # fmt: skip
EVENT = Table(
    "event", metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),  # no gaps: made under the lock
    Column("at", Moment, nullable=False),
    Column("account", String(80), nullable=False),
    Column("side", String(80), nullable=False),
    Column("what", String(20), nullable=False),
    Column("subject", String(300), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("body_hash", String(64)),
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)  # fmt: skip
BODY = Table(
    "body", metadata,
    Column("seq", Number, ForeignKey("event.seq"), primary_key=True, autoincrement=False),
    Column("salt", String(32), nullable=False),
    Column("text", Text, nullable=False),
)  # fmt: skip
DOCUMENT = Table(
    "document", metadata,
    Column("path", String(300), primary_key=True),
    Column("state", String(12)),  # None for what is no report
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("in_force", Boolean, nullable=False),  # whether a build holds it
    Column("task", String(80), index=True),
    Column("party", String(80)),
    Column("period", String(40)),
    Column("changed", Moment, nullable=False),
)  # fmt: skip
FILE = Table(
    "file", metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the content
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
ATTACHMENT = Table(
    "attachment", metadata,
    Column("path", String(300), ForeignKey("document.path"), primary_key=True),
    Column("hash", String(64), primary_key=True),  # no foreign key: a content can be erased
    Column("name", String(200), nullable=False),
    Column("media", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("account", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("removed", Boolean, nullable=False),
)  # fmt: skip
ACCOUNT = Table(
    "account", metadata,
    Column("name", String(80), primary_key=True),
    Column("display", String(200), nullable=False),
    Column("side", String(80), nullable=False),
    Column("unit", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("password", String(200)),
)  # fmt: skip
SESSION = Table(
    "session", metadata,
    Column("secret", String(64), primary_key=True),  # a hash: who reads the database cannot sign in with it
    Column("account", String(80), ForeignKey("account.name"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("revoked", Boolean, nullable=False),
)  # fmt: skip
TOKEN = Table(
    "token", metadata,
    Column("secret", String(64), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("account", String(80), ForeignKey("account.name"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("scope", String(8), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("revoked", Boolean, nullable=False),
)  # fmt: skip
LINK = Table(
    "link", metadata,
    Column("secret", String(64), primary_key=True),
    Column("account", String(80), ForeignKey("account.name"), nullable=False, index=True),
    Column("expires", Moment, nullable=False),
    Column("used", Boolean, nullable=False),
)  # fmt: skip
IDENTITY = Table(
    "identity", metadata,
    Column("issuer", String(300), primary_key=True),  # a subject is known to its issuer alone
    Column("subject", String(255), primary_key=True),
    Column("account", String(80), ForeignKey("account.name"), nullable=False, unique=True),
)  # fmt: skip
SIGN_ON = Table(
    "sign_on", metadata,
    Column("state", String(64), primary_key=True),  # a hash, as of all that whoever comes back must have
    Column("browser", String(64), nullable=False),
    Column("provider", String(80), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(64), nullable=False),
    Column("link", String(100)),
    Column("page", String(300), nullable=False),
    Column("expires", Moment, nullable=False),
)  # fmt: skip
ATTEMPT = Table(
    "attempt", metadata,
    Column("id", Number, primary_key=True),
    Column("key", String(300), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)  # fmt: skip
LOG = (EVENT, BODY, FILE)
"""What is only ever added to."""
KEPT = (HEAD, EVENT, BODY, DOCUMENT, FILE, ATTACHMENT, ACCOUNT, TOKEN, IDENTITY)
"""What a backup holds: sessions, links and attempts are of the moment."""
