"""The changes of a team's database, in order; Alembic runs them."""
