"""Examples in docstrings: where one names ``gba``, it is the built workspace of the Greater Bay Area."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def workspace_of_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Greater Bay Area workspace, built once for all examples."""
    from ceyuan.pipeline.builder import build_workspace  # noqa: PLC0415 - most tests need no build

    root = tmp_path_factory.mktemp("examples") / "gba"
    with resources.as_file(resources.files("ceyuan").joinpath("workspaces", "gba")) as source:
        shutil.copytree(source, root, ignore=shutil.ignore_patterns("build"))
    build_workspace(root)
    return root


@pytest.fixture(autouse=True)
def _names_of_examples(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    if isinstance(request.node, pytest.DoctestItem) and any(
        "(gba" in e.source for e in request.node.dtest.examples
    ):
        doctest_namespace["gba"] = request.getfixturevalue("workspace_of_examples")
