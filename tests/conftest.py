"""Fixtures and settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ceyuan.pipeline.reading import Build
from shipped import Once, build_china, build_gba, once_in, tables_beside
from small_workspace import Content, MakeWorkspace, write_workspace

settings.register_profile(
    "ceyuan",
    deadline=None,
    derandomize=not os.environ.get("CEYUAN_EXPLORE"),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("ceyuan")


@pytest.fixture
def make_workspace(tmp_path: Path) -> MakeWorkspace:
    """Writes a small complete workspace into a folder of the test and returns the folder."""

    def make(files: Mapping[str, Content] | None = None, name: str = "small") -> Path:
        return write_workspace(tmp_path / name, files)

    return make


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Once]:
    """Makes a workspace once for all workers; whoever wrote into one after that is found at the end."""
    made = once_in(tmp_path_factory)
    yield made
    assert made.changed() == [], (
        "a test wrote into a workspace that it shares with others: give it a copy"
    )


@pytest.fixture(scope="session")
def gba_root(once: Once) -> Path:
    """The Greater Bay Area workspace, built; to be read only."""
    return once("gba", build_gba)


@pytest.fixture(scope="session")
def gba(gba_root: Path) -> Iterator[Build]:
    """Its build."""
    with Build.open(gba_root) as build:
        yield build


@pytest.fixture(scope="session")
def china_root(once: Once) -> Iterator[Path]:
    """The workspace of China's provinces, built, while its tables can be found; to be read only."""
    root = once("china", build_china)
    with tables_beside():
        yield root


@pytest.fixture(scope="session")
def china(china_root: Path) -> Iterator[Build]:
    """Its build."""
    with Build.open(china_root) as build:
        yield build
