"""The shipped workspaces, built once for all tests of a process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import ceyuan
from ceyuan.pipeline.reading import Build

SHIPPED = Path(ceyuan.__file__).parent / "workspaces"


def copy_of(name: str, folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / name, folder, ignore=shutil.ignore_patterns("build")))


@pytest.fixture(scope="session")
def gba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    root = copy_of("gba", tmp_path_factory.mktemp("gba") / "gba")
    with ceyuan.open(str(root)).build() as build:
        yield build


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    return copy_of("starter", tmp_path / "starter")
