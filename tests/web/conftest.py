"""The shipped workspace with a text of its own, built once for all tests of the web, and a client of its interface."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ceyuan.bulletin.archive import publish
from ceyuan.bulletin.writing import write_bulletin
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.web.app import create_app
from ceyuan.web.resources.registry import documents
from ceyuan.web.resources.view import View
from ceyuan.web.snapshots import Snapshots
from demonstration import add_demonstration
from shipped import Once
from web_running import TEXT, running


@pytest.fixture(scope="session")
def root(once: Once, gba_root: Path) -> Path:
    def make(folder: Path) -> None:
        shutil.copytree(gba_root, folder)
        add_demonstration(folder)
        (folder / "communiques" / "trial.txt").write_text(TEXT, encoding="utf-8")
        build_workspace(folder)
        with Build.open(folder) as build:
            publish(build, write_bulletin(build, "gba_2025"))
        build_workspace(folder)

    return once("web", make)


@pytest.fixture(scope="session")
def view(root: Path) -> Iterator[View]:
    view = View.open(root)
    yield view
    view.close()


@pytest.fixture(scope="session")
def client(root: Path) -> Iterator[httpx.Client]:
    with running(create_app(Snapshots(root))) as client:
        yield client


@pytest.fixture(scope="session")
def made(view: View) -> dict[str, bytes]:
    """Every resource, by name, as a published site has it."""
    return dict(documents(view))
