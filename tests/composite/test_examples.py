"""The examples in docstrings and the example specification run as they are written."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import ceyuan.composite
from ceyuan.composite import read_spec

MODULES = [
    name for _, name, _ in pkgutil.walk_packages(ceyuan.composite.__path__, "ceyuan.composite.")
]


@pytest.mark.parametrize("name", ["ceyuan.composite", *MODULES])
def test_examples_in_docstrings_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_some_modules_have_examples() -> None:
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) > 15


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[2] / "examples").glob("asem*.yaml"))
)
def test_example_specifications_are_valid(file: Path) -> None:
    assert read_spec(file).composite == "asem"
