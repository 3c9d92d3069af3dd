"""Identities of institutions, each bound to an account, and sign-ons that were begun."""

import sqlalchemy as sa
from alembic import op

from ceyuan.teams.tables import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column(
            "account", sa.String(80), sa.ForeignKey("account.name"), nullable=False, unique=True
        ),
    )
    op.create_table(
        "sign_on",
        sa.Column("state", sa.String(64), primary_key=True),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(80), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(64), nullable=False),
        sa.Column("link", sa.String(100)),
        sa.Column("page", sa.String(300), nullable=False),
        sa.Column("expires", Moment, nullable=False),
    )


def downgrade() -> None:
    """An account without a password would be nobody's."""
    raise NotImplementedError
