"""Files that are attached to reports; what a file holds is never changed."""

import sqlalchemy as sa
from alembic import op

from ceyuan.teams.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and what guards them."""
    op.create_table(
        "file",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "attachment",
        sa.Column("path", sa.String(300), sa.ForeignKey("document.path"), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER file_no_update BEFORE UPDATE ON file "
            "BEGIN SELECT RAISE(ABORT, 'files are never changed'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER file_guard BEFORE UPDATE ON file FOR EACH ROW EXECUTE FUNCTION ceyuan_refuse()"
        )
        op.execute(
            "CREATE TRIGGER file_whole BEFORE TRUNCATE ON file "
            "FOR EACH STATEMENT EXECUTE FUNCTION ceyuan_refuse()"
        )


def downgrade() -> None:
    """Attachments are evidence: nothing takes them away."""
    raise NotImplementedError
