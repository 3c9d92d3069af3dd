"""The check of density counts what a reader must follow, and fails where there is more than its budget."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

CHECK = Path(__file__).parents[1] / ".ci" / "shape.py"
DENSE = '''"""A module; its docstring is no code."""

def dense(rows):
    """Neither is this one."""
    found = [[cell for cell in row if cell] for row in rows]  # a comment

    return found if found and rows or not rows else None
'''


@pytest.fixture
def shape(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The check over a package of one file."""
    spec = importlib.util.spec_from_file_location("shape_check", CHECK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "shape_check", module)
    spec.loader.exec_module(module)
    package = tmp_path / "src" / "ceyuan"
    package.mkdir(parents=True)
    (package / "dense.py").write_text(DENSE, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_branches_nested_comprehensions_and_lines_of_code_are_counted(shape: ModuleType) -> None:
    found = shape.shape_of(shape.ROOT / "src" / "ceyuan" / "dense.py")
    assert found.lines == 3
    assert len(found.nested) == 1
    # Itself, two loops and one filter of the comprehensions, one conditional expression, one `and` and one `or`.
    assert list(found.branches.values()) == [7]


@pytest.mark.parametrize("budget", ["BUDGET_BRANCHES", "BUDGET_NESTED", "BUDGET_NODES"])
def test_each_budget_that_is_exceeded_fails(
    shape: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    budget: str,
) -> None:
    monkeypatch.setattr(shape, "BUDGET_NODES", 100)
    monkeypatch.setattr(shape, "BRANCHES", 6)
    assert shape.main() == 0
    monkeypatch.setattr(shape, budget, 0)
    assert shape.main() == 1
    assert "3 lines of code" in capsys.readouterr().out
