"""The examples in the docstrings of the sources room are true."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import ceyuan.sources

MODULES = [m.name for m in pkgutil.walk_packages(ceyuan.sources.__path__, "ceyuan.sources.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples() -> None:
    assert sum(doctest.testmod(import_module(name)).attempted for name in MODULES) >= 8
