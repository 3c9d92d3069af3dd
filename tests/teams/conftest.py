"""Teams on SQLite, and a PostgreSQL that the tests start themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from ceyuan.teams import accounts
from ceyuan.teams.database import Team
from team_world import Server, team_in, write_world


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost little in tests."""
    monkeypatch.setattr(
        accounts, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    )
    accounts._of_nobody.cache_clear()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_world(tmp_path / "small")


@pytest.fixture
def team(root: Path) -> Iterator[Team]:
    with team_in(root) as made:
        yield made


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
