"""Fixtures of this folder: COINr's results, and a small index of our own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from coinr_reference import Reference
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def coinr() -> Reference:
    folder = Path(__file__).parents[3] / "shared/data/coinr_asem"
    if not folder.is_dir():
        pytest.skip(f"the reference results of COINr are not at {folder}")
    return Reference(folder)


@pytest.fixture
def small() -> tuple[dict[str, Any], dict[str, Any]]:
    """Six units, four indicators in two groups, one of them better when lower; two values missing."""
    data = {
        "unit": ["A", "B", "C", "D", "E", "F"],
        "name": ["Alpha", "Beta", "Gamma", "Delta", "Eps", "Phi"],
        "region": ["N", "N", "N", "S", "S", "S"],
        "people": [10.0, 20.0, 10.0, 40.0, 50.0, 25.0],
        "rnd": [2.0, 4.0, None, 1.0, 3.0, 2.5],
        "papers": [100.0, 400.0, 50.0, 40.0, 500.0, 100.0],
        "cost": [5.0, 7.0, 6.0, 9.0, 2.0, 4.0],
        "speed": [30.0, 10.0, 20.0, None, 60.0, 50.0],
    }
    structure = {
        "code": [
            "rnd",
            "papers",
            "cost",
            "speed",
            "science",
            "business",
            "index",
            "people",
            "region",
        ],
        "parent": [
            "science",
            "science",
            "business",
            "business",
            "index",
            "index",
            None,
            None,
            None,
        ],
        "direction": [1, 1, -1, 1, 1, 1, 1, None, None],
        "weight": [1, 3, 1, 1, 2, 1, 1, None, None],
        "denominator": [None, "people", None, None, None, None, None, None, None],
        "type": [*["Indicator"] * 4, *["Aggregate"] * 3, "Denominator", "Group"],
    }
    return data, structure
