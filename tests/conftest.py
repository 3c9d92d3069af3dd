"""Fixtures and settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
