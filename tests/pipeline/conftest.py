"""Fixtures of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from shipped import copy_of


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    return copy_of("starter", tmp_path / "starter")
