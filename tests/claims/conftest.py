"""The small workspace, and the real texts with the workspaces that they are held against."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from claims_world import ROOT, TEXTS, small_workspace

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


@pytest.fixture(scope="session")
def gba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    source = Path(ceyuan.__file__).parent / "workspaces" / "gba"
    root = tmp_path_factory.mktemp("real") / "gba"
    shutil.copytree(source, root, ignore=shutil.ignore_patterns("build"))
    with ceyuan.open(str(root)).build() as build:
        yield build


@pytest.fixture(scope="session")
def china(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    if not TEXTS.is_dir():
        pytest.skip(f"{TEXTS} is absent: the tables lie beside the repository")
    root = tmp_path_factory.mktemp("real") / "china"
    shutil.copytree(ROOT / "workspaces" / "china", root, ignore=shutil.ignore_patterns("build"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEYUAN_ROOT_SHARED", str(TEXTS.parent))
        with ceyuan.open(str(root)).build() as build:
            yield build
