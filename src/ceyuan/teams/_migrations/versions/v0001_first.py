"""The first tables, the empty log, and what guards it."""

import sqlalchemy as sa
from alembic import op

from ceyuan.teams.tables import Moment, Number

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSE = """
CREATE FUNCTION ceyuan_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
"""


def upgrade() -> None:
    """Make the tables."""
    _log()
    _state()
    _entrance()
    op.execute(f"INSERT INTO head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")  # noqa: S608 - a constant
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _log() -> None:
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("seq", Number, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("side", sa.String(80), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("body_hash", sa.String(64)),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )
    op.create_table(
        "body",
        sa.Column("seq", Number, sa.ForeignKey("event.seq"), primary_key=True, autoincrement=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def _state() -> None:
    op.create_table(
        "document",
        sa.Column("path", sa.String(300), primary_key=True),
        sa.Column("state", sa.String(12)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("in_force", sa.Boolean, nullable=False),
        sa.Column("task", sa.String(80), index=True),
        sa.Column("party", sa.String(80)),
        sa.Column("period", sa.String(40)),
        sa.Column("changed", Moment, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("display", sa.String(200), nullable=False),
        sa.Column("side", sa.String(80), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("password", sa.String(200)),
    )


def _entrance() -> None:
    def account() -> sa.Column[str]:
        return sa.Column(
            "account", sa.String(80), sa.ForeignKey("account.name"), nullable=False, index=True
        )

    op.create_table(
        "session",
        sa.Column("secret", sa.String(64), primary_key=True),
        account(),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created", Moment, nullable=False),
        sa.Column("expires", Moment, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("secret", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        account(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("created", Moment, nullable=False),
        sa.Column("expires", Moment, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "link",
        sa.Column("secret", sa.String(64), primary_key=True),
        account(),
        sa.Column("expires", Moment, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("id", Number, primary_key=True),
        sa.Column("key", sa.String(300), nullable=False, index=True),
        sa.Column("at", Moment, nullable=False),
    )


def _guard_sqlite() -> None:
    # A body may be removed where a text is erased, which is an entry of the log itself.
    for table, refused in (("event", "UPDATE"), ("event", "DELETE"), ("body", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{refused.lower()} BEFORE {refused} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def _guard_postgresql() -> None:
    op.execute(_REFUSE)
    for table, refused in (("event", "UPDATE OR DELETE"), ("body", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE {refused} ON {table} FOR EACH ROW EXECUTE FUNCTION ceyuan_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ceyuan_refuse()"
        )


def downgrade() -> None:
    """There is nothing before the first tables."""
    raise NotImplementedError
