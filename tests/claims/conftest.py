"""The small workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from claims_world import small_workspace

import ceyuan
from ceyuan.claims import Claim, Verification, verify
from ceyuan.pipeline.reading import Build
from ceyuan.reader import read_text


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    root = small_workspace(tmp_path_factory.mktemp("claims") / "small")
    with ceyuan.open(str(root)).build() as build:
        yield build


@pytest.fixture
def own_small(tmp_path: Path) -> Iterator[Build]:
    """A copy that a test may write decisions and rates into."""
    root = small_workspace(tmp_path / "small")
    with ceyuan.open(str(root)).build() as build:
        yield build


@pytest.fixture(scope="session")
def check(small: Build) -> Callable[[str], Verification]:
    return lambda text: verify(small, read_text(text))


@pytest.fixture(scope="session")
def one(check: Callable[[str], Verification]) -> Callable[[str], Claim]:
    """The only claim of a text."""

    def only(text: str) -> Claim:
        (claim,) = check(text).claims
        return claim

    return only
